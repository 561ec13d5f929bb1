"""Which blocks of a network, in words: "the first block of stages 2 to 4", "every block but the first of stage 1".

No two choices are called the same: "every block but …" is of the whole network, "the blocks after the first" of stages.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

Indices = frozenset[int]
_PATTERNS: dict[str, Callable[[int], Indices]] = {
    "every block": lambda count: frozenset(range(count)),
    "the first block": lambda count: frozenset({0}),
    "the last block": lambda count: frozenset({count - 1}),
    "the blocks after the first": lambda count: frozenset(range(1, count)),
    "the blocks before the last": lambda count: frozenset(range(count - 1)),
    "the first and the last block": lambda count: frozenset({0, count - 1}),
    "the blocks between the first and the last": lambda count: frozenset(range(1, count - 1)),
}
"""Blocks of a stage in words, and their indices where it has `count`; of up to three blocks each choice has a name."""


def places(blocks: Collection[tuple[int, int]], counts: Sequence[int]) -> str:
    """Blocks, each by its stage's number from 1 and its index in it, where the stages have `counts` of up to three."""
    chosen = {number: frozenset(index for stage, index in blocks if stage == number) for number, _ in blocks}
    everything = {number: frozenset(range(count)) for number, count in enumerate(counts, start=1)}
    if chosen == everything:
        return "every block"
    rest = {number: everything[number] - chosen.get(number, frozenset()) for number in everything}
    without = _alike({number: found for number, found in rest.items() if found}, counts)
    alike = _alike(chosen, counts)
    if alike or not without.startswith(("the first block", "the last block")):
        return alike or _each(chosen, counts)
    return f"every block but {without.replace(' block', '', 1)}"


def stages(numbers: Iterable[int], most: int) -> str:
    """Stages by number, of `most`: "stage 2", "stages 2 and 4", "stages 2 to 4", "every stage"."""
    found = sorted(numbers)
    if len(found) == most > 1:
        return "every stage"
    if len(found) == 1:
        return f"stage {found[0]}"
    if len(found) > 2 and found[-1] - found[0] == len(found) - 1:
        return f"stages {found[0]} to {found[-1]}"
    return f"stages {', '.join(map(str, found[:-1]))} and {found[-1]}"


def _alike(chosen: Mapping[int, Indices], counts: Sequence[int]) -> str:
    """Blocks that one pattern names in all their stages; "" if there is none."""
    for words, of in _PATTERNS.items():
        if all(of(counts[number - 1]) == indices for number, indices in chosen.items()):
            return f"{words} of {stages(chosen, len(counts))}"
    return ""


def _each(chosen: Mapping[int, Indices], counts: Sequence[int]) -> str:
    """Stage by stage, those together that one pattern names."""
    by_words: dict[str, list[int]] = {}
    for number, indices in sorted(chosen.items()):
        words = next(words for words, of in _PATTERNS.items() if of(counts[number - 1]) == indices)
        by_words.setdefault(words, []).append(number)
    return " and ".join(f"{words} of {stages(numbers, len(counts))}" for words, numbers in by_words.items())
