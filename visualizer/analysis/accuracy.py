"""Published top-1 accuracies on ImageNet, each with its recipe: it matters more than the architecture.

The figures stand in data/imagenet_accuracy.csv (sources: data/README.md). Parameters and MACs are counted here, from
the plan of the network at the size of its test pictures. What has not been published has no accuracy here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from visualizer.analysis.costs import costs
from visualizer.resnet import ResNetSpec, parse, plan

DATA = Path(__file__).parent / "data" / "imagenet_accuracy.csv"
CLASSES = 1000
"""Of ImageNet."""
RECIPES: Mapping[str, str] = {
    "he2015": "He et al. 2015, ten crops",
    "papers": "later papers, one crop",
    "tv1": "torchvision, first recipe",
    "tv2": "torchvision, second recipe",
    "gluon": "Gluon, bag of tricks",
    "rsb": "ResNet strikes back, A1 to A3",
    "timm": "timm, other recipes",
    "more": "with pictures beyond ImageNet",
}
"""Ways of training, by the key of a row's recipe."""
TAGS: Mapping[str, str] = {
    "a1_": "ResNet strikes back, A1 (Wightman et al. 2021, arXiv:2110.00476)",
    "a2_": "ResNet strikes back, A2 (Wightman et al. 2021, arXiv:2110.00476)",
    "a3_": "ResNet strikes back, A3 (Wightman et al. 2021, arXiv:2110.00476)",
    "gluon_": "bag of tricks, MXNet Gluon (He et al. 2019, arXiv:1812.01187)",
    "fb_ssl_": "semi-supervised, YFCC-100M (Yalniz et al. 2019, arXiv:1905.00546)",
    "fb_swsl_": "semi-weakly supervised, a billion pictures of Instagram (Yalniz et al. 2019, arXiv:1905.00546)",
    "fb_wsl_": "weakly supervised, a billion pictures of Instagram (Mahajan et al. 2018, arXiv:1805.00932)",
}
"""What is said of timm's recipes, by the beginning of the tag; of the others their tag alone."""


class Published(NamedTuple):
    """One published accuracy of the network `net`; `top1` or `error` is the printed figure in percent, the other "".

    at: side of the test pictures in pixels. params, macs: counted here, MACs for one picture of that size.
    """

    net: str
    recipe: str
    name: str
    source: str
    top1: str
    error: str
    at: int
    crops: int
    params: int
    macs: int

    @property
    def spec(self) -> ResNetSpec:
        return parse(self.net)

    @property
    def accuracy(self) -> float:
        """Top-1 accuracy in percent, to as many digits as are printed."""
        return float(self.top1) if self.top1 else round(100 - float(self.error), 3)

    @property
    def printed(self) -> str:
        """The figure as the source prints it: "80.858 %", "error 24.52 %"."""
        return f"{self.top1} %" if self.top1 else f"error {self.error} %"

    @property
    def words(self) -> str:
        """The recipe in words, with whose it is: "torchvision 0.28.0, IMAGENET1K_V2", "timm's a1_in1k: …"."""
        if self.recipe in ("he2015", "papers"):
            return f"{self.source}: {self.name}"
        tag = self.name.rpartition(".")[2]
        if self.recipe in ("tv1", "tv2"):
            return f"{self.source}, {tag} ({RECIPES[self.recipe].partition(', ')[2]})"
        known = next((words for start, words in TAGS.items() if tag.startswith(start)), "")
        return f"timm's {tag}" + (f": {known}" if known else "")


@cache
def published_accuracies() -> tuple[Published, ...]:
    """Every published accuracy, those of one recipe together."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(map(_published, csv.DictReader(file)))


def _published(row: Mapping[str, str]) -> Published:
    at = int(row["at"])
    return Published(
        row["net"], row["recipe"], row["name"], row["source"], row["top1"], row["error"], at, int(row["crops"]),
        *_counted(row["net"], at),
    )  # fmt: skip


@cache
def _counted(net: str, resolution: int) -> tuple[int, int]:
    total = costs(plan(parse(net), resolution)).total
    return total.params, total.macs


@cache
def accuracies_of(spec: ResNetSpec) -> tuple[Published, ...]:
    """What is published of exactly this network, by accuracy from the lowest; empty for what nobody published."""
    same = _essential(spec)
    return tuple(sorted((row for row in published_accuracies() if _essential(row.spec) == same), key=_accuracy))


def _accuracy(row: Published) -> float:
    return row.accuracy


def _essential(spec: ResNetSpec) -> ResNetSpec:
    """The spec without what changes nothing: a basic block has no 1×1 that a stride could be on."""
    return replace(spec, stride_on="3x3") if spec.block == "basic" else spec
