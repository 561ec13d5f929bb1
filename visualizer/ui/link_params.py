"""The parts of the URL that stand for one field of a view each: what a text stands for, and the rule for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from visualizer.analysis.memory import OPTIMISERS, PRECISIONS
from visualizer.figures.captions import KIND_NAMES
from visualizer.figures.detail import DIRECTIONS, LEVELS, own_from
from visualizer.images.edits import edits_text, parse_edits
from visualizer.ui.control_names import HIDEABLE, LOCKABLE
from visualizer.ui.views import (
    AXES,
    BATCHES,
    COMPARED,
    ESTIMATORS,
    FIGURE_KINDS,
    HEATS,
    LAID_BESIDE,
    LOOKS,
    METHODS,
    MOST_COMPARED,
    OPENED,
    OPERATIONS,
    PLACES,
    PURPOSES,
    QUANTITIES,
    RANDOM,
    SCALES,
    SECTIONS,
    SEEN,
    SORTS,
    USUAL,
    VIEWS,
)

PARTS = ("stem", *(f"stage {number}" for number in range(1, 6)), "head")
"""The parts of a network by which the table of layers is filtered."""


def _is_number(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and len(digits) < 6


class Param(NamedTuple):
    """A part of the URL for one field of a view: what a text stands for (ValueError: nothing), and what is said."""

    value: Callable[[str], Any]
    rule: str


def _one_of(choices: Iterable[str]) -> Param:
    known = tuple(choices)

    def value(written: str) -> str:
        if written not in known:
            raise ValueError(written)
        return written

    return Param(value, f"it must be one of {', '.join(known)}")


def _whole(low: int, high: int) -> Param:
    def value(written: str) -> int:
        number = int(written) if _is_number(written.removeprefix("-")) else high + 1
        if not low <= number <= high:
            raise ValueError(written)
        return number

    return Param(value, f"it must be a whole number from {low} to {high}")


def _name(written: str) -> str:
    """A sample's key or a digest; whether it exists is known where it is opened."""
    if not written.replace("_", "").isalnum() or not written.isascii() or len(written) > 64:
        raise ValueError(written)
    return written


def _batch(written: str) -> int:
    if not _is_number(written) or int(written) not in BATCHES:
        raise ValueError(written)
    return int(written)


_BLOCK = r"layer[1-9]\d?\.\d{1,3}"
_OFF = re.compile(rf"{_BLOCK}(~{_BLOCK})?(,{_BLOCK}(~{_BLOCK})?)*", re.ASCII)


def _off(written: str) -> str:
    """Blocks that are switched off ("layer2.1") and pairs that are swapped ("layer3.1~layer3.2"), with commas."""
    if not _OFF.fullmatch(written):
        raise ValueError(written)
    return written


def _edits(written: str) -> str:
    return edits_text(parse_edits(written))


def _spot(written: str) -> str:
    x, _, y = written.partition(",")
    if not (_is_number(x) and _is_number(y)):
        raise ValueError(written)
    return written


_PAIR = re.compile(r"([1-4]),([1-4])", re.ASCII)


def _pair(written: str) -> str:
    """Two places of networks, from 1; a network can stand beside itself."""
    found = _PAIR.fullmatch(written)
    if found is None:
        raise ValueError(written)
    return written


def _some_of(choices: Iterable[str]) -> Param:
    """A few of the choices with commas, each once and in their order."""
    known = tuple(choices)

    def value(written: str) -> str:
        names = written.split(",")
        if not set(names) <= set(known):
            raise ValueError(written)
        return ",".join(name for name in known if name in names)

    return Param(value, f"it must name, with commas, some of {', '.join(known)}")


def _folds(written: str) -> str:
    own_from(written)
    return written


PARAMS = {
    "slot": _whole(0, MOST_COMPARED - 1),
    "view": _one_of(VIEWS),
    "section": _one_of(SECTIONS),
    "operations": _one_of(OPERATIONS),
    "elementwise": _one_of(SEEN),
    "figure": _one_of(FIGURE_KINDS),
    "level": _one_of((USUAL, *LEVELS)),
    "folds": Param(_folds, "it must say which parts are shown at which level, such as layer3:stages,layer1.0:layers"),
    "direction": _one_of(DIRECTIONS),
    "heat": _one_of(HEATS),
    "thumbnails": _one_of(SEEN),
    "numbers": _one_of(SEEN),
    "purpose": _one_of(PURPOSES),
    "batch": Param(_batch, f"it must be a power of two from 1 to {BATCHES[-1]}"),
    "precision": _one_of(PRECISIONS),
    "optimiser": _one_of(OPTIMISERS),
    "picture": Param(_name, "it must be the name of a sample or the digest of an upload"),
    "weights": Param(_name, f"it must be {RANDOM} or the digest of a checkpoint"),
    "seed": _whole(0, 9999),
    "scale": _one_of(SCALES),
    "place": _one_of(PLACES),
    "channel": _whole(-1, 65_535),
    "page": _whole(1, 9999),
    "look": _one_of(LOOKS),
    "sort": _one_of(SORTS),
    "target": _whole(-1, 99_999),
    "method": _one_of(METHODS),
    "off": Param(_off, "it must name blocks to switch off, such as layer2.1, and to swap, such as layer3.1~layer3.2"),
    "edits": Param(_edits, "it must be edits of a picture, such as rotate=90,crop=0.1:0.1:0.9:0.9,blur=2"),
    "second": Param(_name, "it must be the name of a sample or the digest of an upload"),
    "spot": Param(_spot, "it must be a position in pixels of the picture, such as 112,80"),
    "compare": _one_of(COMPARED),
    "laid": _one_of(LAID_BESIDE),
    "quantity": _one_of(QUANTITIES),
    "axis": _one_of(AXES),
    "pair": Param(_pair, "it must be the places of two networks, such as 1,3"),
    "estimator": _one_of(ESTIMATORS),
    "album": Param(_name, "it must be the digest of a set of pictures"),
    "large": _one_of(SEEN),
    "open": _some_of(OPENED),
    "kinds": _some_of(KIND_NAMES),
    "parts": _some_of(PARTS),
    "only": _one_of(SEEN),
}
HANDOUT: dict[str, Mapping[str, str]] = {"lock": LOCKABLE, "hide": HIDEABLE}
"""The parts of a lecturer's link, and the names that each can have, with commas."""
