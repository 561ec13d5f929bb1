// The nodes of a map: stages, blocks and layers, each in a group with a path; which one is selected, what is said of
// it, and what of it can be opened and closed.
const NODE = "[data-path]";
const PATIENCE = 2500; // milliseconds in which a choice made here outweighs what an older run of the page says
const FOLDING = 10000; // milliseconds in which a new drawing is taken for the answer to Open or Close
const SVG = "http://www.w3.org/2000/svg";

function pathOf(node) {
  return node.dataset.path;
}

// In a figure of several networks a path begins with the number of one: "2:layer3.1".
function stageAndBlock(path) {
  const [, net = "", stage, block] = /^(\d:)?layer(\d+)(?:\.(\d+))?/.exec(path) ?? [];
  return { net, stage: stage && Number(stage), block: block && Number(block) };
}

function isStage(path) {
  return /^(\d:)?layer\d+$/.test(path);
}

function readNodes(map) {
  map.nodes = [...map.svg.querySelectorAll(NODE)];
  map.frames = new WeakMap();
  map.byPath = new Map();
  map.runs = [];
  for (const node of map.nodes) {
    const path = pathOf(node);
    if (!map.byPath.has(path)) map.byPath.set(path, node);
    if (isStage(path) && !node.querySelector("rect")) hitArea(node);
    if (node.dataset.last) {
      map.runs.push({ node, first: stageAndBlock(path), last: stageAndBlock(node.dataset.last).block });
    }
    name(map, node, path);
  }
}

// The name of a stage is hit between its letters too, and has something to be framed.
function hitArea(node) {
  const { x, y, width, height } = node.getBBox(), made = document.createElementNS(SVG, "rect");
  const of = { x: x - 3, y: y - 2, width: width + 6, height: height + 4, rx: 5, class: "hit" };
  for (const [name, value] of Object.entries(of)) made.setAttribute(name, value);
  node.prepend(made);
}

// A node with others inside is a group; a button's insides would not exist for a screen reader.
function name(map, node, path) {
  node.setAttribute("tabindex", "-1");
  if (node.querySelector(NODE)) {
    node.setAttribute("role", "group");
    return;
  }
  node.setAttribute("role", "button");
  node.setAttribute("aria-pressed", "false");
  if (map.data.folds && stageAndBlock(path).stage) {
    const opened = isStage(path) && map.nodes.some((other) => other.dataset.path.startsWith(`${path}.`));
    if (opened || opens(map, node)) node.setAttribute("aria-expanded", opened);
  }
}

// The node with this path, or the one that it is drawn in: a run of equal blocks, a block or a stage that is not open.
function holding(map, path) {
  const exact = map.byPath.get(path);
  if (exact || !path) return exact;
  const { net, stage, block } = stageAndBlock(path), name = `${net}layer${stage}`;
  const holds = ({ first, last }) => first.net === net && first.stage === stage && first.block <= block && block <= last;
  return map.byPath.get(`${name}.${block}`) ?? map.runs.find(holds)?.node ?? map.byPath.get(name);
}

// What lights up with a node: it, and what stands beside it in the other networks of the figure.
function besides(map, node) {
  const [beside] = /beside-\S+/.exec(node?.getAttribute("class")) ?? [];
  return beside ? [...map.svg.getElementsByClassName(beside)] : node ? [node] : [];
}

// What is said of a selected node, and where the selected thing is if it is not drawn by itself.
function sentence(node, path) {
  const label = node.getAttribute("aria-label"), own = pathOf(node), { stage, block } = stageAndBlock(path);
  if (path === own && !node.dataset.last) return label;
  if (isStage(own)) return `${path} is selected, in stage ${stage}, which is closed. ${label}`;
  if (path.split(".").length > 2) return `${path} is selected, in block ${block + 1}, which is not open. ${label}`;
  return `Block ${block + 1} of stage ${stage} is selected. ${label}`;
}

function mark(map, path) {
  const chosen = holding(map, path);
  for (const node of map.lit) pressed(node, false);
  for (const made of map.halos) made.remove();
  map.chosen = chosen;
  map.lit = besides(map, chosen);
  map.halos = map.lit.map(halo);
  for (const node of map.lit) pressed(node, true);
  map.selected = path;
  map.said = chosen ? sentence(chosen, path) : path && `${path} is selected; this figure does not draw it.`;
  map.target = chosen;
  say(map);
  rove(map, chosen ?? map.roved ?? map.nodes[0]);
  offer(map);
  return chosen;
}

function pressed(node, yes) {
  node.classList.toggle("selected", yes);
  if (node.getAttribute("role") !== "group") node.setAttribute("aria-pressed", yes);
  else if (yes) node.setAttribute("aria-current", "true");
  else node.removeAttribute("aria-current");
}

// A frame behind the node's largest box, or behind all of it, so that it stands out from every colour of a stage.
function halo(node) {
  const within = (rect) => rect.closest(NODE) === node && !rect.matches(".different, .added");
  const area = (rect) => rect.width.baseVal.value * rect.height.baseVal.value;
  const box = [...node.querySelectorAll("rect")].filter(within).sort((one, two) => area(two) - area(one))[0];
  const { x, y, width, height } = box ? rectangle(box) : node.getBBox();
  const moved = offset(box ?? node, node.parentNode), made = document.createElementNS(SVG, "rect");
  const of = { x: x + moved.x - 5, y: y + moved.y - 5, width: width + 10, height: height + 10, rx: 10, class: "halo" };
  for (const [name, value] of Object.entries(of)) made.setAttribute(name, value);
  node.before(made);
  return made;
}

function rectangle(rect) {
  return { x: rect.x.baseVal.value, y: rect.y.baseVal.value, width: rect.width.baseVal.value, height: rect.height.baseVal.value };
}

function say(map, node) {
  const words = node ? node.getAttribute("aria-label") : map.said || "Nothing is selected.";
  if (map.says.textContent !== words) map.says.textContent = map.says.title = words;
}

function announce(map, words) {
  map.live.textContent = words;
}

// Tab reaches one node of the map; the others are reached by arrow keys.
function rove(map, node) {
  map.roved?.setAttribute("tabindex", "-1");
  map.roved = node;
  node?.setAttribute("tabindex", "0");
}

function choose(map, path) {
  map.pending = path;
  map.until = performance.now() + PATIENCE;
  mark(map, path);
  announce(map, map.said || "Nothing is selected.");
  map.tellSelected(path);
  setTimeout(() => follow(map), PATIENCE + 50);
}

// Take over what the page says is selected, unless it has not yet heard of a newer choice. It may name a part of another
// network that has lit up with what was chosen here.
function follow(map) {
  if (!map.svg) return;
  const { selected } = map.data, at = holding(map, selected), lit = at !== map.chosen && map.lit.includes(at);
  if (map.pending !== null && selected !== map.pending && !lit && performance.now() < map.until) return;
  map.pending = null;
  if (map.selected === selected || lit) return;
  const chosen = mark(map, selected);
  if (chosen) reveal(map, chosen, true);
}

// ---------------------------------------------------------------- opening and closing

function opens(map, node) {
  if (!map.data.folds || !node) return false;
  const path = pathOf(node), { stage, block } = stageAndBlock(path);
  if (isStage(path)) return map.data.folds.open.includes(path);
  return stage !== undefined && path === `layer${stage}.${block}` && !node.classList.contains("open");
}

function closes(map, node) {
  if (!map.data.folds || !node) return false;
  const path = pathOf(node);
  return isStage(path) ? map.data.folds.close.includes(path) : stageAndBlock(path).stage !== undefined;
}

function offer(map) {
  const words = map.target ? ` ${pathOf(map.target)}` : "";
  for (const [act, can, key] of [["open", opens(map, map.target), "o"], ["close", closes(map, map.target), "c"]]) {
    map.buttons[act].disabled = !can;
    map.buttons[act].title = `${act === "open" ? "Open" : "Close"}${can ? words : " the selected part"} (${key})`;
  }
  map.buttons.near.disabled = !map.target;
}

// Where the part with this path begins: a stage that is open, at its first block.
function corner(map, path) {
  return (isStage(path) && holding(map, `${path}.0`)) || holding(map, path);
}

// Ask the server for a part in more detail or in less. What comes in its place will be where it is now.
function fold(map, way, node) {
  if (!(way === "open" ? opens : closes)(map, node)) return false;
  const path = pathOf(node);
  keep(map, path);
  announce(map, `${way === "open" ? "Opening" : "Closing"} ${path}.`);
  map.tellFold({ [way]: path });
  return true;
}

function keep(map, path) {
  const { left, top } = onScreen(map, corner(map, path));
  map.kept = { path, left, top, until: performance.now() + FOLDING };
}
