"""What a picture says about itself, animations and pages, and threads."""

from __future__ import annotations

import hashlib
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from PIL import GifImagePlugin, Image, PngImagePlugin, WebPImagePlugin

from visualizer.images import Picture, decode

ANIMATED = "Animated: the first frame is used."


def test_picture_cannot_be_changed(save, draw):
    data = save(draw(9, 7), "PNG")
    picture = decode(data)
    assert picture.pixels.shape == (7, 9, 3)
    assert picture.pixels.dtype == np.uint8
    assert picture.format == "PNG"
    assert picture.digest == hashlib.sha256(data).hexdigest()
    with pytest.raises(ValueError, match="read-only"):
        picture.pixels[0, 0, 0] = 1
    with pytest.raises(FrozenInstanceError):
        picture.format = "JPEG"  # type: ignore[misc]


def test_picture_keeps_no_writable_array():
    mine = np.zeros((2, 3, 3), dtype=np.uint8)
    picture = Picture(mine, "PNG", (), "")
    mine[0] = 9
    assert picture.pixels.max() == 0
    assert not picture.pixels.flags.writeable


@pytest.mark.parametrize("pixels", [np.zeros((2, 2), np.uint8), np.zeros((2, 2, 3)), np.zeros((0, 2, 3), np.uint8)])
def test_picture_is_colours_in_bytes(pixels):
    with pytest.raises(ValueError, match="H×W×3 uint8"):
        Picture(pixels, "PNG", (), "")


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_animated(save, format, monkeypatch):
    for plugin in (GifImagePlugin.GifImageFile, PngImagePlugin.PngImageFile, WebPImagePlugin.WebPImageFile):
        monkeypatch.setattr(plugin, "seek", lambda *_: pytest.fail("seeks frames"))
    frames = [Image.new("RGB", (12, 8), colour) for colour in ("red", "lime", "blue")]
    monkeypatch.undo()
    data = save(frames[0], format, save_all=True, append_images=frames[1:], duration=50, disposal=2)
    for plugin in (GifImagePlugin.GifImageFile, PngImagePlugin.PngImageFile, WebPImagePlugin.WebPImageFile):
        monkeypatch.setattr(plugin, "seek", lambda *_: pytest.fail("seeks frames"))
    decoded = decode(data)
    assert decoded.notes == (ANIMATED,)
    assert np.abs(decoded.pixels.astype(int) - [255, 0, 0]).max() <= 2


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_one_frame_is_no_animation(save, draw, format):
    assert decode(save(draw(12, 8), format)).notes == ()


def test_webp_animation_of_one_frame(save):
    frames = [Image.new("RGB", (12, 8), colour) for colour in ("red", "lime")]
    data = save(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    first = data.index(b"ANMF")
    second = data.index(b"ANMF", first + 4)
    assert decode(data).notes == (ANIMATED,)
    assert decode(data[:4] + struct.pack("<I", second - 8) + data[8:second]).notes == ()


def test_first_page(save, draw):
    pages = [draw(12, 8), draw(30, 30)]
    decoded = decode(save(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    np.testing.assert_array_equal(decoded.pixels, np.asarray(pages[0]))
    assert decoded.notes == ("Several pages: the first page is used.",)


def test_damage_after_the_first_frame_does_not_matter(save):
    frames = [Image.new("RGB", (12, 8), colour) for colour in ("red", "lime", "blue")]
    data = save(frames[0], "GIF", save_all=True, append_images=frames[1:])
    second = data.index(b"\x21\xf9", data.index(b"\x2c"))
    np.testing.assert_array_equal(decode(data[:second] + b"\xff" * 50).pixels, decode(data).pixels)


def test_gif_frame_larger_than_its_screen(save, draw):
    data = bytearray(save(draw(12, 8), "GIF"))
    struct.pack_into("<HH", data, 6, 5, 4)
    decoded = decode(bytes(data))
    assert (decoded.width, decoded.height) == (12, 8)


def test_threads_get_what_one_thread_gets(files):
    alone = {name: decode(data) for name, data in files.items()}
    with ThreadPoolExecutor(16) as pool:
        jobs = [(name, pool.submit(decode, files[name])) for _ in range(12) for name in files]
        for name, job in jobs:
            assert np.array_equal(job.result().pixels, alone[name].pixels), name
            assert job.result().notes == alone[name].notes


def test_pillow_is_left_as_it_was(files):
    """No setting is touched, and no plugin beyond those for the six formats is needed."""
    before = (Image.MAX_IMAGE_PIXELS, len(Image.ID), Image._initialized)
    for data in files.values():
        decode(data)
    assert (Image.MAX_IMAGE_PIXELS, len(Image.ID), Image._initialized) == before
