"""What a person does to a comparison. A click that comes late, when its network is gone, does nothing."""

from __future__ import annotations

from visualizer.resnet import ResNetSpec
from visualizer.ui.state import change, view
from visualizer.ui.views import MOST_COMPARED, still_there


def show(specs: tuple[ResNetSpec, ...], slot: int, **more: int | str) -> None:
    """Compare these networks, and let the sidebar edit the one at `slot`."""
    others = specs[:slot] + specs[slot + 1 :]
    change(spec=specs[slot], others=others, slot=slot, **{"select": still_there(specs[slot], view().select), **more})


def edit(place: int) -> None:
    """Let the sidebar edit the network at `place`; all stay where they are."""
    if place < len(view().compared):
        show(view().compared, place)


def remove(place: int) -> None:
    """Take a network out; two stay."""
    specs, slot = view().compared, view().slot
    if len(specs) > 2 and place < len(specs):
        slot -= place < slot or slot == len(specs) - 1
        show(specs[:place] + specs[place + 1 :], slot)


def swap(place: int) -> None:
    """Exchange a network with the next; the sidebar goes on editing the same one."""
    specs, slot = list(view().compared), view().slot
    if 0 <= place < len(specs) - 1:
        specs[place], specs[place + 1] = specs[place + 1], specs[place]
        show(tuple(specs), {place: place + 1, place + 1: place}.get(slot, slot))


def put(place: int, spec: ResNetSpec) -> None:
    """Replace the network at `place`."""
    specs = list(view().compared)
    if place < len(specs):
        specs[place] = spec
        show(tuple(specs), view().slot)


def add(spec: ResNetSpec) -> None:
    """Set one more network at the end, and let the sidebar edit it."""
    specs = view().compared
    if len(specs) < MOST_COMPARED:
        show((*specs, spec), len(specs))


def select(place: int, path: str) -> None:
    """Select a block of the network at `place` in all that have it; "" or a block that it has not selects none.

    If the edited network has no such block, the sidebar turns to this one: what is selected is always in the network
    that the sidebar edits and that the other pages show.
    """
    specs = view().compared
    found = still_there(specs[place], path) if place < len(specs) else ""
    if found and not still_there(view().spec, found):
        show(specs, place, select=found)
    else:
        change(select=found)
