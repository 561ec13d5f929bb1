"""The option --resolution, the same in every command that has it."""

from __future__ import annotations

from typing import Any

import click

from visualizer.resnet import usual_resolution

resolution_option = click.option(
    "--resolution", metavar="N", help="Side of the square picture in pixels; else the preset's own."
)


def resolution_of(spec: str, written: str | None) -> Any:
    """The number that is written (`number`), or where none is, the usual one of the spec's preset."""
    return usual_resolution(spec) if written is None else number(written)


def number(written: str) -> Any:
    """The number that is written in plain digits, or the text itself, which `plan` refuses with its rule."""
    digits = written.removeprefix("-")
    return int(written) if digits.isascii() and digits.isdigit() and len(digits) <= 1000 else written
