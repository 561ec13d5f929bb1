"""What a picture may cost. Every figure here is compared with the file's header, before any pixel is decoded."""

from __future__ import annotations

from visualizer.images.picture import ImageError

MAX_BYTES = 20 * 2**20
MAX_PIXELS = 50_000_000  # below Pillow's own warning at 89 million, so that warning can never be met
MAX_SIDE = 16_384
LONG_SIDE = 1536  # networks look at 224 to 512 pixels; screens show hardly more than this
MAX_PROFILE = 4 * 2**20
MAX_PIECES = 65_536  # chunks or segments of one file; honest ones have a few thousand

# Any file may take ALWAYS_ALLOWED bytes of memory to decode. More has to be earned, so that a decompression bomb, a
# small file of a huge picture, stays small: that many bytes of memory for each byte of the file. WebP earns more, since
# its decoder takes 17 bytes a pixel where the others take 4, and honest files have few bytes a pixel.
ALWAYS_ALLOWED = 80_000_000
EARNED = {"WebP": 400, "JPEG": 64}
EARNED_OTHERWISE = 32
NEVER_ABOVE = 280_000_000


def check_bytes(count: int) -> None:
    """Raise ImageError for an empty or too large upload."""
    if count == 0:
        raise ImageError("This file is empty: it holds no bytes at all; upload the picture again.")
    if count > MAX_BYTES:
        raise ImageError(f"This file has {megabytes(count)}, and {MAX_BYTES >> 20} MB is the most that is accepted; "
                         "save a smaller copy, for example as JPEG.")


def check_size(format: str, width: int, height: int) -> None:
    """Raise ImageError for a picture without area, with too long a side or with too many pixels."""
    size = f"{width:,}×{height:,}"
    if width < 1 or height < 1:
        raise ImageError(f"This {format} file says its size is {size} pixels, which is no area; "
                         "save the picture again and upload that.")
    if max(width, height) > MAX_SIDE:
        raise ImageError(f"This picture has {size} pixels, and a side may have {MAX_SIDE:,} at most; "
                         "upload a smaller copy.")
    if width * height > MAX_PIXELS:
        raise ImageError(f"This picture has {size} pixels, {width * height / 1e6:,.1f} million, and "
                         f"{MAX_PIXELS // 10**6} million is the most that is accepted; upload a smaller copy.")


def check_memory(format: str, file_bytes: int, memory: int) -> None:
    """Raise ImageError if decoding would take far more memory (bytes) than a file of this size honestly needs."""
    earned = ALWAYS_ALLOWED + EARNED.get(format, EARNED_OTHERWISE) * file_bytes
    if memory > ALWAYS_ALLOWED and memory > min(NEVER_ABOVE, earned):
        raise ImageError(f"This {format} file of {megabytes(file_bytes)} would take {megabytes(memory)} of memory to "
                         "decode, more than a file of its size may; upload a smaller copy, or a baseline JPEG.")


def megabytes(count: int) -> str:
    """1_234_567 as '1.2 MB', small numbers as '512 bytes' or '34 KB'."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} KB" if count < 1_000_000 else f"{count / 1e6:.1f} MB"
