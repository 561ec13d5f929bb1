"""Our models against timm's own: every network of its plain ResNets that the spec expresses, and which it does not."""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch
from torch import nn

from tests.published.comparing import Tensors, assert_same, passed, pictures, weights
from visualizer.network import build, tensor_shapes
from visualizer.resnet import parse, plan, presets

LIGHT = 36_000_000
"""Parameters of a model that is run here; of larger ones names and shapes are compared."""

OTHERS = {
    "resnet50s": "resnet50c?stem_width=64",
    "resnet101s": "resnet101?stem=deep&stem_width=64",
    "resnet152s": "resnet152?stem=deep&stem_width=64",
    "resnet101c": "resnet101?stem=deep",
    "resnet152c": "resnet152?stem=deep",
    "ecaresnet200d": "resnet200d?attention=eca",
    "ecaresnext26t_32x4d": "resnet26t?groups=32&width_per_group=4&attention=eca",
    "ecaresnext50t_32x4d": "resnet50t?groups=32&width_per_group=4&attention=eca",
    "seresnet50t": "seresnet50?stem=tiered&avg_down=true",
    "seresnet200d": "resnet200d?attention=se&attention_divisor=8",
    "seresnet269d": "seresnet152d?depths=3,30,48,8",
    "resnetv2_18d": "resnetv2_18?stem=deep&avg_down=true",
    "resnetv2_34d": "resnetv2_34?stem=deep&avg_down=true",
    "resnetv2_50t": "resnetv2_50?stem=tiered&avg_down=true",
    "resnetv2_152": "resnetv2_50?depths=3,8,36,3",
    "resnetv2_152d": "resnetv2_50d?depths=3,8,36,3",
}
"""Networks of timm's that are no preset, in our words."""

CAFFE_POOL = {
    "legacy_seresnet18": "resnet18?attention=se",
    "legacy_seresnet34": "resnet34?attention=se",
    "legacy_seresnet50": "resnet50_v1?attention=se",
    "legacy_seresnet101": "resnet101_v1?attention=se",
    "legacy_seresnet152": "resnet152_v1?attention=se",
    "legacy_seresnext26_32x4d": "resnet26?groups=32&width_per_group=4&attention=se",
    "legacy_seresnext50_32x4d": "resnext50_32x4d?attention=se",
    "legacy_seresnext101_32x4d": "resnext101_32x4d?attention=se",
}
"""The SENet authors' networks: every tensor is the spec's, but their max pool is Caffe's, whose windows begin at the
corner and may overhang at the end. The spec has no word for that, so tensors are compared and outputs are not."""

INEXPRESSIBLE = {
    "convolutions whose stride is a pool that averages or blurs": r"(se)?resn(et|ext)(aa|blur)\d+\w*",
    "group norm, EvoNorm or filter response norm": r"resnet50_gn|resnetv2_50d_(gn|evos|frn)",
    "standardised weights and group norm": r"resnetv2_\w+_bit",
    "a strided convolution in the stem pool's place": r"resnetrs\d+",
    "widths that pruning left": r"ecaresnet\d+d_pruned",
    "3×3 projections and a halved first convolution": r"(legacy_)?senet154",
    "basic and bottleneck blocks in one network": r"test_resnet",
}
"""The other networks of the same files, by what the spec has no word for."""


def _texts() -> dict[str, str]:
    """Our text of every network of timm's that is run or compared by its tensors."""
    not_timm_s = r"\w+_v1|plain\d+|resnet\d+v2|(keras|caffe)_\w+"
    named = [name for name, row in presets().items() if row.resolution == 224 and not re.fullmatch(not_timm_s, name)]
    return {name: name for name in named} | OTHERS


def test_every_network_of_timm_s_files_is_compared_or_said_to_be_beyond_the_spec(timm: Any) -> None:
    names = {name for file in ("resnet", "resnetv2", "senet") for name in timm.list_models(module=file)}
    beyond = {name for name in names for pattern in INEXPRESSIBLE.values() if re.fullmatch(pattern, name)}
    compared = {*_texts(), *CAFFE_POOL}
    assert not compared & beyond
    assert compared | beyond == names


def our_name(name: str) -> str:
    """Our name of one of timm's tensors; its ResNets have ours, its pre-activation nets and SENets have others."""
    name = re.sub(r"^stages\.(\d)\.blocks\.", lambda found: f"layer{int(found[1]) + 1}.", name)
    name = re.sub(r"^stem\.conv\.", "conv1.", name)
    name = re.sub(r"^stem\.(conv|norm)(\d)\.", _deep_stem_name, name)
    name = re.sub(r"^(layer\d\.\d+)\.norm(\d)\.", r"\1.bn\2.", name)
    name = re.sub(r"^layer0\.|^head\.", "", name)
    return name.replace(".se_module.", ".se.").replace("last_linear.", "fc.")


def _deep_stem_name(found: re.Match[str]) -> str:
    return f"conv1.{3 * int(found[2]) - (3 if found[1] == 'conv' else 2)}."


def _renamed(state: Tensors, average: bool) -> Tensors:
    """timm's tensors under our names and in our shapes: its classifier of pre-activation nets is a 1×1 convolution."""
    projection = f".downsample.{int(average)}."
    names = {name: our_name(name).replace(".downsample.conv.", projection) for name in state}
    return {
        names[name]: tensor.flatten(1) if names[name] == "fc.weight" else tensor for name, tensor in state.items()
    }


def _on_meta(timm: Any, name: str) -> nn.Module:
    with torch.device("meta"):
        model: nn.Module = timm.create_model(name, pretrained=False)
    return model


@pytest.mark.parametrize(("name", "text"), CAFFE_POOL.items(), ids=CAFFE_POOL)
def test_tensors_of_the_authors_senets(name: str, text: str, timm: Any) -> None:
    state = _renamed(_on_meta(timm, name).state_dict(), average=False)
    assert {key: tuple(tensor.shape) for key, tensor in state.items()} == tensor_shapes(plan(parse(text)))


@pytest.mark.parametrize(("name", "text"), _texts().items(), ids=_texts())
def test_a_model_is_timm_s(name: str, text: str, timm: Any) -> None:
    spec = parse(text)
    published = _on_meta(timm, name)
    state = _renamed(published.state_dict(), spec.avg_down)
    shapes = {key: tuple(tensor.shape) for key, tensor in state.items()}
    assert shapes == tensor_shapes(plan(spec))
    if not name.startswith("resnetv2"):  # timm lists a pre-activation block's projection before its branch
        assert list(shapes) == list(tensor_shapes(plan(spec)))
    if sum(parameter.numel() for parameter in published.parameters()) > LIGHT:
        return
    # The models share one set of numbers, each under its own names and in its own shapes.
    drawn = weights(published.state_dict())
    published.to_empty(device="cpu").load_state_dict(drawn)
    ours = build(plan(spec, 64), seed=None)
    ours.load_state_dict(_renamed(drawn, spec.avg_down))
    x = pictures(2, 64)
    # timm's pre-activation nets end in a 1×1 convolution, which sums in another order than a linear layer does.
    assert_same(passed(ours, x), passed(published, x, our_name), within=1e-5 if name.startswith("resnetv2") else 0.0)


@pytest.mark.parametrize("side", [33, 75, 110])
@pytest.mark.parametrize("name", ["resnet10t", "seresnext26d_32x4d", "resnetv2_50d"])
def test_pictures_of_odd_sizes_are_cut_and_padded_alike(name: str, side: int, timm: Any) -> None:
    """ResNet-D's average takes what is there at an odd edge."""
    published = timm.create_model(name, pretrained=False).eval()
    ours = build(plan(parse(_texts()[name]), side)).eval()
    ours.load_state_dict(_renamed(published.state_dict(), ours.plan.spec.avg_down))
    x = pictures(1, side)
    with torch.no_grad():
        assert torch.equal(ours(x), published(x))
