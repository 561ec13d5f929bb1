// What the server tells of every layer, block and stage, and the card with it that comes up beside a node.
const WAIT = 150, GRACE = 250; // milliseconds until a card comes, and in which the pointer may go over to it

// The whole list, from its short form: equal blocks are told once. The paths of one network of several begin with `net`.
function unfolded(index, net = "") {
  const entries = [];
  const add = (path, [words, output, params, macs]) => entries.push({ path: net + path, words, output, params, macs });
  for (const [path, ...facts] of index.stem) add(path, facts);
  index.stages.forEach(({ facts, forms }, number) => {
    const stage = `layer${number + 1}`;
    add(stage, facts);
    forms.forEach((form, block) => {
      const { facts: ofBlock, layers } = index.forms[form], path = `${stage}.${block}`;
      add(path, [`stage ${number + 1}, block ${block + 1}: ${ofBlock[0]}`, ...ofBlock.slice(1)]);
      for (const [layer, ...ofLayer] of layers) add(`${path}.${layer}`, ofLayer);
    });
  });
  for (const [path, ...facts] of index.head) add(path, facts);
  return entries;
}

// Every entry, in the network's order; read when it is first asked for.
async function entriesOf(map) {
  if (map.indexed !== map.data.index) {
    const code = map.indexed = map.data.index;
    map.entries = inflated(code).then((text) => {
      const index = JSON.parse(text), many = index.networks;
      const entries = many ? many.flatMap((one, number) => unfolded(one, `${number + 1}:`)) : unfolded(index);
      return { entries, notes: index.notes, byPath: new Map(entries.map((entry) => [entry.path, entry])) };
    });
  }
  return map.entries;
}

function hover(map, node, event) {
  if (node === map.hovered) return;
  map.hovered?.classList.remove("hovered");
  map.hovered = node;
  node?.classList.add("hovered");
  say(map, node);
  clearTimeout(map.soon);
  if (!node) { map.soon = setTimeout(() => hideCard(map), GRACE); return; }
  const box = map.view.getBoundingClientRect(), at = { x: event.clientX - box.left, y: event.clientY - box.top };
  map.soon = setTimeout(() => showCard(map, node, at), map.card.hidden ? WAIT : 60);
}

async function showCard(map, node, at) {
  const { byPath, notes } = await entriesOf(map), path = pathOf(node), entry = byPath.get(path);
  if (!node.isConnected || (map.hovered !== node && map.roved !== node)) return;
  map.card.replaceChildren(...(entry ? told(node, path, entry, notes) : [line("span", node.getAttribute("aria-label"))]));
  map.card.hidden = false;
  const { offsetWidth: width, offsetHeight: height } = map.card;
  const left = at.x + 14 + width > map.room ? at.x - 14 - width : at.x + 14;
  const top = at.y + 16 + height > map.tall ? at.y - 12 - height : at.y + 16;
  map.card.style.translate = `${Math.max(4, Math.min(left, map.room - width - 4))}px ${Math.max(4, top)}px`;
}

// What the card says of a layer, a block or a stage, a run of equal blocks told once. An empty place has its label only.
function told(node, path, entry, notes) {
  const many = node.dataset.last ? stageAndBlock(node.dataset.last).block - stageAndBlock(path).block + 1 : 1;
  const count = (number) => number.toLocaleString("en");
  const rows = { Output: entry.output.replaceAll("×", " × "), Parameters: count(entry.params), MACs: count(entry.macs) };
  if (notes[path]) rows[notes.title] = notes[path];
  return [
    line("strong", many > 1 ? `${path} to ${node.dataset.last}` : path),
    line("span", many > 1 ? `${many} equal blocks, each: ${entry.words.replace(/^.*?: /, "")}` : entry.words),
    ...Object.entries(rows).flatMap(([term, value]) => [line("dt", term), line("dd", value)]),
  ];
}

// Texts are set as texts, never as markup.
function line(tag, words) {
  const made = document.createElement(tag);
  made.textContent = words;
  return made;
}

function hideCard(map) {
  clearTimeout(map.soon);
  map.card.hidden = true;
}

function listenForCard(map) {
  const { view, card } = map;
  view.addEventListener("pointerover", (event) => {
    if (card.contains(event.target)) { clearTimeout(map.soon); return; } // one may go over to it, to read or to copy
    if (event.pointerType === "touch" || event.buttons) return;
    const still = map.pointer?.x === event.clientX && map.pointer?.y === event.clientY; // a drawing came under it
    map.pointer = { x: event.clientX, y: event.clientY };
    if (!still) hover(map, event.target.closest(NODE), event);
  });
  view.addEventListener("pointerleave", () => hover(map, null));
  view.addEventListener("pointerdown", (event) => { if (!card.contains(event.target)) hideCard(map); });
  // Wherever the focus is: Esc puts away a card that covers something.
  const away = (event) => {
    if (event.key !== "Escape" || card.hidden) return;
    hideCard(map);
    event.stopPropagation();
  };
  window.addEventListener("keydown", (event) => view.isConnected ? away(event) : undefined, { capture: true });
}
