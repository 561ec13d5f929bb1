"""Arrays in files for `numpy.load`, which say what they hold, and under their own name are whole."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

META = "meta"
"""The array that says, as JSON, what the others are."""


def versions() -> dict[str, str]:
    """Of the libraries on which the numbers depend."""
    return {name: version(name) for name in ("torch", "numpy", "pillow")}


def not_finite(arrays: Mapping[str, NDArray[Any]]) -> int:
    """How many values are NaN or infinite."""
    return sum(values.size - int(np.count_nonzero(np.isfinite(values))) for values in arrays.values())


def save_arrays(file: BinaryIO, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> None:
    """Arrays by name, and what they are, as .npz; the same arrays give the same bytes."""
    np.savez(file, **{META: np.array(json.dumps(meta)), **arrays})  # type: ignore[arg-type]


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> None:
    """`save_arrays` into a file that is written under another name, synced and renamed. OSError: the disk."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            save_arrays(file, arrays, meta)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def read_meta(path: Path) -> dict[str, Any] | None:
    """What a file of `write_arrays` says of itself; None if it is not there, or is no such file."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            meta = json.loads(str(file[META]))
    except Exception:  # a foreign file raises whatever its bytes make zipfile and numpy raise
        return None
    return meta if isinstance(meta, dict) else None
