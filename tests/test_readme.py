"""What the README promises is there: its commands run, its files, pages, networks and settings exist."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")

FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.removeprefix("$ ").split(" #")[0].strip()
    for block in FENCED.findall(TEXT)
    for line in block.splitlines()
    if re.match(r"(\$ )?(make|python3?|pip|streamlit) ", line)
]
CODE = re.findall(r"`([^`\n]+)`", FENCED.sub("", TEXT))
LINKS = [target for target in re.findall(r"\]\(([^)\s]+)\)", TEXT) if not re.match(r"https?:|#|mailto:", target)]
NETWORKS = [code for code in CODE if re.fullmatch(r"[a-z_]+\d\w*(\?[\w=&,.]+)?", code)]
SETTINGS = set(re.findall(r"--((?:server|client|browser|theme|runner)\.[A-Za-z.]+)", TEXT))


def _command(start: str) -> list[str]:
    return sorted({command for command in COMMANDS if command.startswith(start)})


def test_both_commands_are_there() -> None:
    assert {"make run", "make test"} <= set(COMMANDS)


@pytest.mark.parametrize("command", _command("make "))
def test_make_knows_its_targets(command: str) -> None:
    targets = [word for word in shlex.split(command)[1:] if "=" not in word]
    rules = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert targets
    assert set(targets) <= set(rules)


def test_pip_and_streamlit_are_given_files_that_exist() -> None:
    words = shlex.split(" ".join([*_command("pip "), *_command("streamlit ")]).replace("&&", " "))
    files = [word for word in words if word.endswith((".txt", ".py"))]
    assert {"requirements.txt", "visualizer/app.py"} <= set(files)
    assert not [file for file in files if not (ROOT / file).is_file()]


@pytest.mark.parametrize("command", _command("python -m visualizer"))
def test_the_command_line_does_what_is_shown(command: str, tmp_path: Path) -> None:
    arguments = shlex.split(command.split("|")[0].split(">")[0])[1:]
    run = subprocess.run(
        [sys.executable, *arguments], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()


def test_the_command_line_is_shown() -> None:
    assert _command("python -m visualizer")


@pytest.mark.parametrize("target", LINKS)
def test_links_and_pictures_lead_somewhere(target: str) -> None:
    assert (ROOT / target.split("#")[0]).exists()


def test_there_is_a_picture_of_the_app() -> None:
    assert [target for target in LINKS if target.endswith((".png", ".webp", ".jpg"))]


def test_files_and_folders_exist() -> None:
    paths = [code for code in CODE if re.fullmatch(r"\.?[\w.-]+/[\w./-]*", code)]
    assert not [path for path in paths if not (ROOT / path).exists()]


def test_every_page_is_explained_and_no_other() -> None:
    pages = {path.relative_to(ROOT).as_posix() for path in (ROOT / "pages").glob("*.py")}
    assert set(re.findall(r"pages/\w+\.py", TEXT)) == pages


def test_networks_exist() -> None:
    from visualizer.resnet import parse

    assert NETWORKS
    for text in NETWORKS:
        parse(text)


def test_settings_exist() -> None:
    from streamlit import config

    assert set(config.get_config_options()) >= SETTINGS
