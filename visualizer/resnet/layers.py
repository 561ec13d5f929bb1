"""The parts of a plan: layers, blocks and stages, all plain immutable values."""

from __future__ import annotations

from typing import NamedTuple, TypedDict, Unpack

Shape = tuple[int, ...]

KINDS = (
    "conv", "conv1d", "bn", "relu", "sigmoid", "maxpool", "avgpool", "global_pool",
    "pad", "add", "scale", "flatten", "linear",
)  # fmt: skip


class Layer(NamedTuple):
    """One operation.

    Shapes are C×H×W, or (N,) after the flattening. `kernel`, `stride` and `padding` are neutral (1, 1, 0) where the
    operation has no window. `reads` names the values an operation takes when that is not simply the one before it.
    A max pool leaves its padding out, unless `zero_border` says that zeros stand there and may be the largest.
    """

    path: str
    kind: str
    role: str
    stage: int | None
    block: int | None
    input: Shape
    output: Shape
    kernel: int = 1
    stride: int = 1
    padding: int = 0
    groups: int = 1
    bias: bool = False
    eps: float = 0.0
    reads: tuple[str, ...] = ()
    zero_border: bool = False

    @property
    def weighted(self) -> bool:
        """Whether it counts among the "50" of ResNet-50: convolutions of stem and branches, and the classifier."""
        return self.kind == "linear" or (self.kind == "conv" and self.role != "shortcut" and ".se." not in self.path)


class Block(NamedTuple):
    """One residual (or plain) block: sum = F(x) + shortcut(x), then `after`.

    `shortcut_kind` is `none`, `identity`, `pad` (option A where shapes change) or `projection`. Blocks of one plan
    with the same `form` are equal in structure and in every shape.
    """

    path: str
    stage: int
    index: int  # type: ignore[assignment]  # a block's index is its number in the stage, not tuple.index
    kind: str
    shortcut_kind: str
    stride: int
    input: Shape
    output: Shape
    branch: tuple[Layer, ...]
    shortcut: tuple[Layer, ...]
    after: tuple[Layer, ...]
    form: int

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Branch, then shortcut, then what starts with the addition: the order of a torch model's modules."""
        return self.branch + self.shortcut + self.after


class Stage(NamedTuple):
    """The blocks of one width, "conv2_x" to "conv5_x" in He et al. 2015, table 1; `output` is the last one's."""

    name: str
    number: int
    blocks: tuple[Block, ...]
    output: Shape

    @property
    def path(self) -> str:
        """The name that it has in the paths of its blocks: "layer3"."""
        return f"layer{self.number}"

    @property
    def layers(self) -> tuple[Layer, ...]:
        return tuple(layer for block in self.blocks for layer in block.layers)


class Window(TypedDict, total=False):
    """The fields of a layer that have a neutral value."""

    kernel: int
    stride: int
    padding: int
    groups: int
    bias: bool
    eps: float
    reads: tuple[str, ...]
    zero_border: bool


class LayerList:
    """Builds a list of layers, each reading the one before it, and keeps the shape arithmetic in one place."""

    def __init__(self, shape: Shape, role: str, stage: int | None = None, conv_bias: bool | str = False) -> None:
        self.shape = shape
        self.role = role
        self.stage = stage
        self.conv_bias = conv_bias
        self.layers: list[Layer] = []

    def add(self, path: str, kind: str, output: Shape, **window: Unpack[Window]) -> None:
        """Append an operation from the current shape to `output`."""
        block = None if self.role in ("stem", "head", "chain") else 0
        layer = Layer(path, kind, self.role, self.stage, block, self.shape, output, **window)
        self.layers.append(layer)
        self.shape = output

    def same(self, path: str, kind: str, **window: Unpack[Window]) -> None:
        """Append an operation that keeps the shape: ReLU, BN, add, scale."""
        self.add(path, kind, self.shape, **window)

    def conv(
        self, path: str, channels: int, kernel: int, stride: int = 1, groups: int = 1, normalised: bool = True,
        bias: bool | None = None,
    ) -> None:  # fmt: skip
        """Append a convolution with padding (k − 1)/2: n becomes ⌊(n + 2p − k)/s⌋ + 1.

        `normalised` says whether a BN follows, on which `conv_bias=unnormalised` depends.
        """
        if bias is None:
            bias = self.conv_bias is True or (self.conv_bias == "unnormalised" and not normalised)
            bias = bias or (self.conv_bias == "stem" and self.role == "stem")
        padding = (kernel - 1) // 2
        height, width = (window_output(n, kernel, stride, padding) for n in self.shape[1:])
        output = (channels, height, width)
        self.add(path, "conv", output, kernel=kernel, stride=stride, padding=padding, groups=groups, bias=bias)


def window_output(size: int, kernel: int, stride: int, padding: int) -> int:
    """Output size of a sliding window: ⌊(n + 2p − k)/s⌋ + 1."""
    return (size + 2 * padding - kernel) // stride + 1
