"""What is computed before anybody asks: once a picture's maps are on the page, what enters every block.

A block that is clicked then is computed alone, and not the way to it. A click ends this work at the next layer, and
where others wait for a pass, or it would take much time or memory, it is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from visualizer.analysis import costs
from visualizer.ui.computing import change_of, entries_key, model_of
from visualizer.ui.pictures import input_of
from visualizer.ui.stopping import stop_if_asked
from visualizer.ui.store import ENTRIES
from visualizer.ui.turns import spare_turn
from visualizer.ui.views import View

if TYPE_CHECKING:
    from visualizer.network import Entries

MOST_BYTES = 64 * 2**20
"""Of one picture's entries; ResNet-152 has 51 MiB at 224 pixels."""
MOST_MACS = 2 * 10**10
"""Of the pass; half a second on two cores. ResNet-152 takes 1.2 · 10¹⁰ at 224 pixels."""


def keep_entries(state: View) -> None:
    """Keep what enters every block, for the clicks that follow; to be called at the end, when all has been sent."""
    from visualizer.network import entries_size

    key, plan = entries_key(state), state.plan
    if ENTRIES.holds(key) or entries_size(plan) > MOST_BYTES or costs(plan).total.macs > MOST_MACS:
        return
    with spare_turn() as free:
        if free:
            ENTRIES.value(key, lambda: _entries(state), lambda found: found.nbytes)


def _entries(state: View) -> Entries:
    from visualizer.network import block_entries

    return block_entries(model_of(state), input_of(state), lambda done, steps: stop_if_asked(), change_of(state))
