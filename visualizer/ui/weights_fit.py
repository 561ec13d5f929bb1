"""Whether weights are a network's own: on Compare each network has those that fit it, or random ones."""

from __future__ import annotations

import streamlit as st

from visualizer.resnet import ResNetSpec, parse, presets
from visualizer.ui.compare_columns import heading
from visualizer.ui.own_weights import called
from visualizer.ui.state import correct, refuse, view
from visualizer.ui.store import FIGURES
from visualizer.ui.views import RANDOM, Network
from visualizer.ui.weight_sources import NoWeightsError, bundled_weights, checkpoint, published

Shapes = dict[str, tuple[int, ...]]


def fits(spec: ResNetSpec, weights: str) -> bool:
    """Whether the weights have exactly this network's tensors, as random ones always do.

    Raises NoWeightsError if they are not, or no longer, kept here.
    """
    if weights == RANDOM:
        return True
    return FIGURES.value(("fits", spec, weights), lambda: _of(spec) == _held(weights), lambda found: 300)


def fitted(spec: ResNetSpec, weights: str) -> Network:
    """The network with these weights, or with random ones where they do not fit it."""
    try:
        return Network(spec, weights if fits(spec, weights) else RANDOM)
    except NoWeightsError:
        return Network(spec)


def settle_weights() -> None:
    """Give random weights to each network of the comparison whose own are not here or do not fit, and say so."""
    networks = view().networks
    if all(network.weights == RANDOM for network in networks):  # so that torch stays unloaded
        return
    with st.spinner("Reading the weights …"):
        settled = [_settled(place, network) for place, network in enumerate(networks)]
    if settled != list(networks):
        slot = view().slot
        others = (*settled[:slot], *settled[slot + 1 :])
        correct(weights=settled[slot].weights, weights_beside=tuple(other.weights for other in others))


def _settled(place: int, network: Network) -> Network:
    try:
        if fits(*network):
            return network
        words = f"The weights “{called(network.weights)}” are of another network: choose others on its card."
    except NoWeightsError as error:
        words = str(error)
    refuse(f"{heading(place, network.spec)}: {words} Random weights are used.")
    return network._replace(weights=RANDOM)


def _held(weights: str) -> Shapes:
    """The shapes of the tensors of some weights; of ours and of published ones by their network, without the file."""
    ours, theirs = bundled_weights(weights), published(weights)
    if ours is not None:
        return _of(parse(ours.net))
    if theirs is not None:
        return _of(presets()[theirs.net].spec)
    return {name: tuple(tensor.shape) for name, tensor in checkpoint(weights).tensors.items()}


def _of(spec: ResNetSpec) -> Shapes:
    from visualizer.network.recognition import shapes_of

    return shapes_of(spec)
