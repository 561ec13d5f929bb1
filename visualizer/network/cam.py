"""Class maps: which places speak for a class, at every block, from one forward and one backward pass.

Grad-CAM (Selvaraju et al. 2017, arXiv:1610.02391, eq. 1 and 2): a channel's weight is the mean of the logit's gradient
over positions, and the map is the weighted sum of channels. LayerCAM (Jiang et al. 2021, doi:10.1109/TIP.2021.3089943):
each position has a weight of its own, the gradient there where it is positive. The way back goes block by block from
the class's logit to the first block and no further; no weight's gradient is computed, and nothing is written to the
model.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd import grad

from visualizer.network.model import ResNet, walk
from visualizer.network.program import Progress, block_addresses
from visualizer.resnet import Block
from visualizer.resnet.lesion import WHOLE, Lesion

Maps = NDArray[np.float32]
METHODS = ("gradcam", "layercam")
PLACES = ("out", "branch", "shortcut")
"""Where a block is looked at: what leaves it, and the two terms of its addition."""
MapsOfBlock = Mapping[tuple[str, str], Maps]


class LastBlock(NamedTuple):
    """The last block, whose class maps follow in closed form for every class: its own rows of the classifier.

    Behind this block come only BN, ReLU and the mean over positions, each channel by itself, and then the classifier.
    So the gradient of logit c is W[c, k] · slope, where slope (C×H×W) is the gradient of channel k's mean.

    classifier: W, classes×C. values and slopes: C×H×W by place; F(x) and shortcut have their sum's slope.
    """

    classifier: Maps
    values: Mapping[str, Maps]
    slopes: Mapping[str, Maps]

    def maps(self, target: int) -> MapsOfBlock:
        """The same as `ClassMaps.maps` has of this block for the class `target`, up to rounding."""
        row = torch.from_numpy(self.classifier[target])[:, None, None]
        return {
            (method, place): found.numpy()
            for place, values in self.values.items()
            for method, found in _maps(torch.from_numpy(values), row * torch.from_numpy(self.slopes[place])).items()
        }


class ClassMaps(NamedTuple):
    """What speaks for one class in one picture, at every block.

    target: the class. logits: of all classes. maps: by a block's path and then by (method, place), H×W, in the order of
    the blocks; a plain block has no shortcut. They are sums over channels before the papers' last ReLU: what is below
    zero speaks against the class, and Grad-CAM's of F(x) and of the shortcut add up to that of their sum.
    last: what gives the last block's maps for any other class.
    """

    target: int
    logits: Maps
    maps: Mapping[str, MapsOfBlock]
    last: LastBlock


def class_maps(
    model: ResNet,
    pixels: Maps,
    target: int = -1,
    change: Lesion = WHOLE,
    places: Collection[str] = PLACES,
    methods: Collection[str] = METHODS,
    progress: Progress | None = None,
) -> ClassMaps:
    """The maps of the logit of a class (-1: of the largest) for one picture (3×H×W, normalised).

    `places` and `methods` say which; the fewer, the faster and the less memory. `change`: blocks that are off or
    swapped. `progress(done, steps)` is called before each step of the forward pass, and before each block on the way
    back; what it raises ends it. ValueError: there is no such class.
    """
    plan = model.plan
    if not -1 <= target < plan.spec.classes:
        raise ValueError(f"This network has classes 0 to {plan.spec.classes - 1}, not {target}.")
    values = _forward(model, pixels, change, places, progress)
    logits, pooled = values.pop(plan.head[-1].path)[0], values.pop(_pool(model))
    target = int(logits.argmax()) if target < 0 else target
    last = _last_block(model, values, pooled)
    (gradient,) = grad(logits[target], values[f"{plan.blocks[-1].path}.out"])
    logits = logits.detach()
    del pooled
    found: dict[str, MapsOfBlock] = {}
    for done, block in enumerate(reversed(plan.blocks)):
        if progress is not None:
            progress(done, len(plan.blocks))
        ends = _ends(block, values, gradient, places, first=block is plan.blocks[0])
        found[block.path] = {
            (method, place): one.numpy()
            for place in places
            if (value := values.pop(f"{block.path}.{place}", None)) is not None
            for method, one in _maps(value.detach()[0], ends[place][0], methods).items()
        }
        gradient = ends["x"]
    return ClassMaps(target, logits.numpy(), dict(reversed(found.items())), last)


def _forward(
    model: ResNet, pixels: Maps, change: Lesion, places: Collection[str], progress: Progress | None
) -> dict[str, Tensor]:
    """The values of every block that the way back needs, the mean over positions, and the logits, in one graph.

    The graph begins at the first block: the stem is computed without.
    """
    plan = model.plan
    terms = {"branch", "shortcut", "sum"} if set(places) - {"out"} else set()
    blocks = [block_addresses(plan, block.path) for block in plan.blocks]
    keep = [address for one in blocks for place, address in one.items() if place in {"x", "out"} | terms]
    keep += [*blocks[-1].values(), _pool(model), plan.head[-1].path]
    picture = torch.from_numpy(pixels).unsqueeze(0)
    values = walk(model, picture, keep, change.off, progress=progress, moved=change.moved)
    with torch.no_grad():
        address, x = next(values)
    x.requires_grad_()  # it is this walk's own, and kept, so nothing overwrites it
    with torch.enable_grad():
        return {address: x, **dict(values)}


def _pool(model: ResNet) -> str:
    """The address of the mean over positions."""
    return next(layer.path for layer in model.plan.head if layer.kind == "global_pool")


def _last_block(model: ResNet, values: Mapping[str, Tensor], pooled: Tensor) -> LastBlock:
    block = model.plan.blocks[-1]
    found = {place: values[f"{block.path}.{place}"] for place in PLACES if f"{block.path}.{place}" in values}
    ends = (found["out"], _added(block, values))
    out, added = (slope[0].numpy() for slope in grad(pooled.sum(), ends, retain_graph=True))
    return LastBlock(
        model.get_parameter(f"{model.plan.head[-1].path}.weight").detach().numpy(),
        {place: value.detach()[0].numpy() for place, value in found.items()},
        {place: out if place == "out" else added for place in found},
    )


def _added(block: Block, values: Mapping[str, Tensor]) -> Tensor:
    """The sum, whose gradient is that of both its terms. A shortcut's own tensor may be x, which feeds F(x) too."""
    return values[f"{block.path}.{'branch' if block.shortcut_kind == 'none' else 'sum'}"]


def _ends(
    block: Block, values: dict[str, Tensor], gradient: Tensor, places: Collection[str], first: bool
) -> dict[str, Tensor]:
    """The gradients of a block's places and of its input, from that of its output; `first`: nobody asks for x's.

    x and sum are let go.
    """
    out, x = values[f"{block.path}.out"], values.pop(f"{block.path}.x")
    asked = {}
    if set(places) - {"out"}:
        asked["added"] = _added(block, values)
    if not first:
        asked["x"] = x
    found = dict(zip(asked, grad(out, tuple(asked.values()), gradient) if asked else (), strict=True))
    values.pop(f"{block.path}.sum", None)
    added = found.get("added", gradient)
    return {"out": gradient, "branch": added, "shortcut": added, "x": found.get("x", gradient)}


def _maps(values: Tensor, gradient: Tensor, methods: Collection[str] = METHODS) -> dict[str, Tensor]:
    """By method, H×W, from a place's values and the gradient there, C×H×W each."""
    return {method: _METHODS[method](values, gradient) for method in methods}


def _gradcam(values: Tensor, gradient: Tensor) -> Tensor:
    found: Tensor = torch.tensordot(gradient.mean((1, 2)), values, 1)
    return found


def _layercam(values: Tensor, gradient: Tensor) -> Tensor:
    return (gradient.relu() * values).sum(0)


_METHODS = dict(zip(METHODS, (_gradcam, _layercam), strict=True))
