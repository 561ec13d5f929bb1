// One channel, large. It tells the grids which channel that is.
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

function line(tag, name, text) {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

export default function ({ data, parentElement }) {
  const find = (name) => parentElement.querySelector(name);
  picture(find(".over"), data.over, `${data.title} over the picture`, "Over the picture: clear where the channel is silent.");
  picture(find(".alone"), data.alone, `${data.title} alone`, data.words);
  const list = document.createElement("dl");
  for (const [name, value] of data.facts) list.append(line("dt", "", name), line("dd", "", value));
  const bar = document.createElement("div");
  bar.innerHTML = data.bar; // our own drawing of numbers
  find(".facts").replaceChildren(
    line("span", "title", data.title), line("span", "flag", data.flag), list, bar, line("p", "", data.caption),
  );
  window.visualizerChannel = { place: data.place, channel: data.channel };
  window.dispatchEvent(new CustomEvent("visualizer-channel"));
}
