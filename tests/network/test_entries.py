"""What enters each block, kept: a look at one block or layer from there is the whole walk, to the last bit."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import resolutions, specs
from visualizer.network import ResNet, block_entries, block_values, build, entries_size, layer_values
from visualizer.resnet import Block, Layer, ResNetSpec, parse, plan
from visualizer.resnet.lesion import WHOLE, Lesion, removable


def _pixels(model: ResNet) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(model.plan.input, np.float32)


@settings(max_examples=15)
@given(specs(most_stages=2, most_blocks=2), resolutions, st.data())
def test_values_from_a_kept_entry_are_those_of_the_whole_walk(
    spec: ResNetSpec, resolution: int, data: st.DataObject
) -> None:
    model = build(plan(spec, resolution)).eval()
    pixels = _pixels(model)
    parts: list[Block | Layer] = [*model.plan.blocks, *model.plan.layers]
    off = data.draw(st.sampled_from([(), *[(block.path,) for block in model.plan.blocks if removable(block)]]))
    change = Lesion(off=off) if off else WHOLE
    entries = block_entries(model, pixels, change=change)
    assert entries.nbytes == entries_size(model.plan)
    for part in data.draw(st.lists(st.sampled_from(parts), min_size=1, max_size=6, unique_by=lambda one: one.path)):
        values = block_values if isinstance(part, Block) else layer_values
        alone, kept = (values(model, pixels, part.path, None, change, one) for one in (None, entries))
        assert list(alone) == list(kept)
        for place, maps in alone.items():
            assert np.array_equal(maps, kept[place], equal_nan=True), (part.path, place)


def test_the_block_alone_is_computed() -> None:
    model = build(plan(parse("resnet18?width=8"), 32)).eval()
    entries, calls = block_entries(model, _pixels(model)), []
    for name, module in model.named_modules():
        module.register_forward_hook(lambda *_, name=name: calls.append(name))
    values = block_values(model, _pixels(model), "layer3.1", None, WHOLE, entries)
    assert calls == [f"layer3.1.{name}" for name in ("conv1", "bn1", "conv2", "bn2")]
    values["x"][:] = 0  # in memory of its own
    assert entries.x["layer3.1"].any()
    calls.clear()
    layer_values(model, _pixels(model), "fc", None, WHOLE, entries)
    assert {name.split(".")[0] for name in calls} == {"layer4", "fc"}
