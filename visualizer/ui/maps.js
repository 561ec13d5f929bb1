// The grids of a block. The chosen channel is told by channel.js through an event, so that these pictures need not
// be sent again for it; clicks and Enter report it.
const memory = new WeakMap();

function put(mark, panel, position) {
  mark.hidden = position < 0;
  if (position < 0) return;
  const [height, width] = panel.cell, [all, tall] = panel.size, [x, y] = corner(panel, position);
  mark.style.left = `${(100 * x) / all}%`;
  mark.style.top = `${(100 * y) / tall}%`;
  mark.style.width = `${(100 * width) / all}%`;
  mark.style.height = `${(100 * height) / tall}%`;
}

// A dead channel is crossed out, one that is always on has a corner filled.
function drawSigns(p, panel) {
  const [height, width] = panel.cell, corners = (places) => places.map((at) => corner(panel, at));
  const edge = Math.round(width / 4);
  p.signs.setAttribute("viewBox", `0 0 ${panel.size.join(" ")}`);
  p.deadSign.setAttribute("d", corners(panel.dead).map(([x, y]) => `M${x} ${y + height}l${width} ${-height}`).join(""));
  p.onSign.setAttribute("d", corners(panel.on).map(([x, y]) => `M${x + width - edge} ${y}h${edge}v${edge}z`).join(""));
}

function kindOf(panel, position) {
  return panel.dead.includes(position) ? ", dead" : panel.on.includes(position) ? ", always on" : "";
}

function nameOf(p, position) {
  return `channel ${p.panel.channels[position]}${kindOf(p.panel, position)}`;
}

function say(p, position) {
  const at = position >= 0 ? position : p.chosenAt;
  p.tip.textContent = at < 0 ? "" : `${nameOf(p, at)}${at === p.chosenAt ? ", chosen" : ""}`;
}

function mark(m) {
  const now = window.visualizerChannel || {};
  const here = m.panels.find((p) => p.panel.place === now.place);
  for (const p of m.panels) {
    // A channel's number means the same only where the places have the same channels.
    const same = here && here.panel.total === p.panel.total;
    p.chosenAt = same ? p.panel.channels.indexOf(now.channel) : -1;
    put(p.chosen, p.panel, p.chosenAt);
    p.chosen.setAttribute("aria-label", p.chosenAt < 0 ? "" : `channel ${now.channel}, chosen`);
    say(p, -1);
  }
}

function choose(m, p, position) {
  if (position < 0) return;
  const channel = p.panel.channels[position];
  window.visualizerChannel = { place: p.panel.place, channel };
  mark(m);
  m.report([p.panel.place, channel]);
}

function step(p, key) {
  const last = p.panel.channels.length - 1, at = p.at, columns = p.panel.columns;
  const next = {
    ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - columns, ArrowDown: at + columns, Home: 0, End: last,
  }[key];
  if (next === undefined) return false;
  if (next >= 0 && next <= last) p.at = next;
  put(p.cursor, p.panel, p.at);
  say(p, p.at);
  p.grid.setAttribute("aria-activedescendant", p.at === p.chosenAt ? p.chosen.id : p.cursor.id);
  p.cursor.setAttribute("aria-label", nameOf(p, p.at));
  return true;
}

function listen(m, p) {
  const at = (event) => positionOf(p.panel, p.grid.getBoundingClientRect(), event);
  p.grid.addEventListener("click", (event) => choose(m, p, at(event)));
  p.grid.addEventListener("pointermove", (event) => say(p, at(event)));
  p.grid.addEventListener("pointerleave", () => say(p, -1));
  p.grid.addEventListener("focus", () => {
    p.at = Math.max(p.chosenAt, 0);
    if (p.grid.matches(":focus-visible")) step(p, "");
  });
  p.grid.addEventListener("blur", () => { p.cursor.hidden = true; say(p, -1); });
  p.grid.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") choose(m, p, p.at);
    else if (!step(p, event.key)) return;
    event.preventDefault();
  });
}

function panelOf(m, number) {
  const p = { at: 0, chosenAt: -1 };
  p.root = element("section", "panel");
  p.head = element("div", "head");
  p.sign = element("span", "sign");
  p.title = element("span", "title");
  p.flag = element("span", "flag");
  p.head.append(p.sign, p.title, p.flag);
  p.note = element("span", "note");
  p.grid = element("div", "grid");
  p.grid.tabIndex = 0;
  p.grid.setAttribute("role", "listbox");
  p.img = element("img", "");
  p.img.alt = "";
  p.img.draggable = false;
  p.img.decoding = "sync";
  p.chosen = element("div", "mark chosen");
  p.cursor = element("div", "mark cursor");
  for (const [box, name] of [[p.chosen, "chosen"], [p.cursor, "cursor"]]) {
    box.id = `${name}-${number}`;
    box.hidden = true;
    box.setAttribute("role", "option");
    box.setAttribute("aria-selected", name === "chosen");
  }
  const drawn = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  [p.signs, p.deadSign, p.onSign] = ["svg", "path", "path"].map(drawn);
  p.signs.setAttribute("class", "signs");
  p.signs.setAttribute("aria-hidden", "true");
  p.deadSign.setAttribute("class", "dead");
  p.onSign.setAttribute("class", "on");
  p.signs.append(p.deadSign, p.onSign);
  p.grid.append(p.img, p.signs, p.chosen, p.cursor);
  p.tip = element("p", "tip");
  p.facts = document.createElement("dl");
  p.root.append(p.head, p.note, p.grid, p.tip, p.facts);
  listen(m, p);
  return p;
}

function show(p, panel, data) {
  p.panel = panel;
  p.root.dataset.place = panel.place;
  p.sign.textContent = panel.sign;
  p.title.textContent = panel.title;
  p.note.textContent = panel.note;
  p.flag.textContent = data.flag;
  p.grid.style.aspectRatio = `${panel.size[0]} / ${panel.size[1]}`;
  p.grid.setAttribute("aria-label", `${panel.title}: ${panel.channels.length} channels, ${data.order}`);
  if (p.img.getAttribute("src") !== panel.src) p.img.src = panel.src;
  drawSigns(p, panel);
  p.at = Math.min(p.at, panel.channels.length - 1);
  p.cursor.hidden = true;
  const facts = factList(panel.facts);
  p.facts.replaceWith(facts);
  p.facts = facts;
}

// Squares stay squares where they are enlarged; where they are made smaller, neighbours are averaged.
function sharpen(m) {
  for (const p of m.panels) {
    const enlarged = p.grid.clientWidth * devicePixelRatio >= p.panel.size[0];
    p.img.style.imageRendering = enlarged ? "pixelated" : "auto";
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  let m = memory.get(parentElement);
  if (!m) {
    m = { panels: [], row: parentElement.querySelector(".row"), scale: parentElement.querySelector(".scale") };
    m.heard = () => mark(m);
    m.observer = new ResizeObserver(() => sharpen(m));
    m.observer.observe(m.row);
    memory.set(parentElement, m);
  }
  m.report = (chosen) => setTriggerValue("chosen", chosen);
  drawBar(m.scale, data.bar);
  m.scale.append(element("p", "", data.caption));
  while (m.panels.length < data.panels.length) m.panels.push(panelOf(m, m.panels.length));
  m.panels.length = data.panels.length;
  data.panels.forEach((panel, number) => show(m.panels[number], panel, data));
  if (m.row.childElementCount !== m.panels.length) m.row.replaceChildren(...m.panels.map((p) => p.root));
  sharpen(m);
  mark(m);
  window.addEventListener("visualizer-channel", m.heard);
  return () => window.removeEventListener("visualizer-channel", m.heard);
}
