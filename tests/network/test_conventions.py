"""What the other tools count: each is run, and its number is ours plus what visualizer.analysis.conventions says."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from types import ModuleType

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from tests.strategies import specs
from visualizer.analysis import costs
from visualizer.analysis.conventions import CONVENTIONS, counted
from visualizer.network import build
from visualizer.network.operations import OPERATIONS, Operation
from visualizer.network.program import program
from visualizer.resnet import Layer, Plan, ResNetSpec, parse, plan, preset

NETWORKS = (
    "resnet18", "resnet34?shortcut=A", "resnet50", "resnet50_v1", "seresnet50", "ecaresnet50d", "resnext50_32x4d",
    "resnet20", "resnet18v2", "keras_resnet50", "keras_resnet50v2", "resnet18?norm=none&conv_bias=true",
)  # fmt: skip
SIZE = 64
"""Pixels: what a tool counts does not depend on it, and its forward pass does."""
TORCHVISION = ("resnet18", "resnet34", "resnet50", "resnext50_32x4d", "wide_resnet50_2")
TIMM = ("resnet18", "resnet50", "seresnet50", "ecaresnet50d", "resnet50d", "resnet50t", "resnet26", "resnext50_32x4d")
Count = Callable[[nn.Module, torch.Tensor], int]


def flop_counter(model: nn.Module, picture: torch.Tensor) -> int:
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(picture)
    return int(counter.get_total_flops())


def fvcore(model: nn.Module, picture: torch.Tensor) -> int:
    analysis = pytest.importorskip("fvcore.nn").FlopCountAnalysis(model, picture)
    return int(analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False).total())


def ptflops(model: nn.Module, picture: torch.Tensor, backend: str = "pytorch") -> int:
    count = pytest.importorskip("ptflops").get_model_complexity_info
    shape = tuple(picture.shape[1:])
    macs, _ = count(model, shape, as_strings=False, print_per_layer_stat=False, verbose=False, backend=backend)
    return int(macs)


def ptflops_aten(model: nn.Module, picture: torch.Tensor) -> int:
    return ptflops(model, picture, "aten")


def thop(model: nn.Module, picture: torch.Tensor) -> int:
    macs, _ = pytest.importorskip("thop").profile(model, inputs=(picture,), verbose=False)
    return int(macs)


def torchinfo(model: nn.Module, picture: torch.Tensor) -> int:
    from torchinfo import summary

    return int(summary(model, input_data=picture, verbose=0).total_mult_adds)


TOOLS: dict[str, Count] = {
    "FlopCounterMode": flop_counter,
    "fvcore": fvcore,
    "ptflops": ptflops,
    "ptflops aten": ptflops_aten,
    "thop": thop,
    "torchinfo": torchinfo,
}


@pytest.fixture(scope="module", autouse=True)
def _torchvision_without_its_operations() -> Iterator[None]:
    """ptflops and timm import torchvision: let them, where its compiled operations are missing. Networks need none."""
    name, patch = "torchvision._meta_registrations", pytest.MonkeyPatch()
    if name not in sys.modules:
        patch.setitem(sys.modules, name, ModuleType(name))
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """The tools print, warn and log."""
    logging.getLogger("fvcore").setLevel(logging.ERROR)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def _maxpool(layer: Layer) -> nn.Module:
    if layer.zero_border:
        return nn.Sequential(nn.ZeroPad2d(layer.padding), nn.MaxPool2d(layer.kernel, layer.stride))
    return nn.MaxPool2d(layer.kernel, layer.stride, layer.padding)


MODULES: dict[str, Callable[[Layer], nn.Module]] = {
    "relu": lambda layer: nn.ReLU(),
    "sigmoid": lambda layer: nn.Sigmoid(),
    "maxpool": _maxpool,
    "avgpool": lambda layer: nn.AvgPool2d(layer.kernel, layer.stride, ceil_mode=True, count_include_pad=False),
    "global_pool": lambda layer: nn.AdaptiveAvgPool2d(1),
    "flatten": lambda layer: nn.Flatten(),
}
"""What torchvision writes where our model calls a function."""


@pytest.fixture
def in_modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Models are built with a module for every layer that torch has one for."""
    through = OPERATIONS["bn"].apply
    for kind, module in MODULES.items():
        monkeypatch.setitem(OPERATIONS, kind, Operation(through, module))
    program.cache_clear()
    yield
    program.cache_clear()


def expected(network: Plan, tool: str, in_functions: bool = False) -> int:
    return counted(network, CONVENTIONS[tool], costs(network).total.macs, in_functions)


def assert_every_tool_prints_what_is_said(model: nn.Module, network: Plan, in_functions: bool = False) -> None:
    picture = torch.zeros(1, *network.input)
    for tool, count in TOOLS.items():
        assert count(model, picture) == expected(network, tool, in_functions), tool


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.usefixtures("in_modules")
def test_a_tool_prints_what_its_convention_says(name: str) -> None:
    network = plan(parse(name), SIZE)
    assert_every_tool_prints_what_is_said(build(network, seed=None).eval(), network)


@pytest.mark.parametrize("name", ["resnet18", "seresnet50", "resnet20"])
def test_a_tool_prints_what_its_convention_says_of_a_model_in_functions(name: str) -> None:
    """The built model as it is."""
    network = plan(parse(name), SIZE)
    assert_every_tool_prints_what_is_said(build(network, seed=None).eval(), network, in_functions=True)


@given(specs(most_stages=3, most_blocks=2), st.integers(1, 40))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("in_modules")
def test_a_tool_prints_what_its_convention_says_of_any_network(spec: ResNetSpec, resolution: int) -> None:
    network = plan(spec, resolution)
    assert_every_tool_prints_what_is_said(build(network, seed=None).eval(), network)


@pytest.mark.parametrize("name", TORCHVISION)
def test_torchvisions_own_networks_give_the_same(name: str) -> None:
    model = getattr(pytest.importorskip("torchvision.models", exc_type=ImportError), name)(weights=None).eval()
    assert_every_tool_prints_what_is_said(model, plan(preset(name), SIZE))


@pytest.mark.parametrize("name", TIMM)
def test_fvcore_counts_in_timms_own_networks_what_is_said(name: str) -> None:
    model = pytest.importorskip("timm", exc_type=ImportError).create_model(name).eval()
    network = plan(preset(name), 224)
    assert fvcore(model, torch.zeros(1, *network.input)) == expected(network, "timm")


KERAS = """
import keras
for depth in (50, 101, 152):
    for version in ("", "V2"):
        model = getattr(keras.applications, f"ResNet{depth}{version}")(weights=None)
        print(f"keras_resnet{depth}{version.lower()}", model.count_params())
"""


def test_keras_prints_what_its_convention_says() -> None:
    if find_spec("keras") is None:
        pytest.skip("keras is not installed")
    run = subprocess.run(
        [sys.executable, "-c", KERAS], env={**os.environ, "KERAS_BACKEND": "torch"}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    printed = dict(line.split() for line in run.stdout.splitlines() if line.startswith("keras_"))
    assert len(printed) == 6
    for name, params in printed.items():
        network = plan(preset(name), 224)
        assert int(params) == counted(network, CONVENTIONS["keras"], costs(network).total.params), name
