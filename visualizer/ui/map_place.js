// Where a map lies under its window: its place and scale, and the ways to move it. Lengths of the drawing are in its
// own units, of which one is `map.k` pixels.
const LEAST = 0.15, MOST = 6, STEP = 1.3; // scales
const EDGE = 28; // pixels that a revealed part keeps from the window's edge
const STILL = 200; // milliseconds without a move after which a map has come to rest

// How large the page's letters are, beside a browser's usual 16 pixels: in a presentation the map's are larger too.
const letters = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
const legible = () => 0.68 * letters(); // at this scale text has 8 of those pixels
const largest = () => 1.15 * letters();

function place(map, x, y, k, smooth = false) {
  const across = map.room - map.width * k, down = map.tall - map.height * k - overhang(map, k);
  map.k = k;
  map.x = across >= 0 ? across / 2 : Math.min(0, Math.max(across, x));
  map.y = down >= 0 ? (across < 0 ? down / 2 : 0) : Math.min(0, Math.max(down, y));
  map.paper.classList.toggle("smooth", smooth);
  map.paper.style.transform = `translate(${map.x}px,${map.y}px) scale(${map.k})`;
  map.view.classList.toggle("zoomed", k > map.home * 1.02 || across < -1);
  map.view.classList.toggle("more-above", map.y < -1);
  map.view.classList.toggle("more-below", map.y > down + 1);
  frameOfWindow(map);
  clearTimeout(map.rest);
  map.rest = setTimeout(() => atRest(map), STILL);
}

// A layer of its own for as long as the map moves: it is then shifted, not painted. At rest it is painted sharp. It is
// the svg's parent that moves: with the svg itself a browser would lay out its texts in every frame.
function moving(map) {
  map.paper.classList.add("moving");
}

function atRest(map) {
  map.paper.classList.remove("moving");
  if (!map.data.watch || !map.svg) return;
  const seen = [-map.x / map.k, -map.y / map.k, map.room / map.k, map.tall / map.k, map.width];
  const rounded = seen.map((length) => Math.round(length * 10) / 10);
  if (`${rounded}` !== map.watched) map.tellWindow(rounded);
  map.watched = `${rounded}`;
}

function measure(map) {
  map.room = map.view.clientWidth;
  map.tall = map.view.clientHeight;
}

function whole(map) {
  return Math.min(largest(), map.room / map.width, map.tall / map.height);
}

// The scale at first: of the whole network if its text can be read then, else of its full width; if that is too small,
// as in one long row, of its full height.
function homeScale(map) {
  const all = whole(map), wide = map.room / map.width;
  if (all >= legible()) return all;
  return Math.min(largest(), wide >= 0.8 * legible() ? wide : Math.max(legible(), map.tall / map.height));
}

function start(map, smooth) {
  map.home = homeScale(map);
  map.moved = false;
  place(map, 0, 0, map.home, smooth);
}

function overview(map) {
  map.moved = true;
  place(map, 0, 0, whole(map), true);
}

function zoom(map, factor, x, y, smooth = false) {
  const k = Math.min(MOST, Math.max(Math.min(LEAST, whole(map), map.k), map.k * factor));
  map.moved = true;
  place(map, x - ((x - map.x) * k) / map.k, y - ((y - map.y) * k) / map.k, k, smooth);
}

function zoomMiddle(map, factor) {
  zoom(map, factor, map.room / 2, map.tall / 2, true);
}

// So near that the part can be read, and not nearer than it fits.
function zoomTo(map, node) {
  if (!node) return;
  const { left, top, right, bottom } = frame(map, node);
  const fits = Math.min((map.room - 2 * EDGE) / (right - left), (map.tall - 2 * EDGE) / (bottom - top));
  const k = Math.min(Math.max(1.6, legible()), Math.max(whole(map), fits));
  map.moved = true;
  place(map, map.room / 2 - ((left + right) / 2) * k, map.tall / 2 - ((top + bottom) / 2) * k, k, true);
}

function pan(map, dx, dy, smooth = false) {
  map.moved = true;
  if (!smooth) moving(map);
  place(map, map.x + dx, map.y + dy, map.k, smooth);
}

// Where a node is in the drawing. Groups are moved and never turned or scaled.
function frame(map, node) {
  if (!map.frames.has(node)) {
    const box = node.getBBox(), { x, y } = offset(node, map.svg);
    map.frames.set(node, { left: box.x + x, top: box.y + y, right: box.x + box.width + x, bottom: box.y + box.height + y });
  }
  return map.frames.get(node);
}

// How far an element's own coordinates are moved against those of something around it.
function offset(element, around) {
  let x = 0, y = 0;
  for (let at = element; at !== around; at = at.parentNode) {
    const { e, f } = at.transform.baseVal.consolidate()?.matrix ?? { e: 0, f: 0 };
    x += e;
    y += f;
  }
  return { x, y };
}

function onScreen(map, node) {
  const { left, top, right, bottom } = frame(map, node), { x, y, k } = map;
  return { left: left * k + x, top: top * k + y, right: right * k + x, bottom: bottom * k + y };
}

function reveal(map, node, smooth) {
  const at = onScreen(map, node), tall = map.tall - covered(map, at);
  const shift = (low, high, length) => (high > length - EDGE ? length - EDGE - high : 0) || (low < EDGE ? EDGE - low : 0);
  const dx = shift(at.left, at.right, map.room), dy = shift(at.top, at.bottom, tall);
  if (dx || dy) place(map, map.x + dx, map.y + dy, map.k, smooth);
}

// Move the map so that a node's corner is at this point of the window, or as near as the map's edges allow.
function putAt(map, node, x, y) {
  const { left, top } = frame(map, node);
  map.moved = true;
  place(map, x - left * map.k, y - top * map.k, map.k);
}
