"""Files for a download are made outside of a session: nothing of it is asked for, and nothing is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.runtime.scriptrunner_utils import script_run_context
from streamlit.runtime.state import session_state_proxy

from visualizer.figures.report import Item, Words
from visualizer.resnet import parse
from visualizer.ui import compare_report
from visualizer.ui.heat import Lit
from visualizer.ui.report_pages import activations_parts, explore_parts
from visualizer.ui.similarity_passes import similarity_of
from visualizer.ui.store import STORES
from visualizer.ui.view_file import view_html
from visualizer.ui.views import LAID_BESIDE, LOOKS, START

SMALL = replace(START, spec=parse("resnet20?depths=2,1"), resolution=32, others=(parse("resnet20?depths=1,1"),))


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What Streamlit warns of, which is what it was asked for without a session. The stores are empty."""
    for store in STORES:
        store.forget_idle(-1)
    warnings: list[object] = []
    for module in (script_run_context, session_state_proxy):
        monkeypatch.setattr(module._LOGGER, "warning", lambda *words: warnings.append(words))
    return warnings


def _made(items: list[Item], asked: list[object]) -> None:
    assert items
    assert asked == []


def test_a_report_of_explore_needs_no_session(asked: list[object]) -> None:
    _made(list(explore_parts(SMALL, Lit())), asked)


@pytest.mark.parametrize("look", LOOKS)
def test_files_of_activations_need_no_session(look: str, asked: list[object]) -> None:
    state = replace(SMALL, look=look)
    _made(list(activations_parts(state)), asked)
    assert view_html(state, "light", "https://example.org")
    assert asked == []


@pytest.mark.parametrize("laid", LAID_BESIDE)
def test_a_report_of_compare_needs_no_session(laid: str, asked: list[object]) -> None:
    state = replace(SMALL, laid=laid, compare="Similarity")
    assert similarity_of(state).unbiased.shape == (4, 3)
    found = list(compare_report.parts(state))
    _made(found, asked)
    assert any(isinstance(item, Words) and "Untrained weights: what it shows" in item.text for item in found)
