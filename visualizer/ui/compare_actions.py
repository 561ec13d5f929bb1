"""What a person does to a comparison. A click that comes late, when its network is gone, does nothing."""

from __future__ import annotations

from collections.abc import Sequence

from visualizer.resnet import ResNetSpec
from visualizer.ui.state import change, view
from visualizer.ui.views import MOST_COMPARED, Network, still_there
from visualizer.ui.weights_fit import fitted


def show(networks: Sequence[Network], slot: int, **more: int | str) -> None:
    """Compare these networks, and let the sidebar edit the one at `slot`."""
    others = [*networks[:slot], *networks[slot + 1 :]]
    edited = networks[slot]
    values: dict[str, int | str] = {"select": still_there(edited.spec, view().select), **more}
    change(
        spec=edited.spec, weights=edited.weights, others=tuple(other.spec for other in others), slot=slot,
        weights_beside=tuple(other.weights for other in others), **values,
    )  # fmt: skip


def edit(place: int) -> None:
    """Let the sidebar edit the network at `place`; all stay where they are, and what is selected beside each other."""
    state = view()
    if place < len(state.networks):
        show(state.networks, place, select=state.at(place).select)


def remove(place: int) -> None:
    """Take a network out; two stay."""
    networks, slot = view().networks, view().slot
    if len(networks) > 2 and place < len(networks):
        slot -= place < slot or slot == len(networks) - 1
        show(networks[:place] + networks[place + 1 :], slot)


def swap(place: int) -> None:
    """Exchange a network with the next; the sidebar goes on editing the same one."""
    networks, slot = list(view().networks), view().slot
    if 0 <= place < len(networks) - 1:
        networks[place], networks[place + 1] = networks[place + 1], networks[place]
        show(networks, {place: place + 1, place + 1: place}.get(slot, slot))


def put(place: int, network: Network) -> None:
    """Replace the network at `place`, or set one more at the end, which the sidebar then edits."""
    networks = list(view().networks)
    if place < len(networks):
        networks[place] = network
        show(networks, view().slot)
    elif place == len(networks):
        add(network)


def choose(place: int, spec: ResNetSpec) -> None:
    """Another network at `place`; its weights stay where they fit this one too, else they are random."""
    networks = view().networks
    put(place, fitted(spec, networks[place].weights) if place < len(networks) else Network(spec))


def weigh(place: int, weights: str) -> None:
    """Other weights for the network at `place`."""
    networks = view().networks
    if place < len(networks):
        put(place, fitted(networks[place].spec, weights))


def add(network: Network) -> None:
    """Set one more network at the end, and let the sidebar edit it."""
    _insert(len(view().networks), network)


def duplicate(place: int) -> None:
    """Set a copy of the network at `place` to its right, and let the sidebar edit the copy."""
    networks = view().networks
    if place < len(networks):
        _insert(place + 1, networks[place])


def _insert(place: int, network: Network) -> None:
    networks = view().networks
    if len(networks) < MOST_COMPARED:
        show((*networks[:place], network, *networks[place:]), place)


def select(place: int, path: str) -> None:
    """Select a part of the network at `place`, and what stands beside it in the others; "" selects none.

    If the edited network has nothing beside it, the sidebar turns to this one: what is selected is always in the
    network that the sidebar edits and that the other pages show.
    """
    state = view()
    if place >= len(state.networks):
        return
    found = still_there(state.compared[place], path)
    beside = state.alignment.counterpart(place, found, state.slot) if found else ""
    if found and not beside:
        show(state.networks, place, select=found)
    else:
        change(select=beside)
