"""Class maps are the papers' formulas at every block: by hand, by captum, by plain autograd, for any network."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor, nn

from tests.network import plainly
from tests.strategies import specs
from visualizer.network import ResNet, build
from visualizer.network.cam import METHODS, ClassMaps, class_maps
from visualizer.network.program import block_addresses
from visualizer.resnet import ResNetSpec, parse, plan
from visualizer.resnet.lesion import Lesion

Maps = NDArray[np.float32]
SMALL_NETS = ("resnet18?width=8", "resnet50?width=4", "resnet18v2?width=8", "seresnet50?width=8", "plain18?width=8")


def _model(text: str, resolution: int) -> ResNet:
    return build(plan(parse(text), resolution)).eval()


def _pixels(model: ResNet, seed: int = 0) -> Maps:
    return np.random.default_rng(seed).standard_normal(model.plan.input).astype(np.float32)


def _close(found: Any, expected: Any, most: float = 2e-4) -> bool:
    """Equal up to rounding, by the largest magnitude of what is expected."""
    expected = np.asarray(expected, np.float64)
    return bool(np.abs(np.asarray(found) - expected).max() <= most * np.abs(expected).max() + 1e-30)


def test_a_network_by_hand() -> None:
    """One block of two channels on 2 × 2 pixels without norms: F(x) = x in channel 0, −x / 2 in channel 1.

    x is (1, 2, 3, 4) in channel 0 and (4, 0, 0, 4) in channel 1; the sum is 2x and x / 2, all positive or zero. The
    class has the weights 3 and −2, so the mean over 4 positions gives gradients 3/4 and −2/4; at the sum the ReLU stops
    the two zeros of channel 1 (its slope at 0 is 0), whose mean is then −2/8.
    """
    model = _model("resnet18?depths=1&width=2&stem=cifar&stem_width=2&channels=2&norm=none&classes=2", 2)
    weights = model.state_dict()
    for name, factors in (("conv1", (1, 1)), ("layer1.0.conv1", (1, 1)), ("layer1.0.conv2", (1, -0.5))):
        weight = weights[f"{name}.weight"].zero_()
        weight[0, 0, 1, 1], weight[1, 1, 1, 1] = factors
    weights["fc.weight"].copy_(torch.tensor([[0.0, 0], [3, -2]]))
    weights["fc.bias"].zero_()
    one, two = np.array([[1, 2], [3, 4]], np.float32), np.array([[4, 0], [0, 4]], np.float32)
    found = class_maps(model, np.stack([one, two]))
    assert (found.target, found.logits.tolist()) == (1, [0, 3 * 5 - 2 * 1])
    maps = found.maps["layer1.0"]
    np.testing.assert_allclose(maps["gradcam", "out"], 3 / 4 * 2 * one - 2 / 4 * two / 2)
    np.testing.assert_allclose(maps["gradcam", "branch"], 3 / 4 * one + 2 / 8 * two / 2)
    np.testing.assert_allclose(maps["gradcam", "shortcut"], 3 / 4 * one - 2 / 8 * two)
    np.testing.assert_allclose(maps["layercam", "out"], 3 / 4 * 2 * one)
    np.testing.assert_allclose(maps["layercam", "shortcut"], 3 / 4 * one)


def _plainly(model: ResNet, pixels: Maps, target: int) -> dict[str, tuple[Tensor, Tensor]]:
    """Value and gradient by place of every block, N×C×H×W, by one ordinary backward pass through everything."""
    values = plainly.values(model, torch.from_numpy(pixels)[None])
    ends, places = {}, {}
    for block in model.plan.blocks:
        addresses = block_addresses(model.plan, block.path)
        ends[f"{block.path}.out"] = values[addresses["out"]]
        ends[f"{block.path}.sum"] = values[addresses.get("sum", addresses["branch"])]
        for place in {"out", "branch", "shortcut"} & set(addresses):
            places[addresses[place]] = f"{block.path}.{'out' if place == 'out' else 'sum'}"
    gradients = torch.autograd.grad(values[model.plan.head[-1].path][0, target], list(ends.values()))
    by_end = dict(zip(ends, gradients, strict=True))
    return {address: (values[address].detach(), by_end[end]) for address, end in places.items()}


@settings(max_examples=40)
@given(specs(most_stages=3, most_blocks=3), st.integers(1, 40), st.integers(0, 11))
def test_any_network_has_the_papers_maps(spec: ResNetSpec, resolution: int, target: int) -> None:
    assume(target < spec.classes)
    model = build(plan(spec, resolution)).eval()
    pixels = _pixels(model)
    found, expected = class_maps(model, pixels, target), _plainly(model, pixels, target)
    assert list(found.maps) == [block.path for block in model.plan.blocks]
    assert sum(map(len, found.maps.values())) == len(METHODS) * len(expected)
    for address, (value, gradient) in expected.items():
        path, _, place = address.rpartition(".")
        alpha = gradient.double().mean((2, 3), keepdim=True)
        gradcam = (alpha * value).sum(1)[0]
        layercam = (gradient.double().clamp(min=0) * value).sum(1)[0]
        scale = float((alpha.abs() * value.abs()).sum(1).max())  # a sum of both signs may be nearly nothing
        assert np.abs(found.maps[path]["gradcam", place] - gradcam.numpy()).max() <= 1e-4 * scale + 1e-30
        assert _close(found.maps[path]["layercam", place], layercam)


class _Plain(nn.Module):
    """The network computed the plain way, with an identity module where each block ends."""

    def __init__(self, model: ResNet) -> None:
        super().__init__()
        self.model = model
        self.ends = nn.ModuleDict({block.path.replace(".", "_"): nn.Identity() for block in model.plan.blocks})

    def forward(self, x: Tensor) -> Tensor:
        plan = self.model.plan
        for layer in plan.stem:
            x = self._layer(layer, x)
        for block in plan.blocks:
            x = self.ends[block.path.replace(".", "_")](self._block(block, x))
        for layer in plan.head:
            x = self._layer(layer, x)
        return x

    def _layer(self, layer: Any, x: Tensor) -> Tensor:
        module = self.model.get_submodule(layer.path) if layer.kind in ("conv", "bn", "linear") else None
        return plainly.KINDS[layer.kind](layer, module, x)

    def _block(self, block: Any, x: Tensor) -> Tensor:
        branch = shortcut = x
        for layer in block.branch:
            branch = self._layer(layer, branch)
        for layer in block.shortcut:
            shortcut = self._layer(layer, shortcut)
        out = branch + shortcut
        for layer in block.after[1:]:
            out = self._layer(layer, out)
        return out


@pytest.mark.parametrize("text", ["resnet18?width=8", "resnet50?width=4", "resnet18?width=8&order=bn_after_add"])
def test_gradcam_of_a_block_s_output_is_captum_s(text: str) -> None:
    captum = pytest.importorskip("captum.attr", reason="captum is in requirements-dev.txt")
    model = _model(f"{text}&classes=7", 64)
    pixels = _pixels(model)
    network = _Plain(model)
    found = class_maps(model, pixels, 3)
    for block in model.plan.blocks:
        end = network.ends[block.path.replace(".", "_")]
        picture = torch.from_numpy(pixels)[None].requires_grad_()
        theirs = captum.LayerGradCam(network, end).attribute(picture, target=3, relu_attributions=True)
        assert _close(np.maximum(found.maps[block.path]["gradcam", "out"], 0), theirs[0, 0].detach().numpy())


@pytest.mark.parametrize("text", SMALL_NETS[:4])
def test_the_maps_of_branch_and_shortcut_add_up_to_that_of_their_sum(text: str) -> None:
    model = _model(text, 64)
    found, expected = class_maps(model, _pixels(model), 5), _plainly(model, _pixels(model), 5)
    for path, maps in found.maps.items():
        value, gradient = expected[f"{path}.branch"]
        value = value + expected[f"{path}.shortcut"][0]
        total = (gradient.mean((2, 3), keepdim=True) * value).sum(1)[0]
        assert _close(maps["gradcam", "branch"] + maps["gradcam", "shortcut"], total)


@settings(max_examples=30)
@given(specs(most_stages=2, most_blocks=2), st.integers(1, 24))
def test_the_last_block_s_maps_of_every_class_follow_in_closed_form(spec: ResNetSpec, resolution: int) -> None:
    model = build(plan(spec, resolution)).eval()
    pixels = _pixels(model)
    last = class_maps(model, pixels).last
    for target in range(spec.classes):
        expected = class_maps(model, pixels, target).maps[model.plan.blocks[-1].path]
        found = last.maps(target)
        assert set(found) == set(expected)
        for key, one in expected.items():
            place = last.values[key[1]]
            scale = float(np.abs(place).max() * np.abs(last.slopes[key[1]]).max() * np.abs(last.classifier).max())
            assert np.abs(found[key] - one).max() <= 1e-5 * scale * len(place) + 1e-30


def test_the_class_is_the_most_probable_unless_another_is_asked_for() -> None:
    model = _model("resnet20", 32)
    found = class_maps(model, _pixels(model))
    assert found.target == found.logits.argmax()
    other = class_maps(model, _pixels(model), 3)
    assert other.target == 3
    np.testing.assert_array_equal(found.logits, other.logits)
    with torch.inference_mode():
        assert _close(found.logits, model(torch.from_numpy(_pixels(model))[None])[0].numpy())
    for target in (-2, 10):
        with pytest.raises(ValueError, match="classes 0 to 9"):
            class_maps(model, _pixels(model), target)


def test_a_block_that_is_switched_off_has_its_shortcut_s_maps_alone() -> None:
    for text in SMALL_NETS[:4]:
        model = _model(text, 64)
        blocks = [block.path for block in model.plan.blocks[1::2]]
        found = class_maps(model, _pixels(model), 1, Lesion((model.plan.blocks[0].path, *blocks)))
        for path, maps in found.maps.items():
            assert maps["gradcam", "branch"].any() == (path not in blocks and path != model.plan.blocks[0].path)
            assert maps["gradcam", "shortcut"].any()


@pytest.mark.parametrize("text", SMALL_NETS)
def test_a_few_of_the_maps_are_those_of_all_of_them(text: str) -> None:
    model = _model(text, 64)
    everything = class_maps(model, _pixels(model), 1)
    for place, method in (("out", "gradcam"), ("branch", "layercam"), ("out", "layercam")):
        few = class_maps(model, _pixels(model), 1, places=[place], methods=[method])
        for path, maps in few.maps.items():
            assert list(maps) == [(method, place)]
            assert _close(maps[method, place], everything.maps[path][method, place])


def test_nothing_is_left_on_the_model() -> None:
    model = _model("resnet20", 32)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    class_maps(model, _pixels(model))
    assert all(weight.grad is None and weight.requires_grad for weight in model.parameters())
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def _same(one: ClassMaps, other: ClassMaps) -> bool:
    return all(np.array_equal(maps[key], other.maps[path][key]) for path, maps in one.maps.items() for key in maps)


def test_threads_that_share_a_model_see_what_each_sees_alone() -> None:
    model = _model("resnet20", 32)
    jobs = [(_pixels(model, seed), target) for seed in range(3) for target in (0, 7)] * 3
    alone = [class_maps(model, pixels, target) for pixels, target in jobs]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda job: class_maps(model, job[0], job[1]), jobs))
    assert all(map(_same, alone, together))
    assert not _same(alone[0], alone[1])


def test_it_can_be_stopped_before_every_block_on_the_way_back() -> None:
    model = _model("resnet20", 32)
    told: list[tuple[int, int]] = []
    class_maps(model, _pixels(model), progress=lambda done, steps: told.append((done, steps)))
    back = told[-9:]
    assert back == [(done, 9) for done in range(9)]

    def stop(done: int, steps: int) -> None:
        if (done, steps) == (4, 9):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        class_maps(model, _pixels(model), progress=stop)
