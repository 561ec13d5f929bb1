// A few large pictures with boxes on them, and what there is to say beside. In one of them a position may be chosen by a
// click or, with the focus on it, by the arrow keys; it is reported in pixels of the network's input.
const drawn = new WeakMap();
const SVG = "http://www.w3.org/2000/svg";

function made(tag, name, text) {
  const node = document.createElement(tag);
  node.className = name;
  if (text) node.textContent = text;
  return node;
}

function shape(kind, name, sizes) {
  const node = document.createElementNS(SVG, kind);
  node.setAttribute("class", name);
  for (const [key, value] of Object.entries(sizes)) node.setAttribute(key, value);
  return node;
}

// Each line twice: a dark one below, so that it stands apart from any picture.
function marks({ size, boxes, spot }) {
  const svg = shape("svg", "marks", { viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" });
  for (const { kind, box: [left, top, right, bottom] } of boxes) {
    const sizes = { x: left, y: top, width: right - left, height: bottom - top };
    svg.append(shape("rect", "under", sizes), shape("rect", kind, sizes));
  }
  if (spot) {
    const at = { cx: spot[0] + 0.5, cy: spot[1] + 0.5, r: size / 90 };
    svg.append(shape("circle", "under", at), shape("circle", "spot", at));
  }
  return svg;
}

function figure(data, report) {
  const root = made("figure", "", ""), frame = made("div", "frame", ""), image = document.createElement("img");
  image.src = data.src;
  image.alt = data.alt;
  image.decoding = "sync";
  image.style.imageRendering = data.pixelated ? "pixelated" : "auto";
  frame.append(image);
  if (data.size) frame.append(marks(data));
  if (data.step) choosable(frame, data, report);
  root.append(frame, made("figcaption", "", data.words));
  return root;
}

function choosable(frame, { size, spot, step, label }, report) {
  frame.classList.add("choosable");
  frame.tabIndex = 0;
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label", label);
  const inside = (value) => Math.min(Math.max(Math.floor(value), 0), size - 1);
  frame.addEventListener("click", (event) => {
    const box = frame.getBoundingClientRect();
    report([
      inside((size * (event.clientX - box.left)) / box.width), inside((size * (event.clientY - box.top)) / box.height),
    ]);
  });
  frame.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!move) return;
    event.preventDefault();
    report([inside(spot[0] + step * move[0]), inside(spot[1] + step * move[1])]);
  });
}

function facts({ title, flag, rows, bar, caption }) {
  const root = made("div", "facts", ""), list = document.createElement("dl");
  for (const { kind, name, value } of rows) {
    const term = made("dt", "", name);
    if (kind) term.prepend(made("span", `key ${kind}`, ""));
    list.append(term, made("dd", "", value));
  }
  const colours = document.createElement("div");
  colours.innerHTML = bar; // our own drawing of numbers, as wide as its letters ask
  for (const svg of colours.children) svg.style.width = `${svg.getAttribute("width") / 16}rem`;
  root.append(made("span", "title", title), made("span", "flag", flag), list, colours, made("p", "", caption));
  return root;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".large"), text = JSON.stringify(data);
  if (drawn.get(parentElement) === text) return;
  drawn.set(parentElement, text);
  const focused = place.querySelector(".choosable") && parentElement.activeElement === place.querySelector(".choosable");
  const report = (spot) => setTriggerValue("chosen", spot);
  place.replaceChildren(...data.figures.map((one) => figure(one, report)), facts(data));
  if (focused) place.querySelector(".choosable").focus();
}
