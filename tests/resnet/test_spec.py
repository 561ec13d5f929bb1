"""What a spec is as a value, and what it says of one that cannot be."""

from __future__ import annotations

import pickle
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.resnet import ResNetSpec, SpecError, plan, preset
from visualizer.resnet.spec import FIELDS, MAX_INNER_WIDTH, MAX_WIDTH

powers = st.integers(0, 15).map(lambda power: 2**power)
numbers = st.one_of(st.integers(), st.integers(-20, 70), powers, st.just(10**5000))
anything = st.one_of(
    st.none(), st.booleans(), numbers, st.floats(), st.text(max_size=30), st.lists(numbers, max_size=8),
    st.lists(st.one_of(st.text(max_size=3), st.none(), numbers), max_size=8).map(tuple),
)  # fmt: skip


@given(specs())
def test_equal_fields_make_equal_specs(spec: ResNetSpec) -> None:
    lists: dict[str, Any] = {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(spec).items()}
    again = ResNetSpec(**lists)
    assert again == spec
    assert hash(again) == hash(spec)
    assert pickle.loads(pickle.dumps(spec)) == spec


@given(specs(), st.integers(1, 100_000))
def test_another_field_makes_another_spec(spec: ResNetSpec, classes: int) -> None:
    assert (replace(spec, classes=classes) == spec) == (classes == spec.classes)


def test_usual_values_are_one_spec_however_they_are_written() -> None:
    assert ResNetSpec(width=(64, 128, 256, 512)) == ResNetSpec(width=64)
    assert ResNetSpec(stem_width=64) == ResNetSpec()
    assert ResNetSpec(stem="tiered", stem_width=24) == ResNetSpec(stem="tiered")
    assert ResNetSpec(bn_eps=1) == ResNetSpec(bn_eps=1.0)
    assert ResNetSpec(stem="tiered", stem_width=24) != ResNetSpec(stem="deep")


def test_a_spec_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        preset("resnet50").classes = 10  # type: ignore[misc]


def complaint(fields: dict[str, Any]) -> SpecError | None:
    try:
        plan(ResNetSpec(**fields), 16)
    except SpecError as error:
        return error
    return None


@given(specs(most_blocks=1), st.sampled_from(FIELDS), anything)
def test_the_nearest_value_is_one_that_works(spec: ResNetSpec, field: str, value: Any) -> None:
    """Taking what each refusal offers ends, field by field, in a network."""
    fields = {**asdict(spec), field: value}
    settled: set[str] = set()
    while error := complaint(fields):
        assert error.field in FIELDS
        assert error.field not in settled, error
        settled.add(error.field)
        fields[error.field] = error.nearest
    assert not settled or complaint(fields) is None


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, anything)))
def test_nothing_but_a_refusal_comes_of_nonsense(fields: dict[str, Any]) -> None:
    if error := complaint(fields):
        sentence = str(error)
        assert len(sentence.splitlines()) == 1
        assert sentence.isprintable()
        assert len(sentence) < 400
        assert sentence.startswith(error.field + "=")
        assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"groups": 0},
            "groups=0 does not work: it must be a whole number from 1 to 1024; the nearest that works is 1.",
        ),
        (
            {"depths": (3, 4, 600, 3)},
            (
                "depths=3,4,600,3 does not work: it must be 1 to 5 stages of 1 to 400 blocks each; "
                "the nearest that works is 3,4,400,3."
            ),
        ),
        (
            {"attention": "SE"},
            "attention=SE does not work: it must be one of none, se, eca; the nearest that works is se.",
        ),
        (
            {"block": "basic", "groups": 32},
            (
                "groups=32 does not work: only a bottleneck can be grouped (two convolutions gain nothing by it: "
                "Xie et al. 2017, sec. 3.3); the nearest that works is 1."
            ),
        ),
        (
            {"width": (64, 128)},
            (
                "width=64,128 does not work: a list must hold one whole number from 1 to 8192 for each of the "
                "4 stages; the nearest that works is 64,128,256,512."
            ),
        ),
        (
            {"stem": "tiered", "stem_width": 32},
            (
                "stem_width=32 does not work: it must be a whole number from 3 to 4095 that 3 divides (a tiered "
                "stem grows as 3:4:8); the nearest that works is 33."
            ),
        ),
        (
            {"width": (4, 8192), "depths": (1, 1), "groups": 512, "width_per_group": 16},
            (
                "groups=512 does not work: it must be a whole number from 1 to 32 at these widths; "
                "the nearest that works is 32."
            ),
        ),
    ],
)
def test_a_refusal_names_field_value_rule_and_a_way_out(fields: dict[str, Any], sentence: str) -> None:
    error = complaint(fields)
    assert error is not None
    assert str(error) == sentence
    assert str(pickle.loads(pickle.dumps(error))) == sentence


@pytest.mark.parametrize(
    "fields",
    [
        {"depths": (10**6,) * 4},
        {"depths": (3,) * 10**6},
        {"width": 10**9},
        {"width": (64,) * 10**6},
        {"classes": -1},
        {"groups": 10**100_000},
        {"block": "x" * 10**6},
    ],
    ids=["blocks", "stages", "width", "widths", "classes", "digits", "text"],
)
def test_what_is_built_to_hurt_is_refused(fields: dict[str, Any]) -> None:
    """How fast: benchmarks/refusals.py."""
    with pytest.raises(SpecError):
        ResNetSpec(**fields)


@pytest.mark.parametrize("resolution", [0, -1, 4097, pytest.param(10**5000, id="huge"), "224", 224.0, None, True])
def test_a_resolution_that_cannot_be_is_refused_with_one_that_can(resolution: Any) -> None:
    with pytest.raises(SpecError) as caught:
        plan(preset("resnet18"), resolution)
    assert caught.value.field == "resolution"
    assert isinstance(caught.value.nearest, int)
    assert plan(preset("resnet18"), caught.value.nearest).resolution == caught.value.nearest


WHOLE = ("groups", "classes", "stem_width", "width", "width_per_group", "attention_ratio", "bn_eps")


@pytest.mark.parametrize(
    "fields",
    [{name: True} for name in WHOLE]
    + [{"depths": (True, 1)}, {"width": (True, 1, 1, 1)}, {"block": "basic", "groups": True}, {"conv_bias": 1}],
    ids=str,
)
def test_true_is_not_a_number_and_one_is_not_true(fields: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        ResNetSpec(**fields)


@given(
    st.lists(st.integers(1, MAX_WIDTH), min_size=1, max_size=5).map(tuple),
    st.integers(1, 1024),
    st.integers(1, 8192),
)
@example((8192,), 8, 64)
@example((8192,), 9, 64)
@example((8192,), 1, 512)
@example((8192,), 1, 513)
@example((63, 64), 1, 1)
@example((63, 64), 1, 2)
def test_groups_and_width_per_group_are_possible_just_within_the_limits(
    width: tuple[int, ...], groups: int, width_per_group: int
) -> None:
    """Every group has a channel in every stage, and no bottleneck has more than 65,536 inner channels."""
    channels = [each * width_per_group // 64 for each in width]
    possible = min(channels) >= 1 and max(channels) * groups <= MAX_INNER_WIDTH
    depths = (1,) * len(width)
    error = complaint({"depths": depths, "width": width, "groups": groups, "width_per_group": width_per_group})
    assert (error is None) == possible


def test_the_inner_width_is_torchvision_s() -> None:
    """`int(planes * (base_width / 64.0)) * groups`, with torchvision's floating-point division."""
    for width in (1, 3, 16, 63, 64, 100, 512, 8192):
        for base in (1, 4, 5, 40, 63, 64, 100, 128, 8192):
            for groups in (1, 2, 7, 32):
                expected = int(width * (base / 64.0)) * groups
                if 1 <= expected <= 65536:
                    spec = ResNetSpec(depths=(1,), width=width, groups=groups, width_per_group=base)
                    assert spec.inner_width(width) == expected
