"""Draw QR codes, and read them in pictures where this device's browser cannot do it.

They are read by zxing-cpp where that is installed (it has wheels for Linux, macOS and Windows), or by what the device
hands in, as Android's app does ZXing of Java. The page sends grey values, so that no decoder of image files sees what
comes from outside.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

MAX_WIDTH = 1_000
MIN_WIDTH = 16
MAX_TEXT = 2_000


class QrReader(Protocol):
    """Describe a library that reads QR codes. It is called from threads, one picture at a time each."""

    def text_in(self, grey: bytes, columns: int) -> str:
        """Return the text of the first QR code in a picture; "" where there is none. `grey`: rows from the top, one
        byte a point, 0 black to 255 white; their length is a multiple of `columns`."""


class ZxingCpp:
    """Read by zxing-cpp."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def text_in(self, grey: bytes, columns: int) -> str:
        picture = memoryview(grey).cast("B", shape=[len(grey) // columns, columns])
        found = self._library.read_barcodes(picture, formats=self._library.BarcodeFormat.QRCode)
        return str(found[0].text) if found else ""


@lru_cache(maxsize=1)
def installed() -> QrReader | None:
    """Return the reader of the package zxing-cpp; None where it is not installed."""
    try:
        return ZxingCpp(importlib.import_module("zxingcpp"))
    except ImportError:
        return None


def text_in(reader: QrReader | None, grey: bytes, width: str) -> str:
    """Return the text of the first QR code in a picture of `width` columns, one byte a point; "" where there is
    none, where there is no reader, and where width and picture do not fit each other."""
    columns = int(width) if width.isascii() and width.isdigit() and len(width) <= 4 else 0
    if reader is None or not MIN_WIDTH <= columns <= MAX_WIDTH or not grey or len(grey) % columns:
        return ""
    return reader.text_in(grey, columns)[:MAX_TEXT]


@dataclass(frozen=True, slots=True)
class Qr:
    """Hold a code as one path of an SVG, a unit a module; `size` of its side."""

    size: int
    path: str


def qr_of(text: str) -> Qr:
    """Draw a QR code as one SVG path, with the quiet zone the standard asks for."""
    import segno  # a megabyte, for a screen that few open

    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Qr(len(rows), path)
