"""Eyes: colours as people see them, with and without all three kinds of cones."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

Colours = Callable[[ArrayLike], NDArray[Any]]

# For linear RGB at full severity: Machado, Oliveira, Fernandes 2009, table 1.
_EYES = {
    "ordinary": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no red cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}
_RGB_TO_CONES = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
_CONES_TO_LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]


def _linear(colours: ArrayLike) -> NDArray[Any]:
    encoded = np.asarray(colours, np.float64) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def _oklab(colours: ArrayLike, eyes: str) -> NDArray[Any]:
    cones = np.clip(_linear(colours) @ np.array(_EYES[eyes]).T, 0, 1) @ np.array(_RGB_TO_CONES).T
    lab: NDArray[Any] = np.cbrt(cones) @ np.array(_CONES_TO_LAB).T
    return lab


@pytest.fixture(params=_EYES)
def seen(request: pytest.FixtureRequest) -> Colours:
    """OKLab (Ottosson 2020, from RGB) of 8-bit sRGB colours, for each kind of eyes in turn. 0.02 can just be seen."""
    return lambda colours: _oklab(colours, request.param)


@pytest.fixture
def ordinary() -> Colours:
    """The same for ordinary eyes alone."""
    return lambda colours: _oklab(colours, "ordinary")


@pytest.fixture
def luminance() -> Colours:
    """Relative luminance of 8-bit sRGB colours, as WCAG 2.1 defines it."""
    return lambda colours: _linear(colours) @ [0.2126, 0.7152, 0.0722]
