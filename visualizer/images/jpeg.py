"""JPEG: segments are thinned out here, and the scale is chosen at which the picture is decoded.

Format: ITU-T T.81 annex B (markers and segments); Adobe and ICC segments as in ICC.1 annex B.4.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence

from visualizer.images import limits
from visualizer.images.still import Still, cut_short, damaged, unsupported

SOI, EOI, SOS, DHT, DQT, DRI, DAC, JPG = 0xD8, 0xD9, 0xDA, 0xC4, 0xDB, 0xDD, 0xCC, 0xC8
APP0, APP1, APP2, APP14 = 0xE0, 0xE1, 0xE2, 0xEE
FRAMES = frozenset(range(0xC0, 0xD0)) - {DHT, DAC, JPG}
PROGRESSIVE = (0xC2, 0xCA)
STANDALONE = frozenset(range(0xD0, 0xD8)) | {0x00, 0x01, 0xFF}
KEPT = FRAMES | {DHT, DQT, DRI, DAC, APP0, APP14}
EXIF, ICC = b"Exif\0\0", b"ICC_PROFILE\0"
MARKER_IN_SCAN = re.compile(rb"\xff+([^\x00\x01\xd0-\xd7\xff])", re.DOTALL)
MAX_SCAN_MEGAPIXELS = 500  # of a picture, times its scans; each takes a millisecond or more, even an empty one


def still(data: bytes) -> Still:
    """A JPEG without comments, thumbnails, further pictures and XMP. Raises ImageError."""
    segments, scan = _segments(data)
    frames = [body for marker, body in segments if marker in FRAMES]
    if len(frames) != 1 or len(frames[0]) < 6:
        raise damaged("JPEG")
    precision, height, width, components = struct.unpack_from(">BHHB", frames[0])
    limits.check_size("JPEG", width, height)
    if precision != 8 or components not in (1, 3, 4):
        raise unsupported("JPEG", f"has {precision}-bit samples and {components} components per pixel")
    scale = draft_scale(width, height)
    memory = 4 * (width // scale) * (height // scale)
    if data[scan + 4:scan + 5] < bytes([components]) or _frame_marker(segments) in PROGRESSIVE:
        memory += _coefficients(frames[0], width, height)
        _check_scans(data, scan, width * height / 1e6)
    exif = next((body for marker, body in segments if marker == APP1 and body.startswith(EXIF)), b"")
    kept = b"".join(_packed(marker, body) for marker, body in segments if marker in KEPT)
    return Still("JPEG", width, height, b"\xff\xd8" + kept + data[scan:], memory,
                 exif=exif, profile=_profile([body for marker, body in segments if marker == APP2]))


def draft_scale(width: int, height: int) -> int:
    """The factor (1, 2, 4 or 8) by which decoding itself may shrink and still leave LONG_SIDE pixels."""
    return next(scale for scale in (8, 4, 2, 1) if scale == 1 or max(width, height) >= scale * limits.LONG_SIDE)


def _segments(data: bytes) -> tuple[list[tuple[int, bytes]], int]:
    """Marker and body of each segment before the first scan, and where that scan's marker stands."""
    found: list[tuple[int, bytes]] = []
    at = 2
    for _ in range(limits.MAX_PIECES):
        at = data.find(b"\xff", at)
        if at < 0 or at + 4 > len(data):
            raise cut_short("JPEG")
        marker = data[at + 1]
        if marker in STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == SOS:
            return found, at
        length = int.from_bytes(data[at + 2:at + 4], "big")
        if marker in (SOI, EOI) or length < 2:
            raise damaged("JPEG")
        if at + 2 + length > len(data):
            raise cut_short("JPEG")
        found.append((marker, data[at + 4:at + 2 + length]))
        at += 2 + length
    raise damaged("JPEG")


def _frame_marker(segments: Sequence[tuple[int, bytes]]) -> int:
    return next(marker for marker, _ in segments if marker in FRAMES)


def _coefficients(frame: bytes, width: int, height: int) -> int:
    """Bytes of the coefficients, which a picture of several scans keeps in memory whole, whatever the scale."""
    factors = [(byte >> 4, byte & 15) for byte in frame[7::3]]
    widest, tallest = (max(*side, 1) for side in zip(*factors, strict=True))
    return sum(2 * width * h * height * v // (widest * tallest) for h, v in factors)


def _check_scans(data: bytes, at: int, megapixels: float) -> None:
    """Raise ImageError if so many scans refine the picture that decoding would take seconds."""
    most = int(MAX_SCAN_MEGAPIXELS / max(megapixels, 0.25))
    scans = 0
    for _ in range(limits.MAX_PIECES):
        marker = MARKER_IN_SCAN.search(data, at)
        if marker is None or marker.group(1)[0] == EOI:
            return
        scans += marker.group(1)[0] == SOS
        if scans > most:
            raise unsupported("JPEG", f"draws its {megapixels:.1f} megapixels in more than {most} passes")
        at = marker.end() + int.from_bytes(data[marker.end():marker.end() + 2], "big")
    raise damaged("JPEG")


def _profile(bodies: Sequence[bytes]) -> bytes:
    """The colour profile, put together from numbered parts; nothing if one is missing."""
    parts = sorted(body for body in bodies if body.startswith(ICC) and len(body) > len(ICC) + 2)
    if [part[len(ICC)] for part in parts] != list(range(1, len(parts) + 1)):
        return b""
    return b"".join(part[len(ICC) + 2:] for part in parts)


def _packed(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body
