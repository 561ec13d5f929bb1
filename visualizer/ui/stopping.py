"""Whether somebody looks at what is computed, and where a run of the page ends in the middle of its work."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def watched() -> bool:
    """Whether this is a run of somebody's page; it is none while a file is made for a download."""
    return get_script_run_ctx(suppress_warning=True) is not None


def stop_if_asked() -> None:
    """End this run, by Streamlit's own exception, if its person has clicked on or closed the page; costs microseconds.

    Outside a run nothing happens.
    """
    if watched():
        _ = "_" in st.session_state  # whoever looks at a session's state is where Streamlit ends a run
