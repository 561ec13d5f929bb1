"""From what a file holds to the tensors of one network, under the names that the network gives them.

Training scripts wrap weights twice: in a dict ("state_dict", "model", "state_dict_ema", ...) beside the optimizer
and the epoch, and under prefixes ("module." of DataParallel, "_orig_mod." of torch.compile, "encoder_q." of MoCo).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from visualizer.network.checkpoint.errors import Refusal, counted, listed, shown
from visualizer.network.checkpoint.names import Stored

# Exponential moving averages of the weights, as timm, torchvision, DINO and others name them; usually more accurate.
AVERAGED = (
    "state_dict_ema",
    "model_ema",
    "ema_state_dict",
    "ema_model",
    "ema",
    "teacher",
    "params_ema",
    "shadow",
)
PLAIN = ("state_dict", "model_state_dict", "model_state", "model", "net", "network", "module", "params", "weights")
PREFIXES = ("module.", "_orig_mod.", "model.", "backbone.", "encoder_q.", "encoder.", "net.", "network.")
MAX_WRAPPERS = 5

_RESNET = re.compile(r"^((?:.*?\.)?)layer1\.0\.")  # every ResNet of torchvision and timm has a first block of this name
T = TypeVar("T")


class Found(NamedTuple):
    """Tensors by name and where in the file they were: () for the top, ("state_dict",) one level down."""

    where: tuple[str, ...]
    tensors: dict[str, Stored]
    left_out: int

    @property
    def averaged(self) -> bool:
        """Whether they are an average over training."""
        return not set(self.where).isdisjoint(AVERAGED)


def state_dict(root: Any) -> tuple[dict[str, Stored], list[str]]:
    """The weights inside `root` (what the pickle describes), and notes on the choice. `Refusal` if there are none."""
    found = list(_state_dicts(root, (), set()))
    if not found:
        raise Refusal(f"holds no named weights but {_described(root)}: save model.state_dict() with torch.save")
    plain = next((one for one in found if not one.averaged), None)
    averaged = next((one for one in found if one.averaged), None)
    chosen = plain or found[0]
    notes = []
    # Some averages lack batch norm's running statistics, without which a network computes nothing useful.
    if averaged and (plain is None or len(averaged.tensors) >= len(plain.tensors)):
        chosen = averaged
        also = "; the weights of the last step are there too" if plain else ""
        notes.append(f"The averaged (EMA) weights under “{_path(averaged)}” were taken{also}.")
    elif chosen.where:
        notes.append(f"The weights were found under “{_path(chosen)}”.")
    if chosen.left_out:
        entries = "entry that is no tensor" if chosen.left_out == 1 else "entries that are no tensors"
        notes.append(f"{chosen.left_out:,} {entries} beside them had no use here.")
    return chosen.tensors, notes


def _state_dicts(node: Any, where: tuple[str, ...], seen: set[int]) -> Iterator[Found]:
    """Every dict of weights in `node`, those under well-known names first. Each dict is looked into once."""
    if type(node) is not dict or id(node) in seen or len(where) > MAX_WRAPPERS:
        return
    seen.add(id(node))
    tensors = {name: value for name, value in node.items() if type(name) is str and type(value) is Stored}
    if any(name.endswith("weight") for name in tensors):
        yield Found(where, tensors, len(node) - len(tensors))
        return
    known = [key for key in AVERAGED + PLAIN if key in node]
    others = [key for key in node if type(key) is str and key not in known and not key.startswith("optim")]
    for key in known + others:
        yield from _state_dicts(node[key], (*where, key), seen)


def _described(root: Any) -> str:
    if type(root) is Stored:
        return "a single tensor"
    if type(root) is dict:
        return f"a dict of {listed(list(root))}" if root else "an empty dict"
    return f"a {type(root).__name__}" if isinstance(root, list | tuple | str | int | float) else "something else"


def _path(found: Found) -> str:
    return ".".join(shown(part, 40) for part in found.where)


def without_prefix(tensors: Mapping[str, T]) -> tuple[dict[str, T], list[str]]:
    """The tensors under the names that a ResNet gives them, and notes on what was removed.

    Where a ResNet is inside (some name has "layer1.0." in it), its prefix is removed and tensors outside it are
    left out; of several, the one with the most usual prefix is taken. Otherwise only usual prefixes that all share go.
    """
    prefix = _resnet_prefix(tensors) or ("" if any(map(_RESNET.match, tensors)) else _shared_prefix(tensors))
    if not prefix:
        return dict(tensors), []
    kept = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    notes = [f"The prefix “{shown(prefix)}” was removed from the names."]
    outside = [name for name in tensors if not name.startswith(prefix)]
    if outside:
        notes.append(f"{counted(len(outside), 'tensor')} outside “{shown(prefix)}” had no use here: {listed(outside)}.")
    return kept, notes


def _resnet_prefix(tensors: Mapping[str, T]) -> str:
    """What stands before "layer1.0." ("module.encoder_q."), or "" where nothing does."""
    sizes = Counter(match[1] for match in map(_RESNET.match, tensors) if match)
    return min(sizes, key=lambda prefix: (_rank(prefix), -sizes[prefix]), default="")


def _rank(prefix: str) -> int:
    """0 for no prefix or for usual parts only, 1 for others ("encoder_k.", the copy that MoCo trains against)."""
    return int(any(part + "." not in PREFIXES for part in prefix.split(".")[:-1]))


def _shared_prefix(tensors: Mapping[str, T]) -> str:
    prefix = ""
    while tensors:
        longer = next((prefix + part for part in PREFIXES if all(n.startswith(prefix + part) for n in tensors)), None)
        if longer is None:
            break
        prefix = longer
    return prefix
