"""A checkpoint from the bytes of a file, or one sentence that says why not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import safetensors.torch
from torch import Tensor

from visualizer.network.checkpoint.archive import archive
from visualizer.network.checkpoint.errors import CheckpointError, Refusal, shown
from visualizer.network.checkpoint.kinds import Format, format_of
from visualizer.network.checkpoint.pickled import unpickled
from visualizer.network.checkpoint.tensors import float32_tensors
from visualizer.network.checkpoint.unwrap import state_dict, without_prefix

DEFAULT_MAX_BYTES = 640_000_000  # the largest preset, wide_resnet101_2, takes 508 MB in float32
MAX_HEADER_BYTES = 16_000_000  # of safetensors; ResNet-1202 needs under 1 MB


@dataclass(frozen=True, eq=False, slots=True)
class Checkpoint:
    """The weights of one network, checked: float32, contiguous, on the CPU, finite, no negative variance.

    Shared between sessions: not to be altered, neither the dict nor the tensors.
    """

    tensors: dict[str, Tensor]  # by name, without the prefixes of wrappers and without num_batches_tracked
    format: Format
    digest: str  # sha256 of the file, hexadecimal
    notes: tuple[str, ...] = ()  # sentences to show: what was unwrapped, chosen, widened, or could not be checked
    name: str = ""  # of the file, fit to be shown; "" if it has none


def read_checkpoint(data: bytes, name: str = "", max_bytes: int = DEFAULT_MAX_BYTES) -> Checkpoint:
    """The weights in `data`, a .safetensors file or a .pth file of torch.save (PyTorch 1.6 and later).

    Nothing in the file is executed: the pickle of a .pth is read as data (see `pickled`), torch.load is not used.
    Memory stays within about four times the file's size (twice for the float32 that nearly all files hold).
    name: the file's, used in sentences only. Raises CheckpointError, one sentence that says what is wrong.
    """
    try:
        if len(data) > max_bytes:
            raise Refusal(
                f"has {len(data) / 1e6:,.0f} MB, and up to {max_bytes / 1e6:,.0f} MB can be opened here:"
                " save the weights alone, without the optimizer, or in half precision"
            )
        form = format_of(data)
        named, notes = _safetensors(data) if form == "safetensors" else _torch_zip(data)
        named, prefix_notes = without_prefix(named)
        if not named:
            raise Refusal("holds no tensors: choose a file with the weights of a ResNet")
        tensors, number_notes = float32_tensors(data, named)
    except Refusal as refusal:
        raise CheckpointError(f"{shown(name) or 'The file'} {refusal}.") from None
    notes = [*notes, *prefix_notes, *number_notes]
    return Checkpoint(tensors, form, hashlib.sha256(data).hexdigest(), tuple(notes), shown(name))


def _torch_zip(data: bytes) -> tuple[dict[str, Any], list[str]]:
    parts = archive(data)
    named, notes = state_dict(unpickled(parts.pickle, parts.storages))
    if not parts.checksums:
        notes.append("The file was saved without checksums, so damage to its numbers cannot be seen.")
    return named, notes


def _safetensors(data: bytes) -> tuple[dict[str, Any], list[str]]:
    if int.from_bytes(data[:8], "little") > MAX_HEADER_BYTES:
        raise Refusal("has a safetensors header of over 16 MB, which no ResNet needs: save it again")
    try:
        return safetensors.torch.load(data), []
    except Exception as error:  # SafetensorError, and KeyError, RuntimeError or AssertionError for odd types and shapes
        raise Refusal(f"is a damaged safetensors file ({shown(error, 120)}): download it or save it again") from error
