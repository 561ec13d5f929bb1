"""BMP: only the header is read here; Pillow decodes the rest.

Format: Microsoft, "Bitmap Storage" (BITMAPFILEHEADER, BITMAPINFOHEADER and its successors).
"""

from __future__ import annotations

import struct

from visualizer.images import limits
from visualizer.images.still import Still, cut_short, unsupported

HEADER_SIZES = (12, 40, 52, 56, 64, 108, 124)
RLE8, RLE4, BITFIELDS = 1, 2, 3
# Pillow unpacks run-length BMPs in Python, pixel by pixel: 20 MB of them would take five seconds.
MAX_RLE_PIXELS = 2_000_000
MAX_RLE_BYTES = 1_000_000


def still(data: bytes) -> Still:
    """A BMP with its size. Raises ImageError."""
    if len(data) < 26:
        raise cut_short("BMP")
    offset, header = struct.unpack_from("<II", data, 10)
    if header == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
        compression = 0
    else:
        if len(data) < 54:
            raise cut_short("BMP")
        width, height, _, bits, compression = struct.unpack_from("<iiHHI", data, 18)
        height = abs(height)  # a negative height says that the top row comes first
    limits.check_size("BMP", width, height)
    _check_data(data, offset, (width, height, bits), compression)
    return Still("BMP", width, height, data, width * height * (1 if bits <= 8 else 4))


def _check_data(data: bytes, offset: int, shape: tuple[int, int, int], compression: int) -> None:
    width, height, bits = shape
    if compression in (RLE8, RLE4):
        if width * height > MAX_RLE_PIXELS or len(data) > MAX_RLE_BYTES:
            raise unsupported("BMP", f"is run-length encoded and larger than {MAX_RLE_PIXELS // 10**6} million "
                                     f"pixels or {MAX_RLE_BYTES // 10**6} MB")
    elif compression not in (0, BITFIELDS) or bits not in (1, 4, 8, 16, 24, 32):
        raise unsupported("BMP", f"has {bits} bits per pixel in encoding {compression}")
    elif offset + (width * bits + 31) // 32 * 4 * height > len(data):
        raise cut_short("BMP")
