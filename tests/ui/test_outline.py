"""The outline on a page: lists within each other, of which a browser sees exactly what the outline says."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.figures.in_words import Entry, outline
from visualizer.resnet import ResNetSpec, parse, plan
from visualizer.ui.outline import outline_html


class Reader(HTMLParser):
    """Nesting, texts, and which parts are open."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.seen: list[tuple[int, str]] = []
        self.opened: list[str] = []
        self.open_next = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "details":
            self.open_next = "open" in dict(attrs)
        if tag in ("summary", "div"):
            self.seen.append((self.tags.count("ul"), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.tags.pop() == tag
        if tag == "summary" and self.open_next:
            self.opened.append(self.seen[-1][1])

    def handle_data(self, data: str) -> None:
        if self.seen and "li" in self.tags:
            depth, text = self.seen[-1]
            self.seen[-1] = depth, text + data.replace("\u00a0×\u00a0", " × ")


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    assert not reader.tags
    return reader


def said(entry: Entry, depth: int = 0) -> list[tuple[int, str]]:
    """The lines with their depths: names, words and facts."""
    text = ": ".join(filter(None, (entry.title, "; ".join(filter(None, (entry.words, entry.facts))))))
    inner = [line for one in entry.entries for line in said(one, depth + 1)]
    return [(depth, text), *inner]


@given(specs(), st.integers(1, 100))
def test_every_part_is_a_line_at_its_depth(spec: ResNetSpec, resolution: int) -> None:
    network = outline(plan(spec, resolution))
    lines = [(depth, text) for depth, text in read(outline_html(network)).seen if depth]
    assert lines == said(network)[1:]


def test_what_leads_to_the_selection_is_open_and_nothing_else() -> None:
    network = outline(plan(parse("resnet50")))
    assert read(outline_html(network)).opened == []
    opened = read(outline_html(network, "layer3.4")).opened
    assert [line.partition(":")[0] for line in opened] == ["stage 3 (layer3)", "blocks 2 to 6 (layer3.1 to layer3.5)"]
    opened = read(outline_html(network, "layer2.0.downsample.0")).opened
    assert [line.partition(":")[0] for line in opened] == ["stage 2 (layer2)", "block 1 (layer2.0)", "shortcut"]


@given(st.text(max_size=30))
def test_text_never_becomes_markup(text: str) -> None:
    leaf = Entry(f"<img src=x>{text}", f"<img>&amp;{text}", "<img>")
    stage = Entry(f"{text}<img>", f"{text}<img>", "layer<img>.0", "layer<img>.1", entries=(leaf,))
    network = Entry(f"<img src=x>{text}", f"&<img>{text}", entries=(stage, leaf))
    html = outline_html(network)
    assert "<img" not in html
    assert read(html).tags == []
    assert [line for line in read(html).seen if line[0]] == said(network)[1:]
