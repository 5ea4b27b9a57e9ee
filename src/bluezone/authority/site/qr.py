"""Draw QR codes of secrets: a picture with an address of its own would have the secret in a log."""

from __future__ import annotations

import base64
import io

import segno


def data_address(text: str) -> str:
    """Return a QR code of `text` as a `data:` address of an SVG, to stand in an img element."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", scale=6, border=4, light="#ffffff")
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.getvalue()).decode('ascii')}"
