"""Draws the synthetic sample pictures: python scripts/synthetic_samples.py [FOLDER].

They show what photographs cannot: every frequency in every direction, plain shapes under one light, one texture beside
another. Nothing here is random, so the pictures come out the same each time.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

Array = Any  # float64 arrays; the type checker loses track of them in arithmetic
SIZE = 448
FOLDER = Path(__file__).parents[1] / "visualizer" / "images" / "samples"


def zone_plate(size: int) -> Array:
    """size×size×3 in 0..1: rings whose frequency grows with the distance from the middle, in all directions.

    It reaches 0.22 cycles per pixel at the middle of an edge, so that it survives being shrunk to half its size.
    """
    y, x = (np.mgrid[:size, :size] - (size - 1) / 2) / (size / 2)
    rings = 0.5 + 0.5 * np.cos(np.pi * 0.22 * size / 2 * (x**2 + y**2))
    return np.repeat(rings[..., None], 3, axis=2)


def patchwork(size: int) -> Array:
    """size×size×3 in 0..1: sixteen textures in four rows: stripes, grids, spots and gradients, in many colours."""
    side = size // 4
    y, x = np.mgrid[:side, :side] / side
    textures = [_stripes(x, y, angle, 9) for angle in (0, 45, 90, 135)]
    textures += [_checks(x, y, count) for count in (4, 8)] + [_bricks(x, y), _waves(x, y)]
    textures += [_spots(x, y, count) for count in (3, 6)] + [_stripes(x, y, 20, 22), _rays(x, y)]
    textures += [x, (x + y) / 2, np.hypot(x - 0.5, y - 0.5) * 1.4, (x > 0.5) * 0.8 + (y > 0.5) * 0.2]
    pairs = [((0.93, 0.90, 0.82), (0.10, 0.16, 0.30)), ((0.98, 0.80, 0.20), (0.55, 0.08, 0.10)),
             ((0.85, 0.93, 0.98), (0.05, 0.40, 0.45)), ((0.95, 0.55, 0.60), (0.12, 0.30, 0.12)),
             ((1.00, 1.00, 1.00), (0.05, 0.05, 0.05))]
    tiles = [_between(texture, pairs[(number * 7 + number // 4) % 5]) for number, texture in enumerate(textures)]
    return np.concatenate([np.concatenate(tiles[row:row + 4], axis=1) for row in range(0, 16, 4)])


def _between(value: Array, colours: tuple[tuple[float, ...], tuple[float, ...]]) -> Array:
    first, second = np.array(colours)
    return first + (second - first) * np.clip(value, 0, 1)[..., None]


def _stripes(x: Array, y: Array, degrees: float, count: float) -> Array:
    angle = np.deg2rad(degrees)
    return 0.5 + 0.5 * np.sin(2 * np.pi * count * (x * np.cos(angle) + y * np.sin(angle)))


def _checks(x: Array, y: Array, count: int) -> Array:
    return ((np.floor(x * count) + np.floor(y * count)) % 2).astype(float)


def _bricks(x: Array, y: Array) -> Array:
    row = np.floor(y * 7)
    along, across = (x * 4 + row % 2 / 2) % 1, y * 7 % 1
    return ((along > 0.07) & (across > 0.14)) * (0.75 + 0.25 * np.sin(row * 5 + np.floor(x * 4 + row % 2 / 2) * 3))


def _waves(x: Array, y: Array) -> Array:
    return 0.5 + 0.5 * np.sin(2 * np.pi * (8 * y + 0.6 * np.sin(2 * np.pi * 2 * x)))


def _spots(x: Array, y: Array, count: int) -> Array:
    return np.clip(3 - 8 * np.hypot(x * count % 1 - 0.5, y * count % 1 - 0.5), 0, 1)


def _rays(x: Array, y: Array) -> Array:
    return 0.5 + 0.5 * np.sign(np.sin(16 * np.arctan2(y - 0.5, x - 0.5)))


# A small ray tracer: the eye stands at EYE and looks along −z, the light is far away in direction LIGHT.
EYE = np.array([-0.7, 2.3, 5.0])
LIGHT = np.array([-0.55, 0.75, 0.45]) / np.linalg.norm([-0.55, 0.75, 0.45])
SPHERES = (  # centre, radius, colour
    ((-1.15, 0.8, 0.0), 0.8, (0.85, 0.18, 0.15)),
    ((0.05, 0.42, 1.3), 0.42, (0.95, 0.78, 0.15)),
    ((1.25, 0.3, 1.25), 0.3, (0.20, 0.62, 0.35)),
)
BOX = ((0.55, 0.0, -1.2), (1.85, 1.3, 0.1), (0.16, 0.35, 0.75))  # two corners, colour
FAR = 1e9


def scene(size: int, across: int = 2) -> Array:
    """size×size×3 in 0..1: three balls and a box on a chequered floor, with shadows; across² rays per pixel."""
    y, x = np.mgrid[:size * across, :size * across] / (size * across) - 0.5
    rays = np.stack([x + 0.1, -y - 0.33, np.full_like(x, -0.95)], axis=-1).reshape(-1, 3)
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    distance, normal, colour = _hit(np.broadcast_to(EYE, rays.shape), rays)
    point = EYE + distance[:, None] * rays
    lit = np.clip(normal @ LIGHT, 0, 1) * (_hit(point + 1e-4 * normal, np.broadcast_to(LIGHT, rays.shape))[0] >= FAR)
    mirrored = 2 * normal * (normal @ LIGHT)[:, None] - LIGHT
    shine = np.clip(-(rays * mirrored).sum(axis=1), 0, 1) ** 40 * (lit > 0) * (point[:, 1] > 0.01)
    shaded = colour * (0.28 + 0.12 * normal[:, 1:2] + 0.75 * lit[:, None]) + 0.5 * shine[:, None]
    sky = _between(np.clip(rays[:, 1] * 2.2, 0, 1), ((0.86, 0.90, 0.94), (0.35, 0.55, 0.82)))
    haze = np.clip(distance / 30, 0, 1)[:, None]
    picture = np.where(distance[:, None] < FAR, shaded * (1 - haze) + sky * haze, sky)
    return np.clip(picture, 0, 1).reshape(size, across, size, across, 3).mean(axis=(1, 3))


def _hit(origin: Array, rays: Array) -> tuple[Array, Array, Array]:
    """Distance (FAR: none), normal and colour of the first thing each ray meets."""
    found = [_floor_hit(origin, rays), _box_hit(origin, rays)]
    found += [_sphere_hit(origin, rays, number) for number in range(len(SPHERES))]
    distances = np.stack([hit[0] for hit in found])
    first = distances.argmin(axis=0)
    everyone = np.arange(len(first))
    return (distances[first, everyone], np.stack([hit[1] for hit in found])[first, everyone],
            np.stack([hit[2] for hit in found])[first, everyone])


def _sphere_hit(origin: Array, rays: Array, number: int) -> tuple[Array, Array, Array]:
    centre, radius, colour = SPHERES[number]
    offset = origin - np.array(centre)
    along = (offset * rays).sum(axis=1)
    inside = along**2 - (offset**2).sum(axis=1) + radius**2
    distance = -along - np.sqrt(np.maximum(inside, 0))
    distance = np.where((inside > 0) & (distance > 1e-6), distance, FAR)
    normal = (offset + np.minimum(distance, 1e3)[:, None] * rays) / radius
    return distance, normal, np.broadcast_to(np.array(colour), rays.shape)


def _floor_hit(origin: Array, rays: Array) -> tuple[Array, Array, Array]:
    falling = rays[:, 1] < -1e-6
    distance = np.where(falling, -origin[:, 1] / np.where(falling, rays[:, 1], 1), FAR)
    distance = np.where((distance > 1e-6) & (distance < 200), distance, FAR)
    place = origin + np.minimum(distance, 1e3)[:, None] * rays
    white = (np.floor(place[:, 0] * 1.5) + np.floor(place[:, 2] * 1.5)) % 2
    return distance, np.broadcast_to([0.0, 1.0, 0.0], rays.shape), 0.35 + 0.5 * np.repeat(white[:, None], 3, axis=1)


def _box_hit(origin: Array, rays: Array) -> tuple[Array, Array, Array]:
    low, high, colour = (np.array(part) for part in BOX)
    slope = np.where(np.abs(rays) < 1e-9, 1e-9, rays)
    sides = np.stack([(low - origin) / slope, (high - origin) / slope])
    entry, leave = sides.min(axis=0), sides.max(axis=0)
    axis, distance = entry.argmax(axis=1), entry.max(axis=1)
    distance = np.where((distance < leave.min(axis=1)) & (distance > 1e-6), distance, FAR)
    normal = np.zeros(rays.shape)
    everyone = np.arange(len(axis))
    normal[everyone, axis] = -np.sign(rays[everyone, axis])
    return distance, normal, np.broadcast_to(colour, rays.shape)


PICTURES = {"zone_plate": zone_plate, "scene": scene, "patchwork": patchwork}


def main(folder: Path) -> None:
    for name, drawn in PICTURES.items():
        picture = Image.fromarray(np.rint(drawn(SIZE) * 255).astype(np.uint8))
        picture.save(folder / f"{name}.jpg", quality=92, optimize=True, subsampling=0)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
