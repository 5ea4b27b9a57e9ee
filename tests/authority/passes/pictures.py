"""Draw QR codes as a camera sees them: turned, seen from aside, noisy, blurred, with a shadow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import segno

WIDTH, HEIGHT = 640, 480


def modules(text: str, **options: Any) -> np.ndarray:
    """Return a code with its quiet zone, one value a module: 0 dark, 255 light."""
    code = segno.make(text, micro=False, **options)
    return np.pad(255.0 - 255.0 * np.array([list(row) for row in code.matrix]), 4, constant_values=255.0)


def flat(code: np.ndarray, scale: int = 5) -> np.ndarray:
    """Return a code seen from straight above, in grey values."""
    return np.kron(code, np.ones((scale, scale))).astype(np.uint8)


def corners(rng: np.random.Generator, side: float, angle: float, skew: float) -> np.ndarray:
    """Return where the corners of a code lie in the picture: `side` pixels long, turned, each moved by up to `skew` of
    the side."""
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * side / 2
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return square @ turn.T + [WIDTH / 2, HEIGHT / 2] + rng.uniform(-skew, skew, (4, 2)) * side


def seen(
    code: np.ndarray,
    at: np.ndarray,
    rng: np.random.Generator,
    *,
    noise: float = 0,
    blur: int = 0,
    shade: float = 0,
) -> np.ndarray:
    """Return the picture of a code whose corners lie `at`, on a grey table: HEIGHT rows of WIDTH grey values."""
    size, fine = code.shape[0], 2
    onto = [(0, 0), (size, 0), (size, size), (0, size)]
    rows, values = [], []
    for (x, y), (u, v) in zip(at, onto, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -x * u, -y * u], [0, 0, 0, x, y, 1, -x * v, -y * v]]
        values += [u, v]
    a, b, c, d, e, f, g, h = np.linalg.solve(np.array(rows), np.array(values, float))
    y, x = (np.mgrid[0 : HEIGHT * fine, 0 : WIDTH * fine] + 0.5) / fine
    w = g * x + h * y + 1
    u, v = (a * x + b * y + c) / w, (d * x + e * y + f) / w
    inside = (u >= 0) & (u < size) & (v >= 0) & (v < size)
    picture = np.full(u.shape, 140.0)
    picture[inside] = code[v[inside].astype(int), u[inside].astype(int)]
    picture = 30 + picture.reshape(HEIGHT, fine, WIDTH, fine).mean((1, 3)) * 195 / 255
    for _ in range(blur):
        wide = np.pad(picture, 1, mode="edge")
        picture = (2 * picture + wide[:-2, 1:-1] + wide[2:, 1:-1] + wide[1:-1, :-2] + wide[1:-1, 2:]) / 6
    picture *= np.linspace(1 - shade, 1, WIDTH)
    return np.clip(picture + rng.normal(0, noise, picture.shape), 0, 255).astype(np.uint8)


def write_film(pictures: Sequence[np.ndarray], path: Path) -> None:
    """Write pictures of HEIGHT rows as a film (YUV4MPEG2) that Chromium's made-up camera plays over and over."""
    grey = bytes([128]) * (WIDTH * HEIGHT // 2)
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode())
        for picture in pictures:
            film.write(b"FRAME\n" + picture.tobytes() + grey)
