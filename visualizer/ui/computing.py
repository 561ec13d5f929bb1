"""Values of blocks on a picture, computed at a bounded cost: never too large, in turns, and only once for all."""

from __future__ import annotations

from math import isfinite, prod
from typing import TYPE_CHECKING

from visualizer.analysis import costs
from visualizer.analysis.format import abbreviated, binary_size
from visualizer.figures.block_maps import BlockMaps, block_maps
from visualizer.resnet import Block, Layer
from visualizer.resnet.lesion import WHOLE, Lesion, lesion
from visualizer.ui.pictures import MAX_RESOLUTION, input_of
from visualizer.ui.store import ENTRIES, MAPS, MODELS
from visualizer.ui.turns import Tell, telling, turn
from visualizer.ui.views import RANDOM, View
from visualizer.ui.weights import NoWeightsError, checkpoint

if TYPE_CHECKING:
    from visualizer.network import ResNet, Response

MAX_WEIGHTS = 1500 * 2**20
MAX_VALUES = 512 * 2**20
MAX_MACS = 10**12
Part = Block | Layer
"""What maps are shown of."""


class TooLargeError(ValueError):
    """Maps that would cost too much; its text is one sentence: what is too large, and what would work."""


class NotFiniteError(ValueError):
    """Values beyond what 32-bit numbers hold; its text is one sentence: since where, and what would work."""


def check_cost(state: View, part: Part) -> None:
    """Raise TooLargeError if the maps of this part are not computed here: by input, weights, work or memory."""
    _check_network(state)
    table, noun = costs(state.plan), "block" if isinstance(part, Block) else "layer"
    macs = sum(table.block(one).macs for one in _up_to(state, part))
    if macs > MAX_MACS:
        raise TooLargeError(
            f"The way to this {noun} takes {abbreviated(macs, 'MACs')}, and up to {abbreviated(MAX_MACS, 'MACs')} are "
            f"computed: choose fewer pixels, or an earlier {noun}."
        )
    values = _values(part)
    if values > MAX_VALUES:
        raise TooLargeError(
            f"The values of this {noun} take {binary_size(values)}, and up to {binary_size(MAX_VALUES)} are shown: "
            f"choose fewer pixels, or a later {noun}."
        )


def _up_to(state: View, part: Part) -> list[Block]:
    """The blocks that are run for the maps of a part."""
    if part.stage is None:  # the head
        return list(state.plan.blocks)
    index = part.index if isinstance(part, Block) else int(part.path.split(".")[1]) if part.stage else 0
    return [one for one in state.plan.blocks if (one.stage, one.index) <= (part.stage, index)]


def check_whole_cost(state: View) -> None:
    """Raise TooLargeError if a pass that looks at every block is not computed here; the same bounds as for one."""
    _check_network(state)
    macs = costs(state.plan).total.macs
    if macs > MAX_MACS:
        raise TooLargeError(
            f"The whole network takes {abbreviated(macs, 'MACs')}, and up to {abbreviated(MAX_MACS, 'MACs')} are "
            "computed: choose fewer pixels, or less depth or width."
        )
    values = max(map(_values, {block.form: block for block in state.plan.blocks}.values()))
    if values > MAX_VALUES:
        raise TooLargeError(
            f"The values of the largest block take {binary_size(values)}, and up to {binary_size(MAX_VALUES)} are "
            "computed: choose fewer pixels or less width."
        )


def _check_network(state: View) -> None:
    """Input and weights."""
    size, channels = state.resolution, state.spec.channels
    if channels != 3:
        raise TooLargeError(f"A picture has 3 channels and this network's input {channels}: choose 3 input channels.")
    if size > MAX_RESOLUTION:
        raise TooLargeError(f"Maps are computed for up to {MAX_RESOLUTION} pixels, not for {size}: choose fewer.")
    weights = 4 * costs(state.plan).total.params
    if weights > MAX_WEIGHTS:
        raise TooLargeError(
            f"This network has {binary_size(weights)} of weights, and maps are computed for up to "
            f"{binary_size(MAX_WEIGHTS)}: choose less depth or width."
        )


def _values(part: Part) -> int:
    """Bytes of what is alive of a block or layer at once, in float32."""
    if isinstance(part, Layer):
        return 4 * (2 * prod(part.input) + prod(part.output))
    return 4 * (prod(part.input) + max(4 * prod(part.output), *(prod(layer.output) for layer in part.branch)))


def maps_of(state: View, part: Part) -> BlockMaps:
    """The values of a block or a layer for the picture and the weights of a view.

    Progress and waiting are shown where this is called. Raises TooLargeError; NoWeightsError if there are none,
    or they do not fit the network; NoPictureError or ImageError if there is no picture; NotFiniteError.
    """
    check_cost(state, part)
    with telling("Computing the maps …") as tell:
        found = MAPS.value(maps_key(state, part), lambda: _computed(state, part, tell), lambda maps: maps.nbytes)
    if any(counts.missing for counts in found.statistics.values()):
        raise NotFiniteError(
            "By this block the values have grown beyond what 32-bit numbers hold, since every block adds to them and "
            "batch norm has not been trained to hold them back: choose an earlier block, or open trained weights."
        )
    return found


def maps_key(state: View, part: Part) -> tuple[object, ...]:
    """What the values of a block or a layer depend on."""
    return ("maps", *pass_key(state), part.path)


def largest_of(state: View) -> float:
    """The largest magnitude of all that can be shown of the picture, from one pass through the whole network.

    A place whose values have grown beyond 32 bits is left out. Raises what `maps_of` does.
    """
    check_whole_cost(state)
    with telling("Computing the whole network …") as tell:
        key = ("magnitudes", *pass_key(state))
        found = MAPS.value(key, lambda: _magnitudes(state, tell), lambda one: 100 * len(one))
    return max(filter(isfinite, found.values()), default=0.0)


def pass_key(state: View) -> tuple[object, ...]:
    """What everything that a forward pass gives depends on."""
    seed = state.seed if state.weights == RANDOM else 0
    return (state.spec, state.resolution, state.weights, seed, state.picture, state.edits, change_of(state))


def entries_key(state: View) -> tuple[object, ...]:
    """What the values that enter the blocks depend on; `ahead` puts them there."""
    return ("entries", *pass_key(state))


def change_of(state: View) -> Lesion:
    """The blocks of a view that are off or swapped; what its network does not allow is left out."""
    return lesion(state.plan, state.off)[0] if state.off else WHOLE


def responses_of(state: View) -> dict[str, Response]:
    """What every block makes of the picture with the weights of a view, by its path; raises what `maps_of` does.

    Values beyond 32 bits are no error here: numbers of such blocks are not finite.
    """
    check_whole_cost(state)
    with telling("Computing all blocks …") as tell:
        return MAPS.value(responses_key(state), lambda: _all_computed(state, tell), _size_of)


def responses_key(state: View) -> tuple[object, ...]:
    """What the responses of all blocks depend on."""
    return ("responses", *pass_key(state))


def _size_of(found: dict[str, Response]) -> int:
    """Bytes, roughly: a map and a handful of numbers each."""
    return sum(response.strongest.nbytes + 1000 for response in found.values())


def _all_computed(state: View, tell: Tell) -> dict[str, Response]:
    from visualizer.network import block_responses

    pixels = input_of(state)
    with turn():
        return block_responses(model_of(state), pixels, tell, change_of(state))


def _computed(state: View, part: Part, tell: Tell) -> BlockMaps:
    from visualizer.network import block_values, layer_values

    pixels, values = input_of(state), block_values if isinstance(part, Block) else layer_values
    entries = ENTRIES.found(entries_key(state))
    with turn():
        return block_maps(values(model_of(state), pixels, part.path, tell, change_of(state), entries))


def _magnitudes(state: View, tell: Tell) -> dict[str, float]:
    from visualizer.network import magnitudes

    pixels = input_of(state)
    with turn():
        return magnitudes(model_of(state), pixels, tell, change_of(state))


def model_of(state: View) -> ResNet:
    """The view's network with its weights, made once for all sessions."""
    from visualizer.network import CheckpointError, NetworkTooLargeError, build, load

    plan, seed, size = state.plan, state.seed, 4 * costs(state.plan).total.params
    try:
        if state.weights == RANDOM:
            return MODELS.value((state.spec, RANDOM, seed), lambda: build(plan, seed).eval(), lambda _: size)
        weights = state.weights
        return MODELS.value((state.spec, weights, 0), lambda: load(plan, checkpoint(weights)), lambda _: size)
    except NetworkTooLargeError as error:
        raise TooLargeError(str(error)) from error
    except CheckpointError as error:
        raise NoWeightsError(str(error), error.differences) from error
