"""The accuracies that others publish, by source and by what they call it, from the copies in tests/data/reference."""

from __future__ import annotations

from functools import cache

from tests.conftest import REFERENCE, Row, rows_of
from visualizer.analysis.accuracy import Published

Key = tuple[str, str, int]
"""Where it is printed ("torchvision", "timm", "table 3"), what it is called there, size of the test pictures."""


def published_elsewhere(row: Published) -> float:
    """Top-1 accuracy in percent; KeyError if the source does not print it, or nobody checked that it does."""
    place = row.source.split()[0].rstrip(",")
    return _all()[place if place in ("torchvision", "timm") else row.source, row.name, row.at]


def _table(name: str) -> list[Row]:
    """The rows of a paper's table that were checked."""
    return [row for row in rows_of(REFERENCE / "papers" / f"{name}.csv") if "recalled" not in row["status"]]


@cache
def _all() -> dict[Key, float]:
    found: dict[Key, float] = {}
    for row in rows_of(REFERENCE / "torchvision_weights.csv"):
        found["torchvision", row["weights"], int(row["crop_size"])] = float(row["acc1"])
    for row in rows_of(REFERENCE / "timm_imagenet.csv"):
        found["timm", row["model"], int(row["img_size"])] = float(row["top1"])
    for (source, name, at), error in _errors().items():
        if error:
            found[source, name, at] = round(100 - float(error), 3)
    return found


def _errors() -> dict[Key, str]:
    found: dict[Key, str] = {}
    he, pre, xie = (f"{paper}, table " for paper in (
        "He et al. 2015, arXiv:1512.03385", "He et al. 2016, arXiv:1603.05027", "Xie et al. 2017, arXiv:1611.05431",
    ))  # fmt: skip
    for row in _table("he2015_table2"):
        name = f"plain-{row['layers']}" if row["kind"] == "plain" else f"ResNet-{row['layers']} A"
        found[he + "2", name, 224] = row["top1_err"]
    for row in _table("he2015_table3"):
        found[he + "3", f"{row['model']} {row['shortcut']}", 224] = row["top1_err"]
    for row in _table("he2016_table5_imagenet"):
        more = ", aspect ratio varied too" if "asp" in row["aug"] else ""
        found[pre + "5", f"{row['model']} {row['unit']}{more}", int(row["test"])] = row["top1"]
    for row in _table("resnext"):
        name = f"{row['model']} {row['setting'].replace('x', '×')}"
        found[xie + row["table"][-1], name, 224] = row["top1_err"]
    for row in _table("senet_table2"):
        names = {"orig_top1": f"{row['model']}, original", "reimpl_top1": f"{row['model']}, re-implemented"}
        for column, name in {**names, "se_top1": f"SE-{row['model']}"}.items():
            if row["table"] == "Table 2":
                found["Hu et al. 2018, arXiv:1709.01507, table 2", name, 224] = row[column]
    for row in _table("wrn"):
        if row["top1"]:
            source = "Zagoruyko and Komodakis 2016, arXiv:1605.07146, released models"
            found[source, row["model"], 224] = row["top1"]
    return found
