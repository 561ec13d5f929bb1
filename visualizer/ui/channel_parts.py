"""What is said about an opened channel: the filters that make it, where the picture excites it, what feeds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from visualizer.analysis.making import Making, destination
from visualizer.analysis.origins import made_by, places
from visualizer.analysis.receptive_field import INPUT, Field, receptive_fields
from visualizer.figures.block_maps import BlockMaps
from visualizer.figures.colour import shared_scale
from visualizer.figures.colour_bar import number
from visualizer.figures.encode import data_uri, png
from visualizer.figures.filters import colour_filter, filter_grid, norms
from visualizer.figures.maps import grid
from visualizer.figures.patches import apart, strongest_patches
from visualizer.figures.resizing import reduced
from visualizer.resnet import Block, Layer, Plan
from visualizer.ui.computing import NotFiniteError, Part, TooLargeError, change_of, maps_of, model_of
from visualizer.ui.maps_component import Drawing, geometry
from visualizer.ui.theme import theme
from visualizer.ui.views import View

if TYPE_CHECKING:
    from visualizer.network import Kernels

MOST_FEEDING = 8
FEEDER = 48
"""Pixels of a feeding channel's map."""
COLOURS = ("red", "green", "blue")


def _weights_layer(state: View, layer: Layer) -> Layer:
    """The layer whose weights are used at a layer's place, where blocks are swapped."""
    block = ".".join(layer.path.split(".")[:2]) if layer.stage else ""
    moved = dict(change_of(state).moved).get(block, block)
    return layer._replace(path=moved + layer.path[len(block) :])


def filters(state: View, made: Making, chosen: int) -> Drawing:
    """The filters of the convolution that makes a channel."""
    from visualizer.network import kernels

    conv, title = made.conv, "The filters that make it"
    if conv is None:
        return {"title": title, "words": ["No filters: this is the picture itself, normalised."]}
    if not chosen < conv.output[0]:
        return {"title": title, "words": ["No filters: option A pads the shortcut with channels of zeros."]}
    found = kernels(model_of(state), _weights_layer(state, conv), chosen)
    tiles = filter_grid(found.weights, found.first, theme())
    sizes = norms(found.weights)
    drawing: Drawing = {
        "title": f"{title}: {conv.path}",
        "words": _filter_words(conv, found, len(tiles.channels)),
        "grid": {
            **geometry(tiles),
            "alt": f"Filters of {conv.path} for channel {chosen}",
            "norms": [number(float(sizes[channel - found.first])) for channel in tiles.channels],
        },
    }
    if len(found.weights) == 3 and conv.role == "stem" and conv.input[0] == state.spec.channels:
        drawing["colour"] = data_uri(png(colour_filter(found.weights)))
        drawing["colourWords"] = "Over red, green and blue at once: grey is zero, and the largest |w| is full colour."
    return drawing


def _filter_words(conv: Layer, found: Kernels, tiles: int) -> list[str]:
    count, largest = len(found.weights), number(float(np.abs(found.weights).max()))
    size = f"{conv.kernel} × {conv.kernel}" if conv.kind == "conv" else "1 × 1"
    which = f"the {tiles} of {count} with the largest ‖w‖ = √Σw²" if count > tiles else f"all {count}"
    group = f" (of its group: input channels {found.first} to {found.first + count - 1})" if conv.groups > 1 else ""
    bias = f" Bias {number(found.bias)}." if conv.bias else ""
    return [
        (
            f"One filter of {size} weights for each input channel{group}, {which}, the largest first, as they are "
            f"stored, before any batch norm. Blue is negative, orange is positive, the ends are ±{largest}.{bias}"
        )
    ]


def patches(plan: Plan, address: str, one: NDArray[Any], seen: NDArray[Any]) -> Drawing:
    """Where in the picture the channel is strongest."""
    path = made_by(plan, address)
    field = receptive_fields(plan)[path] if path else INPUT
    found, side = strongest_patches(one, field, len(seen)), len(seen)
    items = [
        {
            "box": [patch.left, patch.top, patch.width, patch.height],
            "centre": [patch.x, patch.y],
            "words": f"{number(patch.value)} at row {patch.row}, column {patch.column}",
        }
        for patch in found
    ]
    src = data_uri(png(seen)) if items else ""
    return {"title": "Where it is strongest", "words": [_patch_words(len(found), field, side)],
            "src": src, "side": side, "items": items}  # fmt: skip


def _patch_words(count: int, field: Field, side: int) -> str:
    if not count:
        return "Nowhere: no value of this map is above zero."
    distance = apart(field, side)
    overlap = "so that no two overlap" if distance >= field.size else "a quarter of the picture, so larger ones overlap"
    return (
        f"The {count} largest values, each with what it can see: its receptive field of {field.size} × {field.size} "
        f"pixels along the longest path, cut at the picture's edge; the ring is its centre. Taken from the largest "
        f"down, leaving out centres nearer than {number(distance)} pixels, {overlap}."
    )


def feeds(state: View, maps: BlockMaps, part: Part, made: Making, chosen: int) -> Drawing:
    """Which channels before feed it most."""
    title = "What feeds it"
    if made.part is None:
        return {"title": title, "items": [], **_elsewhere(made, chosen)}
    if isinstance(made.part, Block) and made.part.path in change_of(state).off:
        return {"title": title, "items": [], "words": ["Nothing does through the branch: this block is switched off."]}
    try:
        values = (maps if made.part == part else maps_of(state, made.part)).values["x"]
    except (TooLargeError, NotFiniteError) as error:
        return {"title": title, "items": [], "words": [str(error)]}
    from visualizer.network import feeding

    weights = feeding(model_of(state), [_weights_layer(state, layer) for layer in made.layers], chosen)
    mean = np.abs(values).mean(axis=(1, 2), dtype=np.float64)
    go = destination(state.plan, places(state.plan, made.part)["x"])
    return {"title": title, "items": _feeding(values, weights * mean, go), "go": go, "words": [_feed_words(made, go)]}


def _elsewhere(made: Making, chosen: int) -> Mapping[str, Any]:
    if made.go is None:
        return {"words": ["Nothing: this is the picture itself."]}
    path, _ = made.go
    return {
        "words": [f"These values come as they are from {path}; what feeds the channel is shown there."],
        "link": {"words": f"Go to {path}", "go": made.go, "channel": chosen},
    }


def _feeding(values: NDArray[Any], strength: NDArray[np.float64], go: object) -> list[Drawing]:
    """The channels of x (C×H×W) with the largest strength, each with its map on a scale of its own."""
    total, found = float(strength.sum()), []
    for place in np.argsort(-strength, kind="stable")[:MOST_FEEDING]:
        if not strength[place] > 0:
            break
        one = reduced(values[place][None], FEEDER)
        shown = grid(one, [0], shared_scale(one, signed=True), cell=FEEDER, gutter=0, theme=theme())
        found.append({
            "channel": int(place),
            "name": f"channel {place}" if go else COLOURS[place] if len(values) == 3 else f"channel {place}",
            "words": f"{number(float(strength[place]))}, {100 * strength[place] / total:.1f} %",
            "part": float(strength[place] / strength.max()),
            "src": data_uri(shown.png()),
        })  # fmt: skip
    return found


def _feed_words(made: Making, go: tuple[str, str] | None) -> str:
    several = [layer for layer in made.layers if layer.kind == "conv" and ".se." not in layer.path]
    where = f"of {go[0]}" if go else "of the picture, normalised"
    if isinstance(made.part, Block):
        way = (
            f"The strength of a channel {where} is its mean |activation| times what the branch can make of it: on "
            f"every way through the {len(several)} convolutions the product of ‖w‖ of the filters and of |γ|/√(σ² + ε) "
            "of the batch norms, summed over the ways; every ReLU counts as open, an attention's gate as 1. "
        )
    else:
        way = f"The strength of a channel {where} is ‖w‖ · mean |activation|, with ‖w‖ = √Σw² of its filter. "
    if isinstance(made.part, Block) and made.part.shortcut_kind != "none":
        way += "What the shortcut adds to the sum is not counted. "
    return f"{way}In percent of the sum over all channels.{' A click goes there.' if go else ''}"
