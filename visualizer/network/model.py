"""A torch model that walks its plan, layer after layer, without hooks: nothing leaks between two who share it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

import torch
from torch import Tensor, nn

from visualizer.analysis import costs
from visualizer.network.operations import OPERATIONS
from visualizer.network.program import Progress, program, run
from visualizer.resnet import Plan, Shape

MAX_PARAMS = 1_500_000_000


class NetworkTooLargeError(ValueError):
    """A network with more parameters than may be built here."""


class ResNet(nn.Module):
    """The layers of a plan under their paths, made by `build`. Nothing but training writes to it.

    `forward` is an ordinary forward pass, N×C×H×W in, N×classes out; H and W need not be the plan's.
    """

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        for layer in plan.layers:
            module = OPERATIONS[layer.kind].module
            if module is not None:
                _register(self, layer.path, module(layer))

    def forward(self, x: Tensor) -> Tensor:
        ((_, logits),) = run(self, program(self.plan, frozenset({self.plan.head[-1].path})), x)
        return logits


def build(plan: Plan, seed: int | None = 0) -> ResNet:
    """The model of a plan, in training mode as torch models are; its tensors have torchvision's names and order.

    `seed` makes He's initialisation (He et al. 2015, arXiv:1502.01852, fan-out) reproducible. None leaves the weights
    of convolutions and classifier undefined, for those that will be loaded. It is made on torch's default device.
    Raises NetworkTooLargeError above 1.5 billion parameters.
    """
    params = costs(plan).total.params
    if params > MAX_PARAMS:
        raise NetworkTooLargeError(
            f"This network has {params:,} parameters; up to {MAX_PARAMS:,} can be built: choose less depth or width."
        )
    model = ResNet(plan).to_empty(device=torch.get_default_device())
    _initialise(model, seed)
    return model


def tensor_shapes(plan: Plan) -> dict[str, Shape]:
    """The shape of every parameter and buffer of the built model by name, in torch's order, without building it."""
    return {
        f"{layer.path}.{name}": shape
        for layer in plan.layers
        for name, shape in OPERATIONS[layer.kind].tensors(layer).items()
    }


def walk(
    model: ResNet,
    x: Tensor,
    keep: Collection[str] | None = None,
    off: Collection[str] = (),
    until: str | None = None,
    progress: Progress | None = None,
    moved: Collection[tuple[str, str]] = (),
) -> Iterator[tuple[str, Tensor]]:
    """The values on the way through the network as (address, value), in order; x is N×C×H×W.

    Addresses are the layers' paths, and for each block "<block>.x", ".branch" (F(x)), ".shortcut", ".sum", ".out";
    a plain block has no shortcut and no sum. Only those in `keep` are told (None: all), none after `until`, and what
    they do not need is not computed. A value that was told is never overwritten, but two addresses may share one
    (an identity shortcut is x), so it is not to be written to. The branches of the blocks in `off` are left out:
    zero, told after the shortcut, which is then the sum. For each (place, block) in `moved` the weights of that block,
    which has the place's form, are used at the place. `progress(done, steps)` is called before each step; what it
    raises ends the walk.

    Raises UnknownAddress for an address or a block that is not there, and ValueError for a plain block in `off` and
    for a block of another form in `moved`.
    """
    wanted = None if keep is None else frozenset(keep)
    return run(model, program(model.plan, wanted, frozenset(off), until, tuple(moved)), x, progress)


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
    if device.type == "meta":
        return
    generator = torch.Generator(device).manual_seed(seed or 0)
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
