"""The values of several blocks from one pass are those of each block by itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import specs
from visualizer.network import UnknownAddress, block_values, build, values_of_blocks
from visualizer.resnet import ResNetSpec, parse, plan
from visualizer.resnet.lesion import lesion, removable


@settings(max_examples=15)
@given(specs(most_stages=3, most_blocks=3, channels=3), st.data())
def test_any_blocks_have_the_values_that_each_has_by_itself(spec: ResNetSpec, data: st.DataObject) -> None:
    model = build(plan(spec, 12)).eval()
    blocks = model.plan.blocks
    asked = data.draw(st.lists(st.sampled_from([block.path for block in blocks]), unique=True))
    joined = [block.path for block in blocks if removable(block)]
    off = data.draw(st.sets(st.sampled_from(joined))) if joined else set()
    change = lesion(model.plan, ",".join(off))[0]
    pixels = np.random.default_rng(0).standard_normal((3, 12, 12), np.float32)
    found = dict(values_of_blocks(model, pixels, asked, change=change))
    assert list(found) == [block.path for block in blocks if block.path in asked]
    for path, values in found.items():
        alone = block_values(model, pixels, path, change=change)
        assert list(values) == list(alone)
        for place, maps in values.items():
            np.testing.assert_array_equal(maps, alone[place])
            assert maps.flags.owndata


def test_the_pass_waits_between_blocks_and_leaves_no_mode_on() -> None:
    model = build(plan(parse("resnet20?depths=1,1,1"), 16)).eval()
    steps: list[int] = []
    pixels = np.zeros((3, 16, 16), np.float32)
    pairs = values_of_blocks(model, pixels, ["layer1.0", "layer3.0"], lambda done, total: steps.append(done))
    assert next(pairs)[0] == "layer1.0"
    reached = len(steps)
    assert not torch.is_inference_mode_enabled()
    assert next(pairs)[0] == "layer3.0"
    assert len(steps) > reached > 0


def test_a_block_that_is_not_there_is_named() -> None:
    model = build(plan(parse("resnet20?depths=1,1,1"), 16)).eval()
    with pytest.raises(UnknownAddress, match=r"layer9\.0"):
        next(values_of_blocks(model, np.zeros((3, 16, 16), np.float32), ["layer9.0"]))
