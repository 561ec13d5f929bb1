"""The entry point: page config, the shared sidebar, and the router."""

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
# Streamlit puts this file's folder on the path, not the project's, and runs this file at every rerun.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from visualizer.ui.controls import sidebar_room  # noqa: E402
from visualizer.ui.housekeeping import keep_house  # noqa: E402
from visualizer.ui.presentation import presentation, sidebar_state  # noqa: E402
from visualizer.ui.routing import open_page  # noqa: E402
from visualizer.ui.state import carry, remember, restore  # noqa: E402

carry()
restore()
st.set_page_config(page_title="ResNet visualizer", layout="wide", initial_sidebar_state=sidebar_state())
keep_house()
presentation()
page = open_page()
sidebar_room()
page()
remember()
