"""What a walk tells is true, stays true, and is all that was asked for."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Collection, Iterator
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from tests.network import plainly
from tests.strategies import specs
from visualizer.network import ResNet, UnknownAddress, build, walk
from visualizer.network.operations import OPERATIONS
from visualizer.network.program import program
from visualizer.resnet import Plan, ResNetSpec, parse, plan

NETWORKS = [
    "resnet18?width=8&stem_width=8", "resnet50d?width=8&stem_width=8", "resnet18v2?width=8&stem_width=8",
    "seresnet50?width=8&stem_width=8", "resnet20", "plain20", "ecaresnet50d?width=8&stem_width=8",
    "keras_resnet50v2?width=8&stem_width=8", "resnet34?width=8&stem_width=8&shortcut=A",
    "resnet34?width=8&stem_width=8&shortcut=C&norm=none", "resnet18?width=8&stem_width=8&order=bn_after_add",
    "resnet18?width=8&stem_width=8&order=relu_before_add", "resnet18?width=8&stem_width=8&order=relu_only_pre",
    "resnext50_32x4d?width=16&order=pre",
]  # fmt: skip


def _model(text: str, resolution: int = 32) -> ResNet:
    return build(plan(parse(text), resolution)).eval()


def _picture(model: ResNet, number: int = 1) -> Tensor:
    return torch.randn(number, *model.plan.input, generator=torch.Generator().manual_seed(number))


def _addresses(network: Plan, off: Collection[str] = ()) -> list[str]:
    return [address for step in program(network, off=frozenset(off)) for address, _ in step.told]


@pytest.fixture(autouse=True)
def _without_gradients() -> Iterator[None]:
    with torch.inference_mode():
        yield


def _assert_same(found: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    assert list(found) == list(expected)
    for address, value in found.items():
        assert torch.equal(value, expected[address]), address


@pytest.mark.parametrize("text", NETWORKS)
def test_every_value_is_that_of_plain_evaluation_and_the_sum_is_branch_plus_shortcut(text: str) -> None:
    model = _model(text)
    found = dict(walk(model, _picture(model)))
    expected = plainly.values(model, _picture(model))
    _assert_same(found, expected)
    for block in model.plan.blocks:
        branch = found[f"{block.path}.branch"]
        assert torch.equal(branch, found[block.branch[-1].path])
        if block.shortcut_kind == "none":
            assert f"{block.path}.shortcut" not in found
            assert f"{block.path}.sum" not in found
        else:
            assert torch.equal(found[f"{block.path}.sum"], branch + found[f"{block.path}.shortcut"])


@settings(max_examples=60)
@given(specs(most_stages=3, most_blocks=2), st.data())
def test_kept_values_stay_true_though_the_rest_is_computed_in_place(spec: ResNetSpec, data: st.DataObject) -> None:
    network = plan(spec, 12)
    model = build(network).train(data.draw(st.booleans(), "training"))
    joined = [block.path for block in network.blocks if block.shortcut_kind != "none"]
    off = data.draw(st.sets(st.sampled_from(joined)), "off") if joined else set()
    known = _addresses(network, off)
    keep = data.draw(st.sets(st.sampled_from(known)), "keep")
    until = data.draw(st.sampled_from(known), "until")
    expected = plainly.values(model, _picture(model, 2), off)
    found = dict(walk(model, _picture(model, 2), keep=keep, off=off, until=until))
    told = [address for address in known[: known.index(until) + 1] if address in keep]
    _assert_same(found, {address: expected[address] for address in told})


@pytest.mark.parametrize("off", [(), ("layer2.1",)], ids=["on", "off"])
@pytest.mark.parametrize("text", ["resnet18?width=8", "resnet18v2?width=8"])
def test_a_value_told_after_its_last_reader_is_still_there(text: str, off: tuple[str, ...]) -> None:
    """An identity shortcut is x: the branch has read it long before it is told."""
    model = _model(text)
    expected = plainly.values(model, _picture(model), off)
    for place in ("shortcut", "sum", "add"):
        keep = ["layer2.1.conv2", f"layer2.1.{place}"]
        found = dict(walk(model, _picture(model), keep, off))
        _assert_same(found, {address: expected[address] for address in keep})


@pytest.mark.parametrize("text", NETWORKS)
def test_forward_gives_the_numbers_of_plain_evaluation_and_leaves_its_input_alone(text: str) -> None:
    model = _model(text)
    picture = _picture(model, 2)
    assert torch.equal(model(picture), plainly.values(model, picture)[model.plan.head[-1].path])
    assert torch.equal(picture, _picture(model, 2))


def _in_place(text: str, keep: set[str]) -> int:
    steps = program(plan(parse(text)), frozenset(keep))
    return sum(step.apply is OPERATIONS[step.layer.kind].in_place for step in steps)


def test_forward_overwrites_wherever_a_careful_hand_would() -> None:
    """ResNet-50: the ReLU after each of 49 convolutions, and 16 additions. A second reader or an asker forbids it."""
    assert _in_place("resnet50", {"fc"}) == 49 + 16
    assert _in_place("resnet50", {"fc", "bn1"}) == 48 + 16
    assert _in_place("resnet50", {"fc", "layer1.0.sum", "layer4.2.branch"}) == 48 + 15 + 1 - 1
    assert _in_place("seresnet50", {"fc"}) == 49 + 16 + 16
    assert _in_place("resnet18?norm=none", {"fc"}) == 17 + 8


def test_a_forward_pass_takes_no_more_steps_than_the_plan_has_layers() -> None:
    network = plan(parse("resnet50"))
    assert len(program(network, frozenset({"fc"}))) == len(network.layers)
    assert len(program(network)) == len(network.layers)


def test_nothing_is_computed_that_is_not_needed() -> None:
    model = _model("resnet18?width=8&stem_width=8")
    calls: list[str] = []
    for name, module in model.named_modules():
        module.register_forward_hook(lambda *_, name=name: calls.append(name))
    dict(walk(model, _picture(model), keep=["layer1.0.shortcut", "layer1.0.x"]))
    assert calls == ["conv1", "bn1"]
    calls.clear()
    dict(walk(model, _picture(model), keep=["layer2.0.shortcut"]))
    assert calls[-2:] == ["layer2.0.downsample.0", "layer2.0.downsample.1"]
    assert "layer2.0.conv1" not in calls
    calls.clear()
    list(walk(model, _picture(model), until="layer1.0.branch"))
    assert calls[-1] == "layer1.0.bn2"
    calls.clear()
    assert not list(walk(model, _picture(model), keep=["fc"], until="layer1.0.branch"))
    assert not calls


@pytest.mark.parametrize(
    "text", ["resnet18?width=8&stem_width=8", "resnet20", "resnet18v2?width=8", "resnet18?width=8&order=relu_only_pre"]
)
def test_a_block_that_is_off_passes_its_shortcut_alone(text: str) -> None:
    model = _model(text)
    path = model.plan.stages[1].blocks[0].path
    found = dict(walk(model, _picture(model), off=[path]))
    expected = plainly.values(model, _picture(model), [path])
    assert found.keys() == expected.keys()
    _assert_same({address: found[address] for address in expected}, expected)
    assert torch.equal(found[f"{path}.sum"], found[f"{path}.shortcut"])
    assert not found[f"{path}.branch"].any()
    assert found[f"{path}.branch"].shape == found[f"{path}.sum"].shape
    (logits,) = dict(walk(model, _picture(model), keep=["fc"], off=[path])).values()
    assert torch.equal(logits, found["fc"])
    assert not torch.equal(logits, model(_picture(model)))


def test_a_branch_that_is_off_is_computed_only_if_asked_for() -> None:
    with torch.device("meta"):
        model = _model("resnet18?width=8&stem_width=8")
        steps = [step.layer.path for step in program(model.plan, frozenset({"fc"}), frozenset({"layer3.1"}))]
        asked = dict(walk(model, torch.empty(1, 3, 32, 32), keep=["layer3.1.conv2"], off=["layer3.1"]))
    assert not [path for path in steps if path.startswith("layer3.1.conv")]
    assert list(asked) == ["layer3.1.conv2"]


def test_a_plain_block_cannot_be_off() -> None:
    model = _model("plain20")
    with pytest.raises(ValueError, match=r"layer1\.0 has no shortcut"):
        walk(model, _picture(model), off=["layer1.0"])


@pytest.mark.parametrize(
    ("wish", "nearest"),
    [
        ({"keep": ["layer1.0.summ"]}, r"no place layer1\.0\.summ; the nearest is layer1\.0\.sum\."),
        ({"until": "layer9"}, "no place layer9; the nearest is layer"),
        ({"off": ["layer1.7"]}, r"no block layer1\.7; the nearest is layer1\."),
        ({"keep": ["<script>\n" * 1000]}, "no place <script> <script>"),
    ],
)
def test_an_unknown_address_is_refused_at_once_with_the_nearest(wish: dict[str, Any], nearest: str) -> None:
    model = _model("resnet18?width=8&stem_width=8")
    with pytest.raises(UnknownAddress, match=nearest):
        walk(model, _picture(model), **wish)


def test_values_are_let_go_when_they_have_served_and_all_when_the_walk_is_closed() -> None:
    model = _model("resnet18?width=8&stem_width=8")
    told: list[weakref.ref[Tensor]] = []

    def alive() -> int:
        return len({id(value()) for value in told if value() is not None})

    walking = walk(model, _picture(model))
    for address, value in walking:
        told.append(weakref.ref(value))
        del value
        assert alive() <= 3, address  # x, the branch so far, the shortcut so far
        if address == "layer3.0.branch":
            break
    assert alive()
    gc.disable()
    try:
        walking.close()  # type: ignore[attr-defined]
        assert not alive()
    finally:
        gc.enable()


def test_progress_is_told_before_each_step_and_can_end_the_walk() -> None:
    model = _model("resnet18?width=8&stem_width=8")
    seen: list[tuple[int, int]] = []
    dict(walk(model, _picture(model), progress=lambda done, steps: seen.append((done, steps))))
    assert seen == [(done, len(model.plan.layers)) for done in range(len(model.plan.layers))]

    def cancel(done: int, steps: int) -> None:
        if done == 5:
            raise InterruptedError

    told: list[str] = []
    with pytest.raises(InterruptedError):
        told.extend(address for address, _ in walk(model, _picture(model), progress=cancel))
    assert told[-1] == model.plan.layers[4].path


def test_a_walk_of_another_size_than_the_plans_is_in_order() -> None:
    model = _model("resnet50d?shortcut=A", 32)
    picture = torch.randn(2, 3, 45, 61)
    _assert_same(dict(walk(model, picture)), plainly.values(model, picture))
