// One channel, large: over the picture and alone, its values, the filters that make it, where the picture excites it, and
// the channels that feed it. It tells the grids which channel that is, and reports the channel that is gone to.
const SVG = "http://www.w3.org/2000/svg";

function picture(figure, src, alt, words) {
  let image = figure.querySelector("img");
  if (!image) {
    image = document.createElement("img");
    image.decoding = "sync";
    image.width = image.height = 448;
    figure.append(image, document.createElement("figcaption"));
  }
  if (image.getAttribute("src") !== src) image.src = src;
  image.alt = alt;
  figure.querySelector("figcaption").textContent = words;
}

function section(title, words, ...content) {
  const made = document.createElement("section");
  made.append(element("h4", "", title), ...content, ...words.map((line) => element("p", "", line)));
  return made;
}

function image(src, alt) {
  const made = document.createElement("img");
  made.src = src;
  made.alt = alt;
  return made;
}

function drawn(svg, name) {
  const made = element("div", name);
  made.innerHTML = svg; // our own drawing of numbers
  return made;
}

function filters(found) {
  const parts = [];
  if (found.colour) {
    const row = element("div", "colour");
    row.append(image(found.colour, "The filter in colour"), element("span", "", found.colourWords));
    parts.push(row);
  }
  if (found.grid) {
    const tiles = element("div", "tiles"), tip = element("p", "tip");
    tiles.append(image(found.grid.src, found.grid.alt));
    tiles.addEventListener("pointermove", (event) => {
      const at = positionOf(found.grid, tiles.getBoundingClientRect(), event);
      tip.textContent = at < 0 ? "" : `input channel ${found.grid.channels[at]}, ‖w‖ = ${found.grid.norms[at]}`;
    });
    tiles.addEventListener("pointerleave", () => (tip.textContent = ""));
    parts.push(tiles, tip);
  }
  return section(found.title, found.words, ...parts);
}

// A part of the picture as wide as it is high, so that patches that are cut at an edge keep their proportions.
function patch(found, src, side) {
  const figure = document.createElement("figure"), svg = document.createElementNS(SVG, "svg");
  const [left, top, width, height] = found.box;
  svg.setAttribute("viewBox", found.box.join(" "));
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", found.words);
  const shown = document.createElementNS(SVG, "image");
  for (const [name, value] of Object.entries({ href: src, width: side, height: side })) shown.setAttribute(name, value);
  shown.style.imageRendering = width < 60 ? "pixelated" : "auto";
  const clip = document.createElementNS(SVG, "svg"); // what lies outside the field stays hidden
  for (const [name, value] of Object.entries({ x: left, y: top, width, height, viewBox: found.box.join(" ") }))
    clip.setAttribute(name, value);
  clip.append(shown);
  svg.append(clip);
  const radius = Math.max(width, height) / 18;
  for (const [name, thick] of [["rim", 4], ["", 2]]) {
    const ring = document.createElementNS(SVG, "circle");
    for (const [key, value] of Object.entries({ cx: found.centre[0], cy: found.centre[1], r: radius, class: name }))
      ring.setAttribute(key, value);
    ring.style.strokeWidth = thick;
    svg.append(ring);
  }
  figure.append(svg, element("figcaption", "", found.words));
  return figure;
}

function patches(found) {
  const row = element("div", "patches");
  row.append(...found.items.map((one) => patch(one, found.src, found.side)));
  return section(found.title, found.words, row);
}

function feeds(found, report) {
  const row = element("div", "feeds");
  for (const one of found.items) {
    const button = element("button", "feed");
    button.type = "button";
    const bar = element("div", "weight");
    bar.style.width = `${100 * one.part}%`;
    button.append(image(one.src, ""), element("span", "", one.name), element("span", "", one.words), bar);
    button.disabled = !found.go;
    button.addEventListener("click", () => report([...found.go, one.channel]));
    row.append(button);
  }
  const parts = [row];
  if (found.link) {
    const go = element("button", "go", found.link.words);
    go.type = "button";
    go.addEventListener("click", () => report([...found.link.go, found.link.channel]));
    parts.push(go);
  }
  return section(found.title, found.words, ...parts);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  picture(find(".over"), data.over, `${data.title} over the picture`, "Over the picture: clear where the channel is silent.");
  picture(find(".alone"), data.alone, `${data.title} alone`, data.words);
  const bar = document.createElement("div");
  drawBar(bar, data.bar);
  find(".facts").replaceChildren(
    element("span", "title", data.title), element("span", "flag", data.flag), factList(data.facts), bar,
    element("p", "", data.caption),
  );
  const report = (chosen) => setTriggerValue("gone", chosen);
  find(".more").replaceChildren(
    section("Its values", data.histogram.words, drawn(data.histogram.svg, "histogram")),
    filters(data.filters), patches(data.patches), feeds(data.feeds, report),
  );
  window.visualizerChannel = { place: data.place, channel: data.channel };
  window.dispatchEvent(new CustomEvent("visualizer-channel"));
}
