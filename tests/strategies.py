"""Random specs from the whole of the spec table, for laws that hold for every network: `@given(specs())`."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from visualizer.resnet import ResNetSpec
from visualizer.resnet.spec import CHOICES, CONV_BIASES

# A deadline an example would be a timed assertion: on a busy machine it fails by chance. Examples: what two processors
# get through in minutes; laws that need more say so. HYPOTHESIS_PROFILE=thorough looks longer.
settings.register_profile("suite", deadline=None, max_examples=30)
settings.register_profile("thorough", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@st.composite
def specs(draw: st.DrawFn, /, most_stages: int = 5, most_blocks: int = 4, **fixed: Any) -> ResNetSpec:
    """A spec with every field free but those in `fixed`; shallow and narrow, so that models of it stay small."""
    fields: dict[str, Any] = {name: draw(st.sampled_from(choices)) for name, choices in CHOICES.items()}
    fields.update({key: value for key, value in fixed.items() if key in fields})
    depths = fixed.get("depths") or draw(st.lists(st.integers(1, most_blocks), min_size=1, max_size=most_stages))
    lists = st.lists(st.integers(1, 24), min_size=len(depths), max_size=len(depths)).map(tuple)
    fields["depths"] = tuple(depths)
    fields["width"] = draw(st.one_of(st.integers(1, 12), lists))
    fields["stem_width"] = draw(st.one_of(st.none(), st.integers(1, 8).map(lambda number: 3 * number)))
    fields["stem_norm"], fields["avg_down"] = draw(st.booleans()), draw(st.booleans())
    fields["conv_bias"] = draw(st.sampled_from(CONV_BIASES))
    fields["bn_eps"] = draw(st.sampled_from((1e-5, 1.001e-5, 1e-3)))
    fields["attention_ratio"], fields["attention_divisor"] = draw(st.integers(1, 20)), draw(st.integers(1, 9))
    fields["channels"], fields["classes"] = draw(st.integers(1, 4)), draw(st.integers(1, 12))
    if fields["block"] == "bottleneck":
        fields["groups"], fields["width_per_group"] = draw(_inner_widths(fields["width"]))
    return ResNetSpec(**{**fields, **fixed})


def _inner_widths(width: int | tuple[int, ...]) -> st.SearchStrategy[tuple[int, int]]:
    """Groups, and a width a group that leaves every group of the narrowest stage a channel."""
    narrowest = min(width) if isinstance(width, tuple) else width
    return st.tuples(st.sampled_from((1, 2, 3, 32)), st.integers(-(-64 // narrowest), 128))


resolutions = st.integers(1, 70)
"""Sides of pictures in pixels, odd ones and ones smaller than the network's stride among them."""
