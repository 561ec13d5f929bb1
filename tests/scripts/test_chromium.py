"""Finding a browser: what is named wins, what does not run is passed over, and a failure is one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import chromium


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any browser; programs put into the folder returned are on its PATH."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "USUAL_PLACES", ())
    monkeypatch.setattr(chromium, "_playwrights_own", lambda: None)
    return tmp_path


def _program(path: Path, status: int = 0) -> Path:
    path.write_text(f"#!/bin/sh\nexit {status}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_one_named_wins(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(bare_machine / "chromium")
    named = _program(bare_machine / "mine")
    monkeypatch.setenv("CHROMIUM", str(named))
    assert chromium.installed() == named


def test_a_stub_that_does_not_run_is_passed_over(bare_machine: Path) -> None:
    _program(bare_machine / "chromium-browser", status=1)
    real = _program(bare_machine / "google-chrome")
    assert chromium.chromium() == real


def test_what_gets_installed_is_found(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = _program(bare_machine / "package")
    install = ("/bin/mv", str(package), str(bare_machine / "chromium"))
    monkeypatch.setattr(chromium, "_ways_to_install", lambda: iter([[("/bin/false",)], [install]]))
    assert chromium.installed() == bare_machine / "chromium"


def test_failure_is_one_sentence(bare_machine: Path, monkeypatch: pytest.MonkeyPatch, capfd) -> None:
    monkeypatch.setattr(chromium, "_ways_to_install", lambda: iter([[("/bin/false",)]]))
    assert chromium.main() == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert err == f"{chromium.NOT_FOUND}\n"


def test_a_wrong_name_is_said(tmp_path: Path) -> None:
    environment = {**os.environ, "CHROMIUM": str(tmp_path / "nothing")}
    command = [sys.executable, "-m", "scripts.chromium"]
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr == f"CHROMIUM is {str(tmp_path / 'nothing')!r}, but there is no such file.\n"
