"""`time SPEC...`: how long networks take on this machine, and how much memory, measured in turns."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from visualizer.analysis.format import binary_size
from visualizer.analysis.measured import BATCHES, BUSY, Measurement, Timing, digits, milliseconds
from visualizer.commands.columns import aligned
from visualizer.commands.resolution import resolution_of, resolution_option
from visualizer.resnet import ResNetSpec, parse, plan

if TYPE_CHECKING:
    from visualizer.network.timing import Progress

COLUMNS = ("network", "pictures", "median ms", "quartiles ms", "pictures/s", "× the first", "peak memory", "passes")
LARGEST = 1024
CLEAR = "\x1b[K"
"""Clears a terminal's line from where the cursor is."""


@click.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True)
@resolution_option
@click.option(
    "--batch", "batches", metavar="N", type=click.IntRange(1, LARGEST), multiple=True, default=BATCHES,
    help=f"Pictures in a pass, 1 to {LARGEST}; may be given several times, else 1 and 8.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with the seconds of every pass.")
def command(specs: tuple[str, ...], resolution: str | None, batches: tuple[int, ...], as_json: bool) -> None:
    """Time and peak memory of forward passes through each SPEC, in turns, each in a process of its own.

    All see pictures of one size: that given, else that of the first. OMP_NUM_THREADS sets the threads.
    """
    size = resolution_of(specs[0], resolution)
    networks = {parse(spec): spec for spec in specs}
    for spec in networks:
        plan(spec, size)  # what cannot be is refused before anything starts
    from visualizer.network.timing import NotMeasuredError, measured  # loads torch, which a refusal does without

    names = list(networks.values())
    try:
        found = measured(tuple(networks), size, tuple(sorted(set(batches))), _tell(names))
    except NotMeasuredError as error:
        raise click.ClickException(str(error)) from error
    finally:
        _write("")
    for spec, sentence in found.failed.items():
        click.echo(f"{networks[spec]}: {sentence}", err=True)
    click.echo(json.dumps(as_data(found)) if as_json else "\n".join(as_text(found)))
    if found.failed:
        sys.exit(1)


def _tell(names: list[str]) -> Any:
    """Says on a terminal how far it is."""

    def tell(now: Progress) -> None:
        where = f"{names[now.place]}, {now.batch} at a time" if now.place is not None else "starting"
        left = f", round {now.round} of {now.rounds}, about {now.left:.0f} s left" if now.left is not None else ""
        _write(f"{where}{left}")

    return tell


def _write(line: str) -> None:
    """Put this line in the place of the one before, on a terminal only."""
    if _on_terminal():
        click.echo(f"\r{CLEAR}{line}\r" if line else f"\r{CLEAR}", err=True, nl=False, color=True)


def _on_terminal() -> bool:
    return sys.stderr.isatty()


def as_data(found: Measurement) -> dict[str, Any]:
    """The measurement as plain data, for JSON: seconds by turn, bytes."""
    return {
        "at": found.at.isoformat(timespec="seconds"), "machine": found.machine._asdict(),
        "others": found.others, "resolution": found.resolution, "dtype": "float32",
        "networks": [
            {"net": str(spec), "timings": [_timing(one) for one in timings], "error": found.failed.get(spec)}
            for spec, timings in _all(found)
        ],
    }  # fmt: skip


def _all(found: Measurement) -> Iterator[tuple[ResNetSpec, tuple[Timing, ...]]]:
    """Every network with its timings, those that failed last."""
    for spec in dict.fromkeys((*found.timings, *found.failed)):
        yield spec, found.timings.get(spec, ())


def _timing(one: Timing) -> dict[str, Any]:
    return {
        "batch": one.batch, "median": one.median, "quartiles": one.quartiles, "peak": one.peak, "turns": one.turns,
    }  # fmt: skip


def as_text(found: Measurement) -> Iterator[str]:
    """The measurement as lines of text: the machine, then a line a batch and network."""
    machine, size = found.machine, found.resolution
    threads = f"{machine.threads} thread{'s' if machine.threads > 1 else ''} a pass"
    yield f"{machine.processor}, cores: {machine.cores}, {threads}, {machine.system}"
    yield f"PyTorch {machine.torch}, eager, float32, inference mode, pictures of {size} × {size} pixels"
    if found.others is not None:
        warning = ": measure again when the machine is quiet" if found.others > BUSY else ""
        yield f"other programs took {found.others:.0%} of the processors' time{warning}"
    yield ""
    yield from aligned(COLUMNS, list(_rows(found)), right=range(1, len(COLUMNS)))


def _rows(found: Measurement) -> Iterator[tuple[str, ...]]:
    batches = sorted({one.batch for timings in found.timings.values() for one in timings})
    for batch in batches:
        present = [(spec, one) for spec, timings in found.timings.items() for one in timings if one.batch == batch]
        first = present[0][1].median
        for spec, one in present:
            spread = " to ".join(map(milliseconds, one.quartiles))
            peak = binary_size(one.peak) if one.peak is not None else "not known"
            yield (
                str(spec), str(batch), milliseconds(one.median), spread, digits(one.rate), f"{one.median / first:.2f}",
                peak, str(len(one.seconds)),
            )  # fmt: skip
