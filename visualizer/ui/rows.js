// A table of parts of a network; each of its rows is chosen by a click on it or by the button in its first cell.
const tables = new WeakMap();

function cell(kind, text, words, name) {
  const made = document.createElement(kind);
  made.textContent = text;
  if (words) made.className = "words";
  if (name) made.dataset.name = name;
  return made;
}

function head(names, words) {
  const row = document.createElement("tr");
  names.forEach((name, at) => {
    const made = cell("th", name, at < words);
    made.scope = "col";
    row.append(made);
  });
  const made = document.createElement("thead");
  made.append(row);
  return made;
}

function line({ path, cells }, names, words) {
  const row = document.createElement("tr"), first = cell("th", "", true), button = document.createElement("button");
  first.scope = "row";
  button.type = "button";
  button.textContent = cells[0];
  first.append(button);
  row.dataset.path = path;
  row.append(first, ...cells.slice(1).map((text, at) => cell("td", text, at + 1 < words, at + 1 < words ? "" : names[at + 1])));
  return row;
}

function draw(table, { caption, names, words, rows }) {
  const body = document.createElement("tbody"), title = document.createElement("caption");
  title.textContent = caption;
  body.append(...rows.map((row) => line(row, names, words)));
  table.replaceChildren(title, head(names, words), body);
}

// The row is marked at once, and the server then says the same.
function mark(table, path) {
  for (const row of table.tBodies[0].rows) {
    const chosen = row.dataset.path === path;
    row.classList.toggle("chosen", chosen);
    row.querySelector("button").setAttribute("aria-pressed", chosen);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const table = parentElement.querySelector("table"), { selected, ...content } = data, drawn = JSON.stringify(content);
  if (tables.get(parentElement) !== drawn) draw(table, content); // else whoever has the focus keeps it
  tables.set(parentElement, drawn);
  mark(table, selected);
  table.onclick = (event) => {
    const path = event.target.closest("tbody tr")?.dataset.path;
    if (!path) return;
    mark(table, path);
    setTriggerValue("chosen", path);
  };
}
