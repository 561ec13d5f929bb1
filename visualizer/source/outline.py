"""What the blocks of one plan have in common, and in what they differ: the numbers that become arguments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from visualizer.resnet import Block, Layer, Plan, ResNetSpec, Stage
from visualizer.source.layout import own_name

CLASSES = {"basic": "BasicBlock", "bottleneck": "Bottleneck"}


@dataclass(frozen=True)
class Outline:
    """A plan as one block class sees it."""

    plan: Plan

    @property
    def spec(self) -> ResNetSpec:
        return self.plan.spec

    @property
    def block_class(self) -> str:
        return CLASSES[self.spec.block]

    @cached_property
    def forms(self) -> tuple[Block, ...]:
        """One block of each form, in order."""
        return tuple({block.form: block for block in reversed(self.plan.blocks)}.values())[::-1]

    @cached_property
    def typical(self) -> Block:
        """A block with all the layers that any has: the first one of a pre-activation net may lack its BN and ReLU."""
        return max(self.forms, key=lambda block: len(block.branch))

    @cached_property
    def strided(self) -> Block | None:
        """A block with a stride, if there is one."""
        return next((block for block in self.forms if block.stride > 1), None)

    @cached_property
    def projecting(self) -> tuple[Block, ...]:
        """One block of each form whose shortcut is a projection."""
        return tuple(block for block in self.forms if block.shortcut_kind == "projection")

    @cached_property
    def padded(self) -> tuple[Block, ...]:
        """One block of each form whose shortcut has no parameters and changes the shape."""
        return tuple(block for block in self.forms if block.shortcut_kind == "pad")

    @property
    def always_projects(self) -> bool:
        return len(self.projecting) == len(self.forms)

    @property
    def always_pads(self) -> bool:
        return len(self.padded) == len(self.forms)

    @property
    def adds(self) -> bool:
        """Whether the blocks have shortcuts."""
        return self.spec.shortcut != "none"

    @property
    def loops(self) -> bool:
        """Whether any stage has more than one block."""
        return any(depth > 1 for depth in self.spec.depths)

    @cached_property
    def strides_last(self) -> bool:
        """Whether the last block of a stage has the stride, and is not the first one too."""
        return any(stage.blocks[-1].stride > 1 and len(stage.blocks) > 1 for stage in self.plan.stages)

    @cached_property
    def first_lacks_norm(self) -> bool:
        """Whether the first block has no BN of its own at its beginning, while others have."""
        first = {own_name(layer) for layer in self.plan.blocks[0].branch}
        return any(layer.kind == "bn" and own_name(layer) not in first for layer in self.typical.branch)

    @cached_property
    def attention(self) -> tuple[Layer, ...]:
        """The attention layers of the typical block."""
        return tuple(layer for layer in self.typical.branch if own_name(layer) == "se")

    @cached_property
    def biased(self) -> tuple[bool, bool]:
        """Whether any convolution has a bias, and whether all have."""
        found = [layer.bias for layer in self.plan.layers if layer.kind in ("conv", "conv1d")]
        return any(found), all(found)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the channels that a block is made with."""
        widths = () if self.spec.block == "basic" else ("width",)
        return ("in_channels", *widths, "out_channels")

    def numbers(self, stage: Stage) -> list[str]:
        """The channels of a stage's first block, as `parameters` names them."""
        first = stage.blocks[0]
        convs = [layer for layer in first.branch if layer.kind == "conv"]
        widths = [] if self.spec.block == "basic" else [convs[0].output[0]]
        return [str(number) for number in (first.input[0], *widths, first.output[0])]
