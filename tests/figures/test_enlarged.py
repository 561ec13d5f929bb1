"""A figure for a projector: every letter and mark that says its size is larger, and what is drawn is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from visualizer.analysis import costs
from visualizer.analysis.measured import Timing
from visualizer.figures.accuracy_chart import against_accuracy
from visualizer.figures.charts import along_depth, by_kind, by_stage
from visualizer.figures.colour import STAGE_COLOURS
from visualizer.figures.compare_charts import beside
from visualizer.figures.depth_beside import depth_beside
from visualizer.figures.depth_charts import Chart, Curve, depth_charts
from visualizer.figures.enlarged import HOVER, enlarged
from visualizer.figures.measured_chart import Measured, measured_chart
from visualizer.figures.similarity_chart import Axis, similarity_map
from visualizer.resnet import plan, preset

LETTERS, ROOM = 1.25, 1.5
SMALL, LARGE = (plan(preset(name), 64) for name in ("resnet18", "resnet34"))
NAMED = [("1", SMALL), ("2", LARGE)]
BLOCK = SMALL.block("layer2.0")


def _curves(*plans: Any) -> Chart:
    return Chart("Mean", tuple(Curve(str(n), {b.path: 1.0 + n for b in one.blocks}) for n, one in enumerate(plans)))


FIGURES: Mapping[str, Callable[[], go.Figure]] = {
    "along depth": lambda: along_depth(costs(SMALL), "light", BLOCK),
    "by stage": lambda: by_stage(costs(SMALL), "macs", "dark", BLOCK),
    "by kind": lambda: by_kind(costs(SMALL), "params", STAGE_COLOURS["light"]["stage 4"], "light"),
    "depth": lambda: depth_charts(SMALL, [_curves(SMALL, SMALL), _curves(SMALL)], "light", "layer2.0"),
    "beside": lambda: beside(NAMED, "params", "light", "layer2"),
    "depth beside": lambda: depth_beside([SMALL, LARGE], _curves(SMALL, LARGE), "light", ["layer2.0", ""]),
    "accuracy": lambda: against_accuracy(NAMED, "macs", "light"),
    "similarity": lambda: similarity_map(
        np.eye(2), Axis("a", ("stem", "layer1.0")), Axis("b", ("stem", "layer1.0")), "light", ("layer1.0", "")
    ),
    "measured": lambda: measured_chart([Measured("a", (Timing(1, ((0.1, 0.2, 0.3),), 2**20),), (2**20,))], "light"),
}


def _sizes(value: Any, of: str, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every number under the key `of` with the way to it."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key == of and not isinstance(part, Mapping):
                yield f"{path}.{key}", part
            else:
                yield from _sizes(part, of, f"{path}.{key}")
    elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        for place, part in enumerate(value):
            yield from _sizes(part, of, f"{path}.{place}")


def _plain(figure: go.Figure) -> dict[str, Any]:
    found: dict[str, Any] = figure.to_plotly_json()
    found["layout"].pop("template")
    return found


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("of", ["size", "width"])
def test_every_letter_mark_and_line_is_larger_by_one_factor(name: str, of: str) -> None:
    """Letters without a size of their own are the theme's, which follow the root's: the browser test looks at those."""
    figure = FIGURES[name]()
    before, after = dict(_sizes(_plain(figure), of)), dict(_sizes(_plain(enlarged(figure, LETTERS, ROOM)), of))
    assert {path for path in after if "hoverlabel" not in path} == {path for path in before if "hoverlabel" not in path}
    for path, size in before.items():
        assert np.allclose(np.asarray(after[path], float), LETTERS * np.asarray(size, float)), path
    assert of != "size" or after[".layout.hoverlabel.font.size"] >= LETTERS * HOVER


@pytest.mark.parametrize("name", FIGURES)
def test_margins_have_room_for_the_largest_letters_and_panels_grow_as_letters_do(name: str) -> None:
    figure = FIGURES[name]()
    before, after = figure.layout, enlarged(figure, LETTERS, ROOM).layout
    inside = [one.height - one.margin.t - one.margin.b for one in (before, after)]
    assert inside[1] == pytest.approx(LETTERS * inside[0], abs=1)
    assert all(getattr(after.margin, side) == ROOM * getattr(before.margin, side) for side in "lrtb")


@pytest.mark.parametrize("name", FIGURES)
def test_what_is_drawn_is_the_same(name: str) -> None:
    """Values, names, ranges and places on an axis are none of its business, and the figure itself is left as it is."""
    figure = FIGURES[name]()
    whole = figure.to_json()
    larger = enlarged(figure, LETTERS, ROOM)
    assert figure.to_json() == whole
    for old, new in zip(_plain(figure)["data"], _plain(larger)["data"], strict=True):
        for part in ("type", "x", "y", "z", "text", "customdata", "hovertemplate", "name", "colorscale"):
            assert repr(old.get(part)) == repr(new.get(part))
    for part in ("range", "domain", "tickvals", "ticktext", "x", "y", "x0", "x1", "y0", "y1"):
        there = [[*_sizes(_plain(one)["layout"], part)] for one in (figure, larger)]
        assert there[0] == there[1]
