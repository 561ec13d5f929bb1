// Pictures in rows, each of which is chosen by a click or by key. The choice is marked at once and reported.
const drawn = new WeakMap();

function made(tag, name, text) {
  const node = document.createElement(tag);
  node.className = name;
  if (text) node.textContent = text;
  return node;
}

function frame({ key, src, name, note, alt }) {
  const button = made("button", "frame", ""), image = document.createElement("img");
  button.type = "button";
  button.dataset.key = key;
  image.src = src;
  image.alt = alt;
  image.width = image.height = 128;
  image.decoding = "sync";
  button.append(image, made("span", "name", name), made("span", "note", note));
  return button;
}

function row({ title, frames }) {
  const section = made("section", "row", ""), strip = made("div", "strip", "");
  strip.append(...frames.map(frame));
  if (title) section.append(made("h4", "", title));
  section.append(strip);
  return section;
}

function mark(place, selected) {
  for (const button of place.querySelectorAll("button")) {
    const chosen = button.dataset.key === selected;
    button.classList.toggle("chosen", chosen);
    button.setAttribute("aria-pressed", chosen);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".frames"), { selected, ...content } = data, text = JSON.stringify(content);
  if (drawn.get(parentElement) !== text) {
    place.setAttribute("aria-label", data.label);
    place.style.setProperty("--frame", `${data.size / 16}rem`); // so that it grows with the letters below it
    place.replaceChildren(...data.rows.map(row)); // else whoever has the focus keeps it
  }
  drawn.set(parentElement, text);
  mark(place, selected);
  place.onclick = (event) => {
    const key = event.target.closest("button")?.dataset.key;
    if (!key) return;
    mark(place, key);
    setTriggerValue("chosen", key);
  };
}
