"""Draw QR codes."""

from __future__ import annotations

from dataclasses import dataclass


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
