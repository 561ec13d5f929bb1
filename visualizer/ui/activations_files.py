"""What a view of the page Activations becomes in files: a picture of its maps, arrays, features.

All of it is made from the view alone, outside of any session: a download asks for it when its button is pressed.
"""

from __future__ import annotations

from collections.abc import Collection
from io import BytesIO
from typing import Any

import numpy as np

from visualizer.figures.captions import node_name
from visualizer.figures.maps_picture import Panel, maps_picture
from visualizer.figures.palettes import Theme
from visualizer.figures.take_along import full_name
from visualizer.images import edits_in_words, parse_edits
from visualizer.resnet import Layer
from visualizer.resnet.lesion import lesion
from visualizer.ui.activations import selected_part
from visualizer.ui.block_view import grids_of
from visualizer.ui.computing import Part, maps_of
from visualizer.ui.lesions import in_words
from visualizer.ui.pictures import SAMPLES, picture_of
from visualizer.ui.views import RANDOM, View
from visualizer.ui.weight_sources import flag, weights_words

FEATURES = "features"
"""What the classifier reads, beside the stages by their names."""


def title_of(state: View) -> str:
    """The network, its input, and the part that is shown."""
    return f"{full_name(state.plan)}: {node_name(selected_part(state))}"


def picture_words(state: View) -> str:
    """Which picture it is, and what was done to it."""
    sample = SAMPLES.get(state.picture)
    name = f"the sample “{sample.title}” ({sample.credit})" if sample else f"an upload, SHA-256 {state.picture[:8]}…"
    edits = edits_in_words(parse_edits(state.edits))
    return f"{name}; {edits}" if edits else name


def about(state: View) -> list[str]:
    """Lines that say of what the values are."""
    lines = [f"Weights: {weights_words(state)}.", f"Picture: {picture_words(state)}."]
    found = lesion(state.plan, state.off)[0] if state.off else None
    return [*lines, in_words(found)] if found else lines


def maps_png(state: View, colours: Theme) -> bytes:
    """The grids of the selected part as the page shows them."""
    drawing = grids_of(state, colours)
    panels = [Panel(one["sign"], one["title"], _note(one), one["src"]) for one in drawing["panels"]]
    words = f"{drawing['caption']} Channels: {drawing['order']}."
    return maps_picture(title_of(state), about(state), panels, drawing["bar"], words, colours)


def _note(panel: dict[str, Any]) -> str:
    shown, total = len(panel["channels"]), panel["total"]
    of = f"{total} channels" if shown == total else f"{shown} of {total} channels"
    return f"{panel['note']}; {of}, {dict(panel['facts'])['Shape']}"


def arrays_npz(state: View, places: Collection[str]) -> bytes:
    """The arrays of some places of the selected part, C×H×W, float32, and what they are."""
    from visualizer.network.array_files import save_arrays

    part = selected_part(state)
    values = maps_of(state, part).values
    arrays = {place: maps for place, maps in values.items() if place in places}
    file = BytesIO()
    save_arrays(file, arrays, {"run": run(state), "part": part.path, "picture": _picture(state)})
    return file.getvalue()


def run(state: View) -> dict[str, Any]:
    from visualizer.network.array_files import versions

    random = state.weights == RANDOM
    weights = {"name": f"{RANDOM}:{state.seed}" if random else flag(state), "trained": not random}
    return {
        "net": str(state.spec), "resolution": state.resolution, "edits": state.edits, "off": state.off,
        "weights": {**weights, "key": state.weights}, "versions": versions(),
    }  # fmt: skip


def _picture(state: View) -> dict[str, Any]:
    found = picture_of(state)
    return {
        "key": state.picture, "digest": found.digest, "width": found.width, "height": found.height,
        "notes": list(found.notes),
    }  # fmt: skip


def feature_part(state: View, name: str) -> Part:
    """The part whose output is what leaves a stage ("stage 3"), or what the classifier reads."""
    stages = {stage.name: stage.blocks[-1] for stage in state.plan.stages}
    flatten = next(layer for layer in state.plan.head if layer.kind == "flatten")
    return stages.get(name, flatten)


def features_npy(state: View, name: str) -> bytes:
    """What leaves a stage, C×H×W, or what the classifier reads, C, float32."""
    part = feature_part(state, name)
    values = maps_of(state, part).values["out"]
    file = BytesIO()
    np.save(file, values.reshape(-1) if isinstance(part, Layer) else values)
    return file.getvalue()
