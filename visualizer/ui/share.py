"""Share: the link of what is seen, for a class with controls locked or hidden, in large type, and as a QR code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st

from visualizer.figures.encode import data_uri
from visualizer.ui.control_names import HIDEABLE, LOCKABLE
from visualizer.ui.handout import is_handout, shown
from visualizer.ui.links import to_params
from visualizer.ui.state import view
from visualizer.ui.store import FIGURES
from visualizer.ui.views import SEEN, View

COLOURS = {"reader": "As the reader has them", "light": "Light", "dark": "Dark"}
"""Which theme a link asks for. Streamlit takes it from the address, and leaves a person's own choice as it is."""
_DRAFT = "_share_draft"
"""What was chosen for the class, for this session: a widget's own state goes when the dialog closes."""
OWN_MACHINE = ("localhost", "127.0.0.1", "[::1]")


def share() -> None:
    """A button that opens the dialog."""
    if shown("share") and st.button("Share", key="share", icon=":material/share:", width="stretch"):
        _dialog()


@st.dialog("Share", width="large", icon=":material/share:")
def _dialog() -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        link = _choices(view())
    with right:
        _code(link)
    st.link_button("Open as the class sees it", link, icon=":material/open_in_new:")


def address(state: View, colours: str = "reader") -> str:
    """The whole address of a view on the page that is open; without a browser only its parameters."""
    params: dict[str, Any] = dict(to_params(state))
    if colours != "reader":
        params["embed_options"] = f"{colours}_theme"
    page = st.context.url or ""
    return f"{page}{'' if urlsplit(page).path else '/'}?{urlencode(params, doseq=True, safe=':,~/', quote_via=quote)}"


def _choices(state: View) -> str:
    """The link, and for whom it is; one that already locks or hides is passed on as it is."""
    draft = st.session_state.setdefault(_DRAFT, {})
    place = st.container()
    if not is_handout():
        state = replace(state, lock=_names("lock", LOCKABLE, draft), hide=_names("hide", HIDEABLE, draft))
    _kept(draft, "large", state.large == SEEN[1])
    large = st.toggle("Presentation (large type)", key="share_large")
    _kept(draft, "colours", "reader")
    colours = st.selectbox("Colours", list(COLOURS), format_func=COLOURS.__getitem__, key="share_colours")
    draft.update(large=large, colours=colours)
    link = address(replace(state, large=SEEN[large]), colours if colours in COLOURS else "reader")
    with place:
        _link(link)
    return link


def _names(act: str, known: Mapping[str, str], draft: dict[str, Any]) -> str:
    """The controls that the lecturer chooses to lock or to hide, with commas."""
    _kept(draft, act, [])
    draft[act] = st.multiselect(
        act.capitalize(), list(known), format_func=known.__getitem__, key=f"share_{act}", placeholder="Nothing",
    )  # fmt: skip
    return ",".join(name for name in draft[act] if name in known)


def _kept(draft: dict[str, Any], name: str, otherwise: Any) -> None:
    """Give a widget that is drawn anew what was chosen before."""
    st.session_state.setdefault(f"share_{name}", draft.get(name, otherwise))


def _link(link: str) -> None:
    st.code(link, language=None, wrap_lines=True)
    if urlsplit(link).hostname in OWN_MACHINE:
        st.caption("This address works on this machine only. To open the app to a class: README, “For a class”.")


def _code(link: str) -> None:
    """The link as a QR code, as wide as its column: over the whole page on a phone."""
    from visualizer.figures.qr import qr_png  # its library comes when it is needed

    try:
        source = FIGURES.value(("qr", link), lambda: data_uri(qr_png(link)), len)
    except ValueError as error:
        st.caption(str(error))
        return
    st.html(
        f'<img src="{source}" alt="The link as a QR code" style="display:block;width:100%;'
        'image-rendering:pixelated">'
    )
