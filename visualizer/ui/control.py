"""One control of the sidebar: it shows a part of the view, changes it, and says below itself what could not be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from visualizer.resnet import SpecError
from visualizer.resnet.errors import shown as written
from visualizer.resnet.text import nearest_preset, spec_from
from visualizer.ui.handout import among, name_of
from visualizer.ui.overruled import is_overruled, show_value
from visualizer.ui.state import change_spec, view

Act = Callable[[Any], str | None]
"""What a choice does; it returns a sentence if there is something to say about it."""
_SAID = "_said"


def control(widget: Callable[..., Any], label: str, *choices: Any, key: str, value: Any, act: Act, **more: Any) -> None:
    """Draw a widget that shows `value`; what a person chooses instead goes to `act`.

    A choice that cannot be (SpecError) changes nothing. What there is to say stands below the control, once. A link may
    have locked or hidden the control (`handout`).
    """
    name, state = name_of(key), view()  # asked for once: it is one of many on a page
    if among(name, state.hide):
        return
    show_value(key, value)
    more["disabled"] = more.get("disabled", False) or among(name, state.lock)

    def changed() -> None:
        chosen = st.session_state[key]
        if chosen is None or chosen == value or is_overruled(key):
            return
        try:
            sentence = act(chosen)
        except SpecError as error:
            sentence = str(error)
        if sentence:
            st.session_state[_SAID] = {key: sentence}

    widget(label, *choices, key=key, on_change=changed, **more)
    if sentence := st.session_state.setdefault(_SAID, {}).pop(key, ""):
        st.warning(sentence)


def field(widget: Callable[..., Any], label: str, *choices: Any, name: str, value: Any, **more: Any) -> None:
    """A control for one field of the network."""
    control(
        widget, label, *choices, key=f"field_{name}", value=value,
        act=lambda chosen: change_spec(**{name: chosen}), **more,
    )  # fmt: skip


def typed(text: object, name: str, **others: str) -> dict[str, Any]:
    """The value of a field that is a list, as a person types it ("3, 4, 6, 3" or "3-4-6-3"), to change the spec by.

    others: further fields that go with it, in text form. SpecError: it is no such list, or nothing that one can type.
    """
    preset, changed = nearest_preset(view().spec)
    parts = [part.strip() for part in str(text).replace("-", ",").replace(";", ",").split(",")]
    fields = {**{field: written(was) for field, was in changed.items()}, **others, name: ",".join(filter(None, parts))}
    spec = spec_from(preset, fields)
    return {field: getattr(spec, field) for field in (name, *others)}
