"""The numbers of a checkpoint as float32 tensors, once their types, their amount and their values are in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from visualizer.network.checkpoint.errors import Refusal, counted, listed, shown
from visualizer.network.checkpoint.names import Stored

FLOATS = {name: getattr(torch, name) for name in ("float16", "bfloat16", "float32", "float64")}
MAX_GROWTH = 4  # bytes of float32 per byte of the file: 2 to widen half precision, 2 for tensors under two names

_NOTES = {
    "float16": "Half precision (float16) was widened to 32 bits.",
    "bfloat16": "Half precision (bfloat16) was widened to 32 bits.",
    "float64": "Double precision (float64) was rounded to 32 bits.",
}
T = TypeVar("T", Stored, Tensor)


def float32_tensors(data: bytes, named: Mapping[str, T]) -> tuple[dict[str, Tensor], list[str]]:
    """The tensors as contiguous float32 on the CPU, and notes on changed precision.

    data: the file, where `Stored` tensors find their numbers. Counts of batches (num_batches_tracked), which no
    forward pass reads, are left out. Raises `Refusal` for other number types than float16, bfloat16, float32 and
    float64, for more numbers than the file can hold, for NaN and infinity, and for a negative variance.
    """
    wanted = {name: tensor for name, tensor in named.items() if not is_count(name)}
    types = {name: str(tensor.dtype).removeprefix("torch.") for name, tensor in wanted.items()}
    _check_types(types)
    numbers = sum(t.reach if isinstance(t, Stored) else t.numel() for t in wanted.values())
    if 4 * numbers > MAX_GROWTH * len(data):
        raise Refusal("describes more numbers than it holds, by using the same ones many times: save it again")
    tensors = {name: _float32(data, tensor) for name, tensor in wanted.items()}
    _check_values(tensors)
    return tensors, [_NOTES[dtype] for dtype in FLOATS if dtype in _NOTES and dtype in types.values()]


def is_count(name: str) -> bool:
    """Whether `name` is a batch norm's count of training batches, an integer that inference never reads."""
    return name.split(".")[-1] == "num_batches_tracked"


def _check_types(types: Mapping[str, str]) -> None:
    wrong = [name for name, dtype in types.items() if dtype not in FLOATS]
    if wrong:
        raise Refusal(
            f"holds {shown(types[wrong[0]])} numbers in {listed(wrong)}, and weights here are float16, bfloat16,"
            " float32 or float64: save the network before it was quantised or converted"
        )


def _float32(data: bytes, tensor: Stored | Tensor) -> Tensor:
    numbers = _numbers(data, tensor) if isinstance(tensor, Stored) else tensor
    return numbers.to(torch.float32).contiguous()


def _numbers(data: bytes, stored: Stored) -> Tensor:
    """The tensor with memory of its own, in the type and shape of the file; its spans were checked before."""
    dtype = FLOATS[stored.dtype]
    if not stored.reach:
        return torch.empty(stored.size, dtype=dtype)
    memory = torch.empty(stored.reach * dtype.itemsize, dtype=torch.uint8)
    start = stored.storage.start + stored.offset * dtype.itemsize
    memory.numpy()[:] = np.frombuffer(data, np.uint8, memory.numel(), start)
    return memory.view(dtype).as_strided(stored.size, stored.stride)


def _check_values(tensors: Mapping[str, Tensor]) -> None:
    """`Refusal` that names the tensors with NaN, then those with infinity, then negative variances."""
    bounds = {name: tensor.aminmax() for name, tensor in tensors.items() if tensor.numel()}
    _refuse(
        "NaN (not a number)",
        (name for name, (low, _) in bounds.items() if low.isnan()),
        "choose a checkpoint from before training went wrong",
    )
    _refuse(
        "numbers that are infinite in 32 bits",
        (name for name, (low, high) in bounds.items() if low.isinf() or high.isinf()),
        "choose a checkpoint from before training went wrong",
    )
    _refuse(
        "negative variances",
        (name for name, (low, _) in bounds.items() if name.endswith("running_var") and low < 0),
        "the file is damaged, so save it again",
    )


def _refuse(what: str, names: Iterable[str], advice: str) -> None:
    found = list(names)
    if found:
        raise Refusal(f"holds {what} in {counted(len(found), 'tensor')} ({listed(found)}): {advice}")
