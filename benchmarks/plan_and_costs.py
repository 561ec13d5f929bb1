"""Plan and full cost table from nothing, beside the tools that count by running a torch model on the meta device.

Promises: ResNet-152 within 5 ms, CIFAR ResNet-1202 within 30 ms, and at least 50 × faster than the fastest peer on each
network, while agreeing with torch's FlopCounterMode to the last MAC, and with every peer by what it is known to add;
time grows linearly with depth. Nothing is cached between runs: ours plans and counts anew, a peer builds its model
anew. Medians, one process. Peers that are not installed are left out.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from types import ModuleType

import torch
from torch.utils.flop_counter import FlopCounterMode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from visualizer.analysis import costs
from visualizer.analysis.conventions import CONVENTIONS, counted
from visualizer.network import build
from visualizer.resnet import Plan, ResNetSpec, plan, presets

NETWORKS = ("resnet18", "resnet50", "resnet152", "resnet1202")
OURS_RUNS, PEER_RUNS = 51, 5
Count = Callable[[ResNetSpec, int], int]


def ours(spec: ResNetSpec, resolution: int) -> int:
    """MACs by arithmetic on the plan; the table holds every layer, block and stage."""
    table = costs(plan(spec, resolution))
    assert table.by_path
    assert table.stages
    return table.total.macs


def model_and_input(network: Plan, device: str = "meta") -> tuple[torch.nn.Module, torch.Tensor]:
    """The model of a plan, with weights that nobody set, and one picture for it."""
    with torch.device(device):
        return build(network, seed=None).eval(), torch.zeros(1, *network.input)


def torchinfo(spec: ResNetSpec, resolution: int) -> int:
    model, picture = model_and_input(plan(spec, resolution))
    return int(import_module("torchinfo").summary(model, input_data=picture, device="meta", verbose=0).total_mult_adds)


def flop_counter(spec: ResNetSpec, resolution: int) -> int:
    model, picture = model_and_input(plan(spec, resolution))
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(picture)
    return int(counter.get_total_flops()) // 2


def fvcore(spec: ResNetSpec, resolution: int) -> int:
    """On the CPU: its tracing does not work on the meta device."""
    model, picture = model_and_input(plan(spec, resolution), "cpu")
    analysis = import_module("fvcore.nn").FlopCountAnalysis(model, picture)
    return int(analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False).total())


def ptflops(spec: ResNetSpec, resolution: int) -> int:
    """On the CPU: on the meta device it counts the classifier twice."""
    model, picture = model_and_input(plan(spec, resolution), "cpu")
    count = import_module("ptflops").get_model_complexity_info
    shape = tuple(picture.shape[1:])
    macs, _ = count(model, shape, as_strings=False, print_per_layer_stat=False, verbose=False)
    return int(macs)


def thop(spec: ResNetSpec, resolution: int) -> int:
    model, picture = model_and_input(plan(spec, resolution))
    macs, _ = import_module("thop").profile(model, inputs=(picture,), verbose=False)
    return int(macs)


PEERS: dict[str, Count] = {
    "torchinfo": torchinfo,
    "FlopCounterMode": flop_counter,
    "fvcore": fvcore,
    "ptflops": ptflops,
    "thop": thop,
}


def milliseconds(count: Count, spec: ResNetSpec, resolution: int, runs: int) -> float:
    """Median time of one run after a first one that does not count."""
    count(spec, resolution)
    times = []
    for _ in range(runs):
        begin = perf_counter()
        count(spec, resolution)
        times.append(perf_counter() - begin)
    return median(times) * 1e3


def check(name: str, peers: Iterable[str]) -> None:
    """Our count is FlopCounterMode's, and each peer's is ours and what visualizer.analysis.conventions says it adds."""
    row = presets()[name]
    network = plan(row.spec, row.resolution)
    macs = ours(row.spec, row.resolution)
    for peer in peers:
        expected = counted(network, CONVENTIONS[peer], macs, in_functions=True)
        found = PEERS[peer](row.spec, row.resolution) * (2 if peer == "FlopCounterMode" else 1)
        assert found == expected, f"{peer} counts {found:,} for {name}, and by its convention {expected:,} are expected"


def growth() -> None:
    """Microseconds a block as the network gets deeper: the same for a depth of 20 and of 2,000 blocks."""
    cells = []
    for depth in (6, 18, 54, 180, 400):
        spec = replace(presets()["resnet20"].spec, depths=(depth,) * 5)
        time = milliseconds(ours, spec, 32, OURS_RUNS // 2)
        cells.append(f"{5 * depth:,} blocks {time * 1e3 / (5 * depth):.1f}")
    print("growth with depth, µs a block: " + ", ".join(cells))


def main() -> None:
    sys.modules.setdefault("torchvision._meta_registrations", ModuleType("unused"))  # ptflops imports torchvision
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    peers = {name: count for name, count in PEERS.items() if name == "FlopCounterMode" or find_spec(name)}
    print(f"{'network':11}{'ours':>9}" + "".join(f"{name:>17}" for name in peers) + f"{'fastest / ours':>17}")
    for name in NETWORKS:
        row = presets()[name]
        check(name, peers)
        arguments = row.spec, row.resolution
        mine = milliseconds(ours, *arguments, OURS_RUNS)
        others = [milliseconds(count, *arguments, PEER_RUNS) for count in peers.values()]
        cells = "".join(f"{time:14.1f} ms" for time in others)
        print(f"{name:11}{mine:6.2f} ms{cells}{min(others) / mine:15.0f} ×", flush=True)
    growth()
    print("promise: resnet152 within 5 ms, resnet1202 within 30 ms, 50 × on each; MACs equal FlopCounterMode's: yes")


if __name__ == "__main__":
    main()
