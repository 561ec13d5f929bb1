"""What a rerun of Explore does not do again: search finished HTML, look for the nearest preset, list the presets."""

from __future__ import annotations

import pytest

from tests.running import html_with, opened
from visualizer.resnet import presets, text
from visualizer.resnet.presets import published_specs
from visualizer.resnet.text import nearest_preset

pytestmark = pytest.mark.usefixtures("no_collector")


def test_pictures_and_tables_are_not_searched_for_indentation(monkeypatch: pytest.MonkeyPatch) -> None:
    def searched(found: object) -> str:
        raise AssertionError(f"searched: {str(found)[:60]}")

    monkeypatch.setattr("streamlit.elements.html.clean_text", searched)
    at = opened("explore", net="resnet34")
    assert not at.exception
    assert html_with(at, "data:image/svg+xml;base64,").startswith("<div")
    assert html_with(at, 'class="rv-table rv-cards"').endswith("</div>")


def test_the_nearest_preset_of_a_network_is_looked_for_once() -> None:
    at = opened("explore", net="resnet50", shortcut="C")
    before = nearest_preset.cache_info().misses
    at.run()
    assert nearest_preset.cache_info().misses == before


def test_a_published_network_is_known_by_its_spec_as_the_first_of_equals() -> None:
    rows = list(presets().values())
    for row in rows:
        first = next(other for other in rows if other.spec == row.spec)
        assert published_specs()[row.spec] is first
        assert text(row.spec) == first.name
