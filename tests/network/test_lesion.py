"""A block that is off is its shortcut alone, swapped blocks are each other, and a sweep is a pass for each block."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from tests.network import plainly
from tests.resnet.test_lesion import texts
from tests.strategies import specs
from visualizer.network import ResNet, block_responses, block_values, build, walk
from visualizer.network.lesion import class_logits, sweep
from visualizer.network.program import program
from visualizer.resnet import ResNetSpec, parse, plan
from visualizer.resnet.lesion import WHOLE, Lesion, lesion, removable

SMALL = ["resnet18?width=8&stem_width=8", "resnet20", "resnet18v2?width=8&stem_width=8", "seresnet50?width=8",
         "resnet34?width=8&shortcut=C&order=relu_only_pre", "keras_resnet50v2?width=8&stem_width=8"]  # fmt: skip


def _model(text: str, resolution: int = 32) -> ResNet:
    return build(plan(parse(text), resolution)).eval()


def _pixels(model: ResNet, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal(model.plan.input).astype(np.float32)


def _plain_logits(model: ResNet, pixels: NDArray[np.float32], off: Any) -> NDArray[np.float32]:
    with torch.inference_mode():
        found: NDArray[np.float32] = plainly.values(model, torch.from_numpy(pixels)[None], off)["fc"][0].numpy()
    return found


class ByHand(nn.Module):
    """ResNet-20 with option A, as one writes it down, with the blocks in `off` reduced to their shortcuts."""

    def __init__(self, model: ResNet, off: set[str]) -> None:
        super().__init__()
        self.model, self.off = model, off

    def forward(self, x: Tensor) -> Tensor:
        net = self.model.get_submodule
        x = torch.relu(net("bn1")(net("conv1")(x)))
        for stage in (1, 2, 3):
            for index in range(3):
                path = f"layer{stage}.{index}"
                shortcut = x
                if stage > 1 and index == 0:
                    shortcut = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, x.shape[1]))
                if path in self.off:
                    x = torch.relu(shortcut)
                    continue
                out = torch.relu(net(f"{path}.bn1")(net(f"{path}.conv1")(x)))
                x = torch.relu(net(f"{path}.bn2")(net(f"{path}.conv2")(out)) + shortcut)
        return net("fc")(x.mean((2, 3)))  # type: ignore[no-any-return]


@pytest.mark.parametrize("off", [(), ("layer1.1",), ("layer2.0",), ("layer1.0", "layer1.1", "layer3.0", "layer3.2")])
def test_a_network_written_by_hand_says_the_same_without_these_blocks(off: tuple[str, ...]) -> None:
    model = _model("resnet20")
    pixels = _pixels(model)
    with torch.inference_mode():
        expected = ByHand(model, set(off))(torch.from_numpy(pixels)[None])[0].numpy()
    found = class_logits(model, pixels, Lesion(off))
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max())
    assert bool(off) == (not np.array_equal(found, class_logits(model, pixels)))


def test_a_block_of_known_numbers() -> None:
    """F(x) = −2x: with the block the ReLU leaves nothing of a picture of positive numbers, without it all of it."""
    model = _model("resnet18?depths=1&width=1&stem=cifar&stem_width=1&channels=1&norm=none&classes=1", 2)
    weights = model.state_dict()
    for name, factor in (("conv1", 1.0), ("layer1.0.conv1", 1.0), ("layer1.0.conv2", -2.0)):
        weights[f"{name}.weight"].zero_()[0, 0, 1, 1] = factor
    weights["fc.weight"].fill_(4.0)
    weights["fc.bias"].fill_(0.5)
    pixels = np.array([[[1, 0], [2, 3]]], np.float32)
    assert class_logits(model, pixels).tolist() == [0.5]
    assert class_logits(model, pixels, Lesion(("layer1.0",))).tolist() == [4 * 6 / 4 + 0.5]


@settings(max_examples=40)
@given(specs(most_stages=3, most_blocks=3), st.data())
def test_any_network_without_any_of_its_blocks(spec: ResNetSpec, data: st.DataObject) -> None:
    model = build(plan(spec, 12)).eval()
    joined = [block.path for block in model.plan.blocks if removable(block)]
    off = data.draw(st.sets(st.sampled_from(joined))) if joined else set()
    pixels = _pixels(model)
    change = lesion(model.plan, ",".join(off))[0]
    np.testing.assert_array_equal(class_logits(model, pixels, change), _plain_logits(model, pixels, off))
    for path in off:
        values = block_values(model, pixels, path, change=change)
        np.testing.assert_array_equal(values["sum"], values["shortcut"])
        assert not values["branch"].any()
        assert block_responses(model, pixels, change=change)[path].branch_norm == 0


@settings(max_examples=40)
@given(specs(most_stages=2, most_blocks=4), st.data())
def test_swapped_blocks_are_those_of_a_model_with_their_weights_exchanged(
    spec: ResNetSpec, data: st.DataObject
) -> None:
    network = plan(spec, 12)
    change, _ = lesion(network, data.draw(texts(network)))
    model, exchanged = build(network).eval(), build(network).eval()
    weights = model.state_dict()
    moved = dict(change.moved)
    names = {name: name.split(".", 2) for name in weights if name.startswith("layer")}
    source = {
        name: ".".join([moved.get(f"{stage}.{index}", f"{stage}.{index}"), rest])
        for name, (stage, index, rest) in names.items()
    }
    exchanged.load_state_dict({name: weights[source.get(name, name)] for name in weights})
    pixels = _pixels(model)
    expected = _plain_logits(exchanged, pixels, change.off)
    np.testing.assert_array_equal(class_logits(model, pixels, change), expected)


def test_a_swap_changes_the_answer_and_a_second_one_brings_it_back() -> None:
    model = _model("resnet20")
    pixels = _pixels(model)
    swapped = lesion(model.plan, "layer1.0~layer1.2")[0]
    again, _ = lesion(model.plan, f"{swapped.text},layer1.0~layer1.2")
    assert not np.array_equal(class_logits(model, pixels, swapped), class_logits(model, pixels))
    assert again == WHOLE


def test_blocks_of_two_forms_cannot_stand_for_each_other() -> None:
    model = _model("resnet20")
    with pytest.raises(ValueError, match=r"layer2\.1 cannot stand at layer1\.0"):
        walk(model, torch.zeros(1, 3, 32, 32), moved=[("layer1.0", "layer2.1")])
    with pytest.raises(LookupError, match=r"no block layer7\.0"):
        walk(model, torch.zeros(1, 3, 32, 32), moved=[("layer1.0", "layer7.0")])


@settings(max_examples=40)
@given(specs(most_stages=3, most_blocks=3))
def test_a_sweep_is_a_pass_for_each_block_to_the_last_bit(spec: ResNetSpec) -> None:
    model = build(plan(spec, 12)).eval()
    pixels = _pixels(model)
    found = dict(sweep(model, pixels))
    assert list(found) == [*(block.path for block in model.plan.blocks if removable(block)), ""]
    for path, logits in found.items():
        naive = class_logits(model, pixels, Lesion((path,) if path else ()))
        np.testing.assert_array_equal(logits, naive, err_msg=path)


@pytest.mark.parametrize("text", SMALL)
def test_published_forms_too(text: str) -> None:
    model = _model(text)
    pixels = _pixels(model)
    for path, logits in sweep(model, pixels):
        np.testing.assert_array_equal(logits, _plain_logits(model, pixels, [path]), err_msg=path)


def test_a_sweep_computes_nothing_before_a_block_again() -> None:
    model = _model("resnet20")
    calls: list[str] = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(lambda *_, name=name: calls.append(name))
    list(sweep(model, _pixels(model)))
    assert calls.count("conv1") == 1
    # The whole network's pass, and one for each earlier block that is off.
    for number, block in enumerate(model.plan.blocks):
        assert calls.count(f"{block.path}.conv1") == 1 + number
    suffix = program(model.plan, frozenset(["fc"]), frozenset(["layer3.2"]), start="layer3.2")
    assert [step.layer.path for step in suffix] == ["layer3.2.relu2", "avgpool", "flatten", "fc"]


def test_a_sweep_ends_within_the_block_in_which_it_is_stopped() -> None:
    model = _model("resnet20")
    calls: list[str] = []
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(lambda *_, name=name: calls.append(name))

    class Stopped(BaseException):
        pass

    seen: list[int] = []

    def tell(done: int, steps: int) -> None:
        assert steps == 9
        seen.append(done)
        if seen.count(2) == 3:
            raise Stopped

    steps = sweep(model, _pixels(model), tell)
    with pytest.raises(Stopped):
        list(steps)
    assert calls[-1] == "layer2.0.conv1"  # in the run from layer1.2: its ReLU, then the next block, then no more
    assert seen[-1] == 2
    assert next(steps, None) is None


def test_a_sweep_that_waits_leaves_no_mode_on() -> None:
    model = _model("resnet20")
    steps = sweep(model, _pixels(model))
    next(steps)
    assert not torch.is_inference_mode_enabled()
    steps.close()  # type: ignore[attr-defined]
