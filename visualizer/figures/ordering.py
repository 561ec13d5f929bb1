"""The order of the channels of feature maps (C×H×W), their pages of 64, and which are dead or always on."""

from __future__ import annotations

import math
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

Maps = NDArray[Any]
Order = Literal["strength", "variance", "sparsity", "index"]


def channel_order(maps: Maps, by: Order = "strength") -> NDArray[np.intp]:
    """All channels of the maps (C×H×W), the most active first; equal ones in the order of their numbers.

    strength: mean of |value|, largest first. variance: over the map, largest first. sparsity: share of zeros,
    smallest first, so that dead channels come last here too. index: as they are. Channels with NaN or
    infinite values come last. ValueError: no maps, or an order that does not exist.
    """
    maps = np.ascontiguousarray(checked(maps))  # sums in another memory order round otherwise: near ties would flip
    if by == "index":
        return np.arange(len(maps))
    if by == "strength":
        activity = np.abs(maps).mean(axis=(1, 2), dtype=np.float64)
    elif by == "variance":
        with np.errstate(invalid="ignore"):
            activity = maps.var(axis=(1, 2), dtype=np.float64)
    elif by == "sparsity":
        activity = np.where(np.isfinite(maps).all(axis=(1, 2)), (maps != 0).mean(axis=(1, 2)), np.nan)
    else:
        raise ValueError(f"Channels can be ordered by {', '.join(get_args(Order))}, not by {by!r}.")
    return np.argsort(-np.where(np.isfinite(activity), activity, -np.inf), kind="stable")


def similarity_order(maps: Maps, channel: int) -> NDArray[np.intp]:
    """All channels of the maps (C×H×W) by the cosine between their map and that of `channel`, which comes first.

    cos = Σ a·b / (‖a‖ ‖b‖) over the positions, from 1 (the same up to a factor) down to −1; where it is equal, in
    the order of their numbers. Channels without a cosine come last: dead ones, and those with NaN or infinite values.
    ValueError: no maps, or no such channel.
    """
    flat = checked(maps).reshape(len(maps), -1).astype(np.float64)
    if not 0 <= channel < len(maps):
        raise ValueError(f"There are channels 0 to {len(maps) - 1}, not {channel}.")
    with np.errstate(all="ignore"):
        lengths = np.sqrt(np.einsum("cp,cp->c", flat, flat))
        cosines = flat @ flat[channel] / (lengths * lengths[channel])
    cosines = np.where(np.isfinite(cosines), cosines, -np.inf)
    cosines[channel] = np.inf
    return np.argsort(-cosines, kind="stable")


def page_count(channels: int, size: int = 64) -> int:
    """How many pages the channels fill, at least one."""
    return max(1, math.ceil(channels / size))


def page(order: NDArray[np.intp], number: int, size: int = 64) -> NDArray[np.intp]:
    """The channels on a page; pages count from 1. ValueError: there is no such page."""
    last = page_count(len(order), size)
    if not 1 <= number <= last:
        raise ValueError(f"{len(order)} channels fill pages 1 to {last} of {size}; there is no page {number}.")
    return order[(number - 1) * size : number * size]


def dead(maps: Maps) -> NDArray[np.bool_]:
    """Which channels are zero everywhere (C)."""
    return np.asarray(~checked(maps).any(axis=(1, 2)))


def always_on(maps: Maps) -> NDArray[np.bool_]:
    """Which channels are above zero everywhere (C)."""
    return np.asarray((checked(maps) > 0).all(axis=(1, 2)))


def checked(maps: Maps) -> Maps:
    """The maps. ValueError: they are none."""
    if maps.ndim != 3 or not maps.size:
        raise ValueError(f"Feature maps are channels × height × width with at least one value, not {maps.shape}.")
    return maps
