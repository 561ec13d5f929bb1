"""Lines of Python: calls that break where a line ends, and the calls of torch that every part needs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from visualizer.resnet import Layer

LINE = 100
"""Characters of the longest line."""
TORCH_EPS = 1e-5


def indented(lines: Iterable[str], levels: int = 1) -> list[str]:
    """The lines, further in by four spaces a level; empty ones stay empty."""
    return [f"{'    ' * levels}{line}" if line else "" for line in lines]


def call(start: str, arguments: Sequence[str], levels: int) -> list[str]:
    """`start(arguments)` on one line if it fits at this indentation, else with the arguments on lines of their own."""
    line = f"{start}({', '.join(arguments)})"
    if len(line) + 4 * levels <= LINE:
        return [line]
    inner = ", ".join(arguments)
    body = [inner] if len(inner) + 4 * (levels + 1) <= LINE else [f"{argument}," for argument in arguments]
    return [f"{start}(", *indented(body), ")"]


def comment(text: str, levels: int) -> list[str]:
    """A comment, broken to fit at this indentation."""
    return textwrap.wrap(text, LINE - 4 * levels, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def sequential(name: str, modules: Iterable[str]) -> list[str]:
    """`self.name` as modules in a row, one a line."""
    return [f"self.{name} = nn.Sequential(", *indented(f"{module}," for module in modules), ")"]


def convolution(layer: Layer, before: object, after: object, stride: object = None) -> str:
    """`nn.Conv2d(...)` of a layer from `before` to `after` channels, each a number or a name; so the stride."""
    stride = layer.stride if stride is None else stride
    arguments = [str(before), str(after), str(layer.kernel)]
    if stride != 1:
        arguments.append(f"stride={stride}")
    if layer.padding:
        arguments.append(f"padding={layer.padding}")
    if layer.groups > 1:
        arguments.append(f"groups={layer.groups}")
    if not layer.bias:
        arguments.append("bias=False")
    return f"nn.Conv2d({', '.join(arguments)})"


def batch_norm(layer: Layer, channels: object) -> str:
    """`nn.BatchNorm2d(...)` of a layer; an epsilon that is not torch's own has a name in the file."""
    return f"nn.BatchNorm2d({channels}{'' if layer.eps == TORCH_EPS else ', eps=BN_EPS'})"


def own_name(layer: Layer) -> str:
    """A layer's name within its block, "conv1" of "layer1.0.conv1"; of what is within SE or ECA, "se"."""
    return layer.path.split(".")[2]


def applied(layer: Layer, expression: str) -> str:
    """The layer's call on an expression, in a `forward`."""
    if layer.kind == "relu":
        return f"F.relu({expression})"
    return f"self.{layer.path.rpartition('.')[2]}({expression})"
