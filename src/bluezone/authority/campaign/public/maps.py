"""Draw the map of provinces as paths of an SVG, with the two archipelagos as insets (drawn in the template)."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from bluezone.geography import catalogue
from bluezone.geography.units import System

#: of the drawing; the right side is for the insets
WIDTH, HEIGHT = 340, 430
WHOLE = f"0 0 {WIDTH} {HEIGHT}"
_WEST, _NORTH = 102.1, 23.45
_UNITS_PER_DEGREE = 28.4
#: plate carrée, true to scale at the middle of the country
_SHRINK = math.cos(math.radians(16))
#: shares (0..1) at which a darker blue starts
STEPS = (Fraction(8, 100), Fraction(15, 100), Fraction(23, 100), Fraction(30, 100))
_POINT = re.compile(r"(-?\d+\.\d),(-?\d+\.\d)")
_MARGIN = 2.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Hold a province: its digits and its path."""

    digits: str
    path: str


@functools.cache
def shapes(system: System) -> tuple[Shape, ...]:
    """Return the provinces of a system."""
    features = catalogue.shapes(system)["features"]
    return tuple(Shape(str(each["id"]), _path(each["geometry"])) for each in features)


def box_of(system: System, digits: Collection[str]) -> str:
    """Return the part of the map (as a viewBox) in which some provinces lie."""
    points = [
        (float(x), float(y))
        for shape in shapes(system)
        if shape.digits in digits
        for x, y in _POINT.findall(shape.path)
    ]
    if not points:
        return WHOLE
    west, north = (min(point[axis] for point in points) - _MARGIN for axis in (0, 1))
    east, south = (max(point[axis] for point in points) + _MARGIN for axis in (0, 1))
    return f"{west:.1f} {north:.1f} {east - west:.1f} {south - north:.1f}"


def shade(share: Fraction | None) -> int:
    """Return the shade of a share: 0 for no figure, else 1 (lightest) to 5."""
    return 0 if share is None else 1 + sum(share >= step for step in STEPS)


def _path(geometry: dict[str, Any]) -> str:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return "".join(_ring(ring) for polygon in polygons for ring in polygon)


def _ring(ring: list[list[float]]) -> str:
    points = (
        f"{(lon - _WEST) * _UNITS_PER_DEGREE * _SHRINK:.1f},{(_NORTH - lat) * _UNITS_PER_DEGREE:.1f}"
        for lon, lat in ring
    )
    return "M" + "L".join(points) + "Z"
