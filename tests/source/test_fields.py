"""A spec as JSON: every field, and the way back."""

from __future__ import annotations

import json

from hypothesis import given

from tests.strategies import specs
from visualizer.resnet import ResNetSpec, parse, preset
from visualizer.resnet.spec import FIELDS
from visualizer.resnet.text import nearest_preset
from visualizer.source import fields_json


@given(specs())
def test_a_spec_comes_back_from_its_json(spec: ResNetSpec) -> None:
    data = json.loads(fields_json(spec, 65))
    assert ResNetSpec(**data["fields"]) == spec == parse(data["net"])
    assert tuple(data["fields"]) == FIELDS
    assert data["resolution"] == 65


@given(specs())
def test_the_changed_fields_are_those_that_lead_from_the_preset_to_the_spec(spec: ResNetSpec) -> None:
    data = json.loads(fields_json(spec, 224))
    assert (data["preset"], data["changed"]) == (nearest_preset(spec)[0], list(nearest_preset(spec)[1]))


def test_a_field_stands_on_a_line_of_its_own_with_its_usual_value() -> None:
    lines = fields_json(preset("resnet50"), 224).splitlines()
    assert '    "depths": [3, 4, 6, 3],' in lines
    assert '    "stem_width": 64,' in lines
    assert '  "changed": [],' in lines
