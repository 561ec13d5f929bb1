"""Published ImageNet weights: fetched once from who publishes them, checked, and read with the care any file gets."""

from __future__ import annotations

from pathlib import Path

from visualizer.network import huggingface, torchvision_files
from visualizer.network.checkpoint import Checkpoint, CheckpointError, read_checkpoint
from visualizer.network.fetching import NotFetchedError, Places, Tell
from visualizer.network.published_weights import Published

__all__ = ["MAX_BYTES", "NotFetchedError", "Places", "fetch", "kept", "published_checkpoint"]

MAX_BYTES = 1_000_000_000
"""The largest file in the table has 776 MB."""
USUAL = Places()
"""Where files are kept and come from unless it is said otherwise."""


def kept(row: Published, places: Places | None = None) -> Path | None:
    """The file on this machine, where these weights were fetched before, here or by timm or torchvision; or None."""
    places = places or USUAL
    return huggingface.kept(row, places) if row.host == "timm" else torchvision_files.kept(row, places)


def fetch(row: Published, tell: Tell = lambda done, size: None, places: Places | None = None) -> Path:
    """The file, fetched unless it is here, its SHA-256 held against what its publisher says.

    `tell` is told of the bytes that are here and of all; what it raises ends the download. Raises NotFetchedError, one
    sentence, within 5 s if there is no network.
    """
    if row.host == "timm":
        return huggingface.fetch(row, tell, places or USUAL)
    return torchvision_files.fetch(row, tell, places or USUAL)


def published_checkpoint(row: Published, places: Places | None = None) -> Checkpoint:
    """The weights from the file on this machine, which is read with the care that any file gets; nothing is fetched.

    Raises NotFetchedError if it is not here, and CheckpointError if it is not what was published.
    """
    path = kept(row, places)
    if path is None:
        raise NotFetchedError(f"The weights {row.name} are not on this machine yet: fetch them first.")
    try:
        found = read_checkpoint(path.read_bytes(), row.name, MAX_BYTES)
    except OSError as error:
        raise NotFetchedError(f"The weights {row.name} cannot be read from this machine: fetch them again.") from error
    wanted = row.hash_prefix or huggingface.expected_digest(path)
    if not found.digest.startswith(wanted):
        raise CheckpointError(f"The file of {row.name} on this machine is not the published one: remove {path}.")
    return found
