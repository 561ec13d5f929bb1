// A figure of a network: one drawing that is moved under a window of fixed height, and whose nodes are chosen, opened
// and closed. This file draws it and takes what the server sends; the other map_*.js are put before it.
const maps = new WeakMap();

// The widest form of the drawing whose text can be read when it is shown in full width.
function form(map) {
  const room = map.view.clientWidth, forms = map.data.forms;
  return (forms.find(({ width }) => room >= width * legible()) ?? forms.at(-1)).code;
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
  const before = was(map);
  hover(map, null);
  hideCard(map);
  map.paper.innerHTML = text;
  map.svg = map.paper.querySelector("svg");
  map.svg.querySelector("title").remove(); // its label says the same, and a tooltip would cover the card
  map.width = map.svg.viewBox.baseVal.width;
  map.height = map.svg.viewBox.baseVal.height;
  map.chosen = map.roved = map.target = map.clicked = undefined;
  map.lit = map.halos = [];
  map.mini.stale = true;
  measure(map);
  paint(map);
  readNodes(map);
  const chosen = mark(map, map.pending ?? map.data.selected);
  settle(map, before, chosen);
}

// What has to be the same in the next drawing: where which node is, and where the keys are.
function was(map) {
  const active = map.svg && map.view.getRootNode().activeElement;
  const focused = active && map.svg.contains(active) ? pathOf(active.closest(NODE)) : "";
  if (map.kept && performance.now() > map.kept.until) map.kept = null;
  return { focused, kept: map.kept, sameScene: map.scene === map.data.scene && Boolean(map.svg) };
}

// A new figure begins at its start. In the same one, a part that was opened or closed stays where it was.
function settle(map, { focused, kept, sameScene }, chosen) {
  map.scene = map.data.scene;
  map.kept = null;
  const part = sameScene && kept ? corner(map, kept.path) : undefined;
  map.home = homeScale(map);
  if (part) {
    putAt(map, part, kept.left, kept.top);
    if (!begins(map, part)) reveal(map, part, false);
    if (!focused) announce(map, `${kept.path}: ${part.getAttribute("aria-label")}`);
  } else if (sameScene && map.moved) place(map, map.x, map.y, map.k);
  else start(map, false);
  const target = part ?? chosen;
  if (!part && chosen && !(sameScene && map.moved)) reveal(map, chosen, false);
  const at = focused && (holding(map, focused) ?? target);
  if (at) {
    rove(map, at);
    map.staying = true;
    at.focus({ preventScroll: true });
    map.staying = false;
  }
}

// Whether the upper left corner of a part is in the window.
function begins(map, part) {
  const { left, top } = onScreen(map, part);
  return left >= 0 && top >= 0 && left <= map.room - 2 * EDGE && top <= map.tall - 2 * EDGE;
}

function resized(map) {
  if (!map.data || !map.view.clientWidth) return;
  if (form(map) !== map.code) { draw(map); return; }
  if (!map.svg) return;
  measure(map);
  map.mini.stale = true;
  if (map.moved) place(map, map.x, map.y, map.k);
  else start(map, false);
  if (map.chosen && !map.moved) reveal(map, map.chosen, false);
}

// The page's theme as it is seen; the server hears of a change, since what it drew for the other one has to follow.
function paint(map) {
  const [red, green, blue] = getComputedStyle(map.frame).backgroundColor.match(/[\d.]+/g).map(Number);
  const theme = 0.3 * red + 0.59 * green + 0.11 * blue < 128 ? "dark" : "light";
  if (map.svg) map.svg.dataset.theme = theme;
  if (map.seen && map.seen !== theme && map.data.theme !== theme) map.tellTheme(theme);
  map.seen = theme;
}

// What the colours of values mean: always in sight, while the drawing's own legend may be far away.
function showKey(map) {
  const { key, busy } = map.data;
  map.key.hidden = !key && !busy;
  map.key.replaceChildren(element("span", busy));
  if (!key) return;
  const steps = element("span", "", "steps"), scale = element("span", "");
  for (const colour of key.colours) steps.append(element("i", "", "", `background:${colour}`));
  scale.append(key.low, steps, key.high);
  map.key.prepend(element("span", key.words), scale, element("span", key.note));
}

function element(tag, text, name = "", style = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = name;
  made.style.cssText = style;
  return made;
}

function repaint(map) {
  paint(map);
  map.mini.stale = true;
  if (map.svg) frameOfWindow(map);
}

function mounted(root) {
  const of = (selector) => root.querySelector(selector);
  const map = {
    root, frame: of(".map"), view: of(".view"), paper: of(".paper"), anchor: of(".anchor"), card: of(".card"),
    says: of(".says"), live: of(".live"), query: of(".query"), count: of(".count"), results: of(".results"),
    key: of(".key"), mini: { box: of(".mini"), canvas: of(".mini canvas"), frame: of(".mini i"), off: false },
    buttons: Object.fromEntries([...root.querySelectorAll("button")].map((button) => [button.dataset.act, button])),
    pending: null, said: "", kept: null, lit: [], halos: [],
  };
  listen(map);
  map.frame.addEventListener("transitionend", (event) => {
    if (event.propertyName === "background-color" && event.target === map.frame) repaint(map); // see map.css
  });
  new ResizeObserver(() => resized(map)).observe(map.view);
  return map;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const map = maps.get(parentElement) ?? mounted(parentElement);
  maps.set(parentElement, map);
  const watching = data.watch && !map.data?.watch;
  map.data = data;
  map.frame.style.height = `${data.height}px`;
  map.frame.classList.toggle("folds", Boolean(data.folds));
  showKey(map);
  for (const [tell, name] of [["tellTheme", "theme"], ["tellSelected", "selected"], ["tellFold", "fold"], ["tellWindow", "window"]]) {
    map[tell] = (value) => setTriggerValue(name, value);
  }
  if (form(map) !== map.code) { draw(map); return; }
  follow(map);
  if (!map.svg) return;
  offer(map);
  if (watching) {
    map.watched = "";
    atRest(map);
  }
}
