"""What a lecturer's link locks and hides, by the names of controls."""

from __future__ import annotations

CONTROLS = {
    "network": "Published network", "resolution": "Resolution", "depth": "Depth", "block": "Block",
    "shortcut": "Shortcut", "stride": "Stride on", "more": "More choices",
}  # fmt: skip
"""The controls that a link can lock or hide, by the name that it uses, and what they are called on the page."""
