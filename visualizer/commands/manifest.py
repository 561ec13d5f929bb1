"""A folder of results: which pictures go in, and the manifest that says what became of each.

The manifest is JSON with a line for each picture, written line by line, so that memory does not grow with a folder.
Its first line says what was run; a folder takes the results of one run only.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from visualizer.commands import Refusal
from visualizer.resnet.errors import brief

MANIFEST = "manifest.json"
ENDINGS = (".jpg", ".jpeg", ".jpe", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
"""Of the files in a folder that are taken for pictures; a file that is named itself may end as it likes."""
STALE = 3600.0
"""Seconds after which what an interrupted run left half written is removed."""
_END = "\n]}\n"


def pictures(named: Iterable[Path]) -> Iterator[Path]:
    """The files that are named, and the pictures in the folders that are, by name; nothing that is hidden.

    A folder that cannot be looked into stands for itself, and will be found not to be a picture.
    """
    for path in named:
        if path.is_dir():
            yield from _inside(path)
        else:
            yield path


def _inside(folder: Path) -> Iterator[Path]:
    closed: list[Path] = []
    for root, folders, files in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                yield Path(root, name)
    yield from closed


def prepare(folder: Path, run: dict[str, Any]) -> None:
    """Claim a folder for a run, and remove what an earlier start left half written.

    Refusal: the folder has the results of another run.
    """
    path = folder / MANIFEST
    known = _run(path)
    if known is None:
        for _ in written(folder, run, ()):
            pass
    elif identity(known) != identity(run):
        there, wanted = identity(known), identity(run)
        differs = [name for name in run if there.get(name) != wanted[name]]
        raise Refusal(
            f"{brief(folder)} has the results of another run, which differs in {', '.join(differs) or 'its form'}: "
            "choose another folder."
        )
    for part in folder.glob(".*.part"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > STALE:
                part.unlink()


def _run(path: Path) -> dict[str, Any] | None:
    """What the manifest says was run; None if there is none, {} if it is not one of ours."""
    try:
        with path.open(encoding="utf-8") as file:
            first = file.readline(1_000_000)
        run = json.loads(first.rstrip("\n") + _END)["run"]
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return {}
    return run if isinstance(run, dict) else {}


def identity(run: Any) -> dict[str, Any]:
    """What tells runs apart: weights by their digest where they have one, whatever their file is called.

    run: it was read from a file, so it may be anything.
    """
    if not isinstance(run, dict):
        return {}
    weights = run.get("weights")
    return {**run, "weights": (weights.get("sha256") or weights.get("name")) if isinstance(weights, dict) else None}


def written(folder: Path, run: Mapping[str, Any], entries: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The entries, each also written; at the end the manifest has its name."""
    part = folder / f".{MANIFEST}.{os.getpid()}.part"
    try:
        with part.open("w", encoding="ascii") as file:
            file.write(json.dumps({"run": run, "pictures": []})[: -len("]}")])
            for number, entry in enumerate(entries):
                shown = {name: value for name, value in entry.items() if name != "new"}
                file.write(f"{',' if number else ''}\n{json.dumps(shown)}")
                yield entry
            file.write(_END)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, folder / MANIFEST)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
