"""Read QR codes in pictures, where this device's browser cannot do it: by zxing-cpp, where that is installed (it
has wheels for Linux, macOS and Windows; Android's browsers read QR codes by themselves).

The page sends grey values, so that no decoder of image files sees what comes from outside.
"""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import Any

MAX_WIDTH = 1_000


@lru_cache(maxsize=1)
def _library() -> Any:
    try:
        return importlib.import_module("zxingcpp")
    except ImportError:
        return None


def can_read_pictures() -> bool:
    return _library() is not None


def text_in(grey: bytes, width: str) -> str:
    """Return the text of the first QR code in a picture of `width` columns, one byte a point; "" where there is
    none."""
    columns = int(width) if width.isascii() and width.isdigit() and len(width) <= 4 else 0
    if not 16 <= columns <= MAX_WIDTH or not grey or len(grey) % columns or not can_read_pictures():
        return ""
    picture = memoryview(grey).cast("B", shape=[len(grey) // columns, columns])
    found = _library().read_barcodes(picture, formats=_library().BarcodeFormat.QRCode)
    return found[0].text[:2_000] if found else ""
