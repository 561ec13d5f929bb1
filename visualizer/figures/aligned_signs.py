"""How a part of a comparison looks that is changed, added, absent or equal: by sign and words, not by colour alone.

≠ and + stand at the upper left corner of a box with a frame around it, and under it a few words; where a network has
nothing its line passes through an empty dashed frame, with − if the first network has something there.
"""

from __future__ import annotations

from collections.abc import Iterator

from visualizer.figures.aligned_words import Said, in_lines
from visualizer.figures.block_cell import EXIT, Cell, badge
from visualizer.figures.captions import blocks_text
from visualizer.figures.drawing import Box, Group, Item, Line, Text, placed
from visualizer.figures.legend import Entry

_LOOKS = {"≠": ("different", "different-badge", "changed-word"), "+": ("added", "added-badge", "added-word")}
"""Of a sign: its frame, the ground that it stands on, the words under the box."""
WORD = 14.0
"""From line to line of the words."""
FRAME = 3.0
"""From a box to the frame around it."""
ABSENT = 22.0
"""Half the height of an empty frame."""
_QUIET = {"projection-box": "box", "on-projection": "row", "tiny-on-projection": "small"}


def flagged(cell: Cell, said: Said, width: float) -> Cell:
    """The cell, its box `width` wide, with what is said of it; what is equal is faint by its group's style."""
    if said.equal:
        return cell._replace(group=cell.group._replace(items=quiet(cell.group.items)))
    if not said.sign:
        return cell
    frame, ground, style = _LOOKS[said.sign]
    top = -_half(cell.group)
    lines = in_lines(", ".join(said.words), style, width + EXIT)
    items: list[Item] = [*cell.group.items, *_flag(said.sign, frame, ground, top, width)]
    items += [Text(-FRAME, cell.below + WORD * (number + 1), line, style) for number, line in enumerate(lines)]
    below = cell.below + 4 + WORD * len(lines)
    return cell._replace(group=cell.group._replace(items=tuple(items)), below=below)


def _half(group: Group) -> float:
    """Half the height of the box that begins where the cell does."""
    return next(
        item.height / 2 for item, x, _ in placed(group.items)
        if isinstance(item, Box) and x + item.x == 0 and item.style in ("box", "badge")
    )  # fmt: skip


def _flag(sign: str, frame: str, ground: str, top: float, width: float) -> Iterator[Item]:
    yield Box(-FRAME, top - FRAME, width + 2 * FRAME, 2 * FRAME - 2 * top, frame, 8)
    yield Box(-9, top - 9, 17, 17, ground, 8.5)
    yield Text(-0.5, top + 4, sign, "on-different", "middle")


def quiet(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Things in a faint part: a projection's box has no colour of its own; every line stays as it is."""
    return tuple(map(_quiet, items))


def _quiet(item: Item) -> Item:
    if isinstance(item, Group):
        return item._replace(items=quiet(item.items))
    if isinstance(item, Box | Text) and item.style in _QUIET:
        return item._replace(style=_QUIET[item.style])
    return item


def absent(said: Said, width: float, blocks: int) -> Group:
    """An empty place, `width` wide, for so many blocks; 0 for a part of stem or head."""
    items: list[Item] = [Box(0, -ABSENT, width, 2 * ABSENT, "absent", 6)]
    if said.sign:
        items += [Box(-9, -ABSENT - 9, 17, 17, "absent-badge", 8.5), Text(-0.5, -ABSENT + 4, "−", "on-badge", "middle")]
    items.append(Text(width / 2, -6, said.words[0], "absent-word", "middle"))
    if blocks > 1:
        items.append(Text(width / 2, 15, blocks_text(blocks), "absent-word", "middle"))
    return Group(tuple(items), "absence")


def hit(width: float) -> Box:
    """Where a pointer hits an empty place; it is not painted, and stands behind the frame."""
    return Box(0, -ABSENT, width, 2 * ABSENT, "hit", 6)


def number_badge(number: int, x: float, y: float) -> list[Item]:
    """A network's number in a circle around (x, y)."""
    return badge(str(number), x, y)


def sign_entries(signs: set[str], empty: bool) -> Iterator[Entry]:
    """What the signs mean, for the legend; `empty`: whether nothing stands anywhere where the first has nothing."""
    yield Entry((Group((Box(0, -8, 24, 16, "box", 3),), "equal"),), 24, "as in 1")
    for sign, words in (("≠", "changed, and in what"), ("+", "not in 1")):
        if sign in signs:
            frame, ground, _ = _LOOKS[sign]
            box = Box(6, -5, 18, 12, "box", 3), Box(3, -8, 24, 18, frame, 5)
            yield Entry((*box, *_sign_at(sign, ground, "on-different")), 28, words)
    if "−" in signs:
        sample = (Box(3, -7, 24, 14, "absent", 3), *_sign_at("−", "absent-badge", "on-badge"))
        yield Entry(sample, 28, "in 1, not here")
    if empty:
        yield Entry((Box(0, -7, 24, 14, "absent", 3), Line(((-3, 0), (27, 0)), "trunk")), 24, "nothing here")


def _sign_at(sign: str, ground: str, style: str) -> tuple[Item, ...]:
    return Box(-4, -12, 14, 14, ground, 7), Text(3, -1, sign, style, "middle")
