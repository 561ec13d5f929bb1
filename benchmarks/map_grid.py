"""64 feature maps of 56×56 as one picture, from arrays to the bytes that are sent, beside other ways to draw them.

Promise: under 8 ms and 130 KB on the shared scale, without loss. With a scale for each map more of the 253 levels are
in use, so there is more to send, and only the time is promised. The maps are a bank of Gabor filters (16 directions, 4
wavelengths) over a picture with edges and a natural spectrum. "ours" does everything: order, scale, indices,
tiles, PNG; the other PNGs start from our finished tiles, so they are shown at their best. Plotly's time ends with its
JSON: the browser has yet to load plotly and to draw. Medians, in turn, one process. Peers that are not installed are
left out.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run from anywhere, installed or not

from visualizer.figures.colour import shared_scale
from visualizer.figures.maps import Grid, channel_order, grid, statistics
from visualizer.figures.palettes import Pixels

SIDE, SIZE, CHANNELS = 224, 56, 64
RUNS, SLOW_RUNS = 31, 3
Maps = NDArray[np.float32]
Way = tuple[Callable[[], bytes], int]


def picture() -> NDArray[Any]:
    """A bright disc, a striped post and a hill before a sky whose spectrum falls as in photographs (side×side)."""
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    scene = 0.8 - 0.3 * y
    scene[y > 0.6 + 0.08 * np.sin(7 * x + 1)] = 0.3
    scene[np.hypot(x - 0.7, y - 0.3) < 0.12] = 1.0
    post = (abs(x - 0.2) < 0.05) & (y > 0.35)
    scene[post] = 0.5 + 0.3 * np.sign(np.sin(60 * y[post]))
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None])
    noise = np.random.default_rng(0).normal(size=(SIDE, SIDE))
    texture = np.fft.irfft2(np.fft.rfft2(noise) / (frequency + 1 / SIDE), s=(SIDE, SIDE))
    result: NDArray[Any] = scene + 0.05 * texture / texture.std()
    return result


def responses(scene: NDArray[Any]) -> Maps:
    """The scene after 64 Gabor filters, averaged down to 56×56 (C×H×W)."""
    down, across = np.fft.fftfreq(SIDE)[:, None], np.fft.fftfreq(SIDE)[None]
    maps = []
    for channel in range(CHANNELS):
        angle, frequency = np.pi * (channel % 16) / 16, 0.04 * 1.6 ** (channel // 16)
        along = across * np.cos(angle) + down * np.sin(angle) - frequency
        beside = down * np.cos(angle) - across * np.sin(angle)
        window = np.exp(-((along / 0.4) ** 2 + (beside / 0.35) ** 2) / (2 * frequency**2))
        response = np.fft.ifft2(np.fft.fft2(scene) * window)
        chosen = response.real if channel % 2 else response.imag
        maps.append(chosen.reshape(SIZE, SIDE // SIZE, SIZE, SIDE // SIZE).mean(axis=(1, 3)))
    return np.stack(maps).astype(np.float32)


def pillow(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def pillow_palette(indices: Pixels, colours: Pixels) -> bytes:
    image = Image.fromarray(indices)
    image.putpalette(colours.tobytes())
    return pillow(image)


def plotly_heat_map(indices: Pixels) -> bytes:
    from plotly import graph_objects

    figure = graph_objects.Figure(graph_objects.Heatmap(z=indices, colorscale="RdBu"))
    return str(figure.to_json()).encode()


def plotly_facets(maps: Maps) -> bytes:
    from plotly import graph_objects
    from plotly.subplots import make_subplots

    figure = make_subplots(8, 8)
    for place, one in enumerate(maps):
        figure.add_trace(graph_objects.Heatmap(z=one, coloraxis="coloraxis"), place // 8 + 1, place % 8 + 1)
    return str(figure.to_json()).encode()


def matplotlib_facets(maps: Maps) -> bytes:
    figure = import_module("matplotlib.figure").Figure(figsize=(6, 6))
    limit = float(abs(maps).max())
    for axes, one in zip(figure.subplots(8, 8).flat, maps, strict=True):
        axes.imshow(one, cmap="RdBu", vmin=-limit, vmax=limit)
        axes.axis("off")
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def ways(maps: Maps) -> dict[str, Way]:
    """What is compared, each with how often it runs."""
    tiles = drawn(maps)
    indices, colours = tiles.indices, tiles.colours
    found: dict[str, Way] = {
        "ours, one scale": (lambda: drawn(maps).png(), RUNS),
        "ours, a scale for each map": (lambda: grid(maps, channel_order(maps)).png(), RUNS),
        "ours, after ReLU": (lambda: drawn(np.maximum(maps, 0)).png(), RUNS),
        "palette PNG by Pillow (encoding alone)": (lambda: pillow_palette(indices, colours), RUNS),
        "grey PNG by Pillow (encoding alone)": (lambda: pillow(Image.fromarray(indices)), RUNS),
        "RGB PNG by Pillow (colours, encoding)": (lambda: pillow(Image.fromarray(colours[indices])), RUNS),
    }
    if find_spec("plotly"):
        found["plotly heat map of our tiles"] = (lambda: plotly_heat_map(indices), SLOW_RUNS)
        found["plotly, 64 facets"] = (lambda: plotly_facets(maps), SLOW_RUNS)
    if find_spec("matplotlib"):
        found["matplotlib, 64 subplots"] = (lambda: matplotlib_facets(maps), SLOW_RUNS)
    return found


def drawn(maps: Maps) -> Grid:
    return grid(maps, channel_order(maps), shared_scale(maps))


def timed(way: Callable[[], bytes]) -> tuple[float, int]:
    begin = perf_counter()
    sent = len(way())
    return (perf_counter() - begin) * 1e3, sent


def main() -> None:
    maps = responses(picture())
    tiles = drawn(maps)
    assert (np.asarray(Image.open(BytesIO(tiles.png()))) == tiles.indices).all(), "the grid lost something"
    compared = ways(maps)
    times: dict[str, list[float]] = {name: [] for name in compared}
    sizes: dict[str, int] = {}
    for turn in range(RUNS + 1):
        for name, (way, runs) in compared.items():
            if turn <= runs:
                time, sizes[name] = timed(way)
                times[name] += [time] if turn else []  # the first turn warms up
    first = median(times["ours, one scale"])
    print(f"{'64 maps of 56×56':42}{'ms':>9}{'KB':>9}{'× ours':>9}")
    for name, found in times.items():
        print(f"{name:42}{median(found):9.1f}{sizes[name] / 1e3:9.1f}{median(found) / first:9.1f}")
    numbers = median(timed(lambda: repr(statistics(maps)).encode())[0] for _ in range(RUNS))
    print(f"{'(statistics of the 64 maps)':42}{numbers:9.1f}")
    ours = [name for name in compared if name.startswith("ours")]
    quick = all(median(times[name]) < 8 for name in ours)
    small = all(sizes[name] < 130_000 for name in ours if "each map" not in name)
    print(f"Promise, 8 ms, and 130 KB on one scale: {'kept' if quick and small else 'NOT KEPT'}")


if __name__ == "__main__":
    main()
