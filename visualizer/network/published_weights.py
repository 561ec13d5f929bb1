"""The ImageNet weights that others publish for the networks here, a row of data/published_weights.csv each.

Names, licences and addresses are those that timm 1.0.31 and torchvision 0.28.0 state; accuracies are theirs too (of
timm's the row of its results at 224 pixels, or else at the smallest size). Left out: weights for other classes than
ImageNet's 1,000, for pictures normalised by other numbers than ImageNet's mean and deviation, and above 1 GB.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from visualizer.analysis import costs
from visualizer.resnet import ResNetSpec, plan, presets

DATA = Path(__file__).parent / "data"
HOSTS = {"timm": "huggingface.co", "torchvision": "download.pytorch.org"}
"""Who publishes, and the server that has the files."""
RECIPES = {
    "a1": "ResNet strikes back, recipe A1 (Wightman et al. 2021, arXiv:2110.00476)",
    "a2": "ResNet strikes back, recipe A2 (Wightman et al. 2021, arXiv:2110.00476)",
    "a3": "ResNet strikes back, recipe A3 (Wightman et al. 2021, arXiv:2110.00476)",
    "gluon": "bag of tricks, MXNet Gluon (He et al. 2019, arXiv:1812.01187)",
    "tv": "torchvision's first weights",
    "tv2": "torchvision's second weights",
    "fb_ssl": "semi-supervised, YFCC-100M (Yalniz et al. 2019, arXiv:1905.00546)",
    "fb_swsl": "semi-weakly supervised, a billion pictures of Instagram (Yalniz et al. 2019, arXiv:1905.00546)",
    "fb_wsl": "weakly supervised, a billion pictures of Instagram (Mahajan et al. 2018, arXiv:1805.00932)",
    "IMAGENET1K": "torchvision's first weights",
    "IMAGENET1K_V2": "torchvision's second weights",
}
"""What is said of a recipe, by the beginning of the weights' tag; of others their tag alone is said."""


@dataclass(frozen=True)
class Published:
    """Weights of the preset `net` that `host` publishes under `name`.

    key: their name in URLs; top1, top5: published accuracy on ImageNet's validation set in percent, at pictures of `at`
    pixels; mebibytes: size of the file where it is published, else None; location: the repository on the hub, or the
    address of the file; source: where its people describe it.
    """

    key: str
    net: str
    host: str
    name: str
    licence: str
    top1: float
    top5: float
    at: int
    mebibytes: float | None
    location: str
    source: str

    @property
    def size(self) -> int:
        """Bytes of the file, about: published, or those of all parameters and running statistics in 32 bits."""
        return int(self.mebibytes * 2**20) if self.mebibytes is not None else _float32_bytes(self.net)

    @property
    def server(self) -> str:
        """Whose answer is needed: a host name."""
        return HOSTS[self.host]

    @property
    def hash_prefix(self) -> str:
        """How the SHA-256 of the file begins, as torchvision's file names say ("f37072fd"); "" for the hub's."""
        return "" if self.host == "timm" else Path(urlsplit(self.location).path).stem.rpartition("-")[2]

    @property
    def recipe(self) -> str:
        """How they were trained, as far as it is known here."""
        tag = self.name.partition(".")[2] or self.name
        known = [start for start in RECIPES if tag == start or tag.startswith(start + "_")]
        return RECIPES[max(known, key=len)] if known else f"timm's “{tag}”"

    @property
    def free(self) -> bool:
        """Whether commercial use is allowed."""
        return "-NC-" not in self.licence


@cache
def published_weights() -> Mapping[str, Published]:
    """All published weights by key; those of one network stand together, the most accurate of the free ones first."""
    with (DATA / "published_weights.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: _published(row) for row in csv.DictReader(file)}


def _published(row: Mapping[str, str]) -> Published:
    mebibytes = float(row["mebibytes"]) if row["mebibytes"] else None
    return Published(
        row["key"], row["net"], row["host"], row["name"], row["licence"], float(row["top1"]), float(row["top5"]),
        int(row["at"]), mebibytes, row["location"], row["source"],
    )  # fmt: skip


@cache
def _float32_bytes(net: str) -> int:
    total = costs(plan(presets()[net].spec)).total
    return 4 * (total.params + total.buffers)


@cache
def weights_for(spec: ResNetSpec) -> tuple[Published, ...]:
    """The published weights of exactly this network, in the order in which they are offered."""
    return tuple(row for row in published_weights().values() if presets()[row.net].spec == spec)


@cache
def imagenet_classes() -> tuple[str, ...]:
    """The names of ImageNet's 1,000 classes in the order of the weights' outputs, as torchvision 0.28.0 lists them."""
    return tuple((DATA / "imagenet_classes.txt").read_text(encoding="utf-8").splitlines())
