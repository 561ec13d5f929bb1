"""Who may import whom: pages, app → ui → figures → analysis → resnet, and ui → network → analysis, images, resnet."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

MAY_IMPORT = {
    "resnet": set(),
    "analysis": {"resnet"},
    "images": set(),
    "network": {"analysis", "images", "resnet"},
    "figures": {"analysis", "resnet"},
    "source": {"resnet"},
    "ui": {"figures", "source", "network", "analysis", "images", "resnet"},
    "commands": {"figures", "source", "network", "analysis", "images", "resnet"},
    "__main__": {"commands", "figures", "network", "analysis", "images", "resnet"},
    "app": {"ui", "figures", "network", "analysis", "images", "resnet"},
    "pages": {"ui", "figures", "network", "analysis", "images", "resnet"},
}
"""What each package may import of ours, besides itself."""

LIBRARIES = {
    "resnet": set(),
    "analysis": {"numpy"},
    "images": {"PIL", "numpy"},
    "source": set(),
    "network": {"torch", "safetensors", "huggingface_hub", "httpx2", "torchinfo", "numpy"},
    "figures": {"plotly", "graphviz", "numpy", "PIL", "reportlab", "pypdfium2"},
    "ui": {"streamlit", "plotly", "graphviz", "numpy", "PIL", "pandas"},
    "commands": {"click"},
    "__main__": {"click"},
    "app": {"streamlit"},
    "pages": {"streamlit", "numpy", "pandas"},
}
"""What each package may import of others, besides the standard library. Only network has torch."""


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every source file with the package it belongs to."""
    for path in sorted((root / "visualizer").rglob("*.py")):
        inner = path.relative_to(root / "visualizer")
        owner = inner.parts[0].removesuffix(".py")
        if owner != "__init__":
            yield owner, path
    yield from (("pages", path) for path in sorted((root / "pages").glob("*.py")))


def _imported(path: Path, root: Path) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything that a file imports, wherever in the file it stands."""
    package = path.relative_to(root).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, *([node.module] if node.module else [])))
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def _complaint(owner: str, name: str) -> str | None:
    """What is wrong with the package `owner` importing `name`; None if nothing is."""
    top, _, rest = name.partition(".")
    if top == "visualizer":
        package = rest.split(".")[0]
        if package == owner or package in MAY_IMPORT[owner]:
            return None
        return f"{owner} may not import visualizer.{package}"
    if top in sys.stdlib_module_names or top in LIBRARIES[owner]:
        return None
    return f"{owner} may not import {top}"


def test_every_import_goes_in_the_right_direction(root: Path) -> None:
    complaints = [
        f"{path.relative_to(root)}:{line}: {complaint}"
        for owner, path in _files(root)
        for line, name in _imported(path, root)
        if (complaint := _complaint(owner, name))
    ]
    assert not complaints, "\n".join(complaints)


def test_no_module_at_the_top_of_the_package_hides_a_library(root: Path) -> None:
    """`streamlit run visualizer/app.py` puts visualizer/ on the path, so `graphviz.py` there would hide graphviz."""
    names = {path.stem for path in (root / "visualizer").iterdir() if path.suffix == ".py" or path.is_dir()}
    libraries = sys.stdlib_module_names | set().union(*LIBRARIES.values())
    assert not (names - {"__init__", "__main__", "__pycache__"}) & libraries


COMMAND = """
import runpy, sys
sys.argv = ["visualizer", {arguments}]
try:
    runpy.run_module("visualizer", run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
"""


@pytest.mark.parametrize(
    ("code", "unloaded"),
    [
        pytest.param("import visualizer.resnet", {"numpy", "torch", "streamlit", "PIL", "click"}, id="resnet"),
        pytest.param("import visualizer.analysis", {"torch", "streamlit", "PIL", "plotly"}, id="analysis"),
        pytest.param("import visualizer.images", {"torch", "streamlit", "plotly"}, id="images"),
        pytest.param("import visualizer.figures", {"torch", "streamlit"}, id="figures"),
        pytest.param("import visualizer.figures.take_along", {"reportlab", "pypdfium2", "PIL"}, id="take along"),
        pytest.param("import visualizer.network", {"streamlit", "plotly"}, id="network"),
        pytest.param("import visualizer.source", {"numpy", "torch", "streamlit", "PIL", "click"}, id="source"),
        pytest.param(
            COMMAND.format(arguments='"describe", "resnet18", "--json"'),
            {"numpy", "torch", "streamlit", "PIL", "plotly"}, id="describe",
        ),
        pytest.param(
            COMMAND.format(arguments='"code", "resnet18"'), {"numpy", "torch", "streamlit", "PIL", "plotly"}, id="code",
        ),
        pytest.param(
            COMMAND.format(arguments='"diff", "resnet18", "resnet34"'),
            {"numpy", "torch", "streamlit", "PIL", "plotly"}, id="diff",
        ),
        pytest.param(
            COMMAND.format(arguments='"summary", "resnet18", "--format", "latex"'),
            {"numpy", "torch", "streamlit", "PIL", "plotly"}, id="summary",
        ),
        pytest.param(COMMAND.format(arguments='"dot", "resnet18"'), {"torch", "streamlit", "plotly"}, id="dot"),
    ],
)  # fmt: skip
def test_heavy_libraries_stay_unloaded(root: Path, code: str, unloaded: set[str]) -> None:
    report = f"{code}\nimport sys; print('LOADED', *sorted(set(sys.modules) & {unloaded!r}))"
    run = subprocess.run([sys.executable, "-c", report], cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "LOADED"
