"""Colour profiles: from the colours a file means to sRGB, by Little CMS."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

from visualizer.images.limits import MAX_PROFILE

CONVERTED = "Colours converted from the picture's colour profile to sRGB."
IGNORED = "The picture's colour profile could not be used and was ignored."
SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # colour space of a profile -> Pillow's mode for it
CLASSES = ("mntr", "scnr", "prtr", "spac")
INDISTINGUISHABLE = 2  # of 255; profiles this close to sRGB are sRGB by another name


def in_srgb(picture: Image.Image, profile: bytes) -> tuple[Image.Image, str]:
    """The colours (mode L, RGB or CMYK) of a picture as sRGB and a note, empty if nothing changed.

    A profile for other colours than the picture has, or a broken one, is ignored, except that a grey picture may carry
    an RGB profile: its greys are then colours with three equal parts.
    """
    if not profile:
        return picture, ""
    try:
        transform, mode = _transform(profile, picture.mode)
        if mode == "RGB" and _is_identity(transform):
            return picture, ""
        if mode == "L":
            converted = _through_table(picture, transform)
        else:
            converted = transform.apply(picture if picture.mode == mode else picture.convert(mode))
    except (ImageCms.PyCMSError, ValueError, OSError, TypeError):
        return picture, IGNORED
    return converted, CONVERTED


def _transform(profile: bytes, mode: str) -> tuple[ImageCms.ImageCmsTransform, str]:
    if len(profile) >= MAX_PROFILE:
        raise ValueError("profile too large")
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    space = SPACES.get(source.profile.xcolor_space.strip(), "")
    if source.profile.device_class not in CLASSES or not (space == mode or (space, mode) == ("RGB", "L")):
        raise ValueError("profile for other colours")
    target = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    flags = ImageCms.Flags.NOOPTIMIZE if space == "L" else ImageCms.Flags.NONE
    return ImageCms.ImageCmsTransform(source, target, space, "RGB", flags=flags), space


def _through_table(picture: Image.Image, transform: ImageCms.ImageCmsTransform) -> Image.Image:
    """Greys converted by the colours of all 256 of them: Little CMS interpolates between few, up to 10 of 255 off."""
    greys = np.arange(256, dtype=np.uint8)[None]
    colours = np.asarray(transform.apply(Image.fromarray(greys)))[0]
    return Image.merge("RGB", [picture.point(colours[:, channel].tolist()) for channel in range(3)])


def _is_identity(transform: ImageCms.ImageCmsTransform) -> bool:
    """Whether a sample of 9×9×9 colours stays what it is."""
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    colours = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(27, 27, 3)
    changed = np.asarray(transform.apply(Image.fromarray(colours)))
    return int(np.abs(changed.astype(int) - colours).max()) <= INDISTINGUISHABLE
