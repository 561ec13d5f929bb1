"""What is off or swapped in a view: said in words above the tabs, undone by one click, changed from several places."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from visualizer.resnet.lesion import Lesion, lesion
from visualizer.ui.links import MAX_PARAM
from visualizer.ui.sentences import literal
from visualizer.ui.state import change, changes, refuse, view

MOST_NAMED = 6


def off_banner() -> None:
    """What is off or swapped in the network whose values follow, and one click that undoes it."""
    state = view()
    if not state.off:
        return
    found, complaints = lesion(state.plan, state.off)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="off_banner"):
        words = [in_words(found)] if found else []
        st.markdown(f":material/power_off: {literal(' '.join([*words, *complaints]))}", width="content")
        st.button("Restore the whole network", on_click=changes(off=""), icon=":material/undo:")


def in_words(found: Lesion) -> str:
    """A lesion in a sentence or two."""
    sentences = []
    if found.off:
        sentences.append(f"{_listed(found.off)} {'is' if len(found.off) == 1 else 'are'} switched off.")
    if found.moved:
        swaps = [f"{one} and {other}" for one, other in found.swaps]
        sentences.append(f"{'; '.join(swaps[:MOST_NAMED])} have changed places{_more(len(swaps))}.")
    return " ".join(sentences)


def _listed(paths: Sequence[str]) -> str:
    if len(paths) == 1:
        return paths[0]
    if len(paths) > MOST_NAMED:
        return f"{', '.join(paths[:MOST_NAMED])} and {len(paths) - MOST_NAMED} more blocks"
    return f"{', '.join(paths[:-1])} and {paths[-1]}"


def _more(count: int) -> str:
    return f", and {count - MOST_NAMED} more pairs" if count > MOST_NAMED else ""


def change_lesion(text: str) -> None:
    """Change what is off, in the shortest words for it; a link must hold it."""
    short = lesion(view().plan, text)[0].text
    if len(short) > MAX_PARAM:
        refuse("No more blocks can be off or swapped at once, since a link could not name them; restore some first.")
    else:
        change(off=short)


def swap_texts(found: Lesion) -> list[str]:
    """Its swaps as in links."""
    return [f"{one}~{other}" for one, other in found.swaps]
