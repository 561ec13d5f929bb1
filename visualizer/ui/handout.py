"""What a lecturer's link locks and hides, so that a class sees only what matters.

This is for teaching, and no security: whoever edits the address has everything back. What is locked or hidden is a
control, not what it shows: the view still holds what the link says, and another control that is left may change it (a
published network brings its depth although Depth is locked).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

from visualizer.ui.control_names import LOCKABLE, MORE, PAGES, view_name
from visualizer.ui.state import view

Show = TypeVar("Show")
KEYS = {
    "depths": "depth", "field_stride_on": "stride", "heat_picture": "picture", "field_attention_ratio": "attention",
    "field_attention_divisor": "attention", "compare_block": "part", "cam_place": "place", "similarity_place": "place",
    "page": "channel", "spot_row": "spot", "spot_column": "spot", "compared_quantity": "quantity",
    "compared_axis": "axis",
    **{f"{table}_{field}": "load" for table in ("compared", "memory")
       for field in ("purpose", "batch", "precision", "optimiser")},
}  # fmt: skip
"""The names of controls whose keys say something else."""
PREFIXES = {"edit_": "edits", "off_": "off", "swap_": "off"}
"""The names of controls of which there are several, by how their keys begin."""


def locked(name: str) -> bool:
    """Whether the control with this name is shown and cannot be used: `st.button(…, disabled=locked("weights"))`."""
    return among(name, view().lock)


def shown(name: str) -> bool:
    """Whether the control, page or view with this name is drawn at all."""
    return not among(name, view().hide)


def is_handout() -> bool:
    """Whether the view locks or hides something, as a lecturer's does: then nothing on the page offers to undo that."""
    return bool(view().lock or view().hide)


def name_of(key: str) -> str:
    """The name of the control that a widget with this key belongs to; one that nothing can lock has no known name."""
    several = next((name for prefix, name in PREFIXES.items() if key.startswith(prefix)), "")
    return several or KEYS.get(key, key.removeprefix("field_"))


def left(page: str, views: Mapping[str, Show]) -> dict[str, Show]:
    """The views of a page that a link leaves, by their names, in their order; all of them where it would leave none."""
    hidden = view().hide
    return {name: show for name, show in views.items() if not among(view_name(page, name), hidden)} or dict(views)


def pages_left() -> list[str]:
    """The pages that a link leaves, in their order; all of them where it would leave none."""
    hidden = view().hide
    return [page for page in PAGES if not among(page, hidden)] or list(PAGES)


def locked_words() -> str:
    """One quiet line that names what is locked; "" where nothing is."""
    names = [LOCKABLE[name] for name in view().lock.split(",") if name in LOCKABLE]
    return f":material/lock: Locked by this link: {', '.join(names)}." if names else ""


def lock_line() -> None:
    """That line, where something is locked."""
    if words := locked_words():
        st.caption(words)


def among(name: str, names: str) -> bool:
    """Whether a control, page or view is one of those that a view locks, or hides."""
    listed = names.split(",")
    return name in listed or (name in MORE and "more" in listed)
