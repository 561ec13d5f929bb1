"""Explore, "Costs": the reconciler, the memory and torchinfo, for any network and any choice."""

from __future__ import annotations

import html
import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.running import html_with, opened
from visualizer.analysis.format import grouped
from visualizer.analysis.memory import inference, training
from visualizer.analysis.reconcile import accounts
from visualizer.resnet import parse, plan, presets
from visualizer.ui.memory import memory_html
from visualizer.ui.reconcile import reconcile_html
from visualizer.ui.views import BATCHES, START

pytestmark = pytest.mark.usefixtures("no_collector")


def _app(**params: str) -> AppTest:
    return opened(**{"view": "Costs", **params})


def _last(given: str | list[str]) -> str:
    return given if isinstance(given, str) else given[-1]


@pytest.mark.parametrize("net", ["resnet50", "resnet1202", "seresnet50", "plain34", "resnet164v2"])
def test_the_reconciler_shows_every_source_with_its_arithmetic(net: str) -> None:
    at = _app(net=net, section="Reconcile")
    assert not at.exception
    shown = html_with(at, "rv-rec-why")
    for account in accounts(plan(parse(net), presets()[net].resolution)):
        assert html.escape(account.printed) in shown
        assert html.escape(account.why) in shown
        assert all(html.escape(step.words) in shown and grouped(abs(step.number)) in shown for step in account.steps)
    assert shown.count("<details>") == len(accounts(plan(parse(net), presets()[net].resolution)))


def test_a_row_is_a_sum_that_can_be_added_up() -> None:
    """The numbers in a row's last column: the last is the sum of the others."""
    for row in reconcile_html(plan(parse("keras_resnet50"))).split("<details>")[1:]:
        steps = re.search(r'rv-rec-steps">(.*?)</div>', row)
        if steps:
            cells = re.findall(r"<span[^>]*>(.*?)</span>", steps[1])[2::3]
            *terms, total = (int(cell.replace(",", "").replace(" ", "").replace("−", "-")) for cell in cells)
            assert sum(terms) == total
            assert grouped(total) in html.unescape(row)


def test_memory_is_for_what_was_chosen_and_the_link_says_it() -> None:
    at = _app(net="resnet18", section="Memory")
    network = plan(parse("resnet18"))
    assert grouped(training(network, 32, "float32", "SGD with momentum").total) in html_with(at, "rv-mem")
    at.button_group(key="memory_optimiser").set_value("Adam").run()
    at.button_group(key="memory_precision").set_value("mixed").run()
    at.select_slider(key="memory_batch").set_value(256).run()
    assert grouped(training(network, 256, "mixed", "Adam").total) in html_with(at, "rv-mem")
    at.button_group(key="memory_purpose").set_value("inference").run()
    assert not at.exception
    found = inference(network, 256, "mixed")
    assert f"<b>{found.layer.path}</b> is computed" in html_with(at, "rv-mem")
    again = _app(**{name: _last(at.query_params[name]) for name in at.query_params})
    assert html_with(again, "rv-mem") == html_with(at, "rv-mem")


@pytest.mark.parametrize("name", ["batch", "precision", "optimiser", "purpose"])
@pytest.mark.parametrize("value", ["", "3", "-1", "²", "9" * 50, "<b>"])
def test_a_link_with_a_choice_that_there_is_not_says_so(name: str, value: str) -> None:
    at = _app(net="resnet18", section="Memory", **{name: value})
    assert not at.exception
    assert any(name in warning.value for warning in at.warning)


def test_the_bars_are_shares_of_the_peak() -> None:
    found = training(plan(parse("resnet20"), 32), BATCHES[-1], "float32", "Adam")
    widths = [float(width) for width in re.findall(r"width:([0-9.]+)%", memory_html(found, START))]
    assert sum(widths) == pytest.approx(100, abs=0.5)


def test_torchinfo_stands_beside_our_totals() -> None:
    at = _app(net="resnet18", section="torchinfo")
    assert not at.exception
    assert "Total params: 11,689,512" in at.code[0].value
    shown = html_with(at, "From ours to theirs")
    assert "1,814,073,344" in shown
    assert "1,814,083,944" in shown


def test_a_giant_gets_a_sentence_instead_of_a_summary() -> None:
    at = _app(net="resnet50", depths="400,400,400,400", width="16", section="torchinfo")
    assert not at.exception
    assert "up to 10,000 are summarised here" in at.info[0].value
    wide = _app(net="resnet50", depths="30,30,30,30", width="1024", section="torchinfo")
    assert "parameters; up to 1,500,000,000 can be built" in wide.info[0].value
