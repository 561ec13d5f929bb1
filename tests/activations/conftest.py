"""Each test of the Activations page meets a server that was started just now."""

from __future__ import annotations

from pathlib import Path

import pytest

from visualizer.ui.store import STORES
from visualizer.ui.uploads import UPLOADS


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_collector: None) -> None:
    """No uploads, no results, and no collector beside the test."""
    monkeypatch.setattr(UPLOADS, "folder", tmp_path / "uploads")
    monkeypatch.setattr(UPLOADS, "_last", ("", b""))
    for store in STORES:
        store.forget_idle(-1)
