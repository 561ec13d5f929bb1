"""The app as Streamlit's AppTest runs it, without a browser."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from visualizer.ui import address, first_paint, overruled

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "visualizer" / "app.py"
SECONDS = 60  # importing torch alone takes half of AppTest's own 3

# AppTest reads what every installed package says of itself at each run, which takes four fifths of the run's time.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

# Between two runs of a test nothing is on its way to a browser, and none paints.
overruled.PATIENCE = address.PATIENCE = 0
first_paint.PAUSES.update(dict.fromkeys(first_paint.PAUSES, 0))


def opened(page: str = "", /, **params: str | list[str]) -> AppTest:
    """The app at a link with these parameters, on a page by its file's name ("compare") or on the first.

    The page is positional: `page` is a parameter of links too.
    """
    at = AppTest.from_file(str(APP), default_timeout=SECONDS)
    if page:
        at.switch_page(str(ROOT / "pages" / f"{page}.py"))
    for name, value in params.items():
        at.query_params[name] = value
    return at.run()


def html_with(at: AppTest, word: str) -> str:
    """The one piece of HTML on the page with this word in it."""
    (found,) = [one.proto.body for one in at.get("html") if word in one.proto.body]
    return str(found)
