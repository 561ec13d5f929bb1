"""Memory of the app's process while 200 pictures go through it and the network changes 50 times.

Promise: at the end within 10 % of what it was after the first 20 pictures. The page's own functions do the work: a file
of a new picture is kept, decoded and put through the network as the views Block, Depth, Class maps and Switch off ask
for it, and the grids are drawn; every fourth picture the network is another one. Results stay in the app's
bounded stores until they are the oldest. After every ten pictures garbage is collected and free memory given back, as
the app's housekeeping does every 45 seconds.

The app's bounds (2 GB of models among them) would take hours to reach, so they are scaled down (`BOUNDS`) with the
width of the networks, and full before the first twenty pictures are through. Resident memory is read from Linux's
/proc.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

import numpy as np
from PIL import Image

from visualizer.resnet import parse
from visualizer.ui.allocation import give_back_memory, keep_freed_memory
from visualizer.ui.block_passes import logits_of
from visualizer.ui.block_view import grids_of
from visualizer.ui.computing import responses_of
from visualizer.ui.gradients import class_maps_of
from visualizer.ui.store import FIGURES, MAPS, MODELS, PICTURES, STORES
from visualizer.ui.uploads import UPLOADS
from visualizer.ui.views import START, View

PICTURE_COUNT, CHANGE_EVERY, FIRST = 200, 4, 20
PROMISE = 1.1
NETS = ("resnet18", "resnet34", "resnet18v2", "seresnet18", "resnet50")
NARROW = "width=16&stem_width=16"
BOUNDS = {FIGURES: 2 * 2**20, PICTURES: 8 * 2**20, MODELS: 8 * 2**20, MAPS: 4 * 2**20}


def resident() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def keep_house() -> None:
    """What the housekeeping of the app does in its rounds."""
    gc.collect()
    give_back_memory()


def uploaded(number: int) -> str:
    """A new picture as a person gives it; its digest."""
    pixels = np.random.default_rng(number).integers(0, 255, (480, 640, 3), np.uint8)
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG")
    return UPLOADS.keep(buffer.getvalue())


def views() -> Iterator[View]:
    """A view for each picture, the network another one now and then."""
    for number in range(PICTURE_COUNT):
        change = number // CHANGE_EVERY
        spec = parse(f"{NETS[change % len(NETS)]}?{NARROW}")
        yield replace(START, spec=spec, resolution=64, seed=change, picture=uploaded(number), select="layer2.1")


def look(state: View) -> None:
    """What the page does for one picture."""
    grids_of(state, "light")
    responses_of(state)
    class_maps_of(state)
    logits_of(replace(state, off="layer2.1"))


def main() -> None:
    keep_freed_memory()
    logging.disable(logging.WARNING)  # else Streamlit warns at every picture that there is no browser
    for store, capacity in BOUNDS.items():
        store.capacity = capacity
    first = last = 0
    with tempfile.TemporaryDirectory() as folder:
        UPLOADS.folder = Path(folder)
        for number, state in enumerate(views(), start=1):
            look(state)
            if number % 10 == 0:
                keep_house()
                last = resident()
                first = last if number == FIRST else first
                if number % 20 == 0:
                    held = sum(store.size for store in STORES)
                    print(f"{number:4} pictures {last / 2**20:8.0f} MB resident {held / 2**20:7.0f} MB in the stores")
    changes = PICTURE_COUNT // CHANGE_EVERY
    met = "met" if last <= PROMISE * first else "MISSED"
    print(f"{PICTURE_COUNT} pictures, {changes} networks: {last / first:.3f} × of that after {FIRST}")
    print(f"promise: within {PROMISE} ×, {met}")


if __name__ == "__main__":
    main()
