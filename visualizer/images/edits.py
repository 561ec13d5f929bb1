"""Edits of a picture as text: "rotate=90,flip,crop=0.1:0.1:0.9:0.9,grey,blur=2,noise=10:7,occlude=0.5:0.5:0.2".

They are carried out from left to right, each on what the one before it left.

    rotate=D          turned clockwise by D degrees: 90, 180 or 270
    flip              left and right exchanged
    crop=L:T:R:B      the part from L to R of the width and from T to B of the height, 0 to 1, to whole pixels
    grey              0.299 R + 0.587 G + 0.114 B in all three colours (Rec. 601, as Pillow computes L)
    blur=S            Gaussian blur, standard deviation S; Pillow's, three box blurs that together have that deviation
    noise=S:N         plus numbers from a normal distribution with mean 0 and standard deviation S of 255 levels, one
                      for each pixel and colour, by NumPy's default generator with seed N; rounded, cut to 0 to 255
    occlude=X:Y:S     a square in ImageNet's mean colour, its centre at X of the width and Y of the height of what the
                      network sees, its side S of that; after normalisation it is zero, but for rounding (below 0.009)

Blur, noise and the patch are meant in pixels that the network sees. Before the first of them the picture is therefore
resized as `seen` would do it, and `seen` leaves it as it is if no later edit changes its size.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageFilter

from visualizer.images.picture import Picture
from visualizer.images.tensor import LONGEST, MEAN, resized_to, window

MOST_EDITS, MOST_TEXT = 16, 400
MOST_BLUR, MOST_NOISE = 16.0, 128.0
MEAN_COLOUR = tuple(int(level) for level in np.rint(MEAN * 255))
"""ImageNet's mean as 8-bit RGB: (124, 116, 104)."""
_NUMBER = re.compile(r"\d{1,4}(\.\d{1,3})?", re.ASCII)
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
"""Pillow turns the other way."""
Numbers = tuple[float, ...]


class Edit(NamedTuple):
    """One edit: a key of `KINDS`, and its numbers with up to three decimals, checked where it is parsed."""

    kind: str
    numbers: Numbers = ()

    def __str__(self) -> str:
        return f"{self.kind}={':'.join(map(_text, self.numbers))}" if self.numbers else self.kind


Chain = tuple[Edit, ...]


class Kind(NamedTuple):
    """One kind of edit: how it is written, with how many numbers and which, what it does, and what is said of it.

    in_pixels: it is meant in pixels that the network sees.
    """

    form: str
    numbers: int
    holds: Callable[..., bool]
    apply: Callable[[Image.Image, Numbers, int], Image.Image]
    words: Callable[[Numbers], str]
    in_pixels: bool = False


def parse_edits(text: str) -> Chain:
    """The chain that a text stands for, "" for none. ValueError, one sentence with the rule, for any other text."""
    if len(text) > MOST_TEXT:
        raise ValueError(f"A picture's edits are written in up to {MOST_TEXT} letters, not {len(text)}.")
    parts = text.split(",") if text else []
    if len(parts) > MOST_EDITS:
        raise ValueError(f"A picture takes up to {MOST_EDITS} edits, not {len(parts)}.")
    return tuple(map(_edit, parts))


def _edit(part: str) -> Edit:
    name, equals, rest = part.partition("=")
    kind = KINDS.get(name)
    if kind is None:
        raise ValueError(f"A picture can be edited by {', '.join(KINDS)}, and by nothing else.")
    written = rest.split(":") if equals else []
    numbers = tuple(float(number) for number in written if _NUMBER.fullmatch(number))
    if len(numbers) != len(written) or len(numbers) != kind.numbers:
        raise ValueError(f"This edit is written {kind.form}, in numbers with up to three decimals.")
    if not kind.holds(*numbers):
        raise ValueError(f"This edit is written {kind.form}.")
    return Edit(name, numbers)


def edits_text(chain: Iterable[Edit]) -> str:
    """The one text of a chain, which `parse_edits` reads."""
    return ",".join(map(str, chain))


def _text(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")


def edits_in_words(chain: Chain) -> str:
    """What was done to a picture: "turned by 90°, made grey"; "" for the empty chain."""
    return ", ".join(KINDS[edit.kind].words(edit.numbers) for edit in chain)


def edited(picture: Picture, chain: Chain, size: int) -> Picture:
    """The picture after the edits, for a network that sees size×size pixels; the picture itself if there are none.

    A note says what was done, and the digest is one of its own.
    """
    if not chain:
        return picture
    image, scaled = Image.fromarray(picture.pixels), False
    for kind, numbers in chain:
        if KINDS[kind].in_pixels and not scaled:
            image, scaled = _as_seen(image, size), True
        image = KINDS[kind].apply(image, numbers, size)
    words = edits_in_words(chain)
    digest = hashlib.sha256(f"{picture.digest} {edits_text(chain)} {size if scaled else ''}".encode()).hexdigest()
    return Picture(np.asarray(image), picture.format, (*picture.notes, f"Edited: {words}."), digest)


def _as_seen(image: Image.Image, size: int) -> Image.Image:
    """The picture resized as a whole, as `seen` does; of one more than LONGEST times as long as wide, the middle."""
    most = LONGEST * min(image.size)
    left, top = (max(0, side - most) // 2 for side in image.size)
    image = image.crop((left, top, min(image.width, left + most), min(image.height, top + most)))
    return image.resize(resized_to(*image.size, size), Image.Resampling.BILINEAR)


def _crop(image: Image.Image, numbers: Numbers, size: int) -> Image.Image:
    left, top, right, bottom = (
        round(part * side) for part, side in zip(numbers, (*image.size, *image.size), strict=True)
    )
    left, top = min(left, image.width - 1), min(top, image.height - 1)
    return image.crop((left, top, max(right, left + 1), max(bottom, top + 1)))


def _noise(image: Image.Image, numbers: Numbers, size: int) -> Image.Image:
    deviation, seed = numbers
    pixels = np.asarray(image)
    noise = np.random.default_rng(int(seed)).standard_normal(pixels.shape, np.float32)
    return Image.fromarray(np.clip(np.rint(pixels + np.float32(deviation) * noise), 0, 255).astype(np.uint8))


def patch(width: int, height: int, numbers: Numbers, size: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the occluding square on a picture of these pixels, cut at its edges."""
    left, top, right, bottom = window(width, height, size)
    across, down, part = numbers
    side = max(1, round(part * (right - left)))
    x = round(left + across * (right - left) - side / 2)
    y = round(top + down * (bottom - top) - side / 2)
    return max(0, x), max(0, y), min(width, x + side), min(height, y + side)


def _occlude(image: Image.Image, numbers: Numbers, size: int) -> Image.Image:
    covered = image.copy()
    covered.paste(MEAN_COLOUR, patch(image.width, image.height, numbers, size))
    return covered


def _percent(part: float) -> str:
    return f"{_text(100 * part)} %"


KINDS: dict[str, Kind] = {
    "rotate": Kind(
        "rotate=DEGREES with 90, 180 or 270", 1, lambda degrees: degrees in _TURNS,
        lambda image, numbers, _: image.transpose(_TURNS[int(numbers[0])]),
        lambda numbers: f"turned clockwise by {_text(numbers[0])}°",
    ),
    "flip": Kind(
        "flip", 0, lambda: True, lambda image, *_: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        lambda _: "left and right exchanged",
    ),
    "crop": Kind(
        "crop=LEFT:TOP:RIGHT:BOTTOM with LEFT before RIGHT and TOP before BOTTOM, from 0 to 1", 4,
        lambda left, top, right, bottom: left < right <= 1 and top < bottom <= 1, _crop,
        lambda numbers: "cut to {}–{} of the width and {}–{} of the height".format(
            *(_percent(numbers[at]) for at in (0, 2, 1, 3))
        ),
    ),
    "grey": Kind("grey", 0, lambda: True, lambda image, *_: image.convert("L").convert("RGB"), lambda _: "made grey"),
    "blur": Kind(
        "blur=PIXELS, above 0 and up to 16", 1, lambda pixels: 0 < pixels <= MOST_BLUR,
        lambda image, numbers, _: image.filter(ImageFilter.GaussianBlur(numbers[0])),
        lambda numbers: f"blurred (σ {_text(numbers[0])} pixels)", in_pixels=True,
    ),
    "noise": Kind(
        "noise=LEVELS:SEED with up to 128 levels of 255 and a whole number up to 9999", 2,
        lambda levels, seed: 0 < levels <= MOST_NOISE and seed == int(seed), _noise,
        lambda numbers: f"noise (σ {_text(numbers[0])} of 255 levels, seed {_text(numbers[1])})", in_pixels=True,
    ),
    "occlude": Kind(
        "occlude=X:Y:SIDE, from 0 to 1, and SIDE above 0", 3,
        lambda x, y, side: x <= 1 and y <= 1 and 0 < side <= 1, _occlude,
        lambda numbers: "a patch of {} at {}, {}".format(*(_percent(numbers[at]) for at in (2, 0, 1))), in_pixels=True,
    ),
}  # fmt: skip
"""Every kind of edit, in the order in which a page offers them."""


def with_edit(chain: Chain, kind: str, numbers: Numbers | None) -> Chain:
    """The chain with one edit of this kind, where its first one stood, else in the order of `KINDS`; None: with none.

    ValueError: numbers that such an edit cannot have.
    """
    places = [place for place, edit in enumerate(chain) if edit.kind == kind]
    others = [edit for edit in chain if edit.kind != kind]
    if numbers is None:
        return tuple(others)
    new, order = _edit(str(Edit(kind, numbers))), list(KINDS)
    after = sum(order.index(edit.kind) < order.index(kind) for edit in others)
    others.insert(places[0] if places else after, new)
    return tuple(others)
