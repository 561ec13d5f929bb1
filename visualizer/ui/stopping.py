"""Where a run of the page ends in the middle of its work."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def stop_if_asked() -> None:
    """End this run, by Streamlit's own exception, if its person has clicked on or closed the page; costs microseconds.

    Outside a run, as while a file is made for a download, nothing happens.
    """
    if get_script_run_ctx(suppress_warning=True) is not None:
        _ = "_" in st.session_state  # whoever looks at a session's state is where Streamlit ends a run
