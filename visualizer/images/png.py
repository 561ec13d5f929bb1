"""PNG: chunks are checked and thinned out here; large pictures are decoded some rows at a time.

Format: ISO/IEC 15948 (PNG, third edition): chunks (5), row filters (9), interlacing (8).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from PIL import Image

from visualizer.images import limits
from visualizer.images.still import ANIMATED, SIXTEEN_BIT, Still, cut_short, damaged

MAGIC = b"\x89PNG\r\n\x1a\n"
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # colour type -> samples per pixel
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
KEPT_ONCE = (b"PLTE", b"tRNS", b"iCCP", b"eXIf", b"acTL")
FEED, STORED_BLOCK = 65_536, 65_535
RAW_ALWAYS, RAW_EARNED = 160_000_000, 128  # bytes unpacked row by row: they cost time only, about 0.4 s


@dataclass(frozen=True)
class Header:
    """The fields of IHDR. `row` is the length of one filtered row in bytes, its filter byte included."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @property
    def row(self) -> int:
        return 1 + (self.width * self.depth * SAMPLES[self.colour] + 7) // 8

    @property
    def by_rows(self) -> bool:
        return self.depth >= 8 and not self.interlaced

    @property
    def pixel_bytes(self) -> int:
        """Bytes per pixel in Pillow's memory."""
        return {1: 2 if self.depth == 16 else 1}.get(SAMPLES[self.colour], 4)

    def packed(self, rows: int) -> bytes:
        return _chunk(b"IHDR", struct.pack(">IIBBBBB", self.width, rows, self.depth, self.colour, 0, 0,
                                           self.interlaced))


def still(data: bytes) -> Still:
    """The picture of a PNG, or the default picture of an animated one. Raises ImageError."""
    header, kept, idat = _pieces(data)
    limits.check_size("PNG", header.width, header.height)
    raw, memory = header.row * header.height, header.width * header.height * header.pixel_bytes
    if header.by_rows:
        memory = 0 if raw <= RAW_ALWAYS + RAW_EARNED * len(data) else raw
    notes = ((ANIMATED,) if _frames(kept) > 1 else ()) + ((SIXTEEN_BIT,) if header.depth == 16 else ())
    palette = b"".join(_chunk(kind, kept[kind]) for kind in _palette_chunks(header) if kind in kept)
    body = b"".join(_chunk(b"IDAT", bytes(part)) for part in idat)
    return Still("PNG", header.width, header.height,
                 MAGIC + header.packed(header.height) + palette + body + _chunk(b"IEND", b""),
                 memory, notes, kept.get(b"eXIf", b""), _profile(kept.get(b"iCCP", b"")),
                 transparent=_transparent(header, kept.get(b"tRNS", b"")),
                 bands=partial(_bands, header, palette, idat) if header.by_rows else None)


def _pieces(data: bytes) -> tuple[Header, dict[bytes, bytes], list[memoryview]]:
    view, at, kept, idat = memoryview(data), len(MAGIC), dict[bytes, bytes](), list[memoryview]()
    header: Header | None = None
    for _ in range(limits.MAX_PIECES):
        if at + 12 > len(data):
            raise cut_short("PNG")
        (length,), kind = struct.unpack_from(">I", data, at), data[at + 4:at + 8]
        if at + 12 + length > len(data):
            raise cut_short("PNG")
        body, at = view[at + 8:at + 8 + length], at + 12 + length
        if header is None:
            header = _header(kind, body)
        intact = zlib.crc32(view[at - 8 - length:at - 4]) == struct.unpack_from(">I", data, at - 4)[0]
        if not intact and kind[0] < 0x60:  # an upper-case first letter marks a chunk that decoding needs
            raise damaged("PNG")
        if kind == b"IDAT":
            idat.append(body)
        elif kind in KEPT_ONCE and intact and not (idat and kind != b"eXIf"):
            kept.setdefault(kind, bytes(body))
        elif kind == b"IEND":
            if not idat or (header.colour == 3 and b"PLTE" not in kept):
                raise damaged("PNG")
            return header, kept, idat
    raise damaged("PNG")


def _header(kind: bytes, body: memoryview) -> Header:
    if kind != b"IHDR" or len(body) != 13:
        raise damaged("PNG")
    width, height, depth, colour, compression, filters, interlace = struct.unpack(">IIBBBBB", body)
    limits.check_size("PNG", width, height)
    if depth not in DEPTHS.get(colour, ()) or compression or filters or interlace > 1:
        raise damaged("PNG")
    return Header(width, height, depth, colour, bool(interlace))


def _frames(kept: dict[bytes, bytes]) -> int:
    body = kept.get(b"acTL", b"")
    return int.from_bytes(body[:4], "big") if len(body) == 8 else 1


def _palette_chunks(header: Header) -> tuple[bytes, ...]:
    return (b"PLTE", b"tRNS") if header.colour == 3 else ()


def _transparent(header: Header, body: bytes) -> tuple[int, ...]:
    """The transparent colour in the values Pillow decodes to, since it leaves tRNS at the file's own depth."""
    if header.colour not in (0, 2) or len(body) < 2 * SAMPLES[header.colour]:
        return ()
    top = 2**header.depth - 1
    values = (value & top for value in struct.unpack_from(f">{SAMPLES[header.colour]}H", body))
    if header.depth == 16:  # Pillow keeps 16 bits of a grey sample but only the upper 8 of a colour
        return tuple(values) if header.colour == 0 else tuple(value >> 8 for value in values)
    return tuple(value * 255 // top for value in values)


def _profile(body: bytes) -> bytes:
    _, _, packed = body.partition(b"\0")
    if not packed or packed[0] != 0:
        return b""
    try:
        return zlib.decompressobj().decompress(packed[1:], limits.MAX_PROFILE)
    except zlib.error:
        return b""


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))


def _bands(header: Header, palette: bytes, idat: list[memoryview], rows: int) -> Iterator[Image.Image]:
    """The picture as consecutive bands of `rows` rows, so that it never lies in memory as a whole.

    Each band becomes a small PNG of its own, uncompressed, for Pillow to undo the row filters. They refer to the row
    above, so the last row of the band before leads it, unfiltered. Of 16-bit colours only the upper bytes are known
    of that row, which is enough: filters combine bytes of equal position, and only the upper ones are used.
    """
    above = bytes(header.row)
    for unpacked in _unpacked(idat, [min(rows, header.height - top) * header.row
                                     for top in range(0, header.height, rows)]):
        count, body = len(unpacked) // header.row, _stored_stream(above + unpacked)
        small = MAGIC + header.packed(count + 1) + palette + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")
        band = Image.open(io.BytesIO(small), formats=("PNG",))
        above = b"\0" + _stored(header, band.crop((0, count, header.width, count + 1)))
        yield band.crop((0, 1, header.width, count + 1))


def _stored(header: Header, row: Image.Image) -> bytes:
    """One decoded row as the file stores it, unfiltered."""
    if header.depth == 8:
        return row.tobytes()
    if header.colour == 0:
        return row.tobytes("raw", "I;16B")
    if header.colour == 4:  # which Pillow decodes to RGBA, three times the grey
        row = Image.merge("LA", (row.getchannel("R"), row.getchannel("A")))
    stored = bytearray(header.row - 1)
    stored[0::2] = row.tobytes()
    return bytes(stored)


def _stored_stream(raw: bytes) -> bytes:
    """A zlib stream that holds these bytes as they are: zlib.compress(raw, 0), but several times as fast."""
    blocks = [b"\x78\x01"]
    for at in range(0, len(raw), STORED_BLOCK):
        part = raw[at:at + STORED_BLOCK]
        blocks += struct.pack("<BHH", at + STORED_BLOCK >= len(raw), len(part), len(part) ^ 0xFFFF), part
    return b"".join((*blocks, struct.pack(">I", zlib.adler32(raw))))


def _unpacked(idat: list[memoryview], lengths: list[int]) -> Iterator[bytes]:
    """The decompressed image data in pieces of these lengths.

    A thread unpacks the next piece while this one is in use: half of the time goes into unpacking, without the GIL.
    """
    inflate = zlib.decompressobj()
    feed = (part[at:at + FEED] for part in idat for at in range(0, len(part), FEED))

    def piece(length: int) -> bytes:
        parts = []
        while length:
            packed = inflate.unconsumed_tail or next(feed, None)
            if packed is None or inflate.eof:
                raise cut_short("PNG")
            parts.append(inflate.decompress(packed, length))
            length -= len(parts[-1])
        return b"".join(parts)

    with ThreadPoolExecutor(1, "png") as ahead:
        coming = ahead.submit(piece, lengths[0])
        for following in (*lengths[1:], 0):
            current, coming = coming.result(), ahead.submit(piece, following)
            yield current
