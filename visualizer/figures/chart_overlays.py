"""What a plotly figure has over and under its panels, on paper: shapes and notes, on the axes that they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from reportlab.graphics.shapes import Drawing, Line, Rect
from reportlab.lib.colors import Color, linearlyInterpolatedColor, toColor, white

from visualizer.figures.chart_axes import Axis, Plain
from visualizer.figures.chart_texts import INK, plain, write
from visualizer.figures.chart_traces import dashes


class Plane(NamedTuple):
    """All axes by their names ("x", "y2"), and the box around their panels: left, bottom, right, top."""

    axes: Mapping[str, Axis]
    box: tuple[float, float, float, float]

    def places(self, letter: str, ref: str | None, values: Sequence[Any]) -> list[float]:
        """Where values stand, in points, of what names an axis, an axis' domain or the paper; gaps are left out.

        ValueError: there is no such axis.
        """
        ref = ref or letter
        if ref == "paper":
            low, high = self.box[letter == "y"], self.box[2 + (letter == "y")]
            return [low + (high - low) * float(value) for value in values]
        of = self.axes.get(ref.removesuffix(" domain"))
        if of is None or ref[0] != letter:
            raise ValueError(f"What stands on the axis {ref!r} cannot be drawn without that axis.")
        if ref.endswith(" domain"):
            low, high = sorted((of.start, of.end))
            return [low + (high - low) * float(value) for value in values]
        return [of.place(number) for number in map(of.number, values) if number is not None]


def shape(drawn: Plain, plane: Plane) -> Iterator[Line | Rect]:
    """A line or a rectangle; nothing where one of its ends has no place."""
    across, up = (
        plane.places(letter, drawn.get(f"{letter}ref"), (drawn[f"{letter}0"], drawn[f"{letter}1"])) for letter in "xy"
    )
    if len(across) < 2 or len(up) < 2:
        return
    line, share = drawn.get("line", {}), float(drawn.get("opacity", 1))
    if drawn["type"] == "line":
        yield Line(
            across[0], up[0], across[1], up[1], strokeColor=_thinned(line.get("color", INK), share),
            strokeWidth=line.get("width", 1), strokeDashArray=dashes(line.get("dash")),
        )  # fmt: skip
    elif drawn["type"] == "rect":
        fill = _thinned(drawn["fillcolor"], share) if drawn.get("fillcolor") else None
        yield Rect(
            min(across), min(up), abs(across[1] - across[0]), abs(up[1] - up[0]), fillColor=fill,
            strokeColor=toColor(line["color"]) if line.get("color") else None, strokeWidth=line.get("width", 0),
        )  # fmt: skip


def _thinned(colour: Any, share: float) -> Color:
    """A colour so much of which covers white paper, since not every reader of SVG files knows opacity."""
    return linearlyInterpolatedColor(white, toColor(colour), 0, 1, share)


def note(drawing: Drawing, written: Plain, plane: Plane) -> None:
    """A text at its place; its arrow is not drawn."""
    across, up = (plane.places(letter, written.get(f"{letter}ref"), (written[letter],)) for letter in "xy")
    if across and up and written.get("text"):
        anchor = {"left": "start", "right": "end"}.get(written.get("xanchor", ""), "middle")
        x, y = across[0] + float(written.get("xshift") or 0), up[0] + float(written.get("yshift") or 0)
        write(drawing, x, y, plain(written["text"]), anchor=anchor)
