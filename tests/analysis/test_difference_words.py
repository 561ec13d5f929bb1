"""The sentence of two networks: its numbers add up, they are the plans' own, and its places are where blocks differ."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Row
from tests.strategies import specs
from visualizer.analysis import costs
from visualizer.analysis.change_words import WORDS
from visualizer.analysis.difference import Difference
from visualizer.analysis.difference_words import DifferenceWords, difference_words
from visualizer.analysis.places import places
from visualizer.resnet import ResNetSpec, SpecError, parse, plan
from visualizer.resnet.spec import FIELDS

sizes = st.integers(1, 70)
few = settings(max_examples=15)
"""Each example makes a plan or two a field."""
AMOUNT = re.compile(r"([+−±])([\d,.]+)(?: ([kMGT]))? (parameters|MACs)(?: \(([+−])([\d,.]+) %\))?")
POWERS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def _words(first: str, second: str, resolution: int = 224) -> DifferenceWords:
    return difference_words(plan(parse(first), resolution), plan(parse(second), resolution))


def _read(sentence: str, unit: str) -> list[float]:
    """The amounts of a unit that a sentence names, in their order."""
    found = [(sign, digits, prefix) for sign, digits, prefix, of, _, _ in AMOUNT.findall(sentence) if of == unit]
    return [
        (-1 if sign == "−" else 1) * float(digits.replace(",", "")) * POWERS[prefix] for sign, digits, prefix in found
    ]


@given(specs(), specs(), sizes, sizes)
def test_the_clauses_lead_from_one_network_to_the_other(
    one: ResNetSpec, other: ResNetSpec, size: int, other_size: int
) -> None:
    first, second = plan(one, size), plan(other, other_size)
    found = difference_words(first, second)
    total = Difference(first, second).total
    assert (found.params, found.macs) == (total.params, total.macs)
    named = [field for clause in found.clauses for field in clause.fields]
    differing = {field for field in FIELDS if getattr(one, field) != getattr(other, field)}
    assert sorted(named) == sorted(differing | ({"resolution"} if size != other_size else set()))
    assert len({clause.words for clause in found.clauses}) == len(found.clauses)


@given(specs(), specs(), sizes)
@few
def test_each_clause_has_the_numbers_of_its_own_step(one: ResNetSpec, other: ResNetSpec, size: int) -> None:
    """Made one after another by hand, the fields of the clauses give networks whose costs differ as is said."""
    now = one
    for clause in difference_words(plan(one, size), plan(other, size)).clauses:
        after = replace(now, **{field: getattr(other, field) for field in clause.fields})
        before, then = (costs(plan(spec, size)).total for spec in (now, after))
        assert (clause.params, clause.macs) == (then.params - before.params, then.macs - before.macs)
        now = after
    assert now == other


@given(specs(), specs(), sizes)
@few
def test_the_numbers_in_the_sentence_are_those_of_the_plans(one: ResNetSpec, other: ResNetSpec, size: int) -> None:
    first, second = plan(one, size), plan(other, size)
    sentence = difference_words(first, second).sentence("1 · one", "2 · other")
    if one == other:
        assert sentence == "2 · other is the same network as 1 · one."
        return
    before, after = costs(first).total, costs(second).total
    *parts, total = _read(sentence, "parameters")
    assert total == after.params - before.params
    assert not parts or sum(parts) == total
    assert _read(sentence, "MACs")[-1] == pytest.approx(after.macs - before.macs, rel=0.005, abs=0.5)
    for _, _, _, unit, sign, share in AMOUNT.findall(sentence):
        if sign:
            base, change = {"parameters": (before.params, total), "MACs": (before.macs, after.macs - before.macs)}[unit]
            written = (-1 if sign == "−" else 1) * float(share.replace(",", ""))
            assert written == pytest.approx(100 * change / base, rel=0.05)


@given(specs(), sizes)
@few
def test_a_network_is_the_same_as_itself(spec: ResNetSpec, size: int) -> None:
    found = difference_words(plan(spec, size), plan(spec, size))
    assert found.same
    assert (found.params, found.macs) == (0, 0)
    assert found.sentence("A", "B") == "B is the same network as A."


@given(specs(), specs())
@few
def test_a_change_that_changes_nothing_is_said_to_and_no_other(one: ResNetSpec, other: ResNetSpec) -> None:
    """Random specs mostly differ in everything; here one field after the other is taken over from the second."""
    first = plan(one, 64)
    for field in FIELDS:
        try:
            second = plan(replace(one, **{field: getattr(other, field)}), 64)
        except SpecError:
            continue
        found = difference_words(first, second)
        ends = (first.stem, first.head) != (second.stem, second.head)
        same = not ends and not any(pair.differs for pair in Difference(first, second).blocks)
        assert len(found.clauses) == (getattr(one, field) != getattr(other, field))
        for clause in found.clauses:
            assert clause.words.endswith(", which changes nothing here") == same, clause


@pytest.mark.parametrize("counts", [(1,), (2, 3), (3, 3, 3), (1, 2, 3)])
def test_every_choice_of_blocks_has_words_of_its_own(counts: tuple[int, ...]) -> None:
    """Of all choices of blocks no two are called the same, so that the words tell where."""
    blocks = [(stage, index) for stage, count in enumerate(counts, start=1) for index in range(count)]
    choices = [
        [block for block, chosen in zip(blocks, marks, strict=True) if chosen]
        for marks in product((False, True), repeat=len(blocks))
    ]
    named = [places(choice, counts) for choice in choices if choice]
    assert len(set(named)) == len(named) == 2 ** len(blocks) - 1


def test_fields_that_change_together_are_all_fields() -> None:
    assert sorted(field for unit in WORDS for field in unit) == sorted(FIELDS)


def test_the_sentence_of_the_projections(golden: dict[str, Row]) -> None:
    found = _words("resnet34?shortcut=A", "resnet34")
    a, b = (golden[f"resnet34_option_{name}"] for name in ("plain_or_A", "B"))
    assert found.params == int(b["params"]) - int(a["params"]) == 173_824
    assert found.macs == int(b["macs"]) - int(a["macs"])
    assert found.sentence("A", "B") == (
        "B adds a 1×1 projection to the first block of stages 2 to 4 in place of padding with zeros: "
        "+173,824 parameters (+0.80 %), +19.3 M MACs (+0.53 %)."
    )


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("resnet34", "resnet34?shortcut=C", "adds a 1×1 projection to every block but the first of stages 2 to 4"),
        ("resnet34", "plain34", "leaves out the shortcut of every block"),
        ("resnet50", "resnet152", "has 4 blocks more in stage 2 and 30 in stage 3"),
        ("resnet20", "resnet1202", "has 197 blocks more in every stage"),
        ("resnet50", "resnet50?depths=3,4,6", "lacks stage 4"),
        ("resnet50", "resnext50_32x4d",
         "splits the 3×3 of every block into 32 groups, 128 channels wide in stage 1 in place of 64"),
        ("resnet50", "wide_resnet50_2", "makes the 3×3 of every block 128 channels wide in stage 1 in place of 64"),
        ("resnet50", "seresnet50?attention_divisor=1", "adds an SE gate (ratio 16) to every block"),
        ("resnet50c", "resnet50d", "averages 2×2 before the projection of the first block of stages 2 to 4"),
        ("resnet50", "resnet50c",
         "begins with three 3×3 convolutions (32-32-64 channels) in place of one 7×7 convolution (64 channels)"),
        ("resnet50", "resnet50v2",
         ("puts BN and ReLU before each convolution (full pre-activation), with a last BN and ReLU before the global "
          "pool")),
        ("resnet18?stride_on=1x1", "resnet18",
         "strides in the 3×3 in place of the first 1×1, which changes nothing here"),
    ],
)  # fmt: skip
def test_papers_changes_in_words(first: str, second: str, words: str) -> None:
    assert [clause.words for clause in _words(first, second).clauses] == [words]


def test_v15_moves_the_stride_and_adds_no_parameter(golden: dict[str, Row]) -> None:
    (clause,) = _words("resnet50_v1", "resnet50").clauses
    assert clause.words == "strides in the 3×3 in place of the first 1×1 in the first block of stages 2 to 4"
    assert clause.params == 0
    assert clause.macs == int(golden["tv_resnet50"]["macs"]) - 3_857_973_248  # v1: He et al. 2015 by Caffe and Keras


def test_what_cannot_be_alone_is_one_clause() -> None:
    """A basic block has no groups: the block and its groups change in one step."""
    found = _words("resnext50_32x4d", "resnet34")
    assert [clause.fields for clause in found.clauses] == [("block", "groups", "width_per_group")]
