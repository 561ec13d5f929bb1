"""The rarer choices: those of the papers after He et al. 2015, and those in which published code differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from visualizer.resnet import ResNetSpec
from visualizer.resnet.errors import shown
from visualizer.resnet.spec import ATTENTIONS, CONV_BIASES, NORMS, ORDERS, POOL_BORDERS, STEMS, STRIDE_BLOCKS
from visualizer.ui.control import control, field, typed
from visualizer.ui.state import change_spec

ORDER_WORDS = {
    "post": "original (post-activation)",
    "bn_after_add": "BN after addition",
    "relu_before_add": "ReLU before addition",
    "relu_only_pre": "ReLU-only pre-activation",
    "pre": "full pre-activation (v2)",
}
STEM_WORDS = {
    "imagenet": "7×7 and pool (ImageNet)",
    "deep": "three 3×3 and pool (C, D)",
    "tiered": "three 3×3, 24-32-64",
    "cifar": "one 3×3 (CIFAR)",
}
POOL_BORDER_WORDS = {"ignored": "left out (PyTorch)", "zero": "zeros (Keras)"}
STRIDE_BLOCK_WORDS = {"first": "the first block (paper)", "last": "the last block (Keras V2)"}
ATTENTION_WORDS = {"none": "none", "se": "SE", "eca": "ECA"}
NORM_WORDS = {"batch": "batch norm", "none": "none"}
BIAS_WORDS = {
    "false": "none",
    "true": "every convolution",
    "stem": "the stem only",
    "unnormalised": "where no BN follows",
}


def more_choices(spec: ResNetSpec) -> None:
    """Draw them all."""
    order = "Order of BN, ReLU and convolution"
    _choice(order, "order", ORDERS, ORDER_WORDS, spec, help="He et al. 2016, figure 4.")
    _choice("Stem", "stem", STEMS, STEM_WORDS, spec)
    control(
        st.text_input, "Width of the stages (channels)", key="width", value=shown(spec.width), act=choose_width,
        max_chars=60,
        help="The first stage's width, doubled at each further stage; or one number a stage, as in 64, 128, 256, 512.",
    )  # fmt: skip
    basic = spec.block == "basic"
    why = "Only a bottleneck can be grouped or have another inner width." if basic else None
    _whole("Groups (cardinality)", "groups", spec, disabled=basic, help=why)
    _whole("Width per group", "width_per_group", spec, disabled=basic, help=why)
    _choice("Attention", "attention", ATTENTIONS, ATTENTION_WORDS, spec)
    if spec.attention == "se":
        _whole("SE ratio", "attention_ratio", spec)
        _whole("SE width in multiples of", "attention_divisor", spec)
    _flag("Average pool before the projection (D)", "avg_down", spec)
    _flag("BN and ReLU after the stem", "stem_norm", spec)
    _choice("Border of the stem's max pool", "pool_border", POOL_BORDERS, POOL_BORDER_WORDS, spec)
    _choice("Normalisation", "norm", NORMS, NORM_WORDS, spec)
    _choice("Stride of a stage in", "stride_block", STRIDE_BLOCKS, STRIDE_BLOCK_WORDS, spec)
    _choice("Biases of convolutions", "conv_bias", CONV_BIASES, BIAS_WORDS, spec)
    _whole("Input channels", "channels", spec)
    _whole("Classes", "classes", spec)


def words(table: Mapping[str, str]) -> Callable[[object], str]:
    """How an option is called; one that a browser made up is called as it is."""
    return lambda option: table.get(shown(option), str(option))


def _choice(
    label: str, name: str, options: Sequence[object], table: Mapping[str, str], spec: ResNetSpec, **more: Any
) -> None:
    value = getattr(spec, name)
    field(st.selectbox, label, list(options), name=name, value=value, format_func=words(table), **more)


def _whole(label: str, name: str, spec: ResNetSpec, **more: Any) -> None:
    # Without bounds of its own: the spec refuses what cannot be with a sentence that names what would work.
    field(st.number_input, label, name=name, value=getattr(spec, name), step=1, **more)


def _flag(label: str, name: str, spec: ResNetSpec) -> None:
    field(st.checkbox, label, name=name, value=getattr(spec, name))


def choose_width(text: str) -> None:
    """Take one width, or one a stage, as a person types it; SpecError for what is none."""
    change_spec(**typed(text, "width"))
