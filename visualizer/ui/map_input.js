// What a person does with the keys, the mouse and the fingers.
const TWICE = 400; // milliseconds in which a second click makes it a double one

// The nearest node of the next row above (-1) or below (1).
function vertically(map, node, way) {
  const here = frame(map, node), x = here.left + here.right, middle = here.top + here.bottom;
  let best = null, least = Infinity;
  for (const other of map.nodes) {
    if (other === node || other.contains(node) || node.contains(other)) continue;
    const at = frame(map, other);
    if (way < 0 ? at.top + at.bottom > 2 * here.top : at.top + at.bottom < 2 * here.bottom) continue;
    const far = Math.abs(at.top + at.bottom - middle) * 2 + Math.abs(at.left + at.right - x);
    if (far < least) [best, least] = [other, far];
  }
  return best;
}

function focus(map, node) {
  if (!node) return;
  rove(map, node);
  node.focus({ preventScroll: true });
  bring(map, node);
}

// Reveal a node in the window, and the place where it will then be on the page.
function bring(map, node) {
  reveal(map, node, true);
  const { left, top, right, bottom } = onScreen(map, node);
  const at = { left, top, width: right - left, height: bottom - top };
  for (const [name, value] of Object.entries(at)) map.anchor.style[name] = `${value}px`;
  map.anchor.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function onKey(map, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const node = event.target.closest(NODE), at = map.nodes.indexOf(node);
  const way = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  const keys = {
    ArrowLeft: () => focus(map, map.nodes[at - 1]),
    ArrowRight: () => focus(map, map.nodes[at + 1]),
    ArrowUp: () => focus(map, vertically(map, node, -1)),
    ArrowDown: () => focus(map, vertically(map, node, 1)),
    Home: () => focus(map, map.nodes[0]),
    End: () => focus(map, map.nodes.at(-1)),
    Enter: () => choose(map, pathOf(node)),
    " ": () => choose(map, pathOf(node)),
    Escape: () => choose(map, ""),
    o: () => fold(map, "open", node),
    c: () => fold(map, "close", node),
    z: () => zoomTo(map, node),
    m: () => map.buttons.mini.disabled || switchMinimap(map),
    "/": () => map.query.focus(),
    "+": () => zoomMiddle(map, STEP),
    "=": () => zoomMiddle(map, STEP),
    "-": () => zoomMiddle(map, 1 / STEP),
    0: () => start(map, true),
  };
  if (!node || !keys[event.key]) return;
  event.preventDefault();
  event.stopPropagation(); // the page has keys of its own, "c" among them
  if (way && event.shiftKey) { pan(map, 60 * way[0], 60 * way[1], true); return; }
  if (event.key === "Enter" || event.key === " ") hideCard(map);
  keys[event.key]();
}

function onWheel(map, event) {
  if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
  event.preventDefault();
  hideCard(map);
  const box = map.view.getBoundingClientRect();
  zoom(map, Math.exp(-event.deltaY / (event.deltaMode ? 10 : 300)), event.clientX - box.left, event.clientY - box.top);
}

// A click selects; on the sign of a fold, or a second time on the same node, it opens, or closes what is open.
function onClick(map, event) {
  const node = event.target.closest(NODE);
  if (!node) return;
  const again = map.clicked === node && event.timeStamp - map.clickedAt < TWICE;
  [map.clicked, map.clickedAt] = again ? [null, 0] : [node, event.timeStamp];
  const sign = event.target.closest(".badge, .on-badge, .sign, .on-sign") && opens(map, node);
  if (sign) fold(map, "open", node);
  else if (again) fold(map, "open", node) || fold(map, "close", node);
  else choose(map, pathOf(node));
  rove(map, node);
  node.focus({ preventScroll: true });
}

function listenToMouse(map) {
  const { view } = map;
  let last = null, dragged = false;
  view.addEventListener("pointerdown", (event) => {
    dragged = false;
    last = event.pointerType !== "touch" && event.button === 0 && !map.card.contains(event.target) ? [event.clientX, event.clientY] : null;
  });
  view.addEventListener("pointermove", (event) => {
    if (!last || !(event.buttons & 1)) return;
    const dx = event.clientX - last[0], dy = event.clientY - last[1];
    if (!dragged && Math.hypot(dx, dy) < 5) return;
    if (!dragged) {
      view.setPointerCapture(event.pointerId);
      hover(map, null);
    }
    dragged = true;
    last = [event.clientX, event.clientY];
    pan(map, dx, dy);
  });
  view.addEventListener("pointerup", () => { last = null; });
  view.addEventListener("pointercancel", () => { last = null; });
  view.addEventListener("click", (event) => { if (!dragged && map.svg) onClick(map, event); });
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
    if (last && last.fingers === now.fingers && map.svg) {
      pan(map, now.x - last.x, now.y - last.y);
      if (now.fingers > 1 && last.span > 0) zoom(map, now.span / last.span, now.x, now.y);
    }
    last = now;
  }, { passive: false });
  view.addEventListener("touchend", (event) => { last = event.touches.length ? hand(event) : null; }, { passive: true });
}

function listenToFocus(map) {
  map.view.addEventListener("focusin", (event) => {
    const node = event.target.closest(NODE);
    if (!node) return;
    map.target = node;
    offer(map);
    say(map, node);
    if (map.staying || !node.matches(":focus-visible")) return;
    bring(map, node);
    const { left, right, bottom } = onScreen(map, node);
    showCard(map, node, { x: (left + right) / 2, y: bottom - 8 });
  });
  map.view.addEventListener("focusout", () => {
    say(map);
    hideCard(map);
  });
}

function listen(map) {
  const acts = {
    in: () => zoomMiddle(map, STEP), out: () => zoomMiddle(map, 1 / STEP), fit: () => start(map, true), all: () => overview(map),
    near: () => zoomTo(map, map.target), open: () => fold(map, "open", map.target), close: () => fold(map, "close", map.target),
    mini: () => switchMinimap(map),
  };
  for (const [act, button] of Object.entries(map.buttons)) button.onclick = () => map.svg && acts[act]();
  map.view.addEventListener("wheel", (event) => onWheel(map, event), { passive: false });
  map.view.addEventListener("keydown", (event) => onKey(map, event));
  listenToFocus(map);
  listenToMouse(map);
  listenToTouch(map);
  listenForCard(map);
  listenToSearch(map);
  listenToMinimap(map);
}
