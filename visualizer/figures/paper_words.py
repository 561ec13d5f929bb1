"""What stands above a column of the paper view: the network's name, how it differs from a published one, its costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from visualizer.analysis import headline
from visualizer.analysis.format import abbreviated, grouped
from visualizer.analysis.naming import network_name
from visualizer.figures.drawing import Text
from visualizer.figures.style import width_in
from visualizer.resnet import Plan, Sequential

LINE, SPACE = 17.0, 8.0
"""Height of a line, and between the two texts in it."""
MOST = 34
"""Characters of a line that says how a network differs from its preset."""
Words = tuple[tuple[str, str], ...]
"""One line: a text, or two beside each other, each with its style."""


def words_of(network: Plan | Sequential, title: str = "") -> Iterator[Words]:
    """The lines: the network's name or the title, what is changed, costs rounded and exact."""
    name = network_name(network.spec) if isinstance(network, Plan) else network.title
    name, _, changes = (title or name).partition(" with ")
    figures = headline(network)
    yield ((name, "name"),)
    yield from (((line, "note"),) for line in wrap(f"with {changes}" if changes else "", MOST))
    yield (abbreviated(figures.macs, "MACs"), "shape"), (grouped(figures.macs), "tiny")
    yield (f"{abbreviated(figures.params)} parameters", "shape"), (grouped(figures.params), "tiny")


def words_width(lines: Sequence[Words]) -> float:
    """The width of the lines above a column, whose second texts stand below each other."""
    seconds = max(width_in(style, text) for line in lines for text, style in line[1:])
    return max(_second(lines) + seconds, *(width_in(style, text) for ((text, style), *_) in lines))


def _second(lines: Sequence[Words]) -> float:
    """Where the second texts of the lines begin."""
    return max(width_in(line[0][1], line[0][0]) for line in lines if len(line) > 1) + SPACE


def placed_words(lines: Sequence[Words], left: float, bottom: float) -> Iterator[Text]:
    """The lines from `left` on, the last of them above `bottom`."""
    top = bottom - LINE * len(lines)
    for number, line in enumerate(lines):
        for x, (text, style) in zip((left, left + _second(lines)), line, strict=False):
            yield Text(x, top + LINE * number + 9, text, style)
