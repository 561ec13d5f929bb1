"""From a picture to what a network is given: resized, cut out of the middle, normalised."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from visualizer.images.picture import Picture, Pixels

# Mean and standard deviation of ImageNet's training pictures, RGB, of 1: the numbers that torchvision's published
# weights expect (torchvision.transforms.ImageClassification), from fb.resnet.torch.
MEAN: NDArray[np.float32] = np.array([0.485, 0.456, 0.406], dtype=np.float32)
STD: NDArray[np.float32] = np.array([0.229, 0.224, 0.225], dtype=np.float32)

# ImageNet networks are tested on the middle of a slightly larger picture, 224 of 256 (Krizhevsky 2012, section 4.1).
# CIFAR networks get all of their 32 pixels, so small inputs are cut without a margin.
MARGIN_FROM = 65
LONGEST = 4  # times as long as wide: up to here a picture is resized as a whole

Box = tuple[float, float, float, float]


def window(width: int, height: int, size: int) -> Box:
    """The part of a picture that a network with size×size inputs sees: left, top, right, bottom in its pixels."""
    wide, tall, left, top = _resized(width, height, size)
    across, down = width / wide, height / tall
    return left * across, top * down, min((left + size) * across, width), min((top + size) * down, height)


def resized_to(width: int, height: int, size: int) -> tuple[int, int]:
    """Width and height of a picture after resizing as a whole, before a network's size×size pixels are cut out."""
    return _resized(width, height, size)[:2]


def _resized(width: int, height: int, size: int) -> tuple[int, int, int, int]:
    """Width and height after resizing, and the left and top edge of the part that is cut out then.

    This is torchvision's Resize(round(size · 256/224)) followed by CenterCrop(size), with the same roundings.
    """
    if size < 1:
        raise ValueError(f"size must be 1 or more, not {size}")
    short = round(size * 256 / 224) if size >= MARGIN_FROM else size
    wide, tall = (short, int(short * height / width)) if width <= height else (int(short * width / height), short)
    return wide, tall, round((wide - size) / 2), round((tall - size) / 2)


def seen(picture: Picture, size: int) -> Pixels:
    """The picture as a network sees it: size×size×3, uint8, resampled bilinearly with antialiasing.

    Ordinary pictures are resized as a whole and cut, which gives torchvision's values to the bit. Of long ones only the
    window is resampled (a few values differ by 1), so a 1×4000 picture costs no more than any other.
    """
    image = Image.fromarray(picture.pixels)
    wide, tall, left, top = _resized(picture.width, picture.height, size)
    if max(wide, tall) <= LONGEST * min(wide, tall):
        whole = image.resize((wide, tall), Image.Resampling.BILINEAR)
        return np.asarray(whole.crop((left, top, left + size, top + size)))
    box = window(picture.width, picture.height, size)
    return np.asarray(image.resize((size, size), Image.Resampling.BILINEAR, box=box))


def normalise(pixels: Pixels) -> NDArray[np.float32]:
    """H×W×3 uint8 as 3×H×W float32: (value / 255 − MEAN) / STD."""
    scaled: NDArray[Any] = (pixels.astype(np.float32) / np.float32(255) - MEAN) / STD
    return np.ascontiguousarray(scaled.transpose(2, 0, 1))


def network_input(picture: Picture, size: int) -> NDArray[np.float32]:
    """What a network with size×size inputs is given: 3×size×size float32, ImageNet normalised."""
    return normalise(seen(picture, size))
