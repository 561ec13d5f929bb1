"""Many people, one server: whoever leaves ends their work at once, models are few, shared, and never altered."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from threading import Event
from typing import Any

import pytest
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.testing.v1 import AppTest

from visualizer.resnet import parse
from visualizer.ui import block_passes, computing, gradients, stopping, store, turns
from visualizer.ui.computing import model_of
from visualizer.ui.store import MAPS, MODELS, STORES, Store
from visualizer.ui.turns import AT_ONCE
from visualizer.ui.views import START, View

VIEW = replace(START, spec=parse("resnet20"), resolution=32)
WORK: dict[str, Callable[[View], Any]] = {
    "maps of a block": lambda state: computing.maps_of(state, state.plan.blocks[-1]),
    "maps of a layer": lambda state: computing.maps_of(state, state.plan.layers[-1]),
    "scale": computing.largest_of,
    "responses": computing.responses_of,
    "answer": block_passes.logits_of,
    "two pictures": lambda state: block_passes.distances_of(state, replace(state, picture="coffee", off="layer1.1")),
    "sweep": block_passes.effects_of,
    "class maps": gradients.class_maps_of,
    "measured field": lambda state: gradients.measured_of(state, state.plan.blocks[-1], 1, 1),
}


@pytest.fixture(autouse=True)
def empty_stores() -> None:
    for one in STORES:
        one.forget_idle(-1)


def _page(name: str) -> None:
    """The script of a page that does this work."""
    import streamlit as st

    from tests.ui.test_many import VIEW, WORK

    st.text("begun")
    WORK[name](VIEW)
    st.text("done")


class Leaving:
    """Asks the run to end as a browser does, before step `at`; counts the steps that are begun."""

    def __init__(self, at: int, clicks: bool) -> None:
        self.at, self.clicks, self.begun, self._real = at, clicks, 0, stopping.stop_if_asked

    def __call__(self) -> None:
        self.begun += 1
        if self.begun == self.at:
            context = get_script_run_ctx()
            assert context is not None
            assert context.script_requests is not None
            if self.clicks:
                context.script_requests.request_rerun(RerunData())
            else:
                context.script_requests.request_stop()
        self._real()


def _texts(at: AppTest) -> list[str]:
    return [found.value for found in at.text]


@pytest.mark.parametrize("name", WORK)
def test_a_closed_tab_ends_its_work_at_the_next_step(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    leaving = Leaving(8, clicks=False)
    monkeypatch.setattr(turns, "stop_if_asked", leaving)
    page = AppTest.from_function(_page, default_timeout=60, args=(name,)).run()
    assert _texts(page) == ["begun"]
    assert leaving.begun == 8  # the step before which it was asked is not computed
    assert len(MAPS) == 0
    places = [turns._FORWARDS.acquire(blocking=False) for _ in range(AT_ONCE)]
    turns._FORWARDS.release(sum(places))
    assert all(places)


@pytest.mark.parametrize("name", ["responses", "sweep", "class maps"])
def test_a_click_ends_the_work_and_the_next_run_does_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    leaving = Leaving(8, clicks=True)
    monkeypatch.setattr(turns, "stop_if_asked", leaving)
    page = AppTest.from_function(_page, default_timeout=60, args=(name,)).run()
    assert not page.exception
    assert _texts(page)[-1] == "done"
    whole = Leaving(0, clicks=False)
    monkeypatch.setattr(turns, "stop_if_asked", whole)
    MAPS.forget_idle(-1)
    AppTest.from_function(_page, default_timeout=60, args=(name,)).run()
    assert leaving.begun == 8 + whole.begun


def test_a_click_in_class_maps_is_heeded_on_the_way_back(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Leaving(0, clicks=False)
    monkeypatch.setattr(turns, "stop_if_asked", whole)
    AppTest.from_function(_page, default_timeout=60, args=("class maps",)).run()
    MAPS.forget_idle(-1)
    leaving = Leaving(whole.begun - 1, clicks=False)
    monkeypatch.setattr(turns, "stop_if_asked", leaving)
    page = AppTest.from_function(_page, default_timeout=60, args=("class maps",)).run()
    assert (_texts(page), leaving.begun) == (["begun"], whole.begun - 1)


class Gone(BaseException):
    """How Streamlit ends a run."""


def test_who_waits_for_another_s_work_can_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    shared, begun, finish = Store(10), Event(), Event()

    def slow() -> int:
        begun.set()
        assert finish.wait(60)
        return 7

    def gone() -> None:
        raise Gone

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(shared.value, "key", slow, lambda _: 1)
        assert begun.wait(60)
        monkeypatch.setattr(store, "stop_if_asked", gone)
        left = pool.submit(shared.value, "key", lambda: 8, lambda _: 1)
        assert isinstance(left.exception(60), Gone)
        assert not first.done()  # whoever computes goes on
        finish.set()
        assert first.result(60) == 7


def test_models_are_few_and_the_least_recently_used_goes_first() -> None:
    small = replace(VIEW, spec=parse("resnet20?depths=1&width=2&stem_width=2"))
    most = MODELS.most
    assert most is not None
    first = model_of(small)
    for seed in range(1, most):
        model_of(replace(small, seed=seed))
    assert len(MODELS) == most
    assert model_of(small) is first  # asked for again, so the second is now the oldest
    model_of(replace(small, seed=most))
    assert len(MODELS) == most
    kept = {key[2] for key in MODELS._entries}  # type: ignore[index]
    assert kept == {0, *range(2, most + 1)}


def test_all_sessions_have_one_model() -> None:
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(model_of, [VIEW] * 16))
    assert all(one is found[0] for one in found)


def _digest(state: View) -> str:
    model = model_of(state)
    digest = sha256()
    for name, value in model.state_dict().items():
        digest.update(name.encode() + value.numpy().tobytes())
    for name, module in model.named_modules():
        hooks = (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks)
        digest.update(f"{name} {module.training} {[len(one) for one in hooks]}".encode())
    assert all(weight.grad is None for weight in model.parameters())
    return digest.hexdigest()


def test_nothing_that_the_pages_do_alters_a_model() -> None:
    before = _digest(VIEW)
    for work in WORK.values():
        work(replace(VIEW, off="layer1.1,layer2.1~layer2.2"))
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda work: work(replace(VIEW, picture="coffee")), WORK.values()))
    assert _digest(VIEW) == before
