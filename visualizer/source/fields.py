"""A spec as JSON: every field, and those in which it differs from the nearest published network."""

from __future__ import annotations

import json

from visualizer.resnet import ResNetSpec, text
from visualizer.resnet.spec import FIELDS
from visualizer.resnet.text import nearest_preset


def fields_json(spec: ResNetSpec, resolution: int) -> str:
    """The spec as JSON: its text, the nearest preset, what differs from it, and the value of every field.

    `ResNetSpec(**json.loads(...)["fields"])` is the spec again.
    """
    name, changed = nearest_preset(spec)
    fields = {field: getattr(spec, field) for field in FIELDS}
    fields["stem_width"] = spec.stem_channels  # None stands for the usual number, which says more
    data = {
        "net": text(spec),
        "resolution": resolution,
        "preset": name,
        "changed": list(changed),
        "fields": fields,
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in data.items() if key != "fields"]
    inner = [f"    {json.dumps(field)}: {json.dumps(value)}" for field, value in fields.items()]
    lines.append('  "fields": {\n' + ",\n".join(inner) + "\n  }")
    return "{\n" + ",\n".join(lines) + "\n}"
