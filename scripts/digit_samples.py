"""Writes the handwritten digits among the samples: python -m scripts.digit_samples [FOLDER].

Of those that the bundled ResNet-20 was not trained on, the first of each digit in the order of the set; none was
chosen by what the network says of it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from sklearn.datasets import load_digits

from scripts.synthetic_samples import FOLDER
from scripts.train_digits import pixels, split


def places() -> dict[int, int]:
    """Of each digit, 0 to 9, the place in the set of the first picture held out."""
    _, held_out = split()
    labels = held_out.labels.tolist()
    return {digit: int(held_out.places[labels.index(digit)]) for digit in range(10)}


def main(folder: Path) -> None:
    images = load_digits().images
    for digit, place in places().items():
        Image.fromarray(pixels(images[place])[..., 0]).save(folder / f"digit_{digit}.png", optimize=True)
        print(f"digit {digit}: picture {place} of the set")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
