"""The written file against the model that the app runs: names, shapes, and outputs to the last bit."""

from __future__ import annotations

import ast
import math
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from tests.strategies import specs
from visualizer.commands import main
from visualizer.network import build
from visualizer.resnet import ResNetSpec, SpecError, parse, plan, preset, presets
from visualizer.source import module_name, source
from visualizer.source.layout import LINE

LARGEST = 70_000_000
"""Parameters of a model that is run here; larger ones are compared on the meta device, by names and shapes."""


@pytest.fixture(autouse=True)
def _one_thread() -> Any:
    """With more threads sums may be made in another order from one run to the next."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def _executed(spec: ResNetSpec, resolution: int = 32) -> dict[str, Any]:
    """The names that the file defines, run in a module of its own."""
    namespace: dict[str, Any] = {"__name__": "written"}
    exec(compile(source(spec, resolution), "written.py", "exec"), namespace)
    return namespace


def _written(spec: ResNetSpec) -> nn.Module:
    model: nn.Module = _executed(spec)[module_name(spec)]()
    return model


def _shapes(model: nn.Module) -> list[tuple[str, tuple[int, ...]]]:
    return [(name, tuple(tensor.shape)) for name, tensor in model.state_dict().items()]


def _assert_equal_bits(found: Tensor, expected: Tensor, what: str) -> None:
    assert torch.equal(found, expected), what
    assert expected.isfinite().all(), what


def _assert_same_network(spec: ResNetSpec, resolution: int) -> None:
    """Equal state dicts, and with equal weights equal outputs and running statistics, in eval and in training."""
    ours = build(plan(spec, resolution), seed=None)
    with torch.device("meta"):
        written = _written(spec)
    assert _shapes(written) == _shapes(ours)
    assert [name for name, _ in written.named_parameters()] == [name for name, _ in ours.named_parameters()]
    _fill(ours)
    written.load_state_dict({name: tensor.clone() for name, tensor in ours.state_dict().items()}, assign=True)
    x = torch.randn(2, *ours.plan.input, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        _assert_equal_bits(written.eval()(x), ours.eval()(x), "eval")
        _assert_equal_bits(written.train()(x), ours.train()(x), "training")
        for (name, found), expected in zip(written.state_dict().items(), ours.state_dict().values(), strict=True):
            _assert_equal_bits(found, expected, name)
        _assert_equal_bits(written.eval()(x), ours.eval()(x), "eval after a step of training")


def _fill(model: nn.Module) -> None:
    """Weights of He's size, and scales, shifts, biases and statistics that differ from channel to channel."""
    generator = torch.Generator().manual_seed(2)
    for name, tensor in model.state_dict().items():
        if tensor.dim() > 1:
            tensor.uniform_(-1, 1, generator=generator).mul_(math.sqrt(6 / tensor[0].numel()))
        elif tensor.dim() == 1:
            around = 1.0 if name.endswith(("weight", "running_var")) else 0.0
            tensor.uniform_(around - 0.2, around + 0.2, generator=generator)


@settings(max_examples=80)
@given(spec=specs(most_blocks=3), resolution=st.sampled_from([9, 16, 33]))
def test_any_spec_is_written_as_the_network_that_the_app_runs(spec: ResNetSpec, resolution: int) -> None:
    _assert_same_network(spec, resolution)


@pytest.mark.parametrize("name", [name for name in presets() if name not in ("resnet1202", "resnet1001v2")])
def test_every_preset_is_written_as_the_network_that_the_app_runs(name: str) -> None:
    spec = preset(name)
    with torch.device("meta"):
        ours, written = build(plan(spec, 32), seed=None), _written(spec)
    assert _shapes(written) == _shapes(ours)
    if sum(parameter.numel() for parameter in ours.parameters()) <= LARGEST:
        _assert_same_network(spec, 8 if spec.stem == "cifar" else 32)


FIELDS = [
    f"resnet26?{change if 'width=' in change else 'width=8&' + change}" for change in (
        "order=bn_after_add", "order=relu_before_add", "order=relu_only_pre", "order=pre", "shortcut=A",
        "shortcut=A&width=24,12,24,8", "shortcut=A&width=64,16,8,4", "shortcut=C", "shortcut=none", "stride_on=1x1",
        "stride_block=last", "stride_block=last&shortcut=A", "stride_block=last&shortcut=C&avg_down=true",
        "stride_block=last&order=pre&avg_down=true", "stem=deep", "stem=tiered", "stem=cifar", "stem=deep&norm=none",
        "stem_norm=false", "order=pre&stem_norm=false",
        "order=pre&stem_norm=false&pool_border=zero", "groups=4&width_per_group=32", "width_per_group=128",
        "avg_down=true", "avg_down=true&norm=none", "avg_down=true&depths=2", "attention=se",
        "attention=se&attention_ratio=7", "attention=se&attention_ratio=3&attention_divisor=8",
        "attention=se&attention_ratio=1", "attention=eca", "norm=none", "conv_bias=true", "conv_bias=stem",
        "conv_bias=unnormalised&order=pre", "conv_bias=unnormalised&order=bn_after_add", "bn_eps=0.001",
        "channels=1", "classes=1", "depths=1", "depths=3", "depths=1,1,1,1,1", "depths=1,2,1&order=pre",
        "depths=1&order=pre", "depths=1&shortcut=none&order=relu_only_pre",
    )
]  # fmt: skip


@pytest.mark.parametrize("change", FIELDS)
@pytest.mark.parametrize("block", ["bottleneck", "basic"])
def test_every_field_is_written(block: str, change: str) -> None:
    if block == "basic" and "group" in change:
        with pytest.raises(SpecError):
            parse(f"{change}&block={block}")
        return
    _assert_same_network(parse(f"{change}&block={block}"), 17)


@pytest.mark.parametrize("text", ["resnet50", "resnet18v2", "resnet20", "ecaresnet50d?groups=2", "keras_resnet50v2"])
def test_the_text_imports_nothing_of_ours_and_is_the_same_each_time(text: str) -> None:
    spec = parse(text)
    written = source(spec, 64)
    tree = ast.parse(written)
    imports = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imports |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imports - {"math"} == {"torch", "torch.nn.functional"}
    docstring = ast.get_docstring(tree, clean=False) or ""
    assert "visualizer" not in written.replace(docstring, "")
    assert written == source(parse(str(spec)), 64)


@given(specs(), st.integers(1, 4096))
@settings(max_examples=60)
def test_the_command_in_the_file_makes_the_file(spec: ResNetSpec, resolution: int) -> None:
    written = source(spec, resolution)
    docstring = ast.get_docstring(ast.parse(written), clean=False) or ""
    command = docstring.partition("Made by:\n")[2].partition("\n\nReferences")[0]
    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "visualizer"]
    result = CliRunner().invoke(main, words[3:], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == written
    assert parse(docstring.partition("The network as text:\n")[2].partition("\n\n")[0]) == spec


@given(specs(), st.integers(1, 4096))
@settings(max_examples=100)
def test_lines_fit_and_names_are_identifiers(spec: ResNetSpec, resolution: int) -> None:
    written = source(spec, resolution)
    assert max(map(len, written.splitlines())) <= LINE
    assert not [line for line in written.splitlines() if line != line.rstrip()]
    assert module_name(spec).isidentifier()
    assert f"def {module_name(spec)}()" in written


def test_different_networks_have_different_names() -> None:
    many = [parse(f"resnet50?width_per_group={width}&attention=se&attention_ratio={width}") for width in range(4, 90)]
    names = {module_name(spec) for spec in [*many, *(row.spec for row in presets().values())]}
    distinct = len({*many, *(row.spec for row in presets().values())})
    assert len(names) == distinct
    assert module_name(preset("resnet50")) == "resnet50"


def test_only_what_a_network_uses_is_in_its_file() -> None:
    plain = source(parse("resnet18?shortcut=none"), 224)
    assert not [word for word in ("downsample", "shortcut =", "groups", "eps", "sigmoid", "math") if word in plain]
    one_stage = source(parse("resnet18?depths=3"), 224)
    block = one_stage.partition("class BasicBlock")[2].partition("class ResNet")[0]
    assert not [word for word in ("stride", "downsample") if word in block]
    assert "def stage" not in source(parse("resnet18?depths=1,1"), 224)
    assert "Bottleneck" not in plain
    assert "BasicBlock" not in source(preset("resnet50"), 224)


@pytest.mark.parametrize("text", ["resnet20", "resnet26?width=8", "resnet18v2?width=8&channels=1&classes=7"])
def test_the_file_runs_by_itself_and_prints_shape_and_parameters(text: str, tmp_path: Path) -> None:
    spec = parse(text)
    file = tmp_path / f"{module_name(spec)}.py"
    file.write_text(source(spec, 40), encoding="utf-8")
    run = subprocess.run([sys.executable, "-W", "error", "-I", str(file)], capture_output=True, text=True, check=False)
    parameters = sum(parameter.numel() for parameter in build(plan(spec)).parameters())
    assert (run.stdout, run.stderr) == (f"output (1, {spec.classes}), {parameters:,} parameters\n", "")


def test_weights_begin_as_he_initialisation_by_fan_out_and_biases_at_zero() -> None:
    torch.manual_seed(0)
    model = _written(parse("keras_resnet50?width=32"))
    for name, module in model.named_modules():
        if isinstance(module, nn.Conv2d) and module.weight.numel() > 20_000:
            deviation = math.sqrt(2 / (module.out_channels * module.kernel_size[0] ** 2))
            assert module.weight.std().item() == pytest.approx(deviation, rel=0.05), name
        if isinstance(module, nn.Conv2d):
            assert module.bias is not None
            assert not module.bias.any()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of every preset and of every change above."""
    path = tmp_path_factory.mktemp("written")
    texts = [*presets(), *FIELDS, *(f"{change}&block=basic" for change in FIELDS if "group" not in change)]
    for spec in map(parse, texts):
        (path / f"{module_name(spec)}.py").write_text(source(spec, 224), encoding="utf-8")
    return path


@pytest.mark.parametrize("check", ["check", "format --check"])
def test_files_are_clean_and_in_standard_form(check: str, folder: Path, root: Path) -> None:
    config = ["--config", str(root / "pyproject.toml"), "--config", f"line-length={LINE}"]
    command = [sys.executable, "-m", "ruff", *check.split(), "--no-cache", *config, str(folder)]
    if check == "check":
        command.append("--extend-ignore=N812")  # everybody knows torch.nn.functional as F
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr


def test_files_compile_without_a_warning(folder: Path) -> None:
    files = map(str, sorted(folder.glob("*.py")))
    command = [sys.executable, "-W", "error", "-m", "py_compile", *files]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
