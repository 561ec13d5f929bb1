"""Fused convolutions give the walk's values; what is chosen is quicker, near enough, and leaves the model alone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from tests.network.test_walk import NETWORKS
from tests.strategies import specs
from visualizer.network import ResNet, block_values, build, fast, walk
from visualizer.network.fast import FLOAT32, error_of, fastest
from visualizer.network.fused import Fused, chains
from visualizer.network.program import block_addresses, program
from visualizer.resnet import ResNetSpec, parse, plan
from visualizer.resnet.lesion import WHOLE, Lesion

ROUNDING = 1e-4
CHANGED = Lesion(off=("layer2.1",), moved=(("layer1.1", "layer1.0"),))


@pytest.fixture(autouse=True)
def _without_gradients() -> Iterator[None]:
    with torch.inference_mode():
        yield


def _model(spec: ResNetSpec, resolution: int = 32) -> ResNet:
    """A model whose batch norms and biases do something: each has statistics and numbers of its own."""
    model, generator = build(plan(spec, resolution)).eval(), torch.Generator().manual_seed(1)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            for name, low in (("weight", 0.5), ("bias", -0.5), ("running_mean", -0.5), ("running_var", 0.5)):
                getattr(module, name).uniform_(low, low + 1, generator=generator)
        elif isinstance(module, nn.Conv2d) and module.bias is not None:
            module.bias.uniform_(-0.5, 0.5, generator=generator)
    return model


def _picture(model: ResNet) -> Tensor:
    return torch.randn(1, *model.plan.input, generator=torch.Generator().manual_seed(0))


def _all(model: ResNet) -> list[str]:
    return [address for step in program(model.plan) for address, _ in step.told]


def _compare(model: ResNet, keep: list[str], change: Lesion = WHOLE) -> None:
    steps = program(model.plan, frozenset(keep), frozenset(change.off), moved=change.moved)
    x = _picture(model)
    found = Fused(model, steps, torch.float32).values(x)
    assert set(found) == set(keep)
    for address, value in walk(model, x, keep, change.off, moved=change.moved):
        near = ROUNDING * max(1.0, float(value.abs().max()))  # what cancels keeps the rounding of what it came from
        assert torch.allclose(found[address], value, rtol=0, atol=near), address


@pytest.mark.parametrize("text", [*NETWORKS, "keras_resnet50?width=8&stem_width=8"])  # biases before batch norm
def test_every_block_of_every_kind_of_network_has_the_walks_values(text: str) -> None:
    model = _model(parse(text))
    for block in model.plan.blocks:
        _compare(model, list(block_addresses(model.plan, block.path).values()))
    _compare(model, [model.plan.head[-1].path])


@settings(max_examples=50)
@given(specs(most_stages=3, most_blocks=2), st.data())
def test_whatever_is_asked_for_is_what_the_walk_tells(spec: ResNetSpec, data: st.DataObject) -> None:
    model = _model(spec, 24)
    _compare(model, data.draw(st.lists(st.sampled_from(_all(model)), min_size=1, max_size=6, unique=True)))


def test_blocks_are_off_and_swapped_as_in_the_walk() -> None:
    model = _model(parse("resnet18?width=8&stem_width=8"))
    _compare(model, ["layer2.1.branch", "layer3.0.out", "fc"], CHANGED)


@pytest.mark.parametrize("text", NETWORKS)
def test_each_step_is_done_once_and_nothing_between_the_steps_of_a_chain_is_asked_for(text: str) -> None:
    network = plan(parse(text), 32)
    for keep in (None, frozenset({network.head[-1].path})):
        steps = program(network, keep)
        found = chains(steps)
        assert sorted(step.writes for chain in found for step in chain) == [step.writes for step in steps]
        told = {number for step in steps for _, number in step.told}
        assert not any(step.writes in told for chain in found for step in chain[:-1])
        if keep is None:  # every value is asked for, so nothing is fused
            assert all(len(chain) == 1 for chain in found)


def test_a_residual_block_is_as_many_calls_as_it_has_convolutions() -> None:
    network = plan(parse("resnet50"), 64)
    kinds = [[step.layer.kind for step in chain] for chain in chains(program(network, frozenset({"layer1.1.out"})))]
    once, last = ["conv", "bn", "relu"], ["conv", "bn", "add", "relu"]
    projection = [once, once, ["conv", "bn"], last]  # the projection takes up the branch, which is there before it
    assert kinds == [once, ["maxpool"], *projection, once, once, last]


@pytest.mark.skipif(not torch.ops.mkldnn._is_mkldnn_bf16_supported(), reason="this processor has no bf16")
def test_bf16_is_near_and_the_shared_model_stays_as_it_is() -> None:
    model = _model(parse("resnet18?width=8&stem_width=8"))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    keep = list(block_addresses(model.plan, "layer1.1").values())
    fused = Fused(model, program(model.plan, frozenset(keep)), torch.bfloat16)
    x = _picture(model)
    error = error_of(fused.values(x), dict(walk(model, x, keep)))
    assert 0 < error < 0.02
    after = model.state_dict()
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())
    assert not any(module.training for module in model.modules())


def _fastest(model: ResNet, **options: Any) -> fast.Fast:
    addresses = block_addresses(model.plan, "layer2.0").values()
    return fastest(model, _picture(model)[0].numpy(), addresses, **options)


def test_the_choice_is_the_quickest_that_was_measured_and_its_values_are_those_it_says() -> None:
    model = _model(parse("resnet18?width=16&stem_width=16"), 64)
    found = _fastest(model)
    assert [one.name for one in found.measured][:1] == [FLOAT32]
    walk_seconds = found.measured[0].seconds
    assert found.chosen.name == FLOAT32 or found.chosen.seconds < fast.GAIN * walk_seconds
    assert found.chosen.error < fast.MOST_ERROR
    pixels = _picture(model)[0].numpy()
    expected, places = block_values(model, pixels, "layer2.0"), block_addresses(model.plan, "layer2.0")
    shown = found.values(pixels)
    for place, address in places.items():
        assert shown[address].dtype == np.float32
        assert shown[address].flags.c_contiguous
        apart = np.linalg.norm(shown[address] - expected[place]) / np.linalg.norm(expected[place])
        assert apart == pytest.approx(found.chosen.error, abs=1e-6) or apart < found.chosen.error


def _times(monkeypatch: pytest.MonkeyPatch, **seconds: float) -> None:
    named = {FLOAT32: seconds["plain"], "float32, fused": seconds["fused"], "bf16, fused": seconds["bf16"]}
    monkeypatch.setattr(fast, "_timed", lambda ways, x, until, tell: {name: named[name] for name in ways})


def test_a_slower_way_is_never_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    model = _model(parse("resnet18?width=8&stem_width=8"))
    _times(monkeypatch, plain=1.0, fused=0.96, bf16=2.0)
    assert _fastest(model).chosen.name == FLOAT32
    _times(monkeypatch, plain=1.0, fused=0.9, bf16=2.0)
    assert _fastest(model).chosen.name == "float32, fused"


def test_a_way_that_strays_too_far_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    model = _model(parse("resnet18?width=8&stem_width=8"))
    _times(monkeypatch, plain=1.0, fused=0.5, bf16=0.1)
    monkeypatch.setattr(fast, "MOST_ERROR", 1e-5)
    found = _fastest(model, seconds=60)
    assert [one.name for one in found.measured] == [FLOAT32, "float32, fused"]
    assert found.chosen.name == "float32, fused"


def test_without_onednn_or_without_time_float32_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    model = _model(parse("resnet18?width=8&stem_width=8"))
    assert [one.name for one in _fastest(model, seconds=0).measured] == [FLOAT32]

    def fails(*arguments: object) -> None:
        raise RuntimeError("no oneDNN here")

    monkeypatch.setattr(fast, "Fused", fails)
    found = _fastest(model, seconds=60)
    assert found.chosen == found.measured[0]
    assert found.nbytes == 0


def test_threads_that_share_it_do_not_meet() -> None:
    model = _model(parse("resnet18?width=8&stem_width=8"))
    keep = list(block_addresses(model.plan, "layer2.1").values())
    fused = Fused(model, program(model.plan, frozenset(keep)), torch.float32)
    pictures = [torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(seed)) for seed in range(8)]

    def run(x: Tensor) -> dict[str, Tensor]:
        with torch.inference_mode():
            return fused.values(x)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(run, pictures * 3))
    for x, values in zip(pictures * 3, found, strict=True):
        assert error_of(values, dict(walk(model, x, keep))) < ROUNDING


def test_an_error_is_relative_and_infinite_where_it_cannot_be() -> None:
    one, nothing = torch.tensor([3.0, 4.0]), torch.zeros(2)
    assert error_of({"a": one * 1.5}, {"a": one}) == pytest.approx(0.5)
    assert error_of({"a": nothing}, {"a": nothing}) == 0
    assert error_of({"a": one}, {"a": nothing}) == float("inf")
    assert error_of({"a": one * float("nan")}, {"a": one}) == float("inf")


def test_without_bf16_the_walk_or_float32_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_bf16(model: ResNet, steps: object, dtype: torch.dtype) -> Fused:
        if dtype == torch.bfloat16:
            raise RuntimeError("mkldnn_reorder_conv2d_weight: bf16 path needs the cpu support avx512bw")
        return Fused(model, steps, dtype)  # type: ignore[arg-type]

    monkeypatch.setattr(fast, "Fused", without_bf16)
    model = _model(parse("resnet18?width=8&stem_width=8"))
    found = fastest(model, _picture(model)[0].numpy(), block_addresses(model.plan, "layer1.1").values())
    assert not [one.name for one in found.measured if "bf16" in one.name]
    assert found.chosen in found.measured
