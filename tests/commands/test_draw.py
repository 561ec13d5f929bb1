"""`draw`: the file that the extension says, of the network that was asked for, or one sentence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import Result

from visualizer.figures.colour import Theme
from visualizer.figures.detail import DIRECTIONS, Detail
from visualizer.figures.dot import network_dot
from visualizer.figures.style import colour
from visualizer.figures.svg import svg
from visualizer.figures.take_along import FIGURES, FORMATS, Choice, full_name, picture
from visualizer.resnet import parse, plan

CommandLine = Callable[..., Result]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(command_line: CommandLine, file: Path, *arguments: str) -> bytes:
    result = command_line("draw", *arguments, "-o", str(file))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"Wrote {file}.\n"
    return file.read_bytes()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_svg_is_the_map_with_the_choices_that_were_made(
    theme: Theme, command_line: CommandLine, tmp_path: Path
) -> None:
    words = ("--theme", theme, "--columns", "2", "--level", "stages", "--numbers", "--resolution", "160")
    written = drawn(command_line, tmp_path / "map.SVG", "resnet34?shortcut=A", *words)
    network = plan(parse("resnet34?shortcut=A"), 160)
    drawing = picture(network, Choice(columns=2, detail=Detail("stages"), numbers=True))
    assert written.decode() == svg(drawing, theme) + "\n"
    texts = " ".join(text.text or "" for text in ElementTree.fromstring(written).iter(f"{SVG}text"))
    assert texts.startswith("ResNet-34 with shortcut A at 160 × 160 pixels ")


def test_how_far_it_is_unfolded_is_a_choice(command_line: CommandLine, tmp_path: Path) -> None:
    def blocks(*level: str) -> int:
        root = ElementTree.fromstring(drawn(command_line, tmp_path / "map.svg", "resnet1202", *level))
        return sum("block" in group.get("class", "").split() for group in root.iter(f"{SVG}g"))

    assert (blocks("--level", "blocks"), blocks("--level", "stages"), blocks()) == (600, 5, 5)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_direction_is_a_choice(direction: str, command_line: CommandLine, tmp_path: Path) -> None:
    written = drawn(command_line, tmp_path / "map.svg", "resnet18", "--direction", direction)
    assert written.decode() == svg(picture(plan(parse("resnet18")), Choice(direction=direction)), "light") + "\n"


@pytest.mark.parametrize("direction", DIRECTIONS[1:])
def test_only_rows_have_columns(direction: str, command_line: CommandLine, tmp_path: Path) -> None:
    words = ("--direction", direction, "--columns", "3")
    result = command_line("draw", "resnet18", "-o", str(tmp_path / "map.svg"), *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith(f"A map that goes {direction} has no rows: leave out --columns.\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("figure", FIGURES)
def test_what_is_drawn_is_a_choice(figure: str, command_line: CommandLine, tmp_path: Path) -> None:
    written = drawn(command_line, tmp_path / "figure.svg", "resnet18", "--figure", figure, "--theme", "dark")
    drawing = picture(plan(parse("resnet18")), Choice(figure))
    assert written.decode() == svg(drawing, "dark") + "\n"


@pytest.mark.parametrize(
    ("figure", "option"),
    [
        ("volume", ("--direction", "down")), ("volume", ("--columns", "2")), ("volume", ("--numbers",)),
        ("paper", ("--direction", "down")), ("paper", ("--level", "stages")),
    ],
)  # fmt: skip
def test_a_figure_refuses_what_it_does_not_have(
    figure: str, option: tuple[str, ...], command_line: CommandLine, tmp_path: Path
) -> None:
    result = command_line("draw", "resnet18", "-o", str(tmp_path / "figure.svg"), "--figure", figure, *option)
    assert (result.exit_code, result.stdout) == (2, "")
    (sentence,) = result.stderr.splitlines()
    assert sentence.endswith(f"leave out {option[0]}.")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_dot_is_the_graph_of_the_layers(theme: Theme, command_line: CommandLine, tmp_path: Path) -> None:
    written = drawn(command_line, tmp_path / "net.dot", "resnet18", "--theme", theme).decode()
    network = plan(parse("resnet18"))
    assert written == network_dot(network, full_name(network), theme) + "\n"
    assert colour("paper", theme) in written


@pytest.mark.parametrize("name", ["map.bmp", "map", "svg", "map.svg.", "x" * 200, "ma\np.gif"])
def test_an_unknown_extension_is_one_sentence_that_names_those_that_work(
    name: str, command_line: CommandLine, tmp_path: Path
) -> None:
    result = command_line("draw", "resnet18", "-o", str(tmp_path / name))
    assert (result.exit_code, result.stdout) == (2, "")
    (sentence,) = result.stderr.splitlines()
    assert all(f".{extension}" in sentence for extension in FORMATS)
    assert len(sentence) < 300
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "option",
    [("--figure", "volume"), ("--direction", "down"), ("--columns", "3"), ("--level", "blocks"), ("--numbers",)],
)
def test_graphviz_has_no_columns_levels_or_numbers(
    option: tuple[str, ...], command_line: CommandLine, tmp_path: Path
) -> None:
    result = command_line("draw", "resnet18", "-o", str(tmp_path / "net.dot"), *option)
    assert (result.exit_code, result.stdout) == (2, "")
    (sentence,) = result.stderr.splitlines()
    assert sentence.endswith(f"leave out {option[0]}.")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_does_not_exist_is_one_sentence(command_line: CommandLine, tmp_path: Path) -> None:
    result = command_line("draw", "resnet18", "-o", str(tmp_path / "nowhere" / "map.svg"))
    assert result.exit_code == 1
    assert result.stderr == "Error: The output could not be written: No such file or directory.\n"


@pytest.mark.parametrize("extension", FORMATS)
def test_no_format_loads_what_it_does_not_need(extension: str, tmp_path: Path) -> None:
    code = (
        "import sys; from visualizer.commands import main; "
        f"main(['draw', 'resnet18', '-o', {str(tmp_path / f'map.{extension}')!r}], standalone_mode=False); "
        "print(*sorted({'torch', 'streamlit', 'plotly', 'pandas'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == ""
