"""How torch's threads wait for each other: asleep, so that they leave the processors to whoever has work.

By default OpenMP's threads spin for a while at the end of each loop. Alone on a machine that saves microseconds. Where
a browser or another pass wants the same processors, the spinning ones are in the way of the one that all wait for: on
two busy cores a block of ResNet-50 took 110 ms instead of 17, and a forward pass over a second instead of a fifth.
"""

from __future__ import annotations

import os


def sleep_while_waiting() -> None:
    """To be called before torch is loaded, which reads it then; who has chosen otherwise is left alone."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
