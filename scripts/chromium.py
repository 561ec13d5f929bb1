"""Finds a Chromium for the browser tests, or installs one: `python -m scripts.chromium` prints its path."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
USUAL_PLACES = (
    "/usr/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)
APT = ("apt-get", "-qq", "-o=Dpkg::Use-Pty=0")
PACKAGES = ("chromium", "fonts-dejavu-core")  # without any font no text is drawn, and the tests look at text
NOT_FOUND = (
    "No Chromium was found and none could be installed: install Chromium or Chrome, "
    "or set CHROMIUM to the path of its program."
)


class NoChromiumError(RuntimeError):
    """There is no browser to test with; the message is one sentence that says what would help."""


def chromium() -> Path:
    """A Chromium that is here already.

    Raises NoChromiumError where there is none, or where CHROMIUM names one that does not exist.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        if Path(named).is_file():
            return Path(named)
        raise NoChromiumError(f"CHROMIUM is {named!r}, but there is no such file.")
    for place in _candidates():
        if _starts(place):
            return place
    raise NoChromiumError(NOT_FOUND)


def installed() -> Path:
    """A Chromium that is here already, else one installed now. Raises NoChromiumError if that fails too."""
    if os.environ.get("CHROMIUM"):
        return chromium()
    for commands in ((), *_ways_to_install()):
        if all(_succeeds(command) for command in commands):
            try:
                return chromium()
            except NoChromiumError:
                continue
    raise NoChromiumError(NOT_FOUND)


def _candidates() -> Iterator[Path]:
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))
    yield from (Path(place) for place in USUAL_PLACES if Path(place).is_file())
    bundled = _playwrights_own()
    if bundled is not None:
        yield bundled


def _playwrights_own() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        place = Path(playwright.chromium.executable_path)
    return place if place.is_file() else None


def _starts(place: Path) -> bool:
    """Whether the program runs at all: Ubuntu's `chromium-browser` can be a stub that only asks for snap."""
    return sys.platform == "win32" or _succeeds((str(place), "--version"))


def _ways_to_install() -> Iterator[Sequence[Sequence[str]]]:
    if _is_debian() and (rights := _root_rights()) is not None:
        apt = (*rights, "env", "DEBIAN_FRONTEND=noninteractive", *APT)
        yield (*apt, "update"), (*apt, "install", "-y", "--no-install-recommends", *PACKAGES)
    yield ((sys.executable, "-m", "playwright", "install", "chromium"),)


def _is_debian() -> bool:
    """Debian itself: Ubuntu has no Chromium among its packages, only a stub."""
    try:
        return "ID=debian" in Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False


def _root_rights() -> tuple[str, ...] | None:
    """What to put before a command so that it runs as root without asking; None where that cannot be."""
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and _succeeds(("sudo", "-n", "true")):
        return ("sudo", "-n")
    return None


def _succeeds(command: Sequence[str]) -> bool:
    """Whether the command ends well. What it prints goes to stderr: stdout is for the path alone."""
    quiet = command[-1] in ("--version", "true")
    output = subprocess.DEVNULL if quiet else sys.stderr
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False)
    except OSError:
        return False
    return done.returncode == 0


def main() -> int:
    try:
        print(installed())
    except NoChromiumError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
