"""The entry point: page config, the shared sidebar, and the router."""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
# Streamlit puts this file's folder on the path, not the project's, and runs this file at every rerun.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from visualizer.ui.controls import sidebar  # noqa: E402
from visualizer.ui.housekeeping import keep_house  # noqa: E402
from visualizer.ui.state import carry, remember, restore  # noqa: E402

st.set_page_config(page_title="ResNet visualizer", layout="wide")
keep_house()
explore = st.Page(ROOT / "pages" / "explore.py", title="Explore", default=True)
activations = st.Page(ROOT / "pages" / "activations.py", title="Activations")
compare = st.Page(ROOT / "pages" / "compare.py", title="Compare")
carry()
page = st.navigation([explore, activations, compare], position="top")
restore()
sidebar()
page.run()
remember()
