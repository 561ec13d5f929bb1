"""Pictures in, safely: any upload becomes an upright sRGB picture or one sentence that says why not.

`decode` reads JPEG, PNG, WebP, GIF, BMP and TIFF at a bounded cost; `seen` and `network_input` cut from a picture what
a network is given; `edited` carries out edits that are written as text; `samples` are the built-in pictures.
"""

from visualizer.images.decoding import decode
from visualizer.images.edits import edited, edits_in_words, edits_text, parse_edits
from visualizer.images.limits import LONG_SIDE, MAX_BYTES, MAX_PIXELS, MAX_SIDE
from visualizer.images.picture import ACCEPTED, ImageError, Picture, Pixels
from visualizer.images.sample import Sample, samples
from visualizer.images.tensor import MEAN, STD, network_input, normalise, seen, window

__all__ = [
    "ACCEPTED", "LONG_SIDE", "MAX_BYTES", "MAX_PIXELS", "MAX_SIDE", "MEAN", "STD", "ImageError", "Picture", "Pixels",
    "Sample", "decode", "edited", "edits_in_words", "edits_text", "network_input", "normalise", "parse_edits",
    "samples", "seen", "window",
]
