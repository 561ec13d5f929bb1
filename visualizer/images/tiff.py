"""TIFF: the first page is rewritten with a directory that holds nothing but what its pixels need.

Format: TIFF 6.0 (Adobe, 1992), sections 2 to 8, 15, 22; BigTIFF: Aware Systems, "The BigTIFF File Format".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import zip_longest

from visualizer.images import limits
from visualizer.images.still import PAGES, SIXTEEN_BIT, Still, cut_short, damaged, unsupported

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, ORIENTATION, SAMPLES = 256, 257, 258, 259, 262, 274, 277
STRIP_OFFSETS, STRIP_ROWS, STRIP_BYTES, PLANES = 273, 278, 279, 284
TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_BYTES = 322, 323, 324, 325
COLOUR_MAP, JPEG_TABLES, PROFILE, DNG_VERSION = 320, 347, 34_675, 50_706
# Besides: fill order, options of CCITT, predictor, extra samples, sample format, chroma subsampling.
SMALL = (WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, 266, SAMPLES, STRIP_ROWS, PLANES, 292, 293, 317, TILE_WIDTH,
         TILE_HEIGHT, 338, 339, 530)
LISTS = (STRIP_OFFSETS, STRIP_BYTES, TILE_OFFSETS, TILE_BYTES, JPEG_TABLES)
LARGEST = dict.fromkeys(SMALL, 16) | dict.fromkeys(LISTS, limits.MAX_PIECES) | {COLOUR_MAP: 768}  # values of a tag
UNPACKED, CCITT_RLE, FAX3, FAX4, LZW, JPEG, DEFLATE, PACKBITS, OLD_DEFLATE = 1, 2, 3, 4, 5, 7, 8, 32_773, 32_946
COMPRESSIONS = (UNPACKED, CCITT_RLE, FAX3, FAX4, LZW, JPEG, DEFLATE, PACKBITS, OLD_DEFLATE)
SHORT, LONG, UNDEFINED = 3, 4, 7
UNITS = {1: "B", SHORT: "H", LONG: "I", UNDEFINED: "B", 16: "Q"}  # field type -> struct code

Fields = dict[int, tuple[int, ...]]


@dataclass(frozen=True)
class Dialect:
    """Byte order and width of the file's numbers: classic TIFF has 32-bit offsets, BigTIFF 64-bit ones."""

    order: str
    big: bool

    @property
    def count(self) -> str:
        return self.order + ("Q" if self.big else "H")

    @property
    def entry(self) -> str:
        return self.order + ("HHQ8s" if self.big else "HHI4s")

    @property
    def offset(self) -> str:
        return self.order + ("Q" if self.big else "I")


Entry = tuple[int, int, int, bytes]  # tag, field type, count, value or its offset


def still(data: bytes) -> Still:
    """The first page of a TIFF. Raises ImageError."""
    dialect, start = _dialect(data)
    entries, following = _directory(data, dialect, start)
    if DNG_VERSION in entries:
        raise unsupported("TIFF", "is a camera's raw file (DNG)")
    fields = {tag: _numbers(data, dialect, entries[tag]) for tag in sorted(entries) if tag in LARGEST}
    width, height, bits = _one(fields, WIDTH, 0), _one(fields, HEIGHT, 0), _one(fields, BITS, 1)
    limits.check_size("TIFF", width, height)
    if _one(fields, COMPRESSION, UNPACKED) not in COMPRESSIONS:
        raise unsupported("TIFF", f"is packed by method {_one(fields, COMPRESSION, 1)}")
    notes = ((PAGES,) if following else ()) + ((SIXTEEN_BIT,) if bits == 16 else ())
    return Still("TIFF", width, height, _with_directory(data, dialect.order, fields), _memory(fields, len(data)), notes,
                 orientation=_orientation(data, dialect, entries), profile=_profile(data, dialect, entries),
                 white=2**bits - 1 if bits in (12, 16) else 65_535,
                 white_is_zero=_one(fields, PHOTOMETRIC, 0) == 0 and bits >= 16)


def _dialect(data: bytes) -> tuple[Dialect, int]:
    """Byte order, kind, and where the first directory stands."""
    order = "<" if data[:2] == b"II" else ">"
    big = struct.unpack_from(order + "H", data, 2)[0] == 43
    if len(data) < 16:
        raise cut_short("TIFF")
    return Dialect(order, big), struct.unpack_from(order + ("8xQ" if big else "4xI"), data)[0]


def _directory(data: bytes, dialect: Dialect, start: int) -> tuple[dict[int, Entry], int]:
    """The entries by tag, the first of each, and where the next directory stands (0: nowhere)."""
    head, size = struct.calcsize(dialect.count), struct.calcsize(dialect.entry)
    if start + head > len(data):
        raise cut_short("TIFF")
    count = struct.unpack_from(dialect.count, data, start)[0]
    end = start + head + count * size
    if not 0 < count <= 4096:
        raise damaged("TIFF")
    if end + struct.calcsize(dialect.offset) > len(data):
        raise cut_short("TIFF")
    entries: dict[int, Entry] = {}
    for entry in struct.iter_unpack(dialect.entry, data[start + head:end]):
        entries.setdefault(entry[0], entry)
    return entries, struct.unpack_from(dialect.offset, data, end)[0]


def _raw(data: bytes, dialect: Dialect, entry: Entry, most: int) -> tuple[str, bytes]:
    """The struct code of an entry's values, and their bytes."""
    _, kind, count, value = entry
    code = UNITS.get(kind, "")
    size = struct.calcsize("=" + code) * count
    if not code or not 0 < count <= most:
        raise damaged("TIFF")
    if size <= len(value):
        return code, value[:size]
    at = struct.unpack(dialect.offset, value)[0]
    if at + size > len(data):
        raise cut_short("TIFF")
    return code, data[at:at + size]


def _numbers(data: bytes, dialect: Dialect, entry: Entry) -> tuple[int, ...]:
    code, raw = _raw(data, dialect, entry, LARGEST[entry[0]])
    return struct.unpack(f"{dialect.order}{entry[2]}{code}", raw)


def _one(fields: Fields, tag: int, otherwise: int) -> int:
    return fields.get(tag, (otherwise,))[0]


@dataclass(frozen=True)
class Pieces:
    """The strips or tiles of a picture: size of each, in planes one after another, and where they stand."""

    across: int
    down: int
    planes: int
    offsets: tuple[int, ...]
    lengths: tuple[int, ...]


def _pieces(fields: Fields) -> Pieces:
    planes = _one(fields, SAMPLES, 1) if _one(fields, PLANES, 1) == 2 else 1
    if STRIP_OFFSETS in fields:
        height = _one(fields, HEIGHT, 0)
        return Pieces(_one(fields, WIDTH, 0), min(_one(fields, STRIP_ROWS, height), height), planes,
                      fields[STRIP_OFFSETS], fields.get(STRIP_BYTES, ()))
    return Pieces(_one(fields, TILE_WIDTH, 0), _one(fields, TILE_HEIGHT, 0), planes,
                  fields.get(TILE_OFFSETS, ()), fields.get(TILE_BYTES, ()))


def _memory(fields: Fields, file_bytes: int) -> int:
    """Bytes for Pillow's picture and one piece of it. Raises ImageError if the pieces fit neither picture nor file."""
    width, height = _one(fields, WIDTH, 0), _one(fields, HEIGHT, 0)
    samples, bits, pieces = _one(fields, SAMPLES, 1), _one(fields, BITS, 1), _pieces(fields)
    across, down = pieces.across, pieces.down
    if not (0 < across <= limits.MAX_SIDE and 0 < down <= limits.MAX_SIDE and 0 < samples <= 8 and 0 < bits <= 64):
        raise damaged("TIFF")
    columns, rows = -(-width // across), -(-height // down)
    if not 0 < len(pieces.offsets) <= columns * rows * pieces.planes:
        raise damaged("TIFF")
    line = -(-across * samples // pieces.planes * bits // 8)
    packed = _one(fields, COMPRESSION, UNPACKED) != UNPACKED
    tops = (number % (columns * rows) // columns * down for number in range(len(pieces.offsets)))
    lengths = pieces.lengths if packed else tuple(line * min(down, height - top) for top in tops)
    if any(at + length > file_bytes for at, length in zip_longest(pieces.offsets, lengths, fillvalue=0)):
        raise cut_short("TIFF")
    return width * height * (max(1, bits // 8) if samples == 1 else 4) + packed * line * down


def _orientation(data: bytes, dialect: Dialect, entries: dict[int, Entry]) -> int:
    if ORIENTATION not in entries or entries[ORIENTATION][1:3] != (3, 1):
        return 1
    return int(struct.unpack_from(dialect.order + "H", entries[ORIENTATION][3])[0])


def _profile(data: bytes, dialect: Dialect, entries: dict[int, Entry]) -> bytes:
    if PROFILE not in entries:
        return b""
    return _raw(data, dialect, entries[PROFILE], len(data))[1]


def _with_directory(data: bytes, order: str, fields: Fields) -> bytes:
    """The file with these fields as its only directory, put at its end; what they point to stays where it was.

    It becomes a classic TIFF, whatever it was: Pillow does not read all BigTIFFs, and 20 MB need no 64-bit offsets.
    """
    start = len(data) + len(data) % 2
    tail = start + 2 + 12 * len(fields) + 4
    entries, values = struct.pack(order + "H", len(fields)), b""
    for tag, numbers in fields.items():
        kind = UNDEFINED if tag == JPEG_TABLES else SHORT if max(numbers) < 65_536 else LONG
        packed = struct.pack(f"{order}{len(numbers)}{UNITS[kind]}", *numbers)
        if len(packed) > 4:
            packed, values = struct.pack(order + "I", tail + len(values)), values + packed + b"\0" * (len(packed) % 2)
        entries += struct.pack(order + "HHI", tag, kind, len(numbers)) + packed.ljust(4, b"\0")
    head = data[:2] + struct.pack(order + "HI", 42, start)
    return b"".join((head, data[8:], b"\0" * (start - len(data)), entries, bytes(4), values))
