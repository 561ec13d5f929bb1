"""From our count to theirs: the published figures are as published, and the arithmetic on the way is right."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from tests.conftest import Row
from tests.strategies import resolutions, specs
from visualizer.analysis import costs
from visualizer.analysis.conventions import CONVENTIONS, counted
from visualizer.analysis.published import HE, HE_CIFAR, KERAS, PUBLISHED, SE, TIMM, TORCHVISION, Published
from visualizer.analysis.reconcile import Account, accounts
from visualizer.resnet import ResNetSpec, parse, plan, presets
from visualizer.resnet.layers import KINDS


def evaluated(formula: str) -> int:
    """The value of an arithmetic in the notation of the page: 2 · 11,113,984, 3 · (−77,070,336)."""
    plain = formula.replace(",", "").replace("·", "*").replace("−", "-")
    assert re.fullmatch(r"[\d+*() -]+", plain), formula
    return int(eval(plain))


def check(account: Account) -> None:
    """Every step, and their sum."""
    for step in account.steps:
        assert step.number
        assert evaluated(step.formula) == step.number
    assert account.ours + sum(step.number for step in account.steps) == account.total
    *terms, last = account.sum.split(" = ")
    assert evaluated(last) == account.total == evaluated(terms[0] if terms else last)


@pytest.mark.parametrize("name", presets())
def test_the_arithmetic_of_every_account_is_right(name: str) -> None:
    network = plan(presets()[name].spec, presets()[name].resolution)
    found = accounts(network)
    for account in found:
        check(account)
        assert account.ours == getattr(costs(network).total, account.quantity)
        assert "  " not in account.why
        assert account.why.endswith(".")
    assert len({(account.source, account.quantity, account.network, account.status) for account in found}) == len(found)


@pytest.mark.parametrize("size", [32, 225, 448])
def test_published_figures_are_reached_from_any_size_of_picture(size: int) -> None:
    usual = [one for one in accounts(plan(parse("resnet50"), 224)) if one.status == "published"]
    found = [one for one in accounts(plan(parse("resnet50"), size)) if one.status == "published"]
    ends, usual_ends = ([(one.source, one.printed, one.total) for one in some] for some in (found, usual))
    assert ends == usual_ends
    for account in found:
        check(account)
        assert bool(account.steps and "pixels" in account.steps[0].words) == (account.quantity == "macs")


@given(specs(), resolutions)
def test_any_network_is_reconciled_with_every_tool(spec: ResNetSpec, resolution: int) -> None:
    network = plan(spec, resolution)
    for account in accounts(network):
        check(account)


def configuration(row: Published) -> int:
    """Our count of a row's network, by the row's convention."""
    network = plan(parse(row.net), row.resolution)
    ours = int(getattr(costs(network).total, row.quantity))
    return counted(network, CONVENTIONS[row.convention], ours) if row.convention else ours


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: f"{row.source} {row.net} {row.quantity}")
def test_a_published_figure_is_what_its_rule_makes_of_our_count(row: Published) -> None:
    assert (row.shortened(configuration(row)) == row.printed) is not row.unexplained
    if row.cut:
        assert row._replace(cut=False).shortened(configuration(row)) != row.printed


def of(place: str, quantity: str) -> dict[str, str]:
    return {row.net: row.printed for row in PUBLISHED if row.place == place and row.quantity == quantity}


def number(printed: str) -> float:
    return float(printed.replace(",", ""))


def test_figures_of_papers_are_those_that_were_verified(paper_table: Callable[[str], list[Row]]) -> None:
    table1 = [row for row in paper_table("he2015_table1") if row["status"].startswith("verified")]
    nets = {"18": "resnet18?shortcut=A", "34": "resnet34?shortcut=A"}
    published = {nets.get(row["depth"], f"resnet{row['depth']}_v1"): row["flops_published_1e9"] for row in table1}
    assert of(HE, "macs") == published
    cifar = [row for row in paper_table("he2015_table6_cifar") if row["method"] == "ResNet"]
    assert of(HE_CIFAR, "params") == {f"resnet{row['layers']}": row["params_M"] for row in cifar}
    squeezed = {row["model"]: float(row["se_gflops"]) for row in paper_table("senet_table2") if row["se_gflops"]}
    for net, printed in of(SE, "macs").items():
        depth = net.removeprefix("seresnet").partition("?")[0]
        assert number(printed) == squeezed[f"ResNet-{depth}"]


def test_later_papers_figures_are_those_that_were_verified(paper_table: Callable[[str], list[Row]]) -> None:
    he = {row["model"]: row for row in paper_table("he2016_table4")}
    wide = {row["model"]: row for row in paper_table("wrn") if row["status"].startswith("verified")}
    grouped = {row["model"]: row for row in paper_table("resnext") if row["table"] == "Table 1"}
    figures = {
        "resnet164v2": he["ResNet-164 [preact]"]["params_M"], "resnet1001v2": he["ResNet-1001 [preact]"]["params_M"],
        "wrn_28_10": wide["WRN-28-10"]["params_M"], "wrn_40_4": wide["WRN-40-4"]["params_M"],
    }  # fmt: skip
    papers = [row for row in PUBLISHED if row.source[:4] in ("He e", "Xie ", "Zago") and row.net in figures]
    assert papers
    assert all(number(row.printed) == float(figures[row.net]) for row in papers)
    for net, model in (("resnet50", "ResNet-50"), ("resnext50_32x4d", "ResNeXt-50")):
        rows = {row.quantity: row.printed for row in PUBLISHED if row.source == "Xie et al. 2017" and row.net == net}
        assert rows == {"macs": grouped[model]["flops_1e9"], "params": grouped[model]["params_1e6"]}


def test_figures_of_torchvision_are_its_own(published_weights: list[Row]) -> None:
    names = {row["model"] for row in published_weights}
    assert set(of(TORCHVISION, "macs")) == set(of(TORCHVISION, "params")) == names
    for row in published_weights:
        assert number(of(TORCHVISION, "macs")[row["model"]]) == float(row["ops_gmac"])
        assert number(of(TORCHVISION, "params")[row["model"]]) == int(row["num_params"])


def test_figures_of_timm_and_keras_are_their_own(root: Path, golden: dict[str, Row]) -> None:
    with (root / "tests" / "data" / "reference" / "timm_gmacs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert of(TIMM, "macs") == {row["model"]: row["infer_gmacs"] for row in rows}
    for row in rows:
        total = costs(plan(parse(row["model"]), int(row["infer_img_size"]))).total
        assert f"{total.params / 1e6:.2f}" == f"{float(row['param_count']):.2f}"
        assert f"{total.activations / 1e6:.2f}" == f"{float(row['infer_macts']):.2f}"
    printed = of(KERAS, "params")["keras_resnet50"].replace(",", "")
    assert printed in golden["keras_ResNet50"]["confirmations"]


def test_the_classic_questions_are_answered() -> None:
    """3.8 or 4.1 for ResNet-50; 3.6 for ResNet-34; Keras' 25,636,712 parameters."""
    fifty = {(found.source, found.quantity, found.status): found for found in accounts(plan(parse("resnet50")))}
    he = fifty["He et al. 2015", "macs", "published"]
    assert he.sum == "4,089,184,256 − 231,211,008 = 3,857,973,248"
    assert [step.formula for step in he.steps] == ["3 · (−77,070,336)"]
    assert he.ending == "3,857,973,248 is printed as 3.8 (cut off, not rounded)."
    assert fifty["Keras", "params", "published"].sum == "25,557,032 + 26,560 + 53,120 = 25,636,712"
    assert fifty["timm", "macs", "published"].sum == "4,089,184,256 + 22,227,968 + 100,352 = 4,111,512,576"
    assert fifty["fvcore", "macs", "computed"].total == 4_111_512_576
    thirty_four = {found.source: found for found in accounts(plan(parse("resnet34"))) if found.quantity == "macs"}
    assert thirty_four["He et al. 2015"].sum == "3,663,761,408 − 19,267,584 = 3,644,493,824"


def test_a_published_figure_stands_only_beside_its_own_network() -> None:
    wider = plan(replace(parse("resnet50"), width=65))
    assert all(found.status == "computed" for found in accounts(wider))
    plain = {found.source: found for found in accounts(plan(parse("plain34"))) if found.status == "published"}
    assert set(plain) == {"He et al. 2015"}
    assert not plain["He et al. 2015"].steps


def test_every_kind_that_an_addition_names_is_one() -> None:
    for convention in CONVENTIONS.values():
        for addition in convention.additions:
            assert set(addition.kinds) <= set(KINDS)
