"""What both training scripts share: the settings under which a run can be repeated, and the files that it leaves."""

from __future__ import annotations

import hashlib
import json
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import safetensors.torch
import torch

from visualizer.network import ResNet

FOLDER = Path(__file__).parents[1] / "visualizer" / "network" / "bundled"
PROMISE = (
    "The same script with the same seed gives the same file, bit for bit, on the same machine with the versions above:"
    " one thread, deterministic operations, every random number from one seeded generator. Another processor or"
    " version adds in another order, and after some steps gives other weights of the same kind."
)


def repeatable() -> None:
    """One thread and deterministic operations, for this process: two runs from one seed are then equal."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)


def versions(*packages: str) -> dict[str, str]:
    """The versions under which a run took place: Python's, the processor's kind, and those of the packages."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    return found | {package: version(package) for package in packages}


def publish(model: ResNet, key: str, card: dict[str, Any], folder: Path = FOLDER) -> None:
    """Write `key`.safetensors and, beside it, `key`.json: the card with the file's digest, today's date and PROMISE."""
    data = safetensors.torch.save(model.state_dict())
    full = card | {
        "promise": PROMISE,
        "date": datetime.now(UTC).date().isoformat(),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{key}.safetensors").write_bytes(data)
    text = json.dumps(full, ensure_ascii=False, indent=2)
    (folder / f"{key}.json").write_text(f"{text}\n", encoding="utf-8")
