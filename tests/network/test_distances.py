"""Distances are those of the two passes' outputs, by hand and by numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.network.test_lesion import _model, _pixels
from tests.strategies import specs
from visualizer.network import block_values, build
from visualizer.network.distances import Pass, block_distances, distance
from visualizer.resnet import ResNetSpec, plan
from visualizer.resnet.lesion import Lesion, lesion, removable


def test_two_arrays_by_hand() -> None:
    a = np.array([[[3, 0], [4, 0]]], np.float32)
    assert distance(a, a) == (0, 1)
    assert distance(a, -a) == (2, -1)
    assert distance(a, np.array([[[0, 5], [0, 0]]], np.float32)) == pytest.approx((math.sqrt(2), 0))
    assert distance(a, 2 * a) == pytest.approx((2 / 3, 1))
    relative, cosine = distance(a, 0 * a)
    assert relative == 2
    assert math.isnan(cosine)
    assert distance(0 * a, 0 * a).relative == 0


@settings(max_examples=30)
@given(specs(most_stages=2, most_blocks=3), st.data())
def test_any_network_has_the_distances_of_its_outputs(spec: ResNetSpec, data: st.DataObject) -> None:
    model = build(plan(spec, 12)).eval()
    joined = [block.path for block in model.plan.blocks if removable(block)]
    off = ",".join(data.draw(st.sets(st.sampled_from(joined)))) if joined else ""
    one, other = Pass(_pixels(model, 1)), Pass(_pixels(model, 2), lesion(model.plan, off)[0])
    found = block_distances(model, one, other)
    assert list(found) == [block.path for block in model.plan.blocks]
    for path, (relative, cosine) in found.items():
        a, b = (
            block_values(model, pixels, path, change=change)["out"].astype(np.float64)
            for pixels, change in (one, other)
        )
        size = (np.linalg.norm(a) + np.linalg.norm(b)) / 2
        assert relative == pytest.approx(np.linalg.norm(a - b) / size if size else 0, rel=1e-5, abs=1e-6)
        lengths = np.linalg.norm(a) * np.linalg.norm(b)
        assert cosine == pytest.approx((a * b).sum() / lengths if lengths else math.nan, abs=1e-6, nan_ok=True)


def test_nothing_is_apart_before_the_block_that_is_off() -> None:
    model = _model("resnet20")
    pixels = _pixels(model)
    found = block_distances(model, Pass(pixels), Pass(pixels, Lesion(("layer2.1",))))
    apart = [path for path, one in found.items() if one.relative > 0]
    assert apart == ["layer2.1", "layer2.2", "layer3.0", "layer3.1", "layer3.2"]


def test_values_beyond_32_bits_give_no_number_and_no_warning() -> None:
    model = _model("resnet20?depths=400,1", 8)
    found = block_distances(model, Pass(_pixels(model, 1)), Pass(_pixels(model, 2)))
    assert math.isfinite(found["layer1.0"].relative)
    assert not math.isfinite(found["layer2.0"].relative)
