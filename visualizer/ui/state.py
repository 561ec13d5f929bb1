"""The view of a session, and how it and the URL follow each other.

Everything that defines what a person sees is in the URL, so that a reload, a lost connection or a link brings it
back. The session's own copy is the truth while the session lives. At each run `restore` reads the URL if the person
went there (a link, a reload, the back button), and `remember` writes the view back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import RunLocation, ThreadState, get_script_run_ctx

from visualizer.ui.address import Address
from visualizer.ui.links import from_params, to_params
from visualizer.ui.views import OPENED, START, View, nearest_node

_ADDRESS = "_address"


def view() -> View:
    """The view of this session."""
    found: View = st.session_state.setdefault("_view", START)
    return found


def change(**values: Any) -> None:
    """Change the view, as a person's action: it wins over an older URL that may still be on its way."""
    if _nobody_acted():
        return
    st.session_state["_view"] = replace(view(), **values)
    st.session_state["_acted"] = True


def _nobody_acted() -> bool:
    """Whether a widget outside of all fragments reports a change while only fragments run.

    A frame of the camera, or a fragment's own clock, brings along what every widget showed in the browser when it was
    sent. If the run before has just given a widget another value, that is an older one, and no person chose it.
    """
    run = get_script_run_ctx()
    if run is None or not run.fragment_ids_this_run:
        return False
    now = ThreadState.get()
    return now.run_location is RunLocation.CALLBACK and now.fragment_id is None


def correct(**values: Any) -> None:
    """Change the view in the middle of a run, where it asks for what is not there; nobody acted."""
    st.session_state["_view"] = replace(view(), **values)


def changes(**values: Any) -> Callable[[], None]:
    """`change` with these values, as a callback."""
    return lambda: change(**values)


def change_spec(**values: Any) -> None:
    """Change fields of the network; SpecError for a combination that cannot be, which changes nothing."""
    spec = replace(view().spec, **values)
    change(spec=spec, select=nearest_node(spec, view().select, view().resolution))


def is_open(part: str) -> bool:
    """Whether a person opened this one of `views.OPENED`, or the link says so."""
    return part in view().open.split(",")


def opened(part: str, yes: bool) -> dict[str, str]:
    """The value for `change` that opens or closes one of `views.OPENED`."""
    return {"open": ",".join(name for name in OPENED if (yes if name == part else is_open(name)))}


def refuse(sentence: str) -> None:
    """Say at the top of the page, in this run, what could not be done."""
    st.session_state.setdefault("_refusals", []).append(sentence)
    st.session_state["_acted"] = True


def refusals() -> list[str]:
    """What could not be done since the last run; asked for once."""
    found: list[str] = st.session_state.pop("_refusals", [])
    return found


def restore() -> None:
    """Take the view from the URL if the person went there, and not by a click within the page.

    After a press of the back or forward button the URL wins over an act just before, which may have been reported with
    it. Its address is written at once if that of the act is still on its way to the browser, which it would replace.
    """
    params = _params()
    acted = st.session_state.pop("_acted", False)
    if not params or (not _went_back() and (acted or _address().is_ours(params))):
        return
    found, complaints = from_params(params)
    st.session_state["_view"] = found
    for complaint in complaints:
        refuse(complaint)
    st.session_state["_acted"] = False
    if _went_back():
        remember()


def _went_back() -> bool:
    """Whether the browser's back or forward button began this run."""
    run = get_script_run_ctx()
    return run is not None and run.is_history_navigation


def carry() -> None:
    """Give a page that was turned to the view's parameters, of which a click in the navigation has none.

    To be called before the navigation: the browser then writes address and parameters as one entry of its history,
    so that its back button needs one press for each page. `remember` repeats them, which changes nothing if they came.
    """
    if _ADDRESS in st.session_state and not _params():
        _write(to_params(view()))
        st.session_state["_carried"] = True


def remember() -> None:
    """Write the view to the URL, at the end of a run or of a fragment that changed it."""
    params = to_params(view())
    carried = st.session_state.pop("_carried", False)
    if _address().must_write(_params(), params) or carried:
        _write(params)
    st.session_state.pop("_acted", None)


def _write(params: dict[str, list[str]]) -> None:
    st.query_params.from_dict(params)
    _address().wrote(params)


def _address() -> Address:
    found: Address = st.session_state.setdefault(_ADDRESS, Address())
    return found


def _params() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}
