"""The names by which a lecturer's link locks and hides controls, short and for good, and what they are called."""

from __future__ import annotations

from visualizer.ui.views import COMPARED, LOOKS, VIEWS

PAGES = {"explore": "Explore", "activations": "Activations", "compare": "Compare"}
MORE = {
    "order": "Order of BN and ReLU", "stem": "Stem", "width": "Width of the stages", "groups": "Groups",
    "width_per_group": "Width per group", "attention": "Attention", "avg_down": "Average pool before the projection",
    "stem_norm": "BN and ReLU after the stem", "pool_border": "Border of the max pool", "norm": "Normalisation",
    "stride_block": "Block with the stride", "conv_bias": "Biases", "channels": "Input channels", "classes": "Classes",
}  # fmt: skip
"""The rarer choices by their fields; "more" stands for all of them."""
SIDEBAR = {
    "network": "Published network", "resolution": "Resolution", "depth": "Depth", "block": "Block",
    "shortcut": "Shortcut", "stride": "Stride on", "more": "More choices", **MORE,
}  # fmt: skip
ON_PAGES = {
    "figure": "Drawn as", "level": "Unfolded to", "direction": "Direction", "heat": "Colour by",
    "thumbnails": "Strongest channels in the map", "part": "Part of the network", "take": "Take along",
    "picture": "Picture", "own": "Your own picture", "edits": "Edit the picture", "weights": "Weights",
    "comparisons": "Comparisons to start from", "cards": "Networks of Compare",
    "place": "Place in the block", "scale": "Colour scale", "sort": "Order of the channels", "channel": "Channel",
    "second": "Second picture", "class": "Class", "method": "Method of the class maps", "spot": "Position",
    "off": "Switch off and swap", "load": "What memory is counted for", "laid": "Side by side",
    "quantity": "Bars by stage", "axis": "Axis against accuracy", "measure": "Measure",
    "pair": "Networks of Similarity", "estimator": "Estimate of Similarity",
}  # fmt: skip


def view_name(page: str, view: str) -> str:
    """The name of a page's view: "compare.measured-here"."""
    return f"{page}.{view.lower().replace(' ', '-')}"


def _views(page: str, views: tuple[str, ...]) -> dict[str, str]:
    return {view_name(page, view): f"{PAGES[page]}: {view}" for view in views}


_OF_PAGES = {page: _views(page, views) for page, views in zip(PAGES, (VIEWS, LOOKS, COMPARED), strict=True)}
VIEWS_OF_PAGES = {name: title for views in _OF_PAGES.values() for name, title in views.items()}
LOCKABLE = {**SIDEBAR, **ON_PAGES}
"""What a link can lock: shown, and not to be used."""
HIDEABLE = {**LOCKABLE, **PAGES, **VIEWS_OF_PAGES, "share": "Share"}
"""What a link can hide, beside those the pages and their views."""


def all_hidden(names: str) -> list[str]:
    """A sentence where a link hides all pages, or all views of a page, which are then shown."""
    hidden = {*names.split(",")}
    found = ["all pages"] if hidden >= {*PAGES} else []
    found += [f"all views of {PAGES[page]}" for page, views in _OF_PAGES.items() if hidden >= {*views}]
    return [f"This link hides {', '.join(found)}: nothing would be left, so they are shown."] if found else []
