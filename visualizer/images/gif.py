"""GIF: the first picture is cut out, together with its palette and transparency.

Format: CompuServe, Graphics Interchange Format, version 89a (1990): blocks (sections 17 to 26).
"""

from __future__ import annotations

import struct

from visualizer.images import limits
from visualizer.images.still import ANIMATED, Still, cut_short, damaged

IMAGE, EXTENSION, TRAILER = 0x2C, 0x21, 0x3B
GRAPHIC_CONTROL = 0xF9
MAX_BLOCKS = 200_000  # a GIF of 20 MB has 82,000 full sub-blocks


def still(data: bytes) -> Still:
    """The first picture of a GIF. Raises ImageError."""
    if len(data) < 13:
        raise cut_short("GIF")
    screen = struct.unpack_from("<HH", data, 6)
    head = 13 + _table(data[10])
    at, control = _skip_extensions(data, head)
    if at >= len(data) or data[at] != IMAGE or at + 11 > len(data):
        raise cut_short("GIF") if at + 11 > len(data) else damaged("GIF")
    left, top, width, height = struct.unpack_from("<HHHH", data, at + 1)
    end = _after_blocks(data, at + 11 + _table(data[at + 9]))
    full = max(screen[0], left + width), max(screen[1], top + height)
    limits.check_size("GIF", *full)
    following, _ = _skip_extensions(data, end)
    animated = following < len(data) and data[following] == IMAGE
    return Still("GIF", *full, data[:head] + control + data[at:end] + bytes([TRAILER]), full[0] * full[1],
                 (ANIMATED,) if animated else ())


def _table(flags: int) -> int:
    """Bytes of the colour table that these flags announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _skip_extensions(data: bytes, at: int) -> tuple[int, bytes]:
    """Where the next block that is no extension starts, and the last graphic control extension before it.

    Its disposal method is cleared: it concerns later pictures, and Pillow would set memory aside for it.
    """
    control = b""
    for _ in range(limits.MAX_PIECES):
        if at + 2 > len(data) or data[at] != EXTENSION:
            return at, control
        end = _after_blocks(data, at + 2)
        if data[at + 1] == GRAPHIC_CONTROL and end - at == 8:
            control = data[at:at + 3] + bytes([data[at + 3] & 1]) + data[at + 4:end]
        at = end
    raise damaged("GIF")


def _after_blocks(data: bytes, at: int) -> int:
    """Where the chain of sub-blocks that starts here ends."""
    for _ in range(MAX_BLOCKS):
        if at >= len(data):
            raise cut_short("GIF")
        length = data[at]
        at += 1 + length
        if length == 0:
            return at
    raise damaged("GIF")
