"""Nine colours of a value: readable, apart for all eyes, and true to the values."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.figures.conftest import Colours
from tests.strategies import specs
from visualizer.analysis.block_quantities import QUANTITIES
from visualizer.figures.colour import HEAT_COLOURS, Theme
from visualizer.figures.drawing import Box, Drawing, Group, Text, placed
from visualizer.figures.heat import KINDS, Heat, colour_key, is_block, plan_heat
from visualizer.figures.palettes import STEPS
from visualizer.figures.style import HEAT, PARTS, TOKENS, width_in
from visualizer.figures.svg import svg
from visualizer.resnet import ResNetSpec, parse, plan

THEMES: tuple[Theme, ...] = ("light", "dark")
VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8)


def heat(values: list[float], kind: str = "mean", **others: float) -> Heat:
    return Heat(KINDS[kind], {f"layer1.{number}": value for number, value in enumerate(values)} | others)


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def contrast(one: str, other: str, luminance: Colours) -> float:
    darker, lighter = sorted(luminance([rgb(one), rgb(other)]))
    return float((lighter + 0.05) / (darker + 0.05))


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_on_every_step_and_outlines_be_seen(theme: Theme, luminance: Colours) -> None:
    for swatch in HEAT_COLOURS[theme]:
        assert contrast(swatch.fill, swatch.text, luminance) >= 4.5
        assert contrast(swatch.line, TOKENS[theme]["paper"], luminance) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_steps_stay_apart_for_all_eyes_and_on_a_grey_printer(theme: Theme, seen: Colours) -> None:
    colours = seen([rgb(swatch.fill) for swatch in HEAT_COLOURS[theme]])
    assert all(np.linalg.norm(one - other) > 0.05 for one, other in pairwise(colours))
    lightness = colours[:, 0] if theme == "dark" else -colours[:, 0]
    assert (np.diff(lightness) > 0.03).all()


def test_every_step_is_a_part_that_drawings_may_name() -> None:
    assert len(HEAT) == STEPS == len(HEAT_COLOURS["light"]) == len(HEAT_COLOURS["dark"])
    assert set(HEAT) < set(PARTS)
    assert PARTS[-STEPS:] == HEAT  # the later rule of a style sheet wins


@given(VALUES)
def test_steps_rise_with_the_values_from_the_lowest_to_the_highest(values: list[float]) -> None:
    found = heat(values)
    steps = [found.step(value) for value in sorted(values)]
    assert steps == sorted(steps)
    if min(values) < max(values):
        assert (steps[0], steps[-1]) == (0, STEPS - 1)
    else:
        assert set(steps) == {STEPS // 2}


@given(st.floats(1e-3, 1e6), st.floats(10.001, 1e6))
def test_steps_of_far_apart_values_are_of_equal_ratio(low: float, ratio: float) -> None:
    found = heat([low, low * ratio])
    assert found.logarithmic
    assert "logarithmic steps" in found.words
    for step in range(STEPS):
        assert found.step(low * ratio ** ((step + 0.5) / STEPS)) == step


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3))
def test_other_steps_are_equal(low: float, span: float) -> None:
    found = heat([low, low + span])
    if not found.logarithmic:
        assert "linear steps" in found.words
        middles = [low + span * (step + 0.5) / STEPS for step in range(STEPS)]
        assert [found.step(value) for value in middles] == list(range(STEPS))


@pytest.mark.parametrize("value", [-1.0, 0.0, 1e9])
def test_what_lies_beyond_the_blocks_has_the_colour_of_the_end_and_the_legend_says_so(value: float) -> None:
    found = heat([1, 100], fc=value)
    shade = found.shade(["fc"])
    assert shade is not None
    assert shade.style == ("heat-8" if value > 100 else "heat-0")
    assert found.ends == (("1.00", "≥ 100") if value > 100 else ("≤ 1.00", "100"))


def test_equal_blocks_have_their_value_and_others_their_mean_which_is_said() -> None:
    found = heat([1, 1, 4])
    one, two, three = found.shade(["layer1.0"]), found.shade(["layer1.0", "layer1.1"]), found.shade(found.values)
    assert one == two
    assert one is not None
    assert three is not None
    assert (one.text, one.sentence) == ("1.00", "mean of the output: 1.00")
    assert (three.text, three.sentence) == ("mean 2.00", "mean of the output, mean of 3 blocks: 2.00")
    assert three.style == "heat-3"  # a third of the way from 1 to 4
    assert found.shade(["relu"]) is None


@given(specs(), st.sampled_from(sorted(QUANTITIES)))
def test_every_block_and_stage_of_every_network_has_a_shade(spec: ResNetSpec, name: str) -> None:
    network = plan(spec, 64)
    found = plan_heat(network, name)
    styles = {part.replace(" ", "-") for part in PARTS}
    for stage in network.stages:
        for paths in ([block.path for block in stage.blocks], [stage.blocks[0].path]):
            shade = found.shade(paths)
            assert shade is not None
            assert shade.style in styles
    assert {path for path in found.values if is_block(path)} == {block.path for block in network.blocks}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("params", 1_180_672, "1.18 M"), ("macs", 231_211_008, "231 M"), ("memory", 3_211_264, "3.06 MiB"),
        ("field", 1_027, "1,027 px"), ("mean", -0.0421, "−0.0421"), ("mean", 27_043_185, "2.7e+07"),
        ("mean", 0.00002, "2.0e−05"), ("mean", 0, "0"), ("zeros", 0.3664, "36.6 %"), ("ratio", 1.2794, "1.28"),
        ("ratio", 1.6, "1.60"), ("mean", 999.6, "1,000"), ("zeros", 1, "100 %"), ("zeros", 0, "0 %"),
    ],
)  # fmt: skip
def test_values_are_written_short(name: str, value: float, text: str) -> None:
    assert KINDS[name].write(value) == text


@given(VALUES)
def test_the_key_has_all_colours_after_the_lowest_value(values: list[float]) -> None:
    found = heat(values)
    items, width = colour_key(found)
    (low,) = [item for item in items if isinstance(item, Text)]
    assert low.text == found.ends[0]
    boxes = [item for item, _, _ in placed(items) if isinstance(item, Box)]
    assert [item.style for item in items if isinstance(item, Group)] == [f"heat-{step}" for step in range(STEPS)]
    assert boxes[0].x >= width_in("note", low.text)
    assert math.isclose(boxes[-1].x + boxes[-1].width, width)


def test_resnet_50_is_coloured_as_its_parameters_are() -> None:
    """The first block has 75,008 parameters and those of stage 4 up to 6,039,552: in between, equal ratios."""
    found = plan_heat(plan(parse("resnet50")), "params")
    assert (found.low, found.high, found.logarithmic) == (70_400, 6_039_552, True)
    shades = [found.shade([path]) for path in ("layer1.0", "layer1.1", "layer4.0", "conv1", "bn1", "relu")]
    assert [shade and shade.style for shade in shades] == ["heat-0", "heat-0", "heat-8", "heat-0", "heat-0", None]
    assert found.ends[0] == "≤ 70.4 k"


def test_a_picture_has_the_colours_of_heat_where_a_value_colours_it_and_only_there() -> None:
    """The other renderers: tests/figures/test_pdf_png.py goes through all parts."""
    drawing = Drawing(20, 20, (Group((Group((Box(0, 0, 9, 9, "box"),), "heat-8"),), "stage-1"),), "One")
    assert HEAT_COLOURS["light"][8].fill in svg(drawing, "light")
    cold = Drawing(20, 20, (Group((Box(0, 0, 9, 9, "box"),), "stage-1"),), "One")
    assert HEAT_COLOURS["light"][8].fill not in svg(cold, "light")
