"""Pictures of QR codes as a camera has them: turned, small, in shadow, with noise. Grey values, a byte a point."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import segno

Grey = np.ndarray


def drawn(text: str, points_a_module: int = 5) -> Grey:
    """Return a code as it is printed, with its quiet zone."""
    matrix = np.array([list(row) for row in segno.make(text, error="m").matrix_iter(border=4)], dtype=np.uint8)
    return np.kron(255 * (1 - matrix), np.ones((points_a_module, points_a_module), dtype=np.uint8)).astype(np.uint8)


def turned(grey: Grey, degrees: float) -> Grey:
    """Return a picture turned about its middle, on white."""
    side = int(1.5 * max(grey.shape))
    angle, middle = np.radians(degrees), (side - 1) / 2
    rows, columns = np.mgrid[:side, :side] - middle
    from_rows = np.rint(rows * np.cos(angle) - columns * np.sin(angle) + (grey.shape[0] - 1) / 2).astype(int)
    from_columns = np.rint(rows * np.sin(angle) + columns * np.cos(angle) + (grey.shape[1] - 1) / 2).astype(int)
    inside = (from_rows >= 0) & (from_rows < grey.shape[0]) & (from_columns >= 0) & (from_columns < grey.shape[1])
    picture = np.full((side, side), 255, dtype=np.uint8)
    picture[inside] = grey[from_rows[inside], from_columns[inside]]
    return picture


def noisy(grey: Grey, strength: float, chance: np.random.Generator) -> Grey:
    """Return a picture with noise of a standard deviation, in grey values."""
    return np.clip(grey + chance.normal(0, strength, grey.shape), 0, 255).astype(np.uint8)


def shaded(grey: Grey) -> Grey:
    """Return a picture in a shadow that falls from one side: what is white there is darker than what is black here."""
    return (
        (grey * np.linspace(0.25, 1, grey.shape[1]) + np.linspace(0, 70, grey.shape[1])).clip(0, 255).astype(np.uint8)
    )


def blurred(grey: Grey) -> Grey:
    """Return a picture in which each point is the mean of nine."""
    padded = np.pad(grey.astype(float), 1, mode="edge")
    height, width = grey.shape
    shifted = (padded[row : row + height, column : column + width] for row in range(3) for column in range(3))
    return (sum(shifted) / 9).astype(np.uint8)


def plain(text: str) -> Iterator[Grey]:
    """Yield pictures that any reader reads."""
    code = drawn(text)
    yield from (code, 255 - code, drawn(text, 3), shaded(code), blurred(code))
    yield from (turned(code, degrees) for degrees in (17, 90, 180, 231))


def hard(text: str, chance: np.random.Generator) -> Iterator[Grey]:
    """Yield pictures of which a reader reads some."""
    code = drawn(text, 4)
    yield from (noisy(turned(code, degrees), strength, chance) for degrees in (5, 33, 45) for strength in (20, 50, 80))
    yield from (blurred(blurred(noisy(drawn(text, points), 30, chance))) for points in (2, 3, 4))
