"""A network is recognised from its tensors' names and shapes, and what differs from a ResNet is said."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.network import CheckpointError, build, read_checkpoint
from visualizer.network.checkpoint.errors import Shape
from visualizer.network.recognition import RecogniseError, Recognition, questions, recognised, same_network, shapes_of
from visualizer.resnet import ResNetSpec, parse, plan, presets

Shapes = dict[str, Shape]


def answered(found: Recognition, true: ResNetSpec) -> ResNetSpec:
    """The spec after every question was answered with what is true, as a person would, one after the other."""
    spec = found.spec
    for _ in range(10):
        if same_network(spec, true):
            break
        for question in questions(spec):
            value = getattr(true, question.field)
            if value != getattr(spec, question.field) and value in dict(question.choices):
                spec = replace(spec, **{question.field: value})
                break
        else:
            break
    return spec


@given(specs(most_stages=4, most_blocks=3))
def test_a_network_is_recognised_up_to_what_no_tensor_tells(true: ResNetSpec) -> None:
    shapes = shapes_of(true)
    found = recognised(shapes)
    assert shapes_of(found.spec) == shapes
    spec = answered(found, true)
    # A max pool's border is no question after a ReLU, where it makes no difference.
    spec = replace(spec, pool_border=true.pool_border) if spec.stem_norm else spec
    assert same_network(spec, true), (str(true), str(spec))


@given(specs(most_stages=4, most_blocks=3))
def test_what_is_asked_has_the_same_tensors_and_makes_another_network(true: ResNetSpec) -> None:
    found = recognised(shapes_of(true))
    for question in found.questions:
        values = dict(question.choices)
        assert getattr(found.spec, question.field) in values
        others = [replace(found.spec, **{question.field: value}) for value in values]
        assert len(others) > 1
        assert all(shapes_of(other) == shapes_of(found.spec) for other in others)
        assert sum(same_network(other, found.spec) for other in others) == 1


@pytest.mark.parametrize("name", presets())
def test_presets_are_recognised(name: str) -> None:
    true = presets()[name].spec
    found = recognised(shapes_of(true))
    answer = answered(found, true)
    assert same_network(replace(answer, pool_border=true.pool_border), true)
    for field in ("block", "depths", "width", "groups", "width_per_group", "stem", "stem_width", "stem_norm",
                  "attention", "norm", "conv_bias", "avg_down", "channels", "classes"):  # fmt: skip
        assert getattr(found.spec, field) == getattr(true, field), field
    assert "?" not in str(found.spec)  # a published network is called by its name


def asked(name: str) -> set[str]:
    return {question.field for question in recognised(shapes_of(parse(name))).questions if question.usual}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("resnet50", {"stride_on"}),  # v1 or v1.5
        ("resnet18", set()),
        ("resnet20", {"shortcut"}),  # option A or none
        ("plain34", {"shortcut"}),
        ("resnet50?shortcut=C", {"stride_on"}),
        ("seresnext50_32x4d", {"stride_on"}),
        ("resnet50?shortcut=A", {"stride_on", "shortcut"}),
    ],
)
def test_what_people_have_to_know_is_asked(name: str, fields: set[str]) -> None:
    assert asked(name) == fields


@pytest.mark.parametrize("name", ["resnet50", "resnet18", "resnet20"])
def test_the_usual_answer_is_the_published_network(name: str) -> None:
    assert str(recognised(shapes_of(parse(name))).spec) == name


def wrapped(wrap: Callable[[Any], Any], spec: ResNetSpec) -> ResNetSpec:
    file = io.BytesIO()
    torch.save(wrap(build(plan(spec, 32)).state_dict()), file)
    tensors = read_checkpoint(file.getvalue()).tensors
    return recognised({name: tuple(tensor.shape) for name, tensor in tensors.items()}).spec


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: state,
        lambda state: {"state_dict": {f"module.{name}": tensor for name, tensor in state.items()}, "epoch": 3},
        lambda state: {"model": state, "optimizer": {"lr": 0.1}},
        lambda state: {f"model.{name}": tensor for name, tensor in state.items()},
        lambda state: {"state_dict": state, "state_dict_ema": state},
        lambda state: {"model_ema": {f"module._orig_mod.{name}": tensor for name, tensor in state.items()}},
    ],
    ids=["bare", "module", "model", "model prefix", "ema", "compiled ema"],
)
def test_wrappers_are_seen_through(wrap: Callable[[Any], Any]) -> None:
    spec = parse("seresnet50?depths=1,2&width=8&classes=7&stem=tiered&avg_down=true")
    assert shapes_of(wrapped(wrap, spec)) == shapes_of(spec)
    assert str(wrapped(wrap, spec)) == str(spec)


@given(specs(most_stages=3, most_blocks=2, norm="batch", order="post", conv_bias=False), st.data())
def test_one_tensor_less_is_named(true: ResNetSpec, data: st.DataObject) -> None:
    shapes = shapes_of(true)
    name = data.draw(st.sampled_from([name for name in shapes if name.endswith(("running_mean", "running_var"))]))
    wanted = shapes.pop(name)
    with pytest.raises(RecogniseError) as caught:
        recognised(shapes)
    assert f"{name}, which would be {wanted[0]}, is missing, and nothing else" in str(caught.value)
    assert [one.name for one in caught.value.differences] == [name]


NEARLY: dict[str, tuple[Callable[[Shapes], Any], str]] = {
    "missing": (
        lambda s: s.pop("layer3.2.conv2.weight"),
        "layer3.2.conv2.weight, which would be 256×256×3×3, is missing, and nothing else",
    ),
    "kernel": (
        lambda s: s.update({"layer3.2.conv2.weight": (256, 256, 1, 1)}),
        "layer3.2.conv2.weight is 256×256×1×1 in the file and would be 256×256×3×3, and nothing else",
    ),
    "width": (
        lambda s: s.update({"layer2.1.conv1.weight": (120, 512, 1, 1)}),
        "layer2.1.conv1.weight is 120×512×1×1 in the file and would be 128×512×1×1, and nothing else",
    ),
    "extra": (lambda s: s.update({"head2.weight": (3, 2048)}), "head2.weight (3×2048) has no place in it"),
    "several": (
        lambda s: [s.pop(name) for name in ("layer1.0.bn1.bias", "layer4.2.bn3.bias")],
        "layer1.0.bn1.bias, which would be 64, is missing, and 1 more tensor differs",
    ),
    "no classifier": (
        lambda s: [s.pop("fc.weight"), s.pop("fc.bias")],
        "fc.weight, which would be 1000×2048, is missing, and 1 more tensor differs",
    ),
    "projection": (
        lambda s: s.pop("layer2.0.downsample.0.weight"),
        "layer2.0.downsample.0.weight, which would be 512×256×1×1, is missing, and nothing else",
    ),
}


@pytest.mark.parametrize("name", NEARLY)
def test_nearly_a_resnet(name: str) -> None:
    change, words = NEARLY[name]
    shapes = shapes_of(parse("resnet50"))
    change(shapes)
    with pytest.raises(RecogniseError, match=r"is nearly resnet50, but not a ResNet of this kind: ") as caught:
        recognised(shapes, "mine.pth")
    sentence = str(caught.value)
    assert sentence.startswith("mine.pth is nearly resnet50")
    assert words in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        ({}, "has no residual blocks"),
        ({"features.0.weight": (64, 3, 3, 3)}, "its first tensor is features.0.weight"),
        ({"layer2.0.conv1.weight": (8, 8, 3, 3)}, "but none of layer1"),
        ({f"layer{n}.0.conv1.weight": (8, 8, 3, 3) for n in range(1, 8)}, "five stages are the most"),
        ({"layer1.999.conv1.weight": (8, 8, 3, 3)}, "of a kind that cannot be shown here"),
        ({"layer1.0.conv1.weight": ()}, "is most like"),
        ({"layer1.0.conv1.weight": (0, 0, 0, 0), "conv1.weight": (0,)}, "."),
        ({"layer1.0.conv1.weight": (2**40, 2**40, 3, 3)}, "."),
        ({"layer1.0.conv1.weight\n![](x)": (1,), "layer1.0.é٣": (2,)}, "."),
    ],
)
def test_something_else_is_one_sentence(shapes: Shapes, words: str) -> None:
    with pytest.raises(RecogniseError) as caught:
        recognised(shapes)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, CheckpointError)


_LAYERS = r"(conv[123]|bn[123]|se\.fc1|downsample\.[012]|fc|norm)"
_NAMES = st.from_regex(rf"(layer[1-7]\.[0-9]{{1,3}}\.)?{_LAYERS}\.(weight|bias|running_var)", fullmatch=True)
_SHAPES = st.lists(st.integers(0, 2**45), max_size=5).map(tuple)


@given(st.dictionaries(_NAMES, _SHAPES, max_size=12))
def test_any_names_and_shapes_give_a_network_or_a_sentence(shapes: Shapes) -> None:
    try:
        found = recognised(shapes)
    except RecogniseError:
        return
    assert shapes_of(found.spec) == shapes
