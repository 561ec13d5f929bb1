"""The built-in pictures. Their authors and licences are listed in samples/README.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from visualizer.images.decoding import decode
from visualizer.images.picture import Picture

FOLDER = Path(__file__).with_name("samples")
OURS = "drawn for this project, under its licence"
UCI = "E. Alpaydin and C. Kaynak, CC BY 4.0"


@dataclass(frozen=True)
class Sample:
    """A picture that comes with the project. `key` is its name in URLs, `shows` what it is good for.

    suffix: how its file's name ends.
    """

    key: str
    title: str
    credit: str
    shows: str
    suffix: str = ".jpg"

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.key}{self.suffix}"

    def data(self) -> bytes:
        """The file, as if it had been uploaded."""
        return self.file.read_bytes()

    def picture(self) -> Picture:
        return decode(self.data())


SAMPLES = (
    Sample("cat", "Cat", "Stefan van der Walt, CC0", "fur, whiskers, eyes: fine lines beside smooth parts"),
    Sample("coffee", "Cup of coffee", "Rachel Michetti, CC0", "ellipses, reflections and wood grain"),
    Sample("astronaut", "Astronaut", "NASA, public domain", "a face, stripes and several objects at once"),
    Sample("temple", "Temple", "danielbuechele, CC BY 2.0", "roof edges and windows that repeat, leaves, sky"),
    Sample("zone_plate", "Zone plate", OURS, "every edge direction at every frequency"),
    Sample("scene", "Balls and box", OURS, "plain shapes, shadows and a floor that grows finer with distance"),
    Sample("patchwork", "Patchwork", OURS, "sixteen textures and colour pairs, one beside another"),
)

DIGITS = tuple(
    Sample(f"digit_{digit}", f"Handwritten {digit}", UCI, "8×8 pixels, unseen by the bundled ResNet-20", ".png")
    for digit in range(10)
)


def samples() -> tuple[Sample, ...]:
    """All built-in pictures: photographs, drawn ones, handwritten digits."""
    return SAMPLES + DIGITS
