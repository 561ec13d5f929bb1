"""Figures that papers and projects print about these networks, each with its place.

tests/analysis/test_reconcile.py holds every row against the copies in tests/data/reference (which say what was
verified; figures that were only recalled are in none of these rows), and against our count of the configuration.
"""

from __future__ import annotations

from typing import NamedTuple

HE = "He et al. 2015, arXiv:1512.03385, table 1"
HE_PLAIN = "He et al. 2015, arXiv:1512.03385, sec. 3.3"
HE_CIFAR = "He et al. 2015, arXiv:1512.03385, table 6"
HE_2016 = "He et al. 2016, arXiv:1603.05027, table 4"
XIE = "Xie et al. 2017, arXiv:1611.05431, table 1"
SE = "Hu et al. 2018, arXiv:1709.01507, table 2"
WRN = "Zagoruyko and Komodakis 2016, arXiv:1605.07146"
TORCHVISION = "torchvision 0.28.0, metadata of the weights"
KERAS = "keras.applications, table in the older documentation"
TIMM = "timm, results/benchmark-infer-amp-nchw-pt240-cu124-rtx3090.csv"


class Published(NamedTuple):
    """One printed figure: `printed` · 10^`power` `unit`, for the network `net` at `resolution` pixels.

    `quantity` is what it counts ("macs" or "params"), `convention` the key in CONVENTIONS if it adds to ours, `cut`
    that the figure was cut off and not rounded. `unexplained`: no rule that its source states gives this figure.
    """

    source: str
    place: str
    net: str
    resolution: int
    quantity: str
    printed: str
    power: int
    unit: str
    convention: str = ""
    cut: bool = False
    unexplained: bool = False

    def shortened(self, count: int) -> str:
        """A count as this row prints counts: in its power of ten, rounded or cut to its decimals."""
        decimals = len(self.printed.partition(".")[2])
        step = 10 ** (self.power - decimals)
        steps = count // step if self.cut else (2 * count + step) // (2 * step)
        whole = f"{steps:,}"
        return f"{steps // 10**decimals:,}.{steps % 10**decimals:0{decimals}d}" if decimals else whole


def _he() -> list[Published]:
    macs = [("resnet18?shortcut=A", "1.8"), ("resnet34?shortcut=A", "3.6"), ("resnet50_v1", "3.8"),
            ("resnet101_v1", "7.6"), ("resnet152_v1", "11.3")]  # fmt: skip
    params = [("20", "0.27"), ("32", "0.46"), ("44", "0.66"), ("56", "0.85"), ("110", "1.7"), ("1202", "19.4")]
    paper = "He et al. 2015"
    # 3.858 is printed as 3.8: cut off, while the other figures of the table are rounded.
    rows = [Published(paper, HE, net, 224, "macs", figure, 9, "FLOPs", "", figure == "3.8") for net, figure in macs]
    rows.append(Published(paper, HE_PLAIN, "plain34", 224, "macs", "3.6", 9, "FLOPs"))
    rows += [Published(paper, HE_CIFAR, f"resnet{n}", 32, "params", figure, 6, "parameters") for n, figure in params]
    for net, figure in (("resnet164v2", "1.7"), ("resnet1001v2", "10.2")):
        unexplained = figure == "10.2"  # the authors' code has 10,327,706
        rows.append(
            Published("He et al. 2016", HE_2016, net, 32, "params", figure, 6, "parameters", unexplained=unexplained)
        )
    return rows


def _later_papers() -> list[Published]:
    rows = []
    for net, params, macs, cut in (("resnet50", "25.5", "4.1", True), ("resnext50_32x4d", "25.0", "4.2", False)):
        rows.append(Published("Xie et al. 2017", XIE, net, 224, "macs", macs, 9, "FLOPs"))
        rows.append(Published("Xie et al. 2017", XIE, net, 224, "params", params, 6, "parameters", cut=cut))
    for depth, macs in ((50, "3.87"), (101, "7.60"), (152, "11.32")):
        net = f"seresnet{depth}?stride_on=1x1&attention_divisor=1"
        rows.append(Published("Hu et al. 2018", SE, net, 224, "macs", macs, 9, "FLOPs", unexplained=True))
    wide = [("wrn_28_10", "36.5"), ("wrn_40_4", "8.9")]
    paper = "Zagoruyko and Komodakis 2016"
    return rows + [Published(paper, WRN, net, 32, "params", figure, 6, "parameters") for net, figure in wide]


def _libraries() -> list[Published]:
    torchvision = {
        "resnet18": ("11,689,512", "1.814"), "resnet34": ("21,797,672", "3.664"), "resnet50": ("25,557,032", "4.089"),
        "resnet101": ("44,549,160", "7.801"), "resnet152": ("60,192,808", "11.514"),
        "resnext50_32x4d": ("25,028,904", "4.23"), "resnext101_32x8d": ("88,791,336", "16.414"),
        "resnext101_64x4d": ("83,455,272", "15.46"), "wide_resnet50_2": ("68,883,240", "11.398"),
        "wide_resnet101_2": ("126,886,696", "22.753"),
    }  # fmt: skip
    timm = {
        "resnet18": "1.82", "seresnet18": "1.82", "resnet34": "3.67", "seresnet34": "3.67", "resnet50": "4.11",
        "resnet26": "2.36", "resnet50c": "4.35", "resnet18d": "2.06", "resnet34d": "3.91", "resnet50d": "4.35",
        "resnet26d": "2.6", "resnet50t": "4.32", "seresnet50": "4.11", "ecaresnet50d": "4.35",
        "resnext50_32x4d": "4.26",
    }  # fmt: skip
    rows = []
    for net, (params, macs) in torchvision.items():
        rows.append(Published("torchvision", TORCHVISION, net, 224, "macs", macs, 9, "GFLOPS"))
        rows.append(Published("torchvision", TORCHVISION, net, 224, "params", params, 0, "parameters"))
    rows += [Published("timm", TIMM, net, 224, "macs", figure, 9, "GMACs", "timm") for net, figure in timm.items()]
    rows.append(Published("Keras", KERAS, "keras_resnet50", 224, "params", "25,636,712", 0, "parameters", "keras"))
    return rows


PUBLISHED: tuple[Published, ...] = tuple(_he() + _later_papers() + _libraries())
"""Every figure, papers first."""
