"""A drawing as SVG: well-formed, escaped, complete, with every style explained in every theme."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.figures.drawings import nodes, texts
from tests.strategies import specs
from visualizer.figures.colour import Theme
from visualizer.figures.drawing import Drawing, Group, Line, Text
from visualizer.figures.ladder import ladder
from visualizer.figures.network_map import NARROW, network_map
from visualizer.figures.outlines import SYMBOLS
from visualizer.figures.style import STYLES, SvgTheme, colour, css
from visualizer.figures.svg import svg
from visualizer.resnet import ResNetSpec, plan, preset

SVG = "{http://www.w3.org/2000/svg}"
THEMES = st.sampled_from(("page", "light", "dark"))


@given(specs(), st.sampled_from((None, NARROW)), THEMES)
def test_it_is_well_formed_and_holds_every_block_and_text(
    spec: ResNetSpec, columns: int | None, theme: SvgTheme
) -> None:
    drawing = network_map(plan(spec, 64), columns=columns, title="A < B & \"C\" 'D'")
    root = ElementTree.fromstring(svg(drawing, theme))
    groups = [group for group in root.iter(f"{SVG}g") if group.get("data-path")]
    assert [group.get("data-path") for group in groups] == [node.path for node in nodes(drawing)]
    assert [text.text for text in root.iter(f"{SVG}text")] == [text.text for text, _ in texts(drawing)]


@given(specs(), THEMES)
def test_the_ladder_is_well_formed(spec: ResNetSpec, theme: SvgTheme) -> None:
    drawing = ladder(plan(spec, 64))
    root = ElementTree.fromstring(svg(drawing, theme))
    assert [text.text for text in root.iter(f"{SVG}text")] == [text.text for text, _ in texts(drawing)]


@pytest.mark.parametrize("theme", ["page", "light", "dark"])
def test_text_never_becomes_markup(theme: SvgTheme) -> None:
    evil = "</style></svg><script>alert(\"1\")</script>&amp;'"
    group = Group((Text(0, 9, evil, "row"),), evil, 0, 0, evil, evil, evil)
    written = svg(Drawing(10, 10, (group,), evil, evil), theme)
    root = ElementTree.fromstring(written)
    assert "<script" not in written
    assert not list(root.iter(f"{SVG}script"))
    (text,) = root.iter(f"{SVG}text")
    (found,) = (element for element in root.iter(f"{SVG}g") if element.get("data-path") == evil)
    assert text.text == evil
    assert found.get("data-last") == evil
    assert root.get("aria-label") == f"{evil}. {evil}"


def test_parts_are_named_on_a_page_and_have_tooltips_in_a_picture() -> None:
    drawing = network_map(plan(preset("resnet18")))
    for written, interactive in ((svg(drawing, "page"), True), (svg(drawing, "light"), False)):
        groups = [group for group in ElementTree.fromstring(written).iter(f"{SVG}g") if group.get("data-path")]
        assert {group.findtext(f"{SVG}title") is None for group in groups} == {interactive}
        said = [group.get("aria-label") if interactive else group.findtext(f"{SVG}title") for group in groups]
        assert said == [node.label for node in nodes(drawing)]


@pytest.mark.parametrize("theme", ["light", "dark", "page"])
def test_every_style_and_symbol_has_its_rule(theme: SvgTheme) -> None:
    sheet = css(theme)
    assert all(re.search(rf"\.{name}\{{", sheet) for name in STYLES)
    assert {symbol.style for symbol in SYMBOLS.values()} <= set(STYLES)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_to_take_along_needs_no_page(theme: Theme) -> None:
    written = svg(network_map(plan(preset("resnet18"))), theme)
    assert "var(" not in written
    assert "data-theme" not in written
    assert 'class="page"' in written
    assert colour("paper", theme) in written


def test_custom_properties_are_all_defined() -> None:
    sheet = css("page")
    used = set(re.findall(r"var\((--(?!st-)[a-z-]+)\)", sheet))
    defined = set(re.findall(r"[{;](--[a-z-]+):", sheet))
    assert used <= defined


def test_an_arrow_points_along_its_last_piece() -> None:
    line = Line(((0, 0), (30, 0)), "identity", 0, True)
    path = ElementTree.fromstring(svg(Drawing(40, 40, (line,), "An arrow"))).find(f"{SVG}path")
    assert path is not None
    assert path.get("d") == "M0 0L30 0M25 4L30 0L25 -4"
