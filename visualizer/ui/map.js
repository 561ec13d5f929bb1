// A network map: one drawing that is moved under a window of fixed height, and whose blocks are chosen.
const LEGIBLE = 0.68, LARGEST = 1.15, LEAST = 0.15, MOST = 6, STEP = 1.3; // scales; at LEGIBLE, text has 8 pixels
const EDGE = 28; // pixels that a revealed block keeps from the window's edge
const PATIENCE = 2500; // milliseconds in which a choice made here outweighs what an older run of the page says
const SVG = "http://www.w3.org/2000/svg";
const maps = new WeakMap();

// ---------------------------------------------------------------- place and scale

function place(map, x, y, k, smooth = false) {
  const { room, tall } = size(map);
  const across = room - map.width * k, down = tall - map.height * k;
  map.k = k;
  map.x = across >= 0 ? across / 2 : Math.min(0, Math.max(across, x));
  map.y = down >= 0 ? 0 : Math.min(0, Math.max(down, y));
  map.svg.classList.toggle("smooth", smooth);
  map.svg.style.transform = `translate(${map.x}px,${map.y}px) scale(${map.k})`;
  map.view.classList.toggle("zoomed", k > map.home * 1.02);
  map.view.classList.toggle("more-above", map.y < -1);
  map.view.classList.toggle("more-below", map.y > down + 1);
}

function size(map) {
  return { room: map.view.clientWidth, tall: map.view.clientHeight };
}

function whole(map) {
  const { room, tall } = size(map);
  return Math.min(LARGEST, room / map.width, tall / map.height);
}

// At first the whole network is shown if its text can be read then, else its full width.
function start(map, smooth) {
  const all = whole(map);
  map.home = all >= LEGIBLE ? all : Math.min(LARGEST, size(map).room / map.width);
  map.moved = false;
  place(map, 0, 0, map.home, smooth);
}

function overview(map) {
  map.moved = true;
  place(map, 0, 0, whole(map), true);
}

function zoom(map, factor, x, y, smooth = false) {
  const k = Math.min(MOST, Math.max(LEAST, Math.min(whole(map), map.k), map.k * factor));
  map.moved = true;
  place(map, x - ((x - map.x) * k) / map.k, y - ((y - map.y) * k) / map.k, k, smooth);
}

function zoomMiddle(map, factor) {
  const { room, tall } = size(map);
  zoom(map, factor, room / 2, tall / 2, true);
}

function pan(map, dx, dy, smooth = false) {
  map.moved = true;
  place(map, map.x + dx, map.y + dy, map.k, smooth);
}

// Where a block is in the drawing.
function frame(block) {
  const { e, f } = block.transform.baseVal.consolidate()?.matrix ?? { e: 0, f: 0 };
  const box = block.getBBox();
  return { left: box.x + e, top: box.y + f, right: box.x + box.width + e, bottom: box.y + box.height + f };
}

function reveal(map, block, smooth) {
  const { left, top, right, bottom } = frame(block), { room, tall } = size(map), { x, y, k } = map;
  const shift = (low, high, length) => (high > length - EDGE ? length - EDGE - high : 0) || (low < EDGE ? EDGE - low : 0);
  const dx = shift(left * k + x, right * k + x, room), dy = shift(top * k + y, bottom * k + y, tall);
  if (dx || dy) place(map, x + dx, y + dy, k, smooth);
}

// ---------------------------------------------------------------- blocks

function numbers(path) {
  return (path || "").replace("layer", "").split(".").map(Number);
}

// The block with this path, or the run of equal blocks that it is in.
function holding(map, path) {
  const [stage, index] = numbers(path);
  return map.blocks.find((block) => {
    const [of, first] = numbers(block.dataset.path), last = block.dataset.last ? numbers(block.dataset.last)[1] : first;
    return of === stage && first <= index && index <= last;
  });
}

// What is said of a selected block: in a run of equal blocks, which of them it is.
function sentence(block, path) {
  const label = block.getAttribute("aria-label");
  if (!block.dataset.last) return label;
  const [stage, index] = numbers(path);
  return `Block ${index + 1} of stage ${stage} is selected. ${label}`;
}

function mark(map, path) {
  const chosen = holding(map, path);
  for (const block of map.blocks) {
    block.classList.toggle("selected", block === chosen);
    block.setAttribute("aria-pressed", block === chosen);
  }
  map.svg.querySelector(".halo")?.remove();
  if (chosen) halo(chosen);
  map.selected = chosen ? path : "";
  map.said = chosen ? sentence(chosen, path) : "";
  say(map);
  rove(map, chosen ?? map.blocks.find((block) => block.tabIndex === 0) ?? map.blocks[0]);
  return chosen;
}

// A frame behind the block's box, so that it stands out from every colour of a stage.
function halo(block) {
  const box = block.querySelector(".box"), made = document.createElementNS(SVG, "rect");
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(box.getAttribute(name)));
  const of = { x: x - 5, y: y - 5, width: width + 10, height: height + 10, rx: 10, class: "halo" };
  for (const [name, value] of Object.entries(of)) made.setAttribute(name, value);
  block.prepend(made);
}

function say(map, block) {
  const says = map.root.querySelector(".says");
  says.textContent = block ? block.getAttribute("aria-label") : map.said || "No block is selected.";
  says.title = says.textContent;
}

// Tab reaches one block of the map; the others are reached by arrow keys.
function rove(map, block) {
  for (const other of map.blocks) other.tabIndex = other === block ? 0 : -1;
}

function choose(map, path) {
  map.pending = path;
  map.until = performance.now() + PATIENCE;
  const chosen = mark(map, path);
  map.root.querySelector(".live").textContent = chosen ? map.said : "No block is selected.";
  map.report(path);
  setTimeout(() => follow(map), PATIENCE + 50);
}

// Take over what the page says is selected, unless it has not yet heard of a newer choice.
function follow(map) {
  const late = map.pending !== null && map.data.selected !== map.pending && performance.now() < map.until;
  if (late || !map.svg) return;
  map.pending = null;
  if (map.selected === map.data.selected) return;
  const chosen = mark(map, map.data.selected);
  if (chosen) reveal(map, chosen, true);
}

// The nearest block of the next row above (-1) or below (1).
function vertically(map, block, way) {
  const here = frame(block), x = here.left + here.right;
  const beyond = map.blocks.map((other) => ({ other, at: frame(other) }))
    .filter(({ other, at }) => other !== block && (way < 0 ? at.bottom <= here.top + 20 : at.top >= here.bottom - 20));
  const far = ({ at }) => Math.abs(at.bottom - here.bottom) * 4 + Math.abs(at.left + at.right - x) / 2;
  return beyond.sort((one, two) => far(one) - far(two))[0]?.other;
}

function focus(map, block) {
  if (!block) return;
  rove(map, block);
  block.focus({ preventScroll: true });
  bring(map, block);
}

// Reveal a block in the window, and the place where it will then be on the page.
function bring(map, block) {
  reveal(map, block, true);
  const { left, top, right, bottom } = frame(block), { x, y, k } = map;
  const at = { left: left * k + x, top: top * k + y, width: (right - left) * k, height: (bottom - top) * k };
  for (const [name, value] of Object.entries(at)) map.anchor.style[name] = `${value}px`;
  map.anchor.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// ---------------------------------------------------------------- what a person does

function onKey(map, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const block = event.target.closest("[data-path]"), at = map.blocks.indexOf(block);
  const way = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  const keys = {
    ArrowLeft: () => focus(map, map.blocks[at - 1]),
    ArrowRight: () => focus(map, map.blocks[at + 1]),
    ArrowUp: () => focus(map, vertically(map, block, -1)),
    ArrowDown: () => focus(map, vertically(map, block, 1)),
    Home: () => focus(map, map.blocks[0]),
    End: () => focus(map, map.blocks.at(-1)),
    Enter: () => choose(map, block.dataset.path),
    " ": () => choose(map, block.dataset.path),
    Escape: () => choose(map, ""),
    "+": () => zoomMiddle(map, STEP),
    "=": () => zoomMiddle(map, STEP),
    "-": () => zoomMiddle(map, 1 / STEP),
    0: () => start(map, true),
  };
  if (!block || !keys[event.key]) return;
  if (way && event.shiftKey) pan(map, 60 * way[0], 60 * way[1], true);
  else keys[event.key]();
  event.preventDefault();
}

function onWheel(map, event) {
  if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
  event.preventDefault();
  const box = map.view.getBoundingClientRect();
  zoom(map, Math.exp(-event.deltaY / (event.deltaMode ? 10 : 300)), event.clientX - box.left, event.clientY - box.top);
}

function listenToMouse(map) {
  const { view } = map;
  let last = null, dragged = false;
  view.addEventListener("pointerdown", (event) => {
    dragged = false;
    last = event.pointerType !== "touch" && event.button === 0 ? [event.clientX, event.clientY] : null;
  });
  view.addEventListener("pointermove", (event) => {
    if (!last || !(event.buttons & 1)) return;
    const dx = event.clientX - last[0], dy = event.clientY - last[1];
    if (!dragged && Math.hypot(dx, dy) < 5) return;
    if (!dragged) view.setPointerCapture(event.pointerId);
    dragged = true;
    last = [event.clientX, event.clientY];
    pan(map, dx, dy);
  });
  view.addEventListener("pointerup", () => { last = null; });
  view.addEventListener("pointercancel", () => { last = null; });
  view.addEventListener("click", (event) => {
    const block = event.target.closest("[data-path]");
    if (!block || dragged) return;
    choose(map, block.dataset.path);
    block.focus({ preventScroll: true });
  });
  view.addEventListener("pointerover", (event) => say(map, event.target.closest("[data-path]")));
  view.addEventListener("pointerleave", () => say(map));
}

// Two fingers move and zoom. One finger scrolls the page, and moves the map once it is zoomed in.
function listenToTouch(map) {
  const { view } = map;
  let last = null;
  const hand = (event) => {
    const box = view.getBoundingClientRect(), [one, two = one] = event.touches;
    return {
      fingers: event.touches.length,
      x: (one.clientX + two.clientX) / 2 - box.left, y: (one.clientY + two.clientY) / 2 - box.top,
      span: Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY),
    };
  };
  view.addEventListener("touchstart", (event) => { last = hand(event); }, { passive: true });
  view.addEventListener("touchmove", (event) => {
    if (event.touches.length === 1 && !view.classList.contains("zoomed")) return;
    if (event.cancelable) event.preventDefault();
    const now = hand(event);
    if (last && last.fingers === now.fingers) {
      pan(map, now.x - last.x, now.y - last.y);
      if (now.fingers > 1 && last.span > 0) zoom(map, now.span / last.span, now.x, now.y);
    }
    last = now;
  }, { passive: false });
  view.addEventListener("touchend", (event) => { last = event.touches.length ? hand(event) : null; }, { passive: true });
}

function listen(map) {
  const acts = {
    in: () => zoomMiddle(map, STEP), out: () => zoomMiddle(map, 1 / STEP), fit: () => start(map, true), all: () => overview(map),
  };
  for (const button of map.root.querySelectorAll("button")) button.onclick = () => map.svg && acts[button.dataset.act]();
  map.view.addEventListener("wheel", (event) => onWheel(map, event), { passive: false });
  map.view.addEventListener("keydown", (event) => onKey(map, event));
  map.view.addEventListener("focusin", (event) => {
    const block = event.target.closest("[data-path]");
    if (block?.matches(":focus-visible")) bring(map, block);
    say(map, block);
  });
  map.view.addEventListener("focusout", () => say(map));
  map.root.querySelector(".map").addEventListener("transitionend", (event) => {
    if (event.propertyName === "background-color" && event.target.matches(".map")) paint(map); // see map.css
  });
  listenToMouse(map);
  listenToTouch(map);
  new ResizeObserver(() => resized(map)).observe(map.view);
}

function resized(map) {
  if (!map.data || !map.view.clientWidth) return;
  if (form(map) !== map.code) { draw(map); return; }
  if (!map.svg) return;
  if (map.moved) place(map, map.x, map.y, map.k);
  else start(map, false);
  const chosen = holding(map, map.selected);
  if (chosen && !map.moved) reveal(map, chosen, false);
}

// ---------------------------------------------------------------- drawing

// The widest form of the drawing whose text can be read when it is shown in full width.
function form(map) {
  const room = map.view.clientWidth, forms = map.data.forms;
  return (forms.find(({ width }) => room >= width * LEGIBLE) ?? forms.at(-1)).code;
}

async function inflated(code) {
  const bytes = Uint8Array.from(atob(code), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
}

// The drawing is our own, made on the server without any text that a person typed.
async function draw(map) {
  const code = map.code = form(map);
  const text = await inflated(code);
  if (map.code !== code) return; // another one was asked for meanwhile
  map.view.innerHTML = `${text}<i class="anchor"></i>`;
  map.anchor = map.view.querySelector(".anchor");
  map.svg = map.view.querySelector("svg");
  paint(map);
  map.width = map.svg.viewBox.baseVal.width;
  map.height = map.svg.viewBox.baseVal.height;
  map.blocks = [...map.svg.querySelectorAll("[data-path]")];
  start(map, false);
  const chosen = mark(map, map.pending ?? map.data.selected);
  if (chosen) reveal(map, chosen, false);
}

// The page's theme as it is seen; the server hears of a change, since what it drew for the other one has to follow.
function paint(map) {
  const [red, green, blue] = getComputedStyle(map.root.querySelector(".map")).backgroundColor.match(/[\d.]+/g).map(Number);
  const theme = 0.3 * red + 0.59 * green + 0.11 * blue < 128 ? "dark" : "light";
  if (map.svg) map.svg.dataset.theme = theme;
  if (map.seen && map.seen !== theme && map.data.theme !== theme) map.tellTheme(theme);
  map.seen = theme;
}

export default function ({ data, parentElement, setTriggerValue }) {
  let map = maps.get(parentElement);
  if (!map) {
    map = { root: parentElement, view: parentElement.querySelector(".view"), pending: null, said: "" };
    maps.set(parentElement, map);
    listen(map);
  }
  map.data = data;
  parentElement.querySelector(".map").style.height = `${data.height}px`;
  map.tellTheme = (theme) => setTriggerValue("theme", theme);
  map.report = (path) => setTriggerValue("selected", path);
  if (form(map) !== map.code) draw(map);
  else follow(map);
}
