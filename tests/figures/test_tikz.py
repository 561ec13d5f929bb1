"""A drawing as TikZ: every thing is a line of its own, no text is a command, and pdflatex makes one page of it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path as File

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.figures.colour import Theme
from visualizer.figures.drawing import Box, Drawing, Picture, Text
from visualizer.figures.network_map import network_map
from visualizer.figures.outlines import MOST_POINTS, POINTS, painted, points_a_unit
from visualizer.figures.style import STYLES
from visualizer.figures.take_along import picture
from visualizer.figures.tikz import escaped, tikz
from visualizer.resnet import ResNetSpec, parse, plan

NUMBER = r"-?\d+(?:\.\d+)?"
PAIR = rf"\({NUMBER},{NUMBER}\)"
STEP = rf" ?(?:{PAIR}| -- {PAIR}| -- cycle| \.\. controls {PAIR} and {PAIR} \.\. {PAIR})"
PATH = re.compile(rf"\\path\[([a-z0-9 -]+)\] (?:{STEP})+;")
NODE = re.compile(rf"\\node\[([a-z0-9 -]+),anchor=(base|base west|base east)\] at {PAIR} \{{(.*)\}};")
EVIL = "\\input{/etc/passwd} } \\end{document} % $x^2$ a_b #1 & ~ ` ' -- --- ?` << | \" é 漢 ×÷·…–—−→≠√ε  x\t\n^^41"


@given(spec=specs(most_stages=3, most_blocks=3), theme=st.sampled_from(("light", "dark")))
def test_every_thing_is_a_line_with_a_style_that_is_explained(spec: ResNetSpec, theme: Theme) -> None:
    drawing = network_map(plan(spec), title="A title", numbers=True)
    written = tikz(drawing, theme)
    styles = set(re.findall(r"^\\tikzset\{(.+?)/\.style=", written, re.MULTILINE))
    lines = [line for line in written.splitlines() if line.startswith((r"\path", r"\node"))]
    things = [thing for thing, _ in painted(drawing) if not isinstance(thing, Picture)]
    assert len(lines) == len(things)
    for line, thing in zip(lines, things, strict=True):
        match = (NODE if isinstance(thing, Text) else PATH).fullmatch(line)
        assert match, line
        assert match[1] in styles
        assert match[1].endswith(thing.style)
        if isinstance(thing, Text):
            assert match[3] == escaped(thing.text)


@given(st.text())
def test_no_text_is_a_command(text: str) -> None:
    known = r"\\(?:[{}$&#%_ ]|text[a-z]+\{\}|ldots\{\}|ensuremath\{(?:\\[a-z]+|-)\})|\{\}|[^\\{}$&#%_^~\n]"
    assert re.fullmatch(rf"(?:{known})*", escaped(text))
    assert escaped(text).isascii()


@pytest.mark.parametrize("height", [100, 18_000, 19_300, 10**6])
def test_a_picture_fits_on_a_page(height: float) -> None:
    drawing = Drawing(400, height, (), "Tall")
    unit = points_a_unit(drawing)
    assert unit <= POINTS
    assert height * unit <= MOST_POINTS * (1 + 1e-9)
    assert unit == POINTS or height * unit == pytest.approx(MOST_POINTS)


def every_style() -> Drawing:
    """A drawing of every style and of all the characters that are hard for TeX."""
    items = [
        Text(5, 20 + 20 * number, EVIL, style) if look.size else Box(500, 20 * number, 30, 12, style, 4)
        for number, (style, look) in enumerate(STYLES.items())
    ]
    return Drawing(900, 900, tuple(items), "A title\nin two lines % \\end{document}")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex here")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["resnet50", "resnet34?shortcut=A", "resnet1202", "resnet50v2", "every style"])
def test_pdflatex_takes_it(name: str, theme: Theme, tmp_path: File) -> None:
    if subprocess.run(["kpsewhich", "tikz.sty"], capture_output=True, check=False).returncode:
        pytest.skip("there is no pgf here")
    drawing = every_style() if name == "every style" else picture(plan(parse(name)))
    (tmp_path / "map.tex").write_text(tikz(drawing, theme), encoding="utf-8")
    run = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "map.tex"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-2000:]
    assert "(1 page," in run.stdout.replace("\n", " ")
    assert not re.findall(r"Overfull.*|Missing character.*", (tmp_path / "map.log").read_text(errors="replace"))
    assert (tmp_path / "map.pdf").stat().st_size > 5000
