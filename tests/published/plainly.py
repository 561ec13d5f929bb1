"""Residual networks written down from the papers, as functions of named tensors: no plan, no spec, no modules.

Names are torchvision's. Running statistics are moved in place, by a tenth, as torch moves them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor, cat
from torch.nn import functional


@dataclass(frozen=True)
class Net:
    """The tensors of a network by name, and whether it is in training mode."""

    tensors: Mapping[str, Tensor]
    training: bool

    def conv(self, x: Tensor, name: str, stride: int = 1) -> Tensor:
        """A convolution that is padded to keep the size at stride 1."""
        weight = self.tensors[f"{name}.weight"]
        return functional.conv2d(x, weight, stride=stride, padding=weight.shape[-1] // 2)

    def bn(self, x: Tensor, name: str) -> Tensor:
        mean, variance, scale, shift = (
            self.tensors[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")
        )
        return functional.batch_norm(x, mean, variance, scale, shift, self.training, momentum=0.1, eps=1e-5)

    def bn_relu(self, x: Tensor, name: str) -> Tensor:
        return self.bn(x, name).relu()

    def classified(self, x: Tensor) -> Tensor:
        """Global average and classifier."""
        return functional.linear(x.mean((2, 3)), self.tensors["fc.weight"], self.tensors["fc.bias"])


def padded(x: Tensor, channels: int, stride: int) -> Tensor:
    """Option A (He 2015, sec. 3.3): every stride-th pixel, and zeros for the channels that are new."""
    x = x[:, :, ::stride, ::stride]
    new = x.new_zeros(len(x), channels - x.shape[1], *x.shape[2:])
    return cat([x, new], 1)


def cifar_resnet(net: Net, x: Tensor, blocks: int, residual: bool = True) -> Tensor:
    """He 2015, sec. 4.2: 6n + 2 layers, widths 16, 32, 64, identity shortcuts (option A), or none (a plain net)."""
    x = net.bn_relu(net.conv(x, "conv1"), "bn1")
    for stage in (1, 2, 3):
        for index in range(blocks):
            name, stride = f"layer{stage}.{index}", 2 if stage > 1 and index == 0 else 1
            branch = net.bn_relu(net.conv(x, f"{name}.conv1", stride), f"{name}.bn1")
            branch = net.bn(net.conv(branch, f"{name}.conv2"), f"{name}.bn2")
            x = (branch + padded(x, 8 * 2**stage, stride) if residual else branch).relu()
    return net.classified(x)


def pre_activation_resnet(net: Net, x: Tensor, blocks: int) -> Tensor:
    """He 2016, for CIFAR: 9n + 2 layers of bottlenecks, stride in the first 1×1 as in the authors' code.

    Where a stage begins, a 1×1 projection reads what BN and ReLU made of x; BN and ReLU follow the last sum.
    """
    x = net.conv(x, "conv1")
    for stage in (1, 2, 3):
        for index in range(blocks):
            name, stride = f"layer{stage}.{index}", 2 if stage > 1 and index == 0 else 1
            active = net.bn_relu(x, f"{name}.bn1")
            shortcut = net.conv(active, f"{name}.downsample.0", stride) if index == 0 else x
            branch = net.bn_relu(net.conv(active, f"{name}.conv1", stride), f"{name}.bn2")
            branch = net.bn_relu(net.conv(branch, f"{name}.conv2"), f"{name}.bn3")
            x = net.conv(branch, f"{name}.conv3") + shortcut
    return net.classified(net.bn_relu(x, "norm"))


def wide_resnet(net: Net, x: Tensor, blocks: int) -> Tensor:
    """Zagoruyko 2016, table 1: 6n + 4 layers of BN-ReLU-conv, a stem of 16 channels without BN, widths 16k to 64k."""
    x = net.conv(x, "conv1")
    for stage in (1, 2, 3):
        for index in range(blocks):
            name, stride = f"layer{stage}.{index}", 2 if stage > 1 and index == 0 else 1
            active = net.bn_relu(x, f"{name}.bn1")
            shortcut = net.conv(active, f"{name}.downsample.0", stride) if index == 0 else x
            branch = net.bn_relu(net.conv(active, f"{name}.conv1", stride), f"{name}.bn2")
            x = net.conv(branch, f"{name}.conv2") + shortcut
    return net.classified(net.bn_relu(x, "norm"))


def ordered_resnet(net: Net, x: Tensor, order: str, convs: int, blocks: int, stem_norm: bool) -> Tensor:
    """A convolution and equal blocks in one of the orders; what begins with an activation ends with one (sec. 4.1)."""
    x = net.conv(x, "conv1")
    if stem_norm:
        x = net.bn_relu(x, "bn1")
    for index in range(blocks):
        x = ordered_block(net, x, f"layer1.{index}", order, convs, stem_norm and index == 0)
    if order == "pre":
        x = net.bn_relu(x, "norm")
    return net.classified(x.relu() if order == "relu_only_pre" else x)


def ordered_block(net: Net, x: Tensor, name: str, order: str, convs: int, activated: bool) -> Tensor:
    """He 2016, fig. 4 (a) to (e): a block of two or three convolutions whose shortcut is the identity.

    activated: x was activated by the stem, so that a block that begins with an activation needs none of its own.
    """
    value = x
    for number in range(1, convs + 1):
        conv, bn, last = f"{name}.conv{number}", f"{name}.bn{number}", number == convs
        if order == "post":
            value = net.bn(net.conv(value, conv), bn)
            value = value if last else value.relu()
        elif order == "bn_after_add":
            value = net.conv(value, conv)
            value = value if last else net.bn_relu(value, bn)
        elif order == "relu_before_add":
            value = net.bn_relu(net.conv(value, conv), bn)
        elif order == "relu_only_pre":
            value = net.bn(net.conv(value if activated and number == 1 else value.relu(), conv), bn)
        else:
            value = net.conv(value if activated and number == 1 else net.bn_relu(value, bn), conv)
    total = value + x
    if order == "post":
        return total.relu()
    return net.bn_relu(total, f"{name}.bn{convs}") if order == "bn_after_add" else total
