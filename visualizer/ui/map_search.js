// The search box: layers, blocks and stages by name, kind or shape; a combobox with a list (ARIA's pattern).
const SHOWN = 60; // results in the list; the count says how many there are

// "3 × 3" and "3x3" are the same, and so are upper and lower case.
function plain(text) {
  return text.toLowerCase().replace(/\s*[×x*]\s*(?=\d)/g, "x").trim();
}

// Whether the words occur, and no number is cut: "layer3.1" is not in "layer3.10".
function occurs(words, text) {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const cut = /^\d/.test(words) && /\d/.test(text[at - 1] ?? "");
    if (!cut && !(/\d$/.test(words) && /\d/.test(text[at + words.length] ?? ""))) return true;
  }
  return false;
}

// Entries that have the query as it stands, else those that have all its words: best by name, then in order.
function found(entries, query) {
  const asked = plain(query), words = asked.split(/\s+/);
  if (!asked) return [];
  const said = (entry) => (entry.text ??= plain(`${entry.path} ${entry.words} ${entry.output}`));
  let hits = entries.filter((entry) => occurs(asked, said(entry)));
  if (!hits.length) hits = entries.filter((entry) => words.every((word) => occurs(word, said(entry))));
  const rank = ({ path, words: told }) => (path === asked ? 0 : path.endsWith(`.${asked}`) || plain(told).startsWith(asked) ? 1 : 2);
  return hits.map((entry) => [rank(entry), entry]).sort(([one], [two]) => one - two).map(([, entry]) => entry);
}

async function search(map) {
  const { entries } = await entriesOf(map);
  map.hits = found(entries, map.query.value);
  map.hit = -1;
  list(map);
}

function list(map) {
  const { hits, results } = map;
  results.replaceChildren(...hits.slice(0, SHOWN).map((entry, number) => {
    const option = document.createElement("li");
    option.id = `result-${number}`;
    option.setAttribute("role", "option");
    option.append(line("b", entry.path), line("span", `${entry.words}, ${entry.output}`));
    option.onpointerdown = (event) => event.preventDefault(); // the focus stays in the box
    option.onclick = () => take(map, number);
    return option;
  }));
  const asked = map.query.value.trim();
  map.count.textContent = asked ? (hits.length ? `${hits.length} found` : "none found") : "";
  announce(map, map.count.textContent);
  unlist(map, !asked || !hits.length);
  point(map, map.hit);
}

function unlist(map, closed = true) {
  map.results.hidden = closed;
  map.query.setAttribute("aria-expanded", !closed);
}

function point(map, number) {
  map.results.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
  const option = map.results.children[number];
  option?.setAttribute("aria-selected", "true");
  if (option) map.query.setAttribute("aria-activedescendant", option.id);
  else map.query.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

// Select a result, show where it is, and near enough to be read.
function take(map, number) {
  const { hits } = map;
  if (!hits.length) return;
  map.hit = (number + hits.length) % hits.length;
  point(map, map.hit);
  unlist(map);
  map.count.textContent = `${map.hit + 1} of ${hits.length}`;
  choose(map, hits[map.hit].path);
  if (!map.chosen) return;
  if (map.k < legible()) zoomTo(map, map.chosen);
  else reveal(map, map.chosen, true);
}

function onSearchKey(map, event) {
  event.stopPropagation(); // the page has keys of its own
  const most = Math.min(map.hits.length, SHOWN), step = (way) => {
    unlist(map, !most);
    map.hit = most ? (map.hit + way + most) % most : -1;
    point(map, map.hit);
    map.fresh = true;
  };
  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(map.hit < 0 ? 0 : -1),
    Enter: () => { take(map, map.fresh && map.hit >= 0 ? map.hit : map.hit + (event.shiftKey ? -1 : 1)); map.fresh = false; },
    Escape: () => { if (map.results.hidden) { map.query.value = ""; search(map); } else unlist(map); },
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
}

function listenToSearch(map) {
  map.hits = [];
  map.query.addEventListener("input", () => { map.fresh = false; search(map); });
  map.query.addEventListener("keydown", (event) => onSearchKey(map, event));
  for (const kind of ["keyup", "keypress"]) map.query.addEventListener(kind, (event) => event.stopPropagation());
  map.query.addEventListener("focus", () => { if (map.hits.length && map.hit < 0) unlist(map, false); });
  map.query.addEventListener("blur", () => unlist(map));
}
