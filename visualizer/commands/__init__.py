"""The command line, one file a command. To add one, add its file, with a `command` in it, and its name below."""

from __future__ import annotations

import errno
import sys
from importlib import import_module
from typing import Any

import click

from visualizer.resnet import SpecError

COMMANDS = (
    "describe", "summary", "diff", "compare", "draw", "dot", "outline", "code", "activations", "similarity", "time",
    "presets",
)  # fmt: skip


class Refusal(click.ClickException):
    """What cannot be: one line on stderr, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), file=file or sys.stderr)


class Commands(click.Group):
    """Commands by their names, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(f"{__name__}.{cmd_name}").command
        return found

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SpecError as error:
            raise Refusal(str(error)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever read the output has seen enough, and click ends in silence
                raise
            raise click.ClickException(f"The output could not be written: {error.strerror or error}.") from error


@click.command(cls=Commands)
def main() -> None:
    """The structure and the costs of ResNets, in numbers.

    SPEC is a preset, with fields changed where wanted: 'resnet50?groups=32&width_per_group=4'.
    """
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal that has no × shows ? in its place
