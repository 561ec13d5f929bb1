"""The Activations page, run as Streamlit runs it, and what can be asked of it."""

from __future__ import annotations

import hashlib
import json
import re
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.running import opened

SMALL = {"net": "resnet18", "resolution": "64"}


def page(**params: str) -> AppTest:
    return opened("activations", **params)


def shown(at: AppTest, name: str) -> dict[str, Any] | None:
    """What one of the page's own components was given; None if it is not there."""
    found = [json.loads(e.proto.json) for e in at.get("bidi_component") if e.proto.component_name == name]
    return found[0] if found else None


def titles(at: AppTest) -> list[str]:
    drawing = shown(at, "block_maps")
    assert drawing is not None
    return [f"{panel['sign']} {panel['title']}".strip() for panel in drawing["panels"]]


def sentences(at: AppTest) -> list[str]:
    """The sentences of warning as a person reads them."""
    return [re.sub(r"\\(.)", r"\1", found.value) for found in at.warning]


def alive(at: AppTest, complaints: int = 0) -> bool:
    """Whether the page stands, with its maps, and so many sentences of complaint, each of them one."""
    said = sentences(at)
    assert not at.exception
    assert len(said) == complaints, said
    assert all(sentence.endswith(".") and "\n" not in sentence and len(sentence) < 500 for sentence in said), said
    return shown(at, "block_maps") is not None


def picture(form: str = "JPEG", size: tuple[int, int] = (80, 60), **options: Any) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 255, (*size[::-1], 3), np.uint8)
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, form, **options)
    return buffer.getvalue()


def upload(at: AppTest, data: bytes, name: str = "photo.jpg") -> AppTest:
    return at.file_uploader[0].set_value((name, data, "application/octet-stream")).run()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
