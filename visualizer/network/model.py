"""A torch model that walks its plan, layer after layer, without hooks: nothing leaks between two who share it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from visualizer.analysis import costs
from visualizer.resnet import Block, Layer, Plan

MAX_PARAMS = 1_500_000_000
Step = tuple[str, Tensor]


class NetworkTooLargeError(ValueError):
    """A network with more parameters than may be built here."""


def build(plan: Plan, seed: int | None = 0) -> ResNet:
    """The model of a plan, in training mode as torch models are; its parameters have torchvision's names and order.

    `seed` makes He's initialisation (He et al. 2015, arXiv:1502.01852, fan-out) reproducible. None leaves the numbers
    undefined, for weights that will be loaded. Raises NetworkTooLargeError above 1.5 billion parameters.
    """
    params = costs(plan).total.params
    if params > MAX_PARAMS:
        raise NetworkTooLargeError(
            f"This network has {params:,} parameters; up to {MAX_PARAMS:,} can be built: choose less depth or width."
        )
    device = torch.get_default_device()
    with torch.device("meta"):  # torch's own initialisation, which would be overwritten, costs nothing there
        model = ResNet(plan)
    model.to_empty(device=device)
    _initialise(model, seed)
    return model


class ResNet(nn.Module):
    """The layers of a plan under their paths. `forward` is an ordinary forward pass: N×C×H×W in, N×classes out."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        for layer in plan.layers:
            if layer.kind in _MODULES:
                _register(self, layer.path, _MODULES[layer.kind](layer))

    def forward(self, x: Tensor) -> Tensor:
        for _, value in walk(self, x):
            x = value
        return x


def walk(model: ResNet, x: Tensor, off: Collection[str] = ()) -> Iterator[Step]:
    """Every value on the way through the network, as (address, value), in order.

    Addresses are the layers' paths, and for each block "<block>.x", ".branch" (F(x)), ".shortcut", ".sum", ".out";
    a plain block has no shortcut and no sum. A block in `off` leaves its branch out: its sum is the shortcut alone.
    """
    for layer in model.plan.stem:
        x = _apply(model, layer, (x,))
        yield layer.path, x
    for block in model.plan.blocks:
        for address, value in _block(model, block, x, block.path in off):
            x = value
            yield address, value
    for layer in model.plan.head:
        x = _apply(model, layer, (x,))
        yield layer.path, x


def _block(model: ResNet, block: Block, x: Tensor, off: bool) -> Iterator[Step]:
    path = block.path
    values = {f"{path}.x": x}
    yield f"{path}.x", x
    yield from _chain(model, block.branch, x, values)
    branch = values[block.branch[-1].path]
    if off and block.shortcut_kind != "none":
        branch = torch.zeros_like(branch)
    values[f"{path}.branch"] = branch
    yield f"{path}.branch", branch
    after = block.after
    if block.shortcut_kind != "none":
        yield from _chain(model, block.shortcut, x, values)
        values[f"{path}.shortcut"] = values[block.shortcut[-1].path] if block.shortcut else x
        yield f"{path}.shortcut", values[f"{path}.shortcut"]
        yield from _chain(model, after[:1], branch, values)
        branch = values[after[0].path]
        yield f"{path}.sum", branch
        after = after[1:]
    yield from _chain(model, after, branch, values)
    yield f"{path}.out", values[after[-1].path] if after else branch


def _chain(model: ResNet, layers: tuple[Layer, ...], x: Tensor, values: dict[str, Tensor]) -> Iterator[Step]:
    """Layers in a row, each from the one before it unless it names what it reads."""
    for layer in layers:
        inputs = tuple(values[path] for path in layer.reads) if layer.reads else (x,)
        x = values[layer.path] = _apply(model, layer, inputs)
        yield layer.path, x


def _apply(model: ResNet, layer: Layer, inputs: tuple[Tensor, ...]) -> Tensor:
    if layer.kind not in _MODULES:
        return _FUNCTIONS[layer.kind](layer, *inputs)
    (x,) = inputs
    module = model.get_submodule(layer.path)
    if layer.kind == "conv1d":
        return module(x.flatten(2).transpose(1, 2)).transpose(1, 2).unsqueeze(-1)  # type: ignore[no-any-return]
    return module(x)  # type: ignore[no-any-return]


def _conv(layer: Layer) -> nn.Module:
    return nn.Conv2d(
        layer.input[0], layer.output[0], layer.kernel, stride=layer.stride, padding=layer.padding,
        groups=layer.groups, bias=layer.bias,
    )  # fmt: skip


def _conv1d(layer: Layer) -> nn.Module:
    return nn.Conv1d(1, 1, layer.kernel, padding=layer.padding, bias=False)


def _linear(layer: Layer) -> nn.Module:
    return nn.Linear(layer.input[0], layer.output[0], bias=layer.bias)


def _bn(layer: Layer) -> nn.Module:
    return nn.BatchNorm2d(layer.output[0], eps=layer.eps)


def _pad(layer: Layer, x: Tensor) -> Tensor:
    """Option A: subsample, then append zero channels or drop surplus ones."""
    x = x[:, : layer.output[0], :: layer.stride, :: layer.stride]
    return functional.pad(x, (0, 0, 0, 0, 0, layer.output[0] - x.shape[1]))


_MODULES: dict[str, Callable[[Layer], nn.Module]] = {"conv": _conv, "conv1d": _conv1d, "bn": _bn, "linear": _linear}
_FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    "relu": lambda layer, x: torch.relu(x),
    "sigmoid": lambda layer, x: torch.sigmoid(x),
    "maxpool": lambda layer, x: functional.max_pool2d(x, layer.kernel, layer.stride, layer.padding),
    "avgpool": lambda layer, x: functional.avg_pool2d(
        x, layer.kernel, layer.stride, layer.padding, ceil_mode=True, count_include_pad=False
    ),
    "global_pool": lambda layer, x: functional.adaptive_avg_pool2d(x, 1),
    "pad": _pad,
    "add": lambda layer, branch, shortcut: branch + shortcut,
    "scale": lambda layer, x, gate: x * gate,
    "flatten": lambda layer, x: torch.flatten(x, 1),
}


def _register(root: nn.Module, path: str, module: nn.Module) -> None:
    """Put a module under a dotted path, making plain containers on the way."""
    *parents, name = path.split(".")
    for parent in parents:
        if parent not in root._modules:
            root.add_module(parent, nn.Module())
        root = root.get_submodule(parent)
    root.add_module(name, module)


def _initialise(model: ResNet, seed: int | None) -> None:
    """BN as torch makes it; with a seed also torchvision's He initialisation, and torch's own for the classifier."""
    device = next(model.parameters()).device
    generator = None if device.type == "meta" else torch.Generator(device).manual_seed(seed or 0)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()
        elif isinstance(module, nn.Conv1d | nn.Conv2d) and seed is not None:
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu", generator=generator)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Linear) and seed is not None:
            bound = 1 / math.sqrt(module.in_features)
            nn.init.uniform_(module.weight, -bound, bound, generator=generator)
            nn.init.uniform_(module.bias, -bound, bound, generator=generator)
