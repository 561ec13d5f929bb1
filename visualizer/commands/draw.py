"""`draw SPEC -o FILE`: one network's map, or another figure of it, as a picture in a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from visualizer.commands import Refusal
from visualizer.commands.resolution import resolution_of, resolution_option
from visualizer.figures.detail import DIRECTIONS, LEVELS, Detail
from visualizer.resnet import Plan, parse, plan

OPTIONS = {"map": ("direction", "columns", "level", "numbers"), "paper": (), "volume": ("level",)}
"""What can be chosen of each figure."""


@click.command()
@click.argument("spec")
@click.option(
    "-o", "--output", "file", required=True, metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="What to write; its extension says the format.",
)  # fmt: skip
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
@click.option(
    "--figure", type=click.Choice(list(OPTIONS)), show_default="map",
    help="The network map, the paper's figure 3 with SPEC beside it, or outputs as cuboids to scale.",
)  # fmt: skip
@click.option(
    "--direction", type=click.Choice(DIRECTIONS), show_default=DIRECTIONS[0],
    help="Stages of rows below each other, one column from top to bottom, or one long row.",
)  # fmt: skip
@click.option("--columns", type=click.IntRange(1, 400), metavar="N", help="The most blocks in a row; else up to 6.")
@click.option(
    "--level", type=click.Choice(LEVELS),
    help="One box a stage, equal blocks as one, every block, or every layer; else every block but in long stages.",
)  # fmt: skip
@click.option("--numbers", is_flag=True, help="Number the weighted layers.")
@resolution_option
def command(spec: str, file: Path, resolution: str | None, **look: Any) -> None:
    """The network map of SPEC, or another figure, as a picture that stands alone, or its layers for Graphviz (.dot)."""
    network = plan(parse(spec), resolution_of(spec, resolution))
    file.write_bytes(content(network, file, **look))
    click.echo(f"Wrote {file}.")


def content(network: Plan, file: Path, theme: Any, figure: str | None, level: str | None, **look: Any) -> bytes:
    """What the file will hold. Refusal: a format that is not known, or a choice that it does not have."""
    from visualizer.figures.take_along import FORMATS, Choice, taken_along  # needs numpy, which a refusal does without

    extension = file.suffix.lower().removeprefix(".")
    if extension not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise Refusal(f"The file's name must end in one of {known}, not {file.name[:80]!r}.")
    given = {"figure": figure, "level": level, **look}
    chosen = {name: value for name, value in given.items() if value}
    if FORMATS[extension].of_map is None and chosen:
        raise Refusal(f"Graphviz lays out a .{extension} file by itself: leave out {_options(chosen)}.")
    drawn = chosen.pop("figure", "map")
    _refuse_unknown(drawn, chosen)
    detail = Detail(chosen.pop("level", ""))
    return taken_along(network, extension, theme, Choice(drawn, detail=detail, **chosen))


def _refuse_unknown(figure: str, chosen: Mapping[str, object]) -> None:
    """Raise Refusal for what a figure, or a map that goes this way, does not have."""
    unknown = [name for name in chosen if name not in OPTIONS[figure]]
    if unknown:
        raise Refusal(f"The figure {figure} has one form for all: leave out {_options(unknown)}.")
    way = chosen.get("direction", "rows")
    if way != "rows" and "columns" in chosen:
        raise Refusal(f"A map that goes {way} has no rows: leave out --columns.")


def _options(names: Iterable[str]) -> str:
    return " or ".join(f"--{name}" for name in names)
