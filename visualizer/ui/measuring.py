"""Measurements that people ask for: what is too large, the queue that they wait in, and results, kept for all."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from visualizer.analysis import costs
from visualizer.analysis.format import abbreviated, binary_size
from visualizer.analysis.measured import BATCHES, Measurement
from visualizer.analysis.memory import inference
from visualizer.resnet import Plan, ResNetSpec
from visualizer.ui.computing import MAX_MACS, MAX_WEIGHTS
from visualizer.ui.free_memory import free_memory
from visualizer.ui.jobs import QUEUE, Job, NotDoneError
from visualizer.ui.pictures import MAX_RESOLUTION
from visualizer.ui.views import View, kept_plan

if TYPE_CHECKING:
    from visualizer.network.timing import Progress

MOST_KEPT = 64
MOST = BATCHES[-1]
"""Pictures in the largest batch."""
BEYOND, EACH = 1.5, 300 * 2**20
"""Memory that is asked for: this times what is predicted, and these bytes for each process with torch."""


class Asked(NamedTuple):
    """What a measurement is of."""

    specs: tuple[ResNetSpec, ...]
    resolution: int


class Told(NamedTuple):
    """How far a measurement is, and for how many seconds it has run."""

    progress: Progress
    seconds: float


class Results:
    """The measurements of this server, the newest first; the oldest go beyond `MOST_KEPT`. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: deque[Measurement] = deque(maxlen=MOST_KEPT)

    def keep(self, found: Measurement) -> None:
        with self._lock:
            self._found.appendleft(found)

    def newest(self, specs: Collection[ResNetSpec], resolution: int) -> Measurement | None:
        """The last one in which all these networks had their turns together."""
        with self._lock:
            return next(
                (one for one in self._found if one.resolution == resolution and set(specs) <= _measured(one)), None
            )


def _measured(found: Measurement) -> set[ResNetSpec]:
    return {*found.timings, *found.failed}


RESULTS = Results()


def asked(state: View) -> Asked:
    """The networks of a comparison, each once."""
    return Asked(tuple(dict.fromkeys(state.compared)), state.resolution)


def result(state: View) -> Measurement | None:
    """What was last measured of the networks of a comparison together."""
    return RESULTS.newest(state.compared, state.resolution)


def too_large(state: View) -> str:
    """One sentence if these networks are not measured here: by input, weights or work. Else ""."""
    plans = _plans(asked(state))
    if state.resolution > MAX_RESOLUTION:
        return f"Up to {MAX_RESOLUTION} pixels are measured, not {state.resolution}: choose fewer."
    weights = max(4 * costs(plan).total.params for plan in plans)
    if weights > MAX_WEIGHTS:
        return (
            f"A network here has {binary_size(weights)} of weights, and up to {binary_size(MAX_WEIGHTS)} are measured: "
            "choose less depth or width."
        )
    macs = MOST * sum(costs(plan).total.macs for plan in plans)
    if macs > MAX_MACS:
        return (
            f"{MOST} pictures through these networks take {abbreviated(macs, 'MACs')}, and up to "
            f"{abbreviated(MAX_MACS, 'MACs')} are measured: choose fewer pixels, fewer networks, or less depth."
        )
    return ""


def _plans(wish: Asked) -> list[Plan]:
    return [kept_plan(spec, wish.resolution) for spec in wish.specs]


def predicted(plan: Plan, batch: int) -> int:
    """Bytes that inference takes by the plan: weights, pictures, and the values alive at the peak, in float32."""
    return inference(plan, batch, "float32").total


def check_memory(wish: Asked) -> None:
    """Raise NotDoneError if not all these networks fit into the memory that is free now."""
    need = int(sum(BEYOND * predicted(plan, MOST) + EACH for plan in _plans(wish)))
    room = free_memory()
    if room is not None and need > room.free:
        raise NotDoneError(
            f"Measuring these networks may take {binary_size(need)} of memory, and {binary_size(room.free)} of "
            f"{binary_size(room.limit)} are free {room.where}: choose fewer pixels, fewer networks, or less width."
        )


def owner() -> str:
    """This session's name in the queue."""
    name: str = st.session_state.setdefault("_measures", uuid4().hex)
    return name


def job() -> Job | None:
    """The measurement that this session asked for, if it waits, runs, or ended with an error."""
    return QUEUE.of(owner())


def ask(wish: Asked) -> None:
    """Measure these networks when it is this session's turn."""
    QUEUE.join(owner(), Job(partial(_measure, wish, datetime.now().astimezone()), _presence(), about=wish))


def cancel() -> None:
    """Leave the queue; what runs for this session ends within a tenth of a second, and its processes with it."""
    QUEUE.leave(owner())


def _presence() -> Callable[[], bool]:
    """Tells from any thread whether this session's page is open."""
    context = get_script_run_ctx(suppress_warning=True)
    session = context.session_id if context else ""
    return lambda: not runtime.exists() or bool(runtime.get_instance().is_active_session(session))


def _measure(wish: Asked, since: datetime, tell: Callable[[Told], None]) -> None:
    """The job: nothing to do if the same was measured for somebody else while this one waited."""
    from visualizer.network.timing import NotMeasuredError, Progress, measured

    begun = monotonic()
    tell(Told(Progress(), 0))
    found = RESULTS.newest(*wish)
    if found is not None and found.at >= since:
        return
    check_memory(wish)
    try:
        RESULTS.keep(measured(*wish, tell=lambda now: tell(Told(now, monotonic() - begun))))
    except NotMeasuredError as error:
        raise NotDoneError(str(error)) from error
