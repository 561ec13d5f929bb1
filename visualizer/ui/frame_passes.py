"""A picture of the live camera through the network, in the fast way, only as far as what is shown.

Nothing of a frame is kept: neither its bytes nor its values are in a store.
"""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, NamedTuple

from visualizer.analysis.origins import INPUT, places
from visualizer.figures.block_maps import BlockMaps, block_maps
from visualizer.images import ImageError, Picture, decode, network_input
from visualizer.resnet import Block
from visualizer.ui.computing import NotFiniteError, Part, change_of, check_cost, model_of
from visualizer.ui.store import MODELS
from visualizer.ui.turns import telling, turn
from visualizer.ui.views import RANDOM, View

if TYPE_CHECKING:
    from visualizer.network.fast import Fast

MOST_LETTERS = 2**20
"""Of a frame as base64 text: one of 1024 pixels takes a third of it."""
NO_PICTURE = "What the browser sent as a frame of the camera is no picture that can be used; start the camera again."


class Frame(NamedTuple):
    """What a browser sent: its number, which the answer repeats, and a picture as base64 text."""

    number: int
    text: str


def frame_of(report: object) -> Frame:
    """The frame in a browser's report, which may be anything; text that is no picture shows when it is decoded."""
    if not isinstance(report, dict):
        return Frame(0, "")
    number, text = report.get("number"), report.get("picture")
    return Frame(number if type(number) is int and 0 <= number < 2**53 else 0, text if isinstance(text, str) else "")


def live_maps(state: View, part: Part, frame: Frame) -> tuple[BlockMaps, Fast]:
    """The values of a block or layer for a frame, and the way that they were computed.

    Raises ImageError for a frame that is no picture, and what `maps_of` does.
    """
    check_cost(state, part)
    pixels = network_input(_picture(frame), state.resolution)
    addresses = _addresses(state, part)
    asked = [address for address in addresses.values() if address != INPUT]
    key = ("fast", *live_key(state, part))
    with turn():
        from visualizer.network.fast import fastest

        def measured() -> Fast:
            with telling("Measuring which way is the fastest on this machine …") as tell:
                return fastest(model_of(state), pixels, asked, change_of(state), tell)

        fast = MODELS.value(key, measured, lambda found: found.nbytes)
        found = {INPUT: pixels, **fast.values(pixels)}
    maps = block_maps({place: found[address] for place, address in addresses.items()})
    if any(counts.missing for counts in maps.statistics.values()):
        raise NotFiniteError("Values here have grown beyond what 32-bit numbers hold: choose an earlier block.")
    return maps, fast


def live_key(state: View, part: Part) -> tuple[object, ...]:
    """All that the values of a part depend on beside the picture."""
    seed = state.seed if state.weights == RANDOM else 0
    return (state.spec, state.resolution, state.weights, seed, change_of(state), part.path)


def _addresses(state: View, part: Part) -> dict[str, str]:
    """The address of each place that is shown."""
    from visualizer.network.program import block_addresses

    return block_addresses(state.plan, part.path) if isinstance(part, Block) else dict(places(state.plan, part))


def _picture(frame: Frame) -> Picture:
    """The picture of a frame; the sentence of what is none tells of a camera, not of a file."""
    try:
        if len(frame.text) > MOST_LETTERS:
            raise ImageError("too large")
        return decode(b64decode(frame.text, validate=True))
    except (ImageError, ValueError) as error:  # binascii.Error is a ValueError
        raise ImageError(NO_PICTURE) from error
