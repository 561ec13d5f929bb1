"""Compare's measurement beside torch's own timer and profiler, on the same networks in the same conditions.

Promises: our median within 10 % of that of torch.utils.benchmark.Timer.blocked_autorange, or Timer's between our
quartiles; peak memory within 10 % of what the plan predicts, or within 8 MiB. Each network's Timer runs in a process
of its own too, since what a library keeps of one network would help or hinder the next; ours and Timer's follow each
other, three times, and the middle one of the three ratios counts. How much other programs took is printed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from visualizer.analysis.measured import Measurement, Timing, milliseconds, spread
from visualizer.analysis.memory import inference
from visualizer.network.timing import measured
from visualizer.resnet import parse, plan

NETS = ("resnet18", "resnet50")
BATCHES, SIZE, TIMES = (1, 8), 224, 3
PROMISE, FEW = 1.1, 8 * 2**20
PEER = """
import json, sys, torch
from torch.utils.benchmark import Timer
from visualizer.network import build
from visualizer.resnet import parse, plan
network = plan(parse(sys.argv[1]), int(sys.argv[2]))
model = build(network).eval()
found = {}
with torch.inference_mode():
    for batch in map(int, sys.argv[3:]):
        x = torch.randn(batch, *network.input)
        timer = Timer("model(x)", globals={"model": model, "x": x}, num_threads=torch.get_num_threads())
        found[batch] = timer.blocked_autorange(min_run_time=3).median
print(json.dumps(found))
"""


def peer(net: str) -> dict[int, float]:
    """Timer's median seconds of a pass by batch, in a process of its own."""
    command = [sys.executable, "-c", PEER, net, str(SIZE), *map(str, BATCHES)]
    root = Path(__file__).resolve().parents[1]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root).stdout
    return {int(batch): seconds for batch, seconds in json.loads(said).items()}


def compared(net: str, batch: int, ours: list[Timing], theirs: list[float]) -> None:
    """One line: both medians, the middle one of the ratios, memory beside the prediction."""
    ratio = median(one.median / other for one, other in zip(ours, theirs, strict=True))
    inside = any(one.quartiles[0] <= other <= one.quartiles[1] for one, other in zip(ours, theirs, strict=True))
    met = "met" if 1 / PROMISE <= ratio <= PROMISE or inside else "MISSED"
    last, predicted = ours[-1], inference(plan(parse(net), SIZE), batch, "float32").total
    print(
        f"{net:10}{batch:3} at a time: ours {milliseconds(last.median):>6} ms ({spread(last)}), Timer "
        f"{milliseconds(theirs[-1]):>6} ms: {ratio:.3f} × {met}", end="",
    )  # fmt: skip
    if last.peak is not None:
        close = last.peak / predicted <= PROMISE or last.peak - predicted <= FEW
        print(f"; memory {last.peak / predicted:.2f} × of predicted {'met' if close else 'MISSED'}", end="")
    print(flush=True)


def main() -> None:
    found: list[Measurement] = []
    peers: dict[str, list[dict[int, float]]] = {net: [] for net in NETS}
    for _ in range(TIMES):
        found.append(measured([parse(net) for net in NETS], SIZE, BATCHES))
        for net in NETS:
            peers[net].append(peer(net))
    machine, others = found[-1].machine, [one.others for one in found if one.others is not None]
    busy = f"; other programs took {max(others):.0%}" if others else ""
    print(f"{machine.processor}, {machine.threads} threads, PyTorch {machine.torch}, float32, {SIZE} pixels{busy}")
    for net in NETS:
        for batch in BATCHES:
            ours = [one.timing(parse(net), batch) for one in found]
            compared(net, batch, [one for one in ours if one], [one[batch] for one in peers[net]])
    print(f"promise: within {PROMISE} × of Timer, or its median between our quartiles; memory within {PROMISE} ×")


if __name__ == "__main__":
    main()
