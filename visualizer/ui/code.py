"""Code: the network as a PyTorch file, and what reproduces it: commands, link and JSON."""

from __future__ import annotations

from shlex import quote
from urllib.parse import urlencode

import streamlit as st

from visualizer.analysis.naming import FIELD_WORDS
from visualizer.resnet import ResNetSpec, preset, presets, text
from visualizer.resnet.errors import shown
from visualizer.resnet.text import nearest_preset
from visualizer.ui.links import to_params
from visualizer.ui.store import FIGURES
from visualizer.ui.views import View

HEIGHT = 620
"""Pixels of the code, which scrolls in itself: what is below is found without leafing through the file."""


def code_view(state: View) -> None:
    """The file with a button to copy and one to download; below it what reproduces the network."""
    from visualizer.source import fields_json, module_name, source  # written only when this view is opened

    spec, resolution = state.spec, state.resolution
    code = FIGURES.value(("source", spec, resolution), lambda: source(spec, resolution), len)
    name = f"{module_name(spec)}.py"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            f"Download {name}", code, name, "text/x-python", on_click="ignore", icon=":material/download:"
        )
        st.caption(
            f"{code.count(chr(10)):,} lines that need nothing but PyTorch. Parameters have the same names, order and "
            "shapes as here, and with equal weights the outputs are equal to the last bit."
        )
    st.code(code, "python", height=HEIGHT)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Make it again", anchor=False)
        for title, line, language in reproductions(state):
            st.caption(title)
            st.code(line, language, wrap_lines=True)
    with right:
        st.subheader("As JSON", anchor=False)
        st.caption(difference(spec))
        st.code(fields_json(spec, resolution), "json", height=460)


def reproductions(state: View) -> list[tuple[str, str, str | None]]:
    """Title, text and language of all that leads to this network again."""
    arguments = f"{quote(text(state.spec))} --resolution {state.resolution}"
    link = urlencode(to_params(View(state.spec, state.resolution)), doseq=True, safe=",")
    return [
        ("The network as text, as every command takes it", text(state.spec), None),
        ("Its shapes and costs", f"python -m visualizer describe {arguments}", "bash"),
        ("This file", f"python -m visualizer code {arguments}", "bash"),
        ("The end of a link to it", f"?{link}", None),
    ]


def difference(spec: ResNetSpec) -> str:
    """In which fields the spec differs from the nearest published network, in one sentence."""
    name, changed = nearest_preset(spec)
    title = presets()[name].title
    if not changed:
        return f"Every field as in {title}."
    base = preset(name)
    parts = [
        f"{FIELD_WORDS[field]} {shown(value)} (there {shown(_usual(base, field))})" for field, value in changed.items()
    ]
    return f"Differs from {title} in {', '.join(parts)}."


def _usual(spec: ResNetSpec, field: str) -> object:
    return spec.stem_channels if field == "stem_width" else getattr(spec, field)
