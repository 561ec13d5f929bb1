// The minimap: the whole drawing small in a corner, with a frame for the window, where much of it is out of sight. It
// stands in the lower corner under which fewer boxes and names pass, and can be switched off.
const BEYOND = 1.6; // times the window, from which on a minimap helps
const THIN = 14, MARGIN = 8; // pixels: least side of a minimap, and its distance from the window's corner

function sketch(map) {
  const wide = map.width >= map.height, most = (wide ? 300 : 104) * letters();
  const across = Math.min(map.room * (wide ? 0.5 : 0.11), most);
  const scale = Math.min(across / map.width, (map.tall * (wide ? 0.2 : 0.4)) / map.height);
  const width = Math.max(THIN, Math.round(map.width * scale)), height = Math.max(THIN, Math.round(map.height * scale));
  Object.assign(map.mini, { width, height, sx: width / map.width, sy: height / map.height, stale: false });
  const { canvas } = map.mini, dense = window.devicePixelRatio || 1;
  canvas.width = width * dense;
  canvas.height = height * dense;
  canvas.style.width = map.mini.box.style.width = `${width}px`;
  canvas.style.height = map.mini.box.style.height = `${height}px`;
  const brush = canvas.getContext("2d");
  brush.scale(dense * map.mini.sx, dense * map.mini.sy);
  const parts = partsOf(map), beside = Math.max(0, map.room / map.home - map.width) / 2;
  paintParts(parts, brush);
  const strip = width / map.home, end = map.room / map.home - beside;
  map.mini.box.classList.toggle("right", passing(parts, end - strip, end) < passing(parts, -beside, strip - beside));
}

// Bands, boxes and names, and where they are in the drawing.
function partsOf(map) {
  return [...map.svg.querySelectorAll("rect.band, rect.box, rect.face, rect.hit")].map((rect) => {
    const { x, y, width, height } = rectangle(rect), moved = offset(rect, map.svg);
    return { rect, x: x + moved.x, y: y + moved.y, width, height };
  });
}

// How much of boxes and names passes under a minimap that stands from `left` to `right`, in the drawing's units.
function passing(parts, left, right) {
  const under = ({ x, width, height }) => Math.max(0, Math.min(right, x + width) - Math.max(left, x)) * height;
  return parts.filter(({ rect }) => !rect.matches(".band")).reduce((sum, part) => sum + under(part), 0);
}

// The bands, and the boxes in them, in the colours that they have in the drawing.
function paintParts(parts, brush) {
  const colours = new Map();
  const colour = (rect) => {
    const key = `${rect.getAttribute("class")} ${rect.closest("[class*=heat-],[class*=stage-],.stem,.head,.equal")?.getAttribute("class")}`;
    if (!colours.has(key)) {
      const { fill, fillOpacity } = getComputedStyle(rect);
      colours.set(key, { fill, opacity: Number(fillOpacity) });
    }
    return colours.get(key);
  };
  for (const { rect, x, y, width, height } of parts.filter((part) => !part.rect.matches(".hit"))) {
    const { fill, opacity } = colour(rect);
    brush.globalAlpha = Math.max(opacity, 0.3);
    brush.fillStyle = fill;
    brush.fillRect(x, y, width, height);
  }
}

function isLarge(map, k) {
  return map.width * k > map.room * BEYOND || map.height * k > map.tall * BEYOND;
}

// The corner that the minimap covers can be drawn out from under it.
function overhang(map, k) {
  return isLarge(map, k) && !map.mini.off && map.mini.height && map.width * k > map.room - 2 * map.mini.width ? map.mini.height + 2 * MARGIN : 0;
}

// The height that the minimap takes of the window, below a part that reaches under it.
function covered(map, { left, right }) {
  const reach = map.mini.width + 2 * MARGIN, { box } = map.mini;
  const under = box.classList.contains("right") ? right > map.room - reach : left < reach;
  return !box.hidden && under ? map.mini.height + MARGIN : 0;
}

function switchMinimap(map) {
  map.mini.off = !map.mini.off;
  map.buttons.mini.setAttribute("aria-pressed", !map.mini.off);
  place(map, map.x, map.y, map.k);
}

function frameOfWindow(map) {
  const { mini } = map, large = isLarge(map, map.k), shown = large && !mini.off;
  map.buttons.mini.disabled = !large;
  if (mini.box.hidden === shown) mini.box.hidden = !shown;
  if (!shown) return;
  if (mini.stale) sketch(map);
  const at = (length, scale, most) => Math.max(0, Math.min(most, (length / map.k) * scale));
  const left = at(-map.x, mini.sx, mini.width), right = at(map.room - map.x, mini.sx, mini.width);
  const top = at(-map.y, mini.sy, mini.height), bottom = at(map.tall - map.y, mini.sy, mini.height);
  const size = `width:${Math.max(4, right - left).toFixed(1)}px;height:${Math.max(4, bottom - top).toFixed(1)}px`;
  if (size !== mini.size) mini.frame.style.cssText = mini.size = size;
  mini.frame.style.transform = `translate(${left}px,${top}px)`;
}

function listenToMinimap(map) {
  const { box } = map.mini;
  const go = (event) => {
    const at = box.getBoundingClientRect();
    const x = (event.clientX - at.left) / map.mini.sx, y = (event.clientY - at.top) / map.mini.sy;
    pan(map, map.room / 2 - x * map.k - map.x, map.tall / 2 - y * map.k - map.y);
  };
  box.addEventListener("pointerdown", (event) => {
    event.stopPropagation(); // the map below is not dragged
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    go(event);
  });
  box.addEventListener("pointermove", (event) => { if (box.hasPointerCapture(event.pointerId)) go(event); });
  for (const kind of ["click", "touchstart", "touchmove", "touchend"]) {
    box.addEventListener(kind, (event) => event.stopPropagation(), { passive: true });
  }
}
