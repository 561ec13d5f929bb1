"""What a checkpoint's pickle may mention, and what each mention stands for.

This is the allow-list. Nothing on it is imported or called: a name that would build a tensor gives a `Stored`,
and names that are harmless beside weights give `OPAQUE`. Every other name is refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from visualizer.network.checkpoint.errors import Refusal, shown

MAX_DIMENSIONS = 8
DAMAGED = "has a damaged or unusual data.pkl: save it again with torch.save(model.state_dict(), ...)"
ONLY_WEIGHTS = "save only the weights, with torch.save(model.state_dict(), ...)"

T = TypeVar("T")


def exactly(kind: type[T], value: Any) -> T:
    """`value` if its type is `kind` itself (so no bool for an int, no NamedTuple for a tuple), else `Refusal`."""
    if type(value) is not kind:
        raise Refusal(DAMAGED)
    return value


class Name(NamedTuple):
    """A Python name that the pickle mentions; it is not looked up."""

    text: str


class Storage(NamedTuple):
    """A run of `elements` numbers of one type, from byte `start` of the file on."""

    dtype: str
    start: int
    elements: int


class Stored(NamedTuple):
    """A tensor as the file describes it: `size` and `stride` in elements, from element `offset` of its storage."""

    dtype: str
    storage: Storage
    offset: int
    size: tuple[int, ...]
    stride: tuple[int, ...]

    @property
    def elements(self) -> int:
        """How many numbers it has."""
        return math.prod(self.size)

    @property
    def reach(self) -> int:
        """How many numbers of the storage lie from its first to its last; 0 for an empty tensor."""
        return 1 + sum((n - 1) * step for n, step in zip(self.size, self.stride, strict=True)) if self.elements else 0


class Opaque:
    """Something that is allowed beside the weights and not looked at: options of a training run, a counter."""


OPAQUE = Opaque()

# How a storage says its number type, and the bytes that one number takes.
STORAGES = {
    "torch.FloatStorage": ("float32", 4),
    "torch.DoubleStorage": ("float64", 8),
    "torch.HalfStorage": ("float16", 2),
    "torch.BFloat16Storage": ("bfloat16", 2),
    "torch.LongStorage": ("int64", 8),
    "torch.IntStorage": ("int32", 4),
    "torch.ShortStorage": ("int16", 2),
    "torch.CharStorage": ("int8", 1),
    "torch.ByteStorage": ("uint8", 1),
    "torch.BoolStorage": ("bool", 1),
    "torch.storage.UntypedStorage": ("uint8", 1),
}


def _ordered_dict(*args: Any) -> dict[Any, Any]:
    if args:
        raise Refusal(DAMAGED)
    return {}


def _tensor(storage: Any, offset: Any, size: Any, stride: Any, grad: Any, hooks: Any, bits: Any = None) -> Stored:
    # `bits` may say that the numbers are negated or conjugated: rare, and to overlook it would flip every sign.
    if bits:
        raise Refusal("holds a negated or conjugated view: save its tensors after .clone()")
    return _checked(storage, offset, size, stride, None)


def _tensor_v3(*args: Any) -> Stored:
    storage, offset, size, stride, _grad, _hooks, dtype = args
    own_type = exactly(Name, dtype).text.removeprefix("torch.")
    if own_type in {usual for usual, _width in STORAGES.values()}:
        raise Refusal(DAMAGED)  # torch writes such a tensor with a storage of its own type, whose length is checked
    return _checked(storage, offset, size, stride, own_type)


def _parameter(tensor: Stored, *_rest: Any) -> Stored:
    return tensor


def _size(size: tuple[int, ...]) -> tuple[int, ...]:
    return size


def opaque(*_args: Any) -> Opaque:
    """What stands for every thing that is allowed and not looked at."""
    return OPAQUE


# What a REDUCE of each known name gives. Everything that is not here, in STORAGES or in NUMBER_TYPES is refused.
CALLS: dict[str, Callable[..., Any]] = {
    "collections.OrderedDict": _ordered_dict,  # what state_dict() returns; also the hooks of every tensor
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_tensor_v3": _tensor_v3,  # number types without a storage class of their own
    "torch._utils._rebuild_parameter": _parameter,
    "torch._utils._rebuild_parameter_with_state": _parameter,
    "torch.Size": _size,
    "torch.device": opaque,
    "collections.Counter": opaque,  # milestones of MultiStepLR
    "argparse.Namespace": opaque,  # the options that timm's and torchvision's training scripts put in
    "numpy.core.multiarray.scalar": opaque,  # a best accuracy kept as a NumPy number, and its three helpers
    "numpy._core.multiarray.scalar": opaque,
    "numpy.dtype": opaque,
    "_codecs.encode": opaque,
}
NUMBER_TYPES = frozenset(
    "torch." + dtype
    for dtype in (
        "float32 float64 float16 bfloat16 int64 int32 int16 int8 uint8 uint16 uint32 uint64 bool"
        " float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz float8_e8m0fnu"
    ).split()
)


def known(name: str) -> str:
    """`name` if it is on the list, else `Refusal` that says what kind of thing the file asks for."""
    if name in CALLS or name in STORAGES or name in NUMBER_TYPES:
        return name
    if "sparse" in name:
        raise Refusal("holds sparse tensors: save them after .to_dense()")
    if "qtensor" in name or "torch.QInt" in name or "torch.QUInt" in name:
        raise Refusal("holds quantised tensors: save the network before it was quantised")
    if "Complex" in name:
        raise Refusal("holds complex numbers, which no ResNet has: choose a ResNet's weights")
    raise Refusal(
        f"asks Python for {shown(name)}, which weights do not need and which may run code, so it was not opened"
        f" further: {ONLY_WEIGHTS}"
    )


def _checked(storage: Any, offset: Any, size: Any, stride: Any, dtype: str | None) -> Stored:
    """The tensor, if all of its elements lie inside its storage and it has no more of them than that has.

    dtype: the tensor's own number type, where its storage is only bytes.
    """
    held = exactly(Storage, storage).elements
    numbers = (offset, *exactly(tuple, size), *exactly(tuple, stride))
    if len(size) != len(stride) or len(size) > MAX_DIMENSIONS or any(type(n) is not int or n < 0 for n in numbers):
        raise Refusal(DAMAGED)
    tensor = Stored(dtype or storage.dtype, storage, offset, size, stride)
    if tensor.elements > held:
        raise Refusal("describes a tensor of more numbers than the file holds: save it again after .clone()")
    if offset + tensor.reach > held:
        raise Refusal("describes a tensor that reaches past the end of its numbers: save it again")
    return tensor
