"""A picture of maps to take along: any text fits in it, and the colour bar is the page's."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import tests.strategies  # noqa: F401  no deadlines
from visualizer.figures.colour import palette, scale_to
from visualizer.figures.colour_bar import colour_bar, number
from visualizer.figures.encode import data_uri
from visualizer.figures.maps import grid
from visualizer.figures.maps_picture import Panel, _font, _known, maps_picture
from visualizer.figures.palettes import TOP, Theme
from visualizer.figures.style import TOKENS

MAPS = grid(np.random.default_rng(0).normal(size=(4, 8, 8)), range(4), scale_to(2.0, True), cell=16)


def drawn(
    heading: str = "", note: str = "", caption: str = "", theme: Theme = "light", panels: int = 2, title: str = "x"
) -> Image.Image:
    shown = [Panel("→" if at else "", title, note, data_uri(MAPS.png())) for at in range(panels)]
    bar = colour_bar(scale_to(2.0, True), palette(True, theme), width=300)
    return Image.open(BytesIO(maps_picture(heading, [note], shown, bar, caption, theme)))


@settings(max_examples=30)
@given(text=st.text(max_size=300))
def test_no_text_breaks_the_picture_or_leaves_it(text: str) -> None:
    picture = drawn(text, text, text, title=text)
    paper = np.array([int(TOKENS["light"]["paper"][at : at + 2], 16) for at in (1, 3, 5)])
    pixels = np.asarray(picture)
    for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        assert (edge == paper).all()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_bar_has_every_colour_of_the_scale(theme: Theme) -> None:
    colours = {tuple(colour) for colour in np.asarray(drawn(theme=theme)).reshape(-1, 3).tolist()}
    missing = [level for level in range(0, TOP + 1, 12) if tuple(palette(True, theme)[level].tolist()) not in colours]
    assert not missing


def test_the_font_has_every_character_that_is_written() -> None:
    text = "x × 28 → F(x) − ‖F(x)‖ σ ε Σ ° “ ” … – ≥ ≤ ± %" + number(1.2e-5) + number(-3.4e21)
    empty = _font(13).getmask("\uffff").getbbox()
    hollow = bytes(_font(13).getmask("\uffff"))
    assert empty
    assert [char for char in set(_known(text)) - {" "} if bytes(_font(13).getmask(char)) == hollow] == []
    assert _known(number(1.2e-5)) == "1.2×10^-5"


def test_more_panels_are_wider_and_longer_notes_higher() -> None:
    assert drawn(panels=8).width > drawn(panels=5).width
    assert drawn(note="word " * 80).height > drawn(note="word").height
