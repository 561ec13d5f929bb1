"""The live camera on the page, with frames put where a browser's arrive: drawn, refused in a sentence, let go."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.activations.meeting import SMALL, page
from visualizer.ui.live import _FRAME, _SHOWN, ORDER
from visualizer.ui.pictures import LIVE
from visualizer.ui.store import MAPS


def _live(**params: str) -> AppTest:
    at = page(**{**SMALL, "select": "layer2.0", **params})
    at.session_state["source"] = LIVE
    return at.run()


def _sent(at: AppTest, report: object) -> AppTest:
    """The run that follows a frame."""
    at.session_state["source"] = LIVE
    at.session_state[_FRAME] = report
    return at.run()


def _frame(seed: int, low: int = 0, high: int = 255) -> dict[str, Any]:
    pixels = np.random.default_rng(seed).integers(low, high + 1, (48, 64, 3), np.uint8)
    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG")
    return {"number": seed, "picture": b64encode(file.getvalue()).decode()}


def _shown(at: AppTest) -> Any:
    return at.session_state.get(_SHOWN, None)


def test_frames_are_drawn_in_one_order_on_a_scale_that_only_grows() -> None:
    at = _live()
    assert not at.exception
    assert _shown(at) is None
    held = len(MAPS)
    first = _shown(_sent(at, _frame(1)))
    second = _shown(_sent(at, _frame(2, 112, 120)))
    assert not at.exception
    assert _FRAME not in at.session_state
    assert first.drawing["panels"][0]["src"] != second.drawing["panels"][0]["src"]
    channels = [[panel["channels"] for panel in shown.drawing["panels"]] for shown in (first, second)]
    assert channels[0] == channels[1]
    assert second.scale.high == first.scale.high  # grey is near 0 once it is normalised
    assert any(ORDER in caption.value for caption in at.caption)
    assert len(MAPS) == held


def test_another_block_begins_anew() -> None:
    at = _sent(_live(), _frame(1))
    before = _shown(at)
    assert before is not None
    at.button[[button.label for button in at.button].index("Next block ›")].click()
    _sent(at, _frame(2))
    assert not at.exception
    assert _shown(at).of[-1] == "layer2.1"
    assert len(_shown(at).drawing["panels"]) == 5


@pytest.mark.parametrize(
    "report",
    [
        7, "frame", [1, 2], {}, {"number": "x", "picture": 3}, {"number": -1, "picture": "QUJD"},
        {"number": 2**70, "picture": "é"}, {"number": 1, "picture": "A" * 2**21},
    ],
)  # fmt: skip
def test_a_forged_frame_is_no_error_and_leaves_nothing(report: object) -> None:
    at = _sent(_live(), report)
    assert not at.exception
    assert _FRAME not in at.session_state
    assert _shown(at) is None


def test_the_link_stays_as_it_is_and_nothing_stays_when_the_camera_is_left() -> None:
    at = _live()
    link = dict(at.query_params)
    _sent(at, _frame(1))
    assert dict(at.query_params) == link
    at.session_state["source"] = "File"
    at.run()
    assert not at.exception
    assert _shown(at) is None
    assert not any(ORDER in caption.value for caption in at.caption)


def test_a_block_that_is_too_large_is_refused_in_a_sentence() -> None:
    at = _sent(_live(resolution="2048"), _frame(1))
    assert not at.exception
    assert _FRAME not in at.session_state
    assert _shown(at) is None
