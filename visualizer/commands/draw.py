"""`draw SPEC -o FILE`: one network's map as a picture in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from visualizer.commands import Refusal
from visualizer.commands.resolution import resolution_of, resolution_option
from visualizer.figures.detail import DIRECTIONS, LEVELS, Detail
from visualizer.resnet import Plan, parse, plan


@click.command()
@click.argument("spec")
@click.option(
    "-o", "--output", "file", required=True, metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="What to write; its extension says the format.",
)  # fmt: skip
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
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
    """The network map of SPEC as a picture that stands alone, or its layers for Graphviz (.dot)."""
    network = plan(parse(spec), resolution_of(spec, resolution))
    file.write_bytes(content(network, file, **look))
    click.echo(f"Wrote {file}.")


def content(
    network: Plan, file: Path, theme: Any, direction: str | None, columns: int | None, level: str | None, numbers: bool
) -> bytes:  # fmt: skip
    """What the file will hold. Refusal: a format that is not known, or a choice that it does not have."""
    from visualizer.figures.take_along import FORMATS, taken_along  # needs numpy, which a refusal does without

    extension = file.suffix.lower().removeprefix(".")
    if extension not in FORMATS:
        known = ", ".join(f".{name}" for name in FORMATS)
        raise Refusal(f"The file's name must end in one of {known}, not {file.name[:80]!r}.")
    given = {"--direction": direction, "--columns": columns, "--level": level, "--numbers": numbers}
    if FORMATS[extension].of_map is None and any(given.values()):
        options = " or ".join(name for name, value in given.items() if value)
        raise Refusal(f"Graphviz lays out a .{extension} file by itself: leave out {options}.")
    way = direction or DIRECTIONS[0]
    if columns and way != "rows":
        raise Refusal(f"A map that goes {way} has no rows: leave out --columns.")
    detail = Detail(level or "")
    return taken_along(network, extension, theme, columns=columns, detail=detail, direction=way, numbers=numbers)
