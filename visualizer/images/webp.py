"""WebP: the first picture is cut out, without metadata.

Format: WebP Container Specification (RIFF chunks), RFC 9649 section 2; headers of VP8: RFC 6386 section 9.1; of
VP8L: RFC 9649 section 3.
"""

from __future__ import annotations

import struct

from visualizer.images import limits
from visualizer.images.still import ANIMATED, Still, cut_short, damaged

KEPT_FIRST = (b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L")
METADATA_FLAGS = 0b0010_1100  # ICC profile, EXIF, XMP
BYTES_PER_PIXEL = 17  # measured: two canvases of the decoder, its output, Pillow's copy


def still(data: bytes) -> Still:
    """The first picture of a WebP. Raises ImageError."""
    chunks, frames = _chunks(data)
    width, height = _size(chunks)
    limits.check_size("WebP", width, height)
    if b"VP8X" in chunks:
        chunks[b"VP8X"] = bytes([chunks[b"VP8X"][0] & ~METADATA_FLAGS]) + chunks[b"VP8X"][1:]
    body = b"WEBP" + b"".join(_chunk(kind, chunks[kind]) for kind in KEPT_FIRST if kind in chunks)
    return Still("WEBP", width, height, _chunk(b"RIFF", body), BYTES_PER_PIXEL * width * height,
                 (ANIMATED,) if frames > 1 else (), chunks.get(b"EXIF", b""), chunks.get(b"ICCP", b""))


def _chunks(data: bytes) -> tuple[dict[bytes, bytes], int]:
    """The first chunk of each kind, and how many animation frames there are."""
    found: dict[bytes, bytes] = {}
    at, frames, end = 12, 0, 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise cut_short("WebP")
    for _ in range(limits.MAX_PIECES):
        if at + 8 > end:
            return found, frames
        kind, length = data[at:at + 4], int.from_bytes(data[at + 4:at + 8], "little")
        if at + 8 + length > end:
            raise cut_short("WebP")
        frames += kind == b"ANMF"
        if kind not in found:
            found[kind] = data[at + 8:at + 8 + length]
        at += 8 + length + length % 2
    raise damaged("WebP")


def _size(chunks: dict[bytes, bytes]) -> tuple[int, int]:
    """Width and height of the canvas."""
    if len(extended := chunks.get(b"VP8X", b"")) >= 10:
        return int.from_bytes(extended[4:7], "little") + 1, int.from_bytes(extended[7:10], "little") + 1
    if len(lossless := chunks.get(b"VP8L", b"")) >= 5 and lossless[0] == 0x2F:
        bits = int.from_bytes(lossless[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if len(lossy := chunks.get(b"VP8 ", b"")) >= 10 and lossy[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", lossy, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise damaged("WebP")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)
