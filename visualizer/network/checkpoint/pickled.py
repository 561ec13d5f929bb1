"""The pickle inside a checkpoint, read as a description of tensors and never as a program.

A pickle is a list of instructions for a stack machine. Here the machine has only the instructions that
torch.save writes, knows about two dozen names, imports none of them and calls nothing: a name that would build
a tensor gives a `Stored`, which says where the tensor's numbers lie in the file, and all other known names give
`OPAQUE`. So whatever a file asks for, reading it costs memory in proportion to its own size and runs no code.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Mapping
from typing import Any

from visualizer.network.checkpoint.archive import Span
from visualizer.network.checkpoint.errors import Refusal, shown
from visualizer.network.checkpoint.names import (
    CALLS,
    DAMAGED,
    ONLY_WEIGHTS,
    OPAQUE,
    STORAGES,
    Name,
    Opaque,
    Storage,
    exactly,
    known,
    opaque,
)

MAX_INSTRUCTIONS = 1_000_000  # a tensor takes about 40; ResNet-1202 with optimizer and averaged weights 900,000
MAX_PICKLE_BYTES = 32_000_000
MAX_DEPTH = 32


def unpickled(pickle: bytes, storages: Mapping[str, Span]) -> Any:
    """What `pickle` describes: dicts, lists, tuples, plain values, `Stored` tensors and `OPAQUE`.

    storages: where the bytes of each storage lie. Raises `Refusal` for any name, instruction, depth or size out
    of bounds, above all for a storage that claims another length than its member has.
    """
    if len(pickle) > MAX_PICKLE_BYTES:
        raise Refusal(f"has a data.pkl of over {MAX_PICKLE_BYTES:,} bytes, which no ResNet needs: {ONLY_WEIGHTS}")
    try:
        root = _Machine(storages).result(pickle)
    except Refusal:
        raise
    except Exception as error:  # a damaged pickle fails anywhere: empty stack, unknown memo, wrong arguments
        raise Refusal(DAMAGED) from error
    _check_depth(root)
    return root


class _Machine:
    """The stack machine: `stack` above the last mark, `below` the stacks under each mark, `memo` by number."""

    def __init__(self, storages: Mapping[str, Span]) -> None:
        self.storages = storages
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []
        self.memo: dict[int, Any] = {}

    def result(self, pickle: bytes) -> Any:
        for count, (opcode, argument, _position) in enumerate(pickletools.genops(pickle)):
            if count > MAX_INSTRUCTIONS:
                raise Refusal(f"describes more than {MAX_INSTRUCTIONS:,} things beside its numbers: {ONLY_WEIGHTS}")
            if opcode.name in _PUSHES:
                self.stack.append(argument)
            elif opcode.name == "STOP":
                break
            else:
                step = _STEPS.get(opcode.name)
                if step is None:
                    raise Refusal(f"has the instruction {opcode.name} in its data.pkl, which torch.save does not write")
                step(self, argument)
        (root,) = self.stack
        return root

    def since_mark(self) -> list[Any]:
        items, self.stack = self.stack, self.below.pop()
        return items

    def mark(self, _argument: Any) -> None:
        self.below.append(self.stack)
        self.stack = []

    def remember(self, number: int) -> None:
        self.memo[number] = self.stack[-1]

    def recall(self, number: int) -> None:
        self.stack.append(self.memo[number])

    def tuple_of(self, length: int) -> None:
        items = tuple(self.stack[-length:])
        if len(items) != length:
            raise Refusal(DAMAGED)
        self.stack[-length:] = [items]

    def tuple_since_mark(self, _argument: Any) -> None:
        items = tuple(self.since_mark())  # before the stack is looked up: it changes the stack
        self.stack.append(items)

    def append(self, items: list[Any]) -> None:
        if not isinstance(self.stack[-1], Opaque):
            exactly(list, self.stack[-1]).extend(items)

    def set_items(self, items: list[Any]) -> None:
        keys, values = items[::2], items[1::2]
        if len(keys) != len(values) or not all(_is_key(key) for key in keys):
            raise Refusal(DAMAGED)
        if not isinstance(self.stack[-1], Opaque):
            exactly(dict, self.stack[-1]).update(zip(keys, values, strict=True))

    def name(self, argument: str) -> None:
        self.stack.append(Name(known(argument.replace(" ", "."))))

    def call(self, _argument: Any) -> None:
        args, called = self.stack.pop(), self.stack.pop()
        function = CALLS[exactly(Name, called).text]
        self.stack.append(function(*exactly(tuple, args)))

    def new(self, _argument: Any) -> None:
        args, called = self.stack.pop(), self.stack.pop()
        if args != () or CALLS[exactly(Name, called).text] is not opaque:
            raise Refusal(DAMAGED)
        self.stack.append(OPAQUE)

    def build(self, _argument: Any) -> None:
        # The state of an OrderedDict holds the versions of its modules; the rest is opaque. Neither is needed.
        self.stack.pop()
        if not isinstance(self.stack[-1], dict | Opaque):
            raise Refusal(DAMAGED)

    def storage(self, _argument: Any) -> None:
        tag, kind, key, _location, elements = exactly(tuple, self.stack.pop())
        if tag != "storage":
            raise Refusal(DAMAGED)
        dtype, width = STORAGES[exactly(Name, kind).text]
        span = self.storages.get(exactly(str, key))
        if span is None:
            raise Refusal(f"lacks the numbers of storage “{shown(key)}”: download it or save it again")
        if exactly(int, elements) * width != span.size:
            raise Refusal(
                f"claims another length for storage “{shown(key)}” than the {span.size:,} bytes that it has:"
                " download it or save it again"
            )
        self.stack.append(Storage(dtype, span.start, elements))


_PUSHES = frozenset("BININT BININT1 BININT2 LONG1 BINFLOAT BINUNICODE SHORT_BINSTRING".split())

_STEPS: dict[str, Callable[[_Machine, Any], None]] = {
    "PROTO": lambda machine, version: None,
    "NONE": lambda machine, _: machine.stack.append(None),
    "NEWTRUE": lambda machine, _: machine.stack.append(True),
    "NEWFALSE": lambda machine, _: machine.stack.append(False),
    "EMPTY_DICT": lambda machine, _: machine.stack.append({}),
    "EMPTY_LIST": lambda machine, _: machine.stack.append([]),
    "EMPTY_TUPLE": lambda machine, _: machine.stack.append(()),
    "MARK": _Machine.mark,
    "TUPLE": _Machine.tuple_since_mark,
    "TUPLE1": lambda machine, _: machine.tuple_of(1),
    "TUPLE2": lambda machine, _: machine.tuple_of(2),
    "TUPLE3": lambda machine, _: machine.tuple_of(3),
    "APPEND": lambda machine, _: machine.append([machine.stack.pop()]),
    "APPENDS": lambda machine, _: machine.append(machine.since_mark()),
    "SETITEM": lambda machine, _: machine.set_items([machine.stack.pop(-2), machine.stack.pop()]),
    "SETITEMS": lambda machine, _: machine.set_items(machine.since_mark()),
    "BINPUT": _Machine.remember,
    "LONG_BINPUT": _Machine.remember,
    "BINGET": _Machine.recall,
    "LONG_BINGET": _Machine.recall,
    "GLOBAL": _Machine.name,
    "REDUCE": _Machine.call,
    "NEWOBJ": _Machine.new,
    "BUILD": _Machine.build,
    "BINPERSID": _Machine.storage,
}


def _is_key(key: Any) -> bool:
    # Others may hash slowly on purpose: a tuple of tuples of tuples, or integers that all collide.
    return type(key) is str or (type(key) is int and abs(key) < 2**31)


def _check_depth(root: Any) -> None:
    """`Refusal` if anything lies deeper than `MAX_DEPTH` containers; no recursion, each container is seen once."""
    level, seen = [root], {id(root)}
    for _ in range(MAX_DEPTH):
        level = [child for container in level for child in _children(container) if _is_new(child, seen)]
        if not level:
            return
    raise Refusal(f"nests its contents more than {MAX_DEPTH} deep: {ONLY_WEIGHTS}")


def _children(container: Any) -> list[Any]:
    inner = container.values() if isinstance(container, dict) else container
    return [item for item in inner if type(item) in (dict, list, tuple)]


def _is_new(container: Any, seen: set[int]) -> bool:
    if id(container) in seen:
        return False
    seen.add(id(container))
    return True
