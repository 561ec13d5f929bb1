"""Memory by the plan against memory as torch has it.

Three measurements on the CPU. What torch allocates: every allocation and release in its profiler's record, without
what a convolution or a batch norm allocates and releases within itself (its work memory). What autograd keeps: the
different storages that pass through saved-tensor hooks, without weights and buffers. And the order of a forward pass:
the program that the model runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch._C._profiler import _EventType
from torch.autograd.graph import saved_tensors_hooks
from torch.profiler import ProfilerActivity, profile

from tests.strategies import specs
from visualizer.analysis.dataflow import IN_PLACE, WRITABLE, operations
from visualizer.analysis.lifetimes import Lifetimes
from visualizer.analysis.memory import OPTIMISERS, inference, training
from visualizer.network import ResNet, build
from visualizer.network.operations import OPERATIONS
from visualizer.network.program import program
from visualizer.resnet import Plan, ResNetSpec, parse, plan

NETWORKS = {
    "resnet18": 64, "resnet34?shortcut=A": 64, "resnet50": 64, "resnet20": 32, "resnet18v2": 64, "seresnet50": 64,
    "ecaresnet50d": 64, "resnet50?width=256,128,64,32&shortcut=A": 48, "resnet18?norm=none": 64,
    "resnet20?order=relu_only_pre": 33, "keras_resnet50v2": 64,
}  # fmt: skip
BATCH = 2
LOSS = 8
"""Bytes of the test's loss and of its gradient."""
WORK = ("convolution", "conv2d", "conv1d", "batch_norm")
"""Operations whose work memory is left out."""


@pytest.fixture(autouse=True)
def _one_thread() -> Any:
    """Work memory depends on the threads; nothing else does."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def most_allocated(run: Callable[[], object]) -> int:
    """The most bytes that were allocated at once while something ran, beyond those allocated before."""
    run()  # what is made once does not count
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record:
        run()
    found: list[tuple[int, int, int, object]] = []
    _collect(record.profiler.kineto_results.experimental_event_tree(), None, found)
    found.sort(key=lambda event: event[0])
    now = most = 0
    work = _within_one_operation(found)
    for number, (_, _, size, _) in enumerate(found):
        if number not in work:
            now += size
            most = max(most, now)
    return most


def _collect(events: Any, operation: object, found: list[tuple[int, int, int, object]]) -> None:
    """Every allocation and release as (time, address, bytes, the operation of WORK that it is in)."""
    for event in events:
        if event.tag == _EventType.Allocation:
            fields = event.extra_fields
            found.append((event.start_time_ns, fields.ptr, fields.alloc_size, operation))
        inner = event.id if operation is None and any(name in event.name for name in WORK) else operation
        _collect(event.children, inner, found)


def _within_one_operation(found: list[tuple[int, int, int, object]]) -> set[int]:
    """Numbers of the events whose memory is allocated and released within one operation."""
    begun: dict[int, tuple[int, object]] = {}
    work: set[int] = set()
    for number, (_, address, size, operation) in enumerate(found):
        if size > 0:
            begun[address] = number, operation
        elif address in begun:
            first, its = begun.pop(address)
            if operation is not None and operation == its:
                work |= {first, number}
    return work


class Loss(torch.autograd.Function):
    """A loss that keeps nothing, and whose gradient is memory of its own."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor) -> Tensor:
        ctx.shape = logits.shape
        return logits.new_zeros(())

    @staticmethod
    def backward(ctx: Any, given: Tensor) -> Tensor:
        return torch.ones(ctx.shape, dtype=given.dtype)


def model_and_pictures(network: Plan, batch: int = BATCH) -> tuple[ResNet, Tensor]:
    return build(network), torch.randn(batch, *network.input)


def kept_bytes(model: nn.Module, run: Callable[[], object]) -> int:
    """Bytes of the storages that autograd keeps, without those of weights and buffers."""
    own = {tensor.untyped_storage().data_ptr() for tensor in (*model.parameters(), *model.buffers())}
    found: dict[int, torch.UntypedStorage] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            found[storage.data_ptr()] = storage
        return tensor

    with saved_tensors_hooks(keep, lambda tensor: tensor):
        held = run()
    del held
    return sum(storage.nbytes() for storage in found.values())


@pytest.mark.parametrize("name", NETWORKS)
def test_a_forward_pass_allocates_at_its_peak_what_the_plan_says(name: str) -> None:
    network = plan(parse(name), NETWORKS[name])
    model, pictures = model_and_pictures(network)
    model.eval()
    with torch.no_grad():
        measured = most_allocated(lambda: model(pictures))
    assert measured == inference(network, BATCH, "float32").values


@pytest.mark.parametrize("name", NETWORKS)
def test_a_training_step_allocates_at_its_peak_what_the_plan_says(name: str) -> None:
    network = plan(parse(name), NETWORKS[name])
    model, pictures = model_and_pictures(network)
    for weight in model.parameters():
        weight.grad = torch.zeros_like(weight)

    def step() -> None:
        logits = model(pictures)
        Loss.apply(logits).backward()

    assert most_allocated(step) == training(network, BATCH, "float32", "SGD").values + LOSS


@pytest.mark.parametrize("name", NETWORKS)
def test_autograd_keeps_what_the_plan_says(name: str) -> None:
    network = plan(parse(name), NETWORKS[name])
    model, pictures = model_and_pictures(network)
    expected = training(network, BATCH, "float32", "SGD")
    assert kept_bytes(model, lambda: model(pictures)) == expected.kept + expected.pictures


@given(specs(most_stages=3, most_blocks=2), st.integers(1, 40), st.integers(1, 3))
@settings(max_examples=60)
def test_autograd_keeps_what_the_plan_says_of_any_network(spec: ResNetSpec, resolution: int, batch: int) -> None:
    network = plan(spec, resolution)
    model, pictures = model_and_pictures(network, batch)
    _, kept = Lifetimes(network, batch, 4, 4).training()
    last_maps = network.layers[-3].output
    if batch * last_maps[1] * last_maps[2] == 1 or batch == 1:
        model.eval()  # one value a channel has no variance
        kept -= 8 * sum(layer.output[0] for layer in network.layers if layer.kind == "bn")
    assert kept_bytes(model, lambda: model(pictures)) == kept + pictures.nbytes


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "resnet20", "resnet18v2", "seresnet50"])
def test_mixed_precision_keeps_what_the_plan_says(name: str) -> None:
    """torch's autocast on the CPU, in bfloat16: 16-bit values, and 16-bit copies of the weights that it multiplies."""
    network = plan(parse(name), NETWORKS[name])
    model, pictures = model_and_pictures(network)
    expected = training(network, BATCH, "mixed", "SGD")
    with torch.autocast("cpu", dtype=torch.bfloat16):
        measured = kept_bytes(model, lambda: model(pictures))
    unread = 2 * sum(layer.output[0] for layer in network.layers if layer.bias)  # no gradient is computed from a bias
    assert measured == expected.kept + expected.copies - unread + pictures.nbytes // 2


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "resnet20", "resnet18v2"])
@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_weights_gradients_and_optimisers_take_what_is_said(precision: str, name: str) -> None:
    network = plan(parse(name), 32)
    model = build(network).to(torch.bfloat16 if precision == "float16" else torch.float32)
    for weight in model.parameters():
        weight.grad = torch.zeros_like(weight)
    kinds: dict[str, torch.optim.Optimizer] = {
        "SGD": torch.optim.SGD(model.parameters(), 0.1),
        "SGD with momentum": torch.optim.SGD(model.parameters(), 0.1, momentum=0.9),
        "Adam": torch.optim.Adam(model.parameters()),
    }
    assert set(kinds) == set(OPTIMISERS)
    for words, optimiser in kinds.items():
        optimiser.step()
        expected = training(network, 1, precision, words)
        state = [value for kept in optimiser.state.values() for value in kept.values() if torch.is_tensor(value)]
        assert sum(value.nbytes for value in state if value.dim()) == expected.optimiser  # Adam also counts its steps
        assert sum(tensor.nbytes for tensor in (*model.parameters(), *model.buffers())) == expected.weights
        assert sum(weight.grad.nbytes for weight in model.parameters() if weight.grad is not None) == expected.gradients


@given(specs(most_stages=4, most_blocks=3))
def test_the_order_is_that_of_the_program(spec: ResNetSpec) -> None:
    """Values read, made, overwritten and let go, step by step."""
    network = plan(spec, 32)
    steps = program(network, frozenset({network.head[-1].path}))
    found = operations(network)
    assert [step.writes for step in steps] == [operation.writes for operation in found]
    for step, operation in zip(steps, found, strict=True):
        overwrites = step.apply is OPERATIONS[step.layer.kind].in_place
        assert sorted(step.reads) == sorted(operation.reads)
        assert set(step.drops) == set(operation.drops)
        assert step.layer == operation.layer
        if step.layer.kind != "flatten":
            assert operation.within == (step.reads[0] if overwrites else None)


def test_the_kinds_are_those_of_the_operations() -> None:
    assert {kind for kind, row in OPERATIONS.items() if row.in_place} == set(IN_PLACE)
    assert {kind for kind, row in OPERATIONS.items() if row.writable} == set(WRITABLE)
