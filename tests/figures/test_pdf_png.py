"""A drawing as PDF and PNG: all its texts, in fonts that are in the file; its colours and its size; never too large."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.pdfbase.pdfmetrics import stringWidth

from tests.strategies import specs
from visualizer.figures import raster as module
from visualizer.figures.colour import Theme
from visualizer.figures.detail import Detail
from visualizer.figures.drawing import Box, Drawing, Group, Item, Line, Mark, Text, placed
from visualizer.figures.network_map import network_map
from visualizer.figures.outlines import POINTS
from visualizer.figures.pdf import ALIKE, FONTS, pdf, writable
from visualizer.figures.raster import raster, scale
from visualizer.figures.style import PARTS, STYLES, colour, width_in
from visualizer.figures.take_along import Choice, picture
from visualizer.resnet import ResNetSpec, parse, plan

THEMES: tuple[Theme, ...] = ("light", "dark")


def texts(drawing: Drawing) -> Iterator[Text]:
    return (item for item, _, _ in placed(drawing.items) if isinstance(item, Text))


def pixels(drawing: Drawing, theme: Theme = "light") -> Image.Image:
    with Image.open(BytesIO(raster(drawing, theme))) as image:
        image.load()
        return image


def rgb(token: str, theme: Theme, part: str = "head") -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour(token, theme, part)[1:]))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["resnet50", "resnet34?shortcut=A", "resnet1202", "resnet50v2", "resnet50?bn_eps=0.1"])
def test_a_pdf_is_one_page_with_every_text_and_its_fonts(name: str, theme: Theme) -> None:
    drawing = picture(plan(parse(name)), Choice(numbers=True))
    written = pdf(drawing, theme)
    with PdfDocument(written) as document:
        assert len(document) == 1
        assert document[0].get_size() == pytest.approx((drawing.width * POINTS, drawing.height * POINTS), abs=0.01)
        found = "".join(document[0].get_textpage().get_text_range().split())
        assert document.get_metadata_dict()["Title"] == drawing.title
    for text in texts(drawing):
        assert "".join(writable(text.text).split()) in found
    fonts = written.count(b"/Type /Font ") or written.count(b"/Type /Font\n")
    assert fonts == written.count(b"/FontFile2 ") == len(FONTS)


@given(spec=specs(most_stages=3, most_blocks=3))
def test_the_fonts_have_every_character_and_no_text_is_wider_than_it_was_measured(spec: ResNetSpec) -> None:
    for text in texts(picture(plan(spec), Choice(numbers=True))):
        look = STYLES[text.style]
        written = writable(text.text, look.bold)
        assert "?" not in written
        if not set(text.text) & set(ALIKE):
            assert written == text.text
            assert stringWidth(written, FONTS[look.bold][0], look.size) <= width_in(text.style, text.text)


@given(st.text(max_size=30))
@settings(max_examples=50)
def test_any_text_can_be_written(text: str) -> None:
    drawing = Drawing(100, 30, (Text(5, 20, text, "row"), Text(5, 20, text, "heading", "middle")), text, text)
    assert pdf(drawing, "light").startswith(b"%PDF")


def test_equal_drawings_are_equal_files_in_any_thread() -> None:
    drawing = network_map(plan(parse("resnet18")))
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: raster(drawing, "dark"), range(16)))) == 1
        assert len(set(pool.map(lambda _: pdf(drawing, "dark"), range(16)))) == 1


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("part", PARTS)
def test_a_picture_has_the_colours_of_the_part(part: str, theme: Theme) -> None:
    items: tuple[Item, ...] = (Box(10, 10, 30, 20, "box", 4), Line(((50, 20), (90, 20)), "projection"))
    image = pixels(Drawing(100, 40, (Group(items, part.replace(" ", "-")), Mark(70, 34, "junction")), "Some"), theme)
    assert image.getpixel((2, 2)) == rgb("paper", theme)
    assert image.getpixel((50, 40)) == rgb("part.fill", theme, part)
    assert image.getpixel((140, 40)) == rgb("projection.line", theme)
    assert image.getpixel((140, 68)) == rgb("ink", theme)


def test_opacity_lets_the_paper_through() -> None:
    image = pixels(Drawing(40, 40, (Group((Box(5, 5, 30, 30, "band"),), "stage-1"),), "A band"))
    fill, paper, share = rgb("part.fill", "light", "stage 1"), rgb("paper", "light"), STYLES["band"].opacity
    mixed = [part * share + below * (1 - share) for part, below in zip(fill, paper, strict=True)]
    assert image.getpixel((40, 40)) == pytest.approx(mixed, abs=2)


@pytest.mark.parametrize("anchor", ["start", "middle", "end"])
def test_a_text_stands_at_its_place(anchor: str) -> None:
    image = pixels(Drawing(200, 40, (Text(100, 30, "HHHH", "heading", anchor),), "A text"))
    dark = image.convert("L").point(lambda value: 255 * (value < 128)).getbbox()
    assert dark is not None
    left, _, right, bottom = dark
    at = {"start": left, "middle": (left + right) / 2, "end": right}[anchor]
    assert at == pytest.approx(200, abs=5)
    assert bottom == pytest.approx(60, abs=1)


@pytest.mark.parametrize("name", ["resnet50", "resnet1202"])
def test_a_picture_is_twice_as_large_and_says_so(name: str) -> None:
    drawing = picture(plan(parse(name)))
    image = pixels(drawing)
    assert image.mode == "RGB"
    assert image.size == pytest.approx((2 * drawing.width, 2 * drawing.height), abs=1)
    assert image.info["dpi"] == pytest.approx((192, 192), abs=0.1)
    assert (image.info["Title"], image.info["Description"]) == (drawing.title, drawing.description)


def test_a_long_network_has_fewer_pixels_a_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PIXELS", 500_000)
    drawing = network_map(plan(parse("resnet110")), columns=1, detail=Detail("blocks"))
    assert scale(drawing) < 1
    width, height = pixels(drawing).size
    assert width * height == pytest.approx(500_000, rel=0.02)
