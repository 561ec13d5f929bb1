"""Decompression bombs take less than 100 MB, whether they are refused or shown."""

from __future__ import annotations

import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

MEASURE = """
import sys
from pathlib import Path
from visualizer.images import ImageError, decode

def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024

paths = [Path(path) for path in sys.argv[1:]]
for path in paths:
    if path.stem.startswith("small"):
        decode(path.read_bytes())
before = peak()
for path in paths:
    try:
        decode(path.read_bytes())
        said = "shown"
    except ImageError:
        said = "refused"
    print(path.stem, said, peak() - before)
"""


def bomb(png_chunk, side, depth, colour, channels):
    """A PNG of zeros, about a thousandth of its picture."""
    row, squeeze = 1 + side * depth * channels // 8, zlib.compressobj(9)
    packed = b"".join(squeeze.compress(bytes(row)) for _ in range(side)) + squeeze.flush()
    header = b"".join(int(n).to_bytes(4, "big") for n in (side, side)) + bytes([depth, colour, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", packed) + png_chunk(b"IEND", b"")


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_bombs(save, png_chunk, tmp_path):
    flat = Image.new("RGB", (7000, 7000), (10, 90, 200))
    small = Image.new("RGB", (64, 64))
    files = {f"small_{format}": save(small, format) for format in ("PNG", "JPEG", "WEBP", "GIF")}
    files["colours"] = bomb(png_chunk, 7000, 8, 2, 3)
    files["transparent"] = bomb(png_chunk, 7000, 8, 6, 4)
    files["deep"] = bomb(png_chunk, 7000, 16, 0, 1)
    files["gif"] = save(flat.quantize(4), "GIF", disposal=2, transparency=3)
    small_png = files["small_PNG"]
    files["profile"] = (small_png[:33] + png_chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(150 * 10**6)))
                        + small_png[33:])
    files["jpeg"] = save(flat, "JPEG")
    files["progressive"] = save(flat, "JPEG", progressive=True)
    files["tiff"] = save(flat, "TIFF", compression="tiff_adobe_deflate")
    files["fax"] = save(Image.fromarray(np.zeros((7000, 7000), np.uint8)).convert("1"), "TIFF", compression="group4")
    files["webp"] = save(flat.resize((2100, 2100)), "WEBP")
    paths = [tmp_path / name for name in files]
    for path, data in zip(paths, files.values(), strict=True):
        path.write_bytes(data)
    run = subprocess.run([sys.executable, "-c", MEASURE, *map(str, paths)], capture_output=True, text=True, check=True)
    lines = [line.split() for line in run.stdout.splitlines()]
    assert {name for name, said, _ in lines if said == "refused"} == {"transparent", "progressive", "tiff"}
    assert len(lines) == len(files)
    assert max(int(megabytes) for *_, megabytes in lines) < 100, run.stdout
