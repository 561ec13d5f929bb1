"""Colour profiles, against Little CMS on the whole picture and against a profile whose effect is known by hand."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from visualizer.images import decode

CONVERTED = "Colours converted from the picture's colour profile to sRGB."
IGNORED = "The picture's colour profile could not be used and was ignored."


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def tag_places(profile: bytes) -> dict[bytes, int]:
    """Where the offset and length of each tag stand (ICC.1, section 7.3)."""
    count = struct.unpack_from(">I", profile, 128)[0]
    return {profile[at:at + 4]: at + 4 for at in range(132, 132 + 12 * count, 12)}


def swapped() -> bytes:
    """sRGB with the primaries of red and blue exchanged: what was red is blue."""
    profile = bytearray(srgb())
    places = tag_places(bytes(profile))
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    profile[red:red + 8], profile[blue:blue + 8] = profile[blue:blue + 8], profile[red:red + 8]
    return bytes(profile)


def wide() -> bytes:
    """Primaries further out than sRGB's: each is sRGB's, moved away from the mean of the three by a quarter."""
    profile = bytearray(srgb())
    at = [struct.unpack_from(">I", profile, tag_places(bytes(profile))[name])[0] + 8
          for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
    primaries = np.array([struct.unpack_from(">3i", profile, place) for place in at])
    moved = primaries + 0.25 * (primaries - primaries.mean(axis=0))
    for place, values in zip(at, moved.round().astype(int), strict=True):
        struct.pack_into(">3i", profile, place, *values)
    return bytes(profile)


def grey_of_gamma(gamma: float) -> bytes:
    """A minimal grey profile (ICC.1, section 8.3.4): white point, one curve, a name and a copyright."""
    text = b"desc" + bytes(4) + struct.pack(">I", 5) + b"grey\0" + bytes(78) + bytes(1)
    tags = {b"desc": text, b"cprt": b"text" + bytes(4) + b"none\0\0\0\0",
            b"wtpt": b"XYZ " + bytes(4) + struct.pack(">3i", 63_190, 65_536, 54_061),
            b"kTRC": b"curv" + bytes(4) + struct.pack(">IH2x", 1, round(gamma * 256))}
    table, body = b"", b""
    for name, value in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = struct.pack(">I4sI4s4s4s12x4s28x3i", 0, b"lcms", 0x02_40_00_00, b"mntr", b"GRAY", b"XYZ ", b"acsp",
                       63_190, 65_536, 54_061).ljust(128, b"\0")
    whole = head + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


@pytest.mark.parametrize(("format", "options"), [
    ("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True}), ("JPEG", {"quality": 100, "subsampling": 0})])
def test_exchanged_primaries_exchange_the_colours(save, draw, format, options):
    picture = draw(40, 30)
    decoded = decode(save(picture, format, icc_profile=swapped(), **options))
    expected = np.asarray(picture)[..., ::-1].astype(int)
    assert np.abs(decoded.pixels.astype(int) - expected).max() <= (6 if format == "JPEG" else 1)
    assert CONVERTED in decoded.notes


def test_wide_primaries_as_little_cms_converts_them(save, draw):
    picture = draw(40, 30)
    expected = ImageCms.profileToProfile(picture, ImageCms.getOpenProfile(io.BytesIO(wide())),
                                         ImageCms.createProfile("sRGB"), outputMode="RGB")
    decoded = decode(save(picture, "PNG", icc_profile=wide()))
    np.testing.assert_array_equal(decoded.pixels, np.asarray(expected))
    assert np.abs(decoded.pixels.astype(int) - np.asarray(picture)).max() > 20


def test_srgb_profile_changes_nothing(save, draw):
    decoded = decode(save(draw(40, 30), "PNG", icc_profile=srgb()))
    np.testing.assert_array_equal(decoded.pixels, np.asarray(draw(40, 30)))
    assert decoded.notes == ()


def test_grey_profile(save):
    """Gamma 1: a value is an amount of light, which sRGB's curve (IEC 61966-2-1) turns into a brighter value."""
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    decoded = decode(save(ramp, "PNG", icc_profile=grey_of_gamma(1.0)))
    light = np.arange(256) / 255
    expected = 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    assert np.abs(decoded.pixels[0].astype(float) - expected[:, None]).max() <= 1
    assert CONVERTED in decoded.notes


def test_grey_picture_may_carry_an_rgb_profile(save):
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    decoded = decode(save(ramp, "PNG", icc_profile=srgb()))
    np.testing.assert_array_equal(decoded.pixels[0, :, 0], np.arange(256))
    assert decoded.notes == ()


def test_colours_are_converted_before_they_are_put_over_white(save):
    picture = Image.new("RGBA", (2, 1), (255, 0, 0, 128))
    decoded = decode(save(picture, "PNG", icc_profile=swapped()))
    assert np.abs(decoded.pixels[0, 0].astype(int) - [127, 127, 255]).max() <= 1


@pytest.mark.parametrize("profile", [b"x", b"\0" * 200, srgb()[:300], srgb()[:16] + b"CMYK" + srgb()[20:],
                                     grey_of_gamma(2.2)])
def test_unusable_profile_is_ignored_and_said(save, draw, profile):
    decoded = decode(save(draw(20, 10), "PNG", icc_profile=profile))
    np.testing.assert_array_equal(decoded.pixels, np.asarray(draw(20, 10)))
    assert decoded.notes == (IGNORED,)


def test_profile_in_many_parts(save, draw):
    """A JPEG segment holds 64 KB at most, so a large profile comes in several, in any order (ICC.1, annex B.4)."""
    large = swapped()
    large = struct.pack(">I", len(large) + 150_000) + large[4:] + bytes(150_000)
    data = save(draw(40, 30), "JPEG", icc_profile=large, quality=100, subsampling=0)
    first = data.index(b"\xff\xe2")
    parts, at = [], first
    while data[at:at + 2] == b"\xff\xe2":
        parts.append(data[at:at + 2 + int.from_bytes(data[at + 2:at + 4], "big")])
        at += len(parts[-1])
    assert len(parts) >= 3
    mixed = decode(data[:first] + b"".join(reversed(parts)) + data[at:])
    assert np.abs(mixed.pixels.astype(int) - np.asarray(draw(40, 30))[..., ::-1]).max() <= 6
    missing = decode(data[:first] + b"".join(parts[1:]) + data[at:])
    assert IGNORED not in missing.notes
    assert CONVERTED not in missing.notes


def inks_that_only_know_black() -> bytes:
    """A CMYK profile for which cyan, magenta and yellow do not show: a table (ICC.1, section 10.10) to Lab."""
    ramp = bytes(range(256))
    corners = b"".join(bytes([0 if corner & 1 else 255, 128, 128]) for corner in range(16))  # black ink varies fastest
    table = (b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + struct.pack(">9i", 65_536, 0, 0, 0, 65_536, 0, 0, 0, 65_536)
             + ramp * 4 + corners + ramp * 3)
    tags = {b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"inks\0" + bytes(79),
            b"cprt": b"text" + bytes(4) + b"none\0\0\0\0", b"A2B0": table,
            b"wtpt": b"XYZ " + bytes(4) + struct.pack(">3i", 63_190, 65_536, 54_061)}
    entries, body = b"", b""
    for name, value in tags.items():
        entries += name + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = struct.pack(">I4sI4s4s4s12x4s28x3i", 0, b"lcms", 0x02_40_00_00, b"prtr", b"CMYK", b"Lab ", b"acsp",
                       63_190, 65_536, 54_061).ljust(128, b"\0")
    whole = head + struct.pack(">I", len(tags)) + entries + body
    return struct.pack(">I", len(whole)) + whole[4:]


@pytest.mark.parametrize(("inks", "grey"), [((0, 0, 0, 0), 255), ((255, 255, 0, 0), 255), ((0, 0, 0, 255), 0),
                                            ((255, 0, 90, 255), 0)])
@pytest.mark.parametrize("format", ["TIFF", "JPEG"])
def test_cmyk_profile(save, format, inks, grey):
    decoded = decode(save(Image.new("CMYK", (16, 16), inks), format, icc_profile=inks_that_only_know_black()))
    assert np.abs(decoded.pixels.astype(int) - grey).max() <= 2
    assert decoded.notes == ("Converted from CMYK.", CONVERTED)
