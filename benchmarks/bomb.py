"""What it costs to refuse a decompression bomb: small files that would be gigabytes of pixels.

Promise: under 100 MB and 0.5 s each, refused in a sentence that names the size. The PNG is whole, made by
hand; GIF, TIFF and BMP have true headers and next to no data, since their headers are all that is looked at.
The longest of five in this process; memory is the highest that was resident (Linux), against what it was before.
"""

from __future__ import annotations

import resource
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from visualizer.images import ImageError, decode

SIDE = 30_000
MOST_SECONDS, MOST_BYTES = 0.5, 100 * 2**20
TIMES = 5


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png() -> bytes:
    """SIDE × SIDE pixels of RGB, 2.7 GB of zeros in 2.6 MB."""
    squeeze = zlib.compressobj(9)
    rows = b"".join(squeeze.compress(bytes(3 * SIDE + 1)) for _ in range(SIDE)) + squeeze.flush()
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def gif() -> bytes:
    frame = b"," + struct.pack("<HHHHB", 0, 0, SIDE, SIDE, 0) + b"\x02\x02\x4c\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", SIDE, SIDE, 0x80, 0, 0) + bytes(6) + frame + b";"


def tiff() -> bytes:
    """One strip of packed bits."""
    tags = [(256, 4, SIDE), (257, 4, SIDE), (258, 3, 8), (259, 3, 32773), (262, 3, 1), (273, 4, 8), (277, 3, 1),
            (278, 4, SIDE), (279, 4, 64)]  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\x00" + struct.pack("<I", 72) + bytes(64) + struct.pack("<H", len(tags)) + entries + bytes(4)


def bmp() -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, SIDE, SIDE, 1, 8, 1, 64, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 1142, 0, 0, 1078) + head + bytes(1024) + bytes(64)


BOMBS: dict[str, Callable[[], bytes]] = {"PNG": png, "GIF": gif, "TIFF": tiff, "BMP": bmp}


def seconds(data: bytes) -> float:
    """Time until the refusal; RuntimeError if there is none, or if it is for anything but the size."""
    begin, said = perf_counter(), "nothing"
    try:
        decode(data)
    except ImageError as error:
        said = str(error)
    taken = perf_counter() - begin
    if f"{SIDE}" not in said.replace(",", ""):
        raise RuntimeError(f"This bomb was not refused for its size; said was: {said}")
    return taken


def main() -> None:
    kept = True
    for name, make in BOMBS.items():
        data = make()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        longest = max(seconds(data) for _ in range(TIMES))
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
        kept = kept and longest < MOST_SECONDS and grown < MOST_BYTES
        print(f"{name:5}{len(data) / 1024:8.0f} KB refused in {1000 * longest:6.1f} ms, {grown / 2**20:5.1f} MB more")
    print(f"promise: under {MOST_SECONDS} s and {MOST_BYTES >> 20} MB: {'kept' if kept else 'NOT KEPT'}")


if __name__ == "__main__":
    main()
