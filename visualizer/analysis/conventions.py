"""What other tools count, as data: our count, and what each of them adds to it.

Every tool here counts the multiply-accumulates of convolutions and linear layers as we do, and then something more.
So a convention is a list of additions, each a factor times a measure of some kinds of layers. The networks are
taken as torchvision writes them, a module for every layer (`nn.ReLU`, `nn.MaxPool2d`, …), in eval mode. Two of the
tools look at modules rather than at operations, and find something else where a model calls torch's functions: that
is `in_functions`. tests/network/test_conventions.py runs every tool and compares to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import prod
from typing import NamedTuple

from visualizer.analysis.dataflow import padded
from visualizer.resnet import Layer, Plan

POOLS = ("maxpool", "avgpool", "global_pool")
CONVOLUTIONS = ("conv", "conv1d")


def input_elements(layer: Layer) -> int:
    return prod(layer.input)


def pooled_elements(layer: Layer) -> int:
    """Elements that a pool goes through, its border of zeros among them."""
    return prod(padded(layer) if layer.zero_border else layer.input)


def output_elements(layer: Layer) -> int:
    return prod(layer.output)


def biased_outputs(layer: Layer) -> int:
    """Output elements of a layer that has a bias."""
    return prod(layer.output) if layer.bias else 0


def channels(layer: Layer) -> int:
    return layer.output[0]


def window_and_division(layer: Layer) -> int:
    """What an average over a whole map takes: every element once, and one division a channel."""
    return prod(layer.input) + prod(layer.output)


class Addition(NamedTuple):
    """`factor` · the sum of `measure` over the layers of some kinds; `words` say what, in the tool's view.

    `in_functions` is the factor for a model that calls torch's functions (`torch.relu`, `F.max_pool2d`) instead of
    having modules; None where that is the same. `only_head` leaves out what is within a block.
    """

    words: str
    kinds: tuple[str, ...]
    factor: int
    measure: Callable[[Layer], int]
    in_functions: int | None = None
    only_head: bool = False

    def measured(self, layers: Iterable[Layer]) -> int:
        """The sum that the factor multiplies."""
        found = (layer for layer in layers if layer.kind in self.kinds)
        return sum(self.measure(layer) for layer in found if not self.only_head or layer.role == "head")


class Convention(NamedTuple):
    """What a tool counts: `quantity` ("macs" or "params") as we do, `times` over, and additions.

    `version` is the one that the tests run; `unit` is what the tool calls the number; `why` says in a sentence why
    its number is not ours.
    """

    tool: str
    version: str
    quantity: str
    unit: str
    why: str
    additions: tuple[Addition, ...] = ()
    times: int = 1


_BN_TWICE = Addition("batch norm: 2 per element, a scale and a shift", ("bn",), 2, input_elements)
_FVCORE = (_BN_TWICE, Addition("global average pool: 1 per input element", ("global_pool",), 1, input_elements))
_CONV_BIAS = Addition("biases of convolutions: 1 per output element", CONVOLUTIONS, 1, biased_outputs)
_LINEAR_BIAS = Addition("bias of the classifier: 1 per output", ("linear",), 1, biased_outputs)

CONVENTIONS: dict[str, Convention] = {
    "FlopCounterMode": Convention(
        "torch's FlopCounterMode", "torch 2.13.0", "macs", "FLOPs",
        "It counts the same layers, and a multiply-accumulate as two operations.", times=2,
    ),
    "fvcore": Convention(
        "fvcore", "fvcore 0.1.5.post20221221", "macs", "flops",
        "It calls a multiply-accumulate one flop, and adds batch norm and the global average pool. ReLU, max pool and "
        "the addition are left out, and a warning says so.", _FVCORE,
    ),
    "timm": Convention(
        "timm", "timm 1.0.31, fvcore 0.1.5.post20221221", "macs", "GMACs",
        "Its benchmarks print what fvcore counts in timm's own code, where an SE or ECA module averages without a "
        "pooling layer.", (_BN_TWICE, _FVCORE[1]._replace(only_head=True)),
    ),
    "ptflops": Convention(
        "ptflops", "ptflops 0.7.5", "macs", "MACs",
        "Its default backend adds batch norm and biases, and ReLU and pooling twice: once as a module, and once "
        "more as the function that this module calls.",
        (
            _BN_TWICE,
            Addition("ReLU: 1 per element, seen twice", ("relu",), 2, output_elements, 0),
            Addition("pooling: 1 per input element, seen twice", POOLS, 2, pooled_elements, 1),
            _CONV_BIAS, _LINEAR_BIAS,
        ),
    ),
    "ptflops aten": Convention(
        "ptflops, backend aten", "ptflops 0.7.5", "macs", "MACs",
        "It watches the operations of torch that multiply matrices, and adds their biases.",
        (_CONV_BIAS, _LINEAR_BIAS),
    ),
    "thop": Convention(
        "thop", "thop 0.1.1.post2209072238", "macs", "MACs",
        "It adds batch norm, 2 per element and doubled where there is a scale and a shift, and average pools. ReLU, "
        "max pool and biases count as nothing.",
        (
            Addition("batch norm: 4 per element, 2 doubled", ("bn",), 4, input_elements),
            Addition(
                "global average pool: 1 per input element and 1 per output", ("global_pool",), 1, window_and_division, 0
            ),
            Addition("average pool: 1 per output element", ("avgpool",), 1, output_elements, 0),
        ),
    ),
    "torchinfo": Convention(
        "torchinfo", "torchinfo 1.8.0", "macs", "mult-adds",
        "It multiplies a convolution's parameters, biases among them, by the pixels of its output, and counts every "
        "other parameter once: those of batch norm, and the classifier's bias.",
        (Addition("scale and shift of batch norm: 2 per channel", ("bn",), 2, channels), _CONV_BIAS, _LINEAR_BIAS),
    ),
    "torchinfo params": Convention(
        "torchinfo", "torchinfo 1.8.0", "params", "parameters",
        "It counts what we count: learned numbers, without running statistics.",
    ),
    "keras": Convention(
        "Keras", "keras 3.15.1", "params", "parameters",
        "Its total includes the moving mean and variance of batch norm, which are not learned.",
        (Addition("moving mean and variance: 2 per channel of a batch norm", ("bn",), 2, channels),),
    ),
}  # fmt: skip
"""Every tool by a short name."""


def counted(plan: Plan, convention: Convention, ours: int, in_functions: bool = False) -> int:
    """The tool's number for a network, from ours."""
    layers = plan.layers
    total = convention.times * ours
    for addition in convention.additions:
        swapped = in_functions and addition.in_functions is not None
        total += (addition.in_functions or 0 if swapped else addition.factor) * addition.measured(layers)
    return total
