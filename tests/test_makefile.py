"""`make run` on a machine that lacks something: one sentence on what it is, and nothing half made."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")

PROBLEMS = {
    "is too old": 'case "$2" in *version_info*) exit 1;; esac',
    "cannot make virtual environments": 'case "$2" in *ensurepip*) exit 1;; esac',
}


def _make(root: Path, python: Path, environment: Path) -> subprocess.CompletedProcess[str]:
    command = ["make", "--silent", "run", f"PYTHON={python}", f"VENV={environment}"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_python_that_will_not_do(root: Path, tmp_path: Path, problem: str) -> None:
    python = tmp_path / "python3"
    python.write_text(f"#!/bin/sh\n{PROBLEMS[problem]}\n", encoding="utf-8")
    python.chmod(0o755)
    run = _make(root, python, tmp_path / "venv")
    assert run.returncode != 0
    assert problem in run.stderr.splitlines()[0]
    assert not (tmp_path / "venv").exists()


def test_no_python_at_all(root: Path, tmp_path: Path) -> None:
    run = _make(root, tmp_path / "python3", tmp_path / "venv")
    assert run.returncode != 0
    assert "install Python 3.11 or newer" in run.stderr.splitlines()[0]
    assert not (tmp_path / "venv").exists()
