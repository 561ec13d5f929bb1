"""Pictures on the Activations page: uploads, and bytes that are none."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from tests.activations.meeting import SMALL, alive, digest, page, picture, sentences, shown, upload
from visualizer.images import samples
from visualizer.ui.uploads import UPLOADS


def test_an_upload_becomes_a_choice_and_the_widget_is_empty_again() -> None:
    at = page(**SMALL)
    of_the_sample = shown(at, "block_maps")
    data = picture("PNG", (50, 90))
    upload(at, data, "<img src=x> **bold** [a](b).png")
    assert alive(at)
    assert at.selectbox(key="picture").options[0] == "Yours: <img src=x> **bold** [a](b).png"
    assert at.selectbox(key="picture").value == digest(data)
    assert shown(at, "block_maps") != of_the_sample
    assert at.file_uploader[0].value is None
    assert len(repr(at.session_state)) < 5000  # names and digests: neither the file nor its pixels


def test_a_picture_of_a_link_is_not_called_the_visitors_own() -> None:
    data = picture("PNG", (50, 90))
    at = page(**SMALL, picture=UPLOADS.keep(data))
    assert alive(at)
    assert at.selectbox(key="picture").value == digest(data)
    assert at.selectbox(key="picture").options[0] == "An uploaded picture"
    assert at.selectbox(key="picture").options[1:] == [sample.title for sample in samples()]
    upload(at, data, "tree.png")
    assert at.selectbox(key="picture").options[0] == "Yours: tree.png"


def test_a_picture_turned_by_its_orientation_says_so() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    at = upload(page(**SMALL), picture(exif=exif))
    assert alive(at)
    assert any("Turned upright" in found.value for found in at.caption)


def test_an_animated_gif_gives_its_first_frame_and_says_so() -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green", "blue")]
    buffer = BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    at = upload(page(**SMALL), buffer.getvalue(), "moving.gif")
    assert alive(at)
    assert any("first" in found.value.lower() and "frame" in found.value.lower() for found in at.caption)


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1)])
def test_a_picture_of_odd_size_is_a_picture(size: tuple[int, int]) -> None:
    at = upload(page(**SMALL), picture("PNG", size), "thin.png")
    assert alive(at)


def _declared(width: int, height: int) -> bytes:
    """A PNG whose header says a size that its data do not have."""
    import struct
    import zlib

    data = bytearray(picture("PNG", (8, 8)))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"<!doctype html><p>not found</p>", "web page"),
        (picture()[:400], "cut short"),
        (_declared(30_000, 30_000), "30,000"),
        (b"\x00" * 5000, "zeros"),
    ],
)
def test_a_file_that_is_no_picture_costs_one_sentence(data: bytes, said: str) -> None:
    at = upload(page(**SMALL), data)
    assert alive(at, complaints=1)
    assert said in sentences(at)[0]
    assert at.selectbox(key="picture").value == "cat"
    assert alive(at.run())  # said once


@pytest.mark.parametrize("name", ["nobody", "f" * 64, "0" * 63])
def test_a_picture_that_is_not_here_gives_way_to_the_first_sample(name: str) -> None:
    at = page(**SMALL, picture=name)
    assert alive(at, complaints=1)
    assert samples()[0].title in sentences(at)[0]
    assert "picture" not in at.query_params


def test_bytes_that_are_no_picture_are_refused_under_their_digest_too() -> None:
    at = page(**SMALL, picture=UPLOADS.keep(b"not a picture"))
    assert alive(at, complaints=1)
    assert at.selectbox(key="picture").value == "cat"
