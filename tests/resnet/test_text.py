"""The text form: text to spec to text is the identity, and hostile text gets one sentence."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.resnet import ResNetSpec, SpecError, parse, plan, preset, presets, usual_resolution
from visualizer.resnet.errors import shown
from visualizer.resnet.spec import DEFAULTS, FIELDS
from visualizer.resnet.text import nearest_preset, spec_from, text


@given(specs())
def test_spec_to_text_to_spec_is_the_identity(spec: ResNetSpec) -> None:
    assert parse(str(spec)) == spec


@given(specs())
def test_text_to_spec_to_text_is_the_identity(spec: ResNetSpec) -> None:
    canonical = text(spec)
    assert text(parse(canonical)) == canonical
    assert canonical == str(spec)


@given(specs())
def test_the_text_names_just_the_fields_that_differ_from_its_preset(spec: ResNetSpec) -> None:
    name, changes = nearest_preset(spec)
    base = preset(name)
    assert set(changes) == {field for field in FIELDS if getattr(spec, field) != getattr(base, field)}
    fewest = min(sum(getattr(spec, f) != getattr(row.spec, f) for f in FIELDS) for row in presets().values())
    assert len(changes) == fewest


def test_every_preset_is_its_own_text() -> None:
    for name, row in presets().items():
        assert str(row.spec) == row.name == name
        assert parse(name) == row.spec == preset(name)
        assert usual_resolution(name) == row.resolution
    assert len({row.spec for row in presets().values()}) == len(presets())


@pytest.mark.parametrize(
    ("given_text", "canonical"),
    [
        ("resnet50?groups=32&width_per_group=4", "resnext50_32x4d"),
        ("resnet50?stride_on=1x1", "resnet50_v1"),
        ("resnet50?", "resnet50"),
        (" resnet50 ? groups = 1 && ", "resnet50"),
        ("resnet18?depths=2,2,3,2&avg_down=true", "resnet18?depths=2,2,3,2&avg_down=true"),
        ("resnet18?AVG_DOWN=true".lower(), "resnet18?avg_down=true"),
        ("resnet50?stem=deep&stem_width=32", "resnet50c"),
        ("resnet50?width=64,128,256,512", "resnet50"),
        ("resnet50?width=64,128,256,128&bn_eps=1E-3", "resnet50?width=64,128,256,128&bn_eps=0.001"),
        ("resnet50?conv_bias=True&classes=+10", "resnet50?conv_bias=true&classes=10"),
    ],
)
def test_other_ways_to_write_a_network_have_one_canonical_text(given_text: str, canonical: str) -> None:
    assert str(parse(given_text)) == canonical


def test_a_text_s_resolution_is_that_of_the_preset_it_names() -> None:
    assert usual_resolution("resnet20?classes=100") == 32
    assert usual_resolution("resnet50?stem=cifar&classes=10") == 224
    with pytest.raises(SpecError):
        usual_resolution("resnet21")


def refusal(given_text: str) -> SpecError | None:
    try:
        plan(parse(given_text), 8)
    except SpecError as error:
        return error
    return None


words = [*FIELDS, "resnet50", "?", "=", "&", ",", "1", "basic", " ", "²", "\x00"]
fragments = st.lists(st.sampled_from(words), max_size=12).map("".join)


@given(st.one_of(st.text(max_size=80), fragments, fragments.map("resnet50?{}".format)))
@example("")
@example("?")
@example("resnet50?&&&&")
@example("resnet50?groups=²")
@example("resnet50?groups=٣")
@example("resnet50?bn_eps=٣e-1")
@example("resnet50?bn_eps=1_0e-3")
@example("resnet50?depths=1_0,1")
@example("resnet50\x00")
@example("resnet50?groups=1&groups=1")
@example("resnet50?groups")
@example("resnet50?stem_width")
@example("resnet50?=")
@example("resnet50?resolution=224")
def test_any_text_is_a_network_or_one_printable_sentence(given_text: str) -> None:
    if error := refusal(given_text):
        sentence = str(error)
        assert sentence.isprintable()
        assert len(sentence) < 400
        assert sentence.endswith(".")
        assert error.nearest is not None


@pytest.mark.parametrize("digits", ["²", "٣", "३", "1_0", "0x10", "１"])
def test_only_plain_digits_are_numbers(digits: str) -> None:
    for field in ("groups", "classes", "depths", "width", "bn_eps", "stem_width"):
        error = refusal(f"resnet50?{field}={digits}")
        assert error is not None
        assert error.field == field


@given(st.sampled_from(list(presets())), st.sampled_from(FIELDS), st.text("0123456789-+.,aeSt²\x00 ", max_size=40))
def test_the_nearest_value_of_a_refused_text_works(name: str, field: str, value: str) -> None:
    values = {field: value}
    settled: set[str] = set()
    while error := complaint(name, values):
        assert error.field not in settled, error
        settled.add(error.field)
        values[error.field] = shown(error.nearest)


def complaint(name: str, values: dict[str, str]) -> SpecError | None:
    try:
        spec_from(name, values)
    except SpecError as error:
        return error
    return None


def test_a_field_that_is_given_twice_or_without_a_value_is_told_to_its_face() -> None:
    assert str(refusal("resnet50?groups=2&groups=4")) == (
        "groups=4 does not work: it is given twice; the nearest that works is 1."
    )
    assert str(refusal("resnet18?depths")) == (
        "depths= does not work: it needs a value after the sign =; the nearest that works is 2,2,2,2."
    )


def test_an_unknown_field_or_preset_is_answered_with_the_nearest_name() -> None:
    assert str(refusal("resnet50?gruops=32")) == (
        "gruops=32 does not work: no field has this name; the nearest name is groups."
    )
    names = {"ResNet-50": "resnet50", "resnext50": "resnext50_32x4d", "": "resnet50", "x": "resnet50"}
    for wrong, right in names.items():
        error = refusal(wrong)
        assert error is not None
        assert (error.field, error.nearest) == ("net", right)


@pytest.mark.parametrize(
    "hostile",
    [
        "x" * 10_000,
        "resnet50?" + "groups=2&" * 1_200,
        "resnet50?depths=" + "9" * 900,
        "resnet50?depths=" + "9," * 450,
        "resnet50?" + "&" * 900 + "groups=0",
        "&" * 990 + "?" + "=" * 5,
    ],
)
def test_long_text_is_refused(hostile: str) -> None:
    """How fast: benchmarks/refusals.py."""
    assert refusal(hostile) is not None


def test_fields_of_a_text_are_those_of_a_spec() -> None:
    assert set(FIELDS) == set(DEFAULTS)
    for field, value in DEFAULTS.items():
        usual = 64 if field == "stem_width" else value
        assert parse(f"resnet50?{field}={shown(usual)}") == preset("resnet50")
