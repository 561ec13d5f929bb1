"""How long it takes to refuse a network that is built to hurt, in every command.

Promise: under 0.1 s each, exit code 2, one line, and nothing of torch is loaded. The longest of ten in this process,
with a command's first call, which imports it, among them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from click.testing import CliRunner

from visualizer.commands import main as command_line

HOSTILE = {
    "a million blocks": "resnet50?depths=1000000,1000000,1000000,1000000",
    "width of 10^9": "resnet50?width=1000000000",
    "classes -1": "resnet50?classes=-1",
    "10 kB of text": "x" * 10_000,
    "10 kB of fields": "resnet50?" + "groups=2&" * 1_100,
    "900 digits": "resnet50?depths=" + "9" * 900,
    "450 stages": "resnet50?depths=" + "9," * 450,
    "an unknown name": "resnet" * 160,
    "inner width": "resnet50?width_per_group=8192&groups=1024",
}
CALLS: dict[str, list[str]] = {
    "describe": ["describe", "SPEC"],
    "summary": ["summary", "SPEC"],
    "diff, first": ["diff", "SPEC", "resnet50"],
    "diff, second": ["diff", "resnet50", "SPEC"],
    "dot": ["dot", "SPEC"],
    "outline": ["outline", "SPEC"],
    "draw": ["draw", "SPEC", "-o", "map.svg"],
    "code": ["code", "SPEC"],
    "activations": ["activations", "SPEC", "cat.jpg", "-o", "out"],
    "compare": ["compare", "SPEC", "resnet50"],
    "time": ["time", "SPEC"],
    "similarity, first": ["similarity", "SPEC", "resnet50", "cat.jpg", "-o", "out.csv"],
    "similarity, second": ["similarity", "resnet50", "SPEC", "cat.jpg", "-o", "out.csv"],
}
MOST = 0.1


def seconds(arguments: list[str]) -> float:
    """Time until the refusal; AssertionError for anything but exit code 2 and one line on stderr."""
    begin = perf_counter()
    result = CliRunner().invoke(command_line, arguments)
    taken = perf_counter() - begin
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1), arguments
    return taken


def main() -> None:
    longest: dict[str, float] = {}
    for call, form in CALLS.items():
        refused = {name: [text if word == "SPEC" else word for word in form] for name, text in HOSTILE.items()}
        named = ["resnet50" if word == "SPEC" else word for word in form]
        refused["resolution of 10^6"] = [*named, "--resolution=1000000"]
        refused["10 kB of resolution"] = [*named, "--resolution=" + "9" * 10_000]
        times = {name: max(seconds(arguments) for _ in range(10)) for name, arguments in refused.items()}
        slowest = max(times, key=times.__getitem__)
        longest[call] = times[slowest]
        print(f"{call:14}{len(times):3} refusals, the slowest {longest[call] * 1e3:7.2f} ms  ({slowest})")
    assert "torch" not in sys.modules
    met = max(longest.values()) < MOST
    print(f"promise: each under {MOST * 1e3:.0f} ms, {'met' if met else 'MISSED'}; torch is not loaded")


if __name__ == "__main__":
    main()
