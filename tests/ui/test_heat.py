"""What colours a view's map: every quantity, from one pass for all, or one sentence."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import resolutions, specs
from visualizer import network
from visualizer.figures.block_maps import block_maps
from visualizer.figures.heat import KINDS
from visualizer.resnet import ResNetSpec, parse
from visualizer.ui.computing import maps_of
from visualizer.ui.heat import HEAT_WORDS, OF_PICTURE, Lit, lit, needs_picture
from visualizer.ui.store import STORES
from visualizer.ui.views import HEATS, START, View
from visualizer.ui.weight_sources import flag

SMALL = replace(START, spec=parse("resnet20?depths=2,1"), resolution=32)


@pytest.fixture(autouse=True)
def empty_stores() -> None:
    for store in STORES:
        store.forget_idle(-1)


def _lit(heat: str, state: View = SMALL, **more: Any) -> Lit:
    return lit(replace(state, heat=heat, **more))


def test_every_choice_has_its_words_and_its_kind() -> None:
    assert set(HEATS) == set(HEAT_WORDS) == {"none", *KINDS}


@settings(max_examples=25)
@given(specs(channels=3), resolutions, st.sampled_from(HEATS), st.sampled_from(("hidden", "shown")))
def test_any_view_has_its_colours_or_a_sentence(spec: ResNetSpec, resolution: int, heat: str, thumbnails: str) -> None:
    state = replace(START, spec=spec, resolution=resolution, heat=heat, thumbnails=thumbnails)
    found = lit(state)
    paths = {block.path for block in state.plan.blocks}
    if heat != "none" and not found.sentence:
        assert found.heat is not None
        assert paths <= set(found.heat.values)
    assert found.sentence == "" or found.sentence.endswith(".")
    assert set(found.thumbnails.by_path if found.thumbnails else paths) == paths
    assert (found.thumbnails is None) == (thumbnails == "hidden")


def test_picture_quantities_are_those_of_the_activations_page() -> None:
    means, zeros, ratios = (_lit(name, thumbnails="shown") for name in OF_PICTURE)
    assert means.heat is not None
    assert zeros.heat is not None
    assert ratios.heat is not None
    assert means.thumbnails is not None
    for block in SMALL.plan.blocks:
        maps = maps_of(SMALL, block)
        assert means.heat.values[block.path] == pytest.approx(maps.statistics["out"].mean, rel=1e-12)
        assert 100 * zeros.heat.values[block.path] == pytest.approx(maps.statistics["out"].zeros)
        lengths = [np.linalg.norm(maps.values[place].astype(np.float64)) for place in ("branch", "shortcut")]
        assert ratios.heat.values[block.path] == pytest.approx(lengths[0] / lengths[1])
        assert means.thumbnails.by_path[block.path].channel == block_maps(maps.values).strongest("out")
    assert means.heat.note == means.thumbnails.note == "weights: untrained, random with seed 0; picture: Cat"


def test_the_legend_names_learned_weights_as_the_maps_do() -> None:
    state = replace(SMALL, spec=parse("resnet20"), weights="resnet20_digits")
    found = _lit("mean", state).heat
    assert found is not None
    assert found.note == f"weights: {flag(state)}; picture: Cat"
    assert "digits" in found.note


def test_all_quantities_of_a_picture_and_a_whole_class_take_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = network.block_responses, []

    def counted(*args: Any) -> Any:
        calls.append(1)
        return real(*args)

    monkeypatch.setattr(network, "block_responses", counted)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda name: _lit(name, thumbnails="shown"), [*OF_PICTURE, "params", "none", "zeros"]))
    assert calls == [1]


def test_keys_tell_apart_what_is_drawn_differently() -> None:
    views = [
        replace(SMALL, heat=heat, thumbnails=thumbnails, seed=seed, picture=picture)
        for heat in ("params", "mean", "ratio") for thumbnails in ("hidden", "shown")
        for seed in (0, 1) for picture in ("cat", "coffee")
    ]  # fmt: skip
    keys: dict[tuple[object, ...], set[View]] = {}
    for state in views:
        keys.setdefault(lit(state).key, set()).add(state)
    same = [group for group in keys.values() if len(group) > 1]
    assert len(same) == 1  # parameters alone do not depend on seed and picture
    assert {(state.heat, state.thumbnails) for state in same[0]} == {("params", "hidden")}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"picture": "0" * 64}, "upload it again"),
        ({"weights": "0" * 64}, "open them again"),
        ({"resolution": 1025}, "up to 1024 pixels"),
        ({"spec": parse("resnet50?channels=1")}, "3 input channels"),
        ({"spec": parse("resnet50?width=1024")}, "of weights"),
        ({"spec": parse("resnet18?stem=cifar&width=256"), "resolution": 1024}, "whole network takes"),
        ({"spec": parse("resnet18?depths=1&stem=cifar&width=128"), "resolution": 1024}, "largest block"),
    ],
)
def test_what_cannot_be_had_leaves_the_stages_colours_and_says_why(changed: dict[str, Any], said: str) -> None:
    for heat in ("mean", "params"):
        found = lit(replace(START, heat=heat, thumbnails="shown", **changed))
        assert said in found.sentence
        assert found.thumbnails is None
        assert (found.heat is None) == (heat == "mean")


def test_a_plain_network_has_no_ratio_and_says_so() -> None:
    plain = _lit("ratio", replace(SMALL, spec=parse("plain20")))
    assert plain.heat is None
    assert "plain network" in plain.sentence
    assert _lit("mean", replace(SMALL, spec=parse("plain20"))).heat is not None


def test_blocks_whose_values_have_grown_too_large_are_left_out_and_named() -> None:
    found = _lit("mean", replace(SMALL, spec=parse("resnet20?depths=400,1"), resolution=8))
    assert found.heat is not None
    assert "layer1.0" in found.heat.values
    assert "layer2.0" not in found.heat.values
    assert "32-bit" in found.sentence


def test_only_a_picture_needs_torch() -> None:
    assert {name for name in HEATS if needs_picture(replace(SMALL, heat=name))} == set(OF_PICTURE)
    code = (
        "import sys; from dataclasses import replace; from visualizer.ui.heat import lit; from visualizer.ui.views "
        "import START; assert lit(replace(START, heat='memory')).heat; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
