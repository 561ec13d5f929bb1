const memory = new WeakMap();

function place(m) {
  m.svg.style.transform = `translate(${m.x}px,${m.y}px) scale(${m.k})`;
}

function fit(m) {
  const room = m.view.clientWidth, width = m.svg.viewBox.baseVal.width, height = m.svg.viewBox.baseVal.height;
  m.k = Math.min(1.15, room / width, Math.max(m.height / height, 0.85));
  m.k = Math.min(m.k, room / width);
  m.x = Math.max(0, (room - width * m.k) / 2);
  m.y = 0;
  m.view.style.height = `${Math.min(m.height, Math.ceil(height * m.k))}px`;
  place(m);
}

function zoom(m, factor, x, y) {
  const k = Math.min(8, Math.max(0.1, m.k * factor));
  m.x = x - ((x - m.x) * k) / m.k;
  m.y = y - ((y - m.y) * k) / m.k;
  m.k = k;
  place(m);
}

function mark(m, path) {
  for (const block of m.svg.querySelectorAll(".block")) {
    const is = block.dataset.path === path;
    block.classList.toggle("selected", is);
    block.setAttribute("aria-pressed", is);
  }
}

function choose(m, path) {
  mark(m, path);
  m.report(path);
}

function centre(m, factor) {
  zoom(m, factor, m.view.clientWidth / 2, m.view.clientHeight / 2);
}

function listen(m, root) {
  const button = (text, name, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", name);
    made.title = name;
    made.onclick = act;
    root.append(made);
  };
  button("+", "Zoom in", () => centre(m, 1.3));
  button("−", "Zoom out", () => centre(m, 1 / 1.3));
  button("Fit", "Fit the whole width", () => fit(m));
  const hint = document.createElement("span");
  hint.textContent = "Drag to move, Ctrl and wheel to zoom, click a block for its anatomy.";
  root.append(hint);
  m.view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = m.view.getBoundingClientRect();
    zoom(m, Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  let from = null, moved = false;
  m.view.addEventListener("pointerdown", (event) => { from = [event.clientX - m.x, event.clientY - m.y]; moved = false; });
  m.view.addEventListener("pointermove", (event) => {
    if (!from || !(event.buttons & 1)) return;
    const x = event.clientX - from[0], y = event.clientY - from[1];
    if (!moved && Math.hypot(x - m.x, y - m.y) < 5) return;
    moved = true;
    m.x = x;
    m.y = y;
    place(m);
  });
  m.view.addEventListener("pointerup", () => { from = null; });
  m.view.addEventListener("click", (event) => {
    const block = event.target.closest(".block");
    if (block && !moved) choose(m, block.dataset.path);
  });
  m.view.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[event.key];
    const block = event.target.closest && event.target.closest(".block");
    if (step) { m.x += step[0]; m.y += step[1]; place(m); }
    else if (event.key === "+" || event.key === "=") centre(m, 1.3);
    else if (event.key === "-") centre(m, 1 / 1.3);
    else if (event.key === "0") fit(m);
    else if (event.key === "Escape") choose(m, "");
    else if (block && (event.key === "Enter" || event.key === " ")) choose(m, block.dataset.path);
    else return;
    event.preventDefault();
  });
}

export default function ({ data, parentElement, setTriggerValue }) {
  let m = memory.get(parentElement);
  if (!m) {
    m = { view: parentElement.querySelector(".view"), x: 0, y: 0, k: 1 };
    memory.set(parentElement, m);
    listen(m, parentElement.querySelector(".bar"));
  }
  m.report = (path) => setTriggerValue("selected", path);
  m.height = data.height;
  const text = m.view.clientWidth < 560 ? data.narrow : data.wide;
  if (m.text !== text) {
    m.text = text;
    m.view.innerHTML = text;
    m.svg = m.view.querySelector("svg");
    fit(m);
  }
  m.svg.dataset.theme = data.theme;
  mark(m, data.selected);
}
