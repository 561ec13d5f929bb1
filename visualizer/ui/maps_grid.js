// Where things are in a grid of maps, as the server has drawn it: cells of equal size with gutters between them.

function element(tag, name, text) {
  const made = document.createElement(tag);
  made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

function factList(rows) {
  const list = document.createElement("dl");
  for (const [name, value] of rows) list.append(element("dt", "", name), element("dd", "", value));
  return list;
}

// A colour bar as wide as its letters ask: its own width is for a root of the usual 16 pixels.
function drawBar(place, bar) {
  place.innerHTML = bar; // our own drawing of numbers
  const svg = place.querySelector("svg");
  svg.style.width = `${svg.getAttribute("width") / 16}rem`;
}

// The position of the map at a point of the picture, given in parts of its width and height; -1 between the maps.
function positionAt(panel, across, down) {
  const [height, width] = panel.cell, gutter = panel.gutter;
  const x = across * panel.size[0] - gutter, y = down * panel.size[1] - gutter;
  const column = Math.floor(x / (width + gutter)), row = Math.floor(y / (height + gutter));
  const position = row * panel.columns + column;
  return row >= 0 && column >= 0 && column < panel.columns && position < panel.channels.length ? position : -1;
}

function positionOf(panel, box, event) {
  return positionAt(panel, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
}

// Left and top of a map in pixels of the picture.
function corner(panel, position) {
  const [height, width] = panel.cell, gutter = panel.gutter;
  return [
    gutter + (position % panel.columns) * (width + gutter),
    gutter + Math.floor(position / panel.columns) * (height + gutter),
  ];
}
