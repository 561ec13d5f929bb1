"""The settings that ship: they say what a class needs, and they hold wherever the app is started from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

WANTED = {
    "runner.postScriptGC": False,
    "client.showErrorDetails": "none",
    "server.address": "localhost",
    "server.maxUploadSize": 20,
    "server.fileWatcherType": "none",
    "server.showEmailPrompt": False,
    "server.enableAgentApi": False,
    "browser.gatherUsageStats": False,
}

# Goes the way of `streamlit run` up to the point where the server would start, and prints what it would start with.
EFFECTIVE = """
import json, sys
from streamlit import config
from streamlit.web import bootstrap, cli
def report(*_, **__): print(json.dumps({name: config.get_option(name) for name in sys.argv[2:]}))
bootstrap.run = report
cli.main(["run", sys.argv[1]], standalone_mode=False)
"""


@pytest.fixture(scope="session")
def shipped(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def test_the_file_says_what_a_class_needs(shipped: dict[str, Any]) -> None:
    assert shipped["runner"]["postScriptGC"] is False
    assert shipped["client"]["showErrorDetails"] == "none"
    assert shipped["server"]["maxUploadSize"] == 20
    assert shipped["server"]["address"] == "localhost"
    assert set(shipped["server"]["allowedHosts"]) == {"localhost", "127.0.0.1", "::1"}
    assert shipped["browser"]["gatherUsageStats"] is False


def test_there_is_one_file(root: Path) -> None:
    assert (root / ".streamlit" / "config.toml").samefile(root / "visualizer" / ".streamlit" / "config.toml")


def test_the_settings_hold_from_any_folder(root: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    run = subprocess.run(
        [sys.executable, "-c", EFFECTIVE, str(root / "visualizer" / "app.py"), *WANTED],
        cwd=tmp_path,
        env={**environment, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout.splitlines()[-1]) == WANTED


def test_streamlit_knows_every_name_in_the_file(shipped: dict[str, Any]) -> None:
    from streamlit import config

    known = set(config.get_config_options())

    def names(table: dict[str, Any], prefix: str = "") -> set[str]:
        inner = {prefix + key for key, value in table.items() if not isinstance(value, dict)}
        tables = {key: value for key, value in table.items() if isinstance(value, dict)}
        return inner.union(*(names(value, f"{prefix}{key}.") for key, value in tables.items()))

    assert names(shipped) <= known


def _luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _mixed(one: str, other: str, part: float) -> str:
    """`part` of the first colour over the other."""
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(part * above + (1 - part) * below):02x}" for above, below in pairs)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_links_can_be_read(shipped: dict[str, Any], theme: str) -> None:
    """WCAG 2.2 asks for 7 : 1 for text (level AAA) and 4.5 : 1 for links (AA), 3 : 1 for what marks a control.

    Streamlit writes slider values and the open tab in the primary colour on the page's own ground, and the chosen
    segment of a control on that ground with a tenth of the primary colour over it.
    """
    colours = shipped["theme"][theme]
    grounds = [colours["backgroundColor"], colours["secondaryBackgroundColor"]]
    grounds += [colours["sidebar"]["backgroundColor"], colours["sidebar"]["secondaryBackgroundColor"]]
    for ground in (colours["backgroundColor"], colours["sidebar"]["backgroundColor"]):
        assert _contrast(colours["primaryColor"], ground) >= 4.5
        assert _contrast(colours["primaryColor"], _mixed(colours["primaryColor"], ground, 0.1)) >= 4.5
    for ground in grounds:
        assert _contrast(colours["textColor"], ground) >= 7
        assert _contrast(colours["linkColor"], ground) >= 4.5
        assert _contrast(colours["primaryColor"], ground) >= 3
