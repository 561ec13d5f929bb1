"""The foot of a box: the value that colours it, and the strongest channel of what leaves the block.

Both differ from block to block, so they lie over what equal blocks share.
"""

from __future__ import annotations

from visualizer.figures.drawing import Box, Group, Item, Picture, Text, placed
from visualizer.figures.heat import Shade
from visualizer.figures.style import width_in
from visualizer.figures.thumbnails import SIDE, Thumbnail

VALUE = 17.0
"""Height of a line with a value."""
GAP = 6.0
"""Around a thumbnail, and from the lower side of a box to its foot."""
UNCOLOURED = "head"
"""The colours of what has no value: the neutral ones of the head."""


def foot_height(value: bool, picture: bool) -> float:
    """The room that a value and a thumbnail need below what else stands in a box."""
    return (VALUE if value else 0) + (GAP + SIDE if picture else 0)


def foot_width(text: str, picture: bool) -> float:
    """The width that a box needs for a value and a thumbnail."""
    return max(width_in("value", text), SIDE if picture else 0) + 2 * GAP


def coloured(group: Group, shade: Shade | None) -> Group:
    """The group in the colours of a value, which its label then tells, or in neutral ones."""
    if shade is None:
        return group._replace(style=f"{group.style} {UNCOLOURED}")
    return group._replace(style=f"{group.style} {shade.style}", label=f"{group.label}. {shade.sentence}")


def footed(group: Group, shade: Shade | None, thumbnail: Thumbnail | None) -> Group:
    """The group with a value and a thumbnail in the foot of its box, or of the sheet on which its layers are."""
    frame, x, y = next(
        (item, x, y) for item, x, y in placed(group.items) if isinstance(item, Box) and item.style in ("box", "open")
    )
    middle, bottom = x + frame.x + frame.width / 2, y + frame.y + frame.height - GAP
    items: list[Item] = []
    if thumbnail:
        bottom -= SIDE
        items.append(Picture(middle - SIDE / 2, bottom, SIDE, SIDE, thumbnail.png))
        items.append(Box(middle - SIDE / 2, bottom, SIDE, SIDE, "frame"))
        bottom -= GAP
        group = group._replace(label=f"{group.label}. Strongest channel of the output: {thumbnail.channel}")
    if shade:
        if frame.style == "open":  # a sheet is white: the value stands on its colour
            items.append(Box(x + frame.x + GAP, bottom - VALUE + 1, frame.width - 2 * GAP, VALUE - 1, "box", 4))
        items.append(Text(middle, bottom - 4, shade.text, "value", "middle"))
    return group._replace(items=(Group(group.items), *items)) if items else group
