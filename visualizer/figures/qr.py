"""A link as a QR code (ISO/IEC 18004), for a class to point its phones at; reportlab finds its modules."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from reportlab.graphics.barcode.qrencoder import QR8bitByte, QRCode, QRErrorCorrectLevel

from visualizer.figures.encode import png

QUIET = 4
"""Modules of white around a code, as the standard demands."""
MOST = 1_000
"""Characters of a link: of more, a phone could not tell the modules at the back of a room (105 a side)."""


def modules(link: str) -> NDArray[np.bool_]:
    """The dark modules of a link, without the white around. ValueError: it is too long."""
    if len(link) > MOST:
        raise ValueError(f"A link of {len(link):,} characters is too long for a code that a phone can read.")
    code = QRCode(None, QRErrorCorrectLevel.L)
    code.addData(QR8bitByte(link))
    code.make()
    return np.array(code.modules, dtype=bool)


def qr_png(link: str) -> bytes:
    """The code of a link as a PNG, a pixel a module, dark on white in either theme. ValueError as for `modules`."""
    light = np.pad(~modules(link), QUIET, constant_values=True)
    return png(np.repeat(np.where(light, 255, 0).astype(np.uint8)[:, :, None], 3, axis=2))
