"""Draw maps as paths of an SVG: the provinces, with the two archipelagos as insets (drawn in the template), and the
districts of a province."""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from bluezone.geography import catalogue
from bluezone.geography.country import country
from bluezone.geography.units import UnitCode

#: of the drawing; the right side is for the insets
WIDTH, HEIGHT = 340, 430
WHOLE = f"0 0 {WIDTH} {HEIGHT}"
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
def shapes(system: str) -> tuple[Shape, ...]:
    """Return the provinces of a system; none where the country's package has no borders."""
    return tuple(Shape(str(each["id"]), _path(each["geometry"])) for each in catalogue.shapes(system))


def has_insets() -> bool:
    """Return whether archipelagos are drawn beside the country."""
    of = country().map
    return of is not None and bool(of.insets)


def box_of(system: str, digits: Collection[str]) -> str:
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


#: a province's map: its longer side, and the room at its right for an archipelago that belongs to it
_SIDE, _INSET = 400.0, 110.0
#: names are written into a map of so many districts
_NAMED = 13


@dataclass(frozen=True, slots=True)
class DistrictMap:
    """Hold the districts of a province as paths, the part of the drawing they fill, where their names stand, and the
    archipelago to be drawn beside them."""

    shapes: tuple[Shape, ...]
    box: str
    centres: dict[str, tuple[float, float]]
    archipelago: str
    #: left and top of the archipelago's inset
    corner: tuple[float, float]


@functools.lru_cache(maxsize=256)
def districts(province: UnitCode, day: dt.date) -> DistrictMap | None:
    """Return the districts that a province had on a day; None where their shapes are not known."""
    rings = catalogue.district_shapes(province, day)
    points = [point for each in rings.values() for ring in each for point in ring]
    if not points:
        return None
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    shrink = math.cos(math.radians((north + south) / 2))
    scale = _SIDE / max((east - west) * shrink, north - south)

    def drawn(point: Sequence[float]) -> tuple[float, float]:
        return (point[0] - west) * shrink * scale, (north - point[1]) * scale

    shapes, centres = [], {}
    for digits, each in rings.items():
        paths = [[drawn(point) for point in ring] for ring in each]
        shapes.append(Shape(digits, "".join(map(_ring, paths))))
        centres[digits] = _middle(max(paths, key=_area))
    width, height = (east - west) * shrink * scale, (north - south) * scale
    of = country().map
    archipelago = of.insets.get(province.digits, "") if of else ""
    wide = width + (_INSET if archipelago else 0)
    box = f"{-_MARGIN:.0f} {-_MARGIN:.0f} {wide + 2 * _MARGIN:.0f} {height + 2 * _MARGIN:.0f}"
    named = centres if len(centres) <= _NAMED else {}
    return DistrictMap(tuple(shapes), box, named, archipelago, (width + 8, height / 2 - 30))


def _ring(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z"


def _area(points: Sequence[tuple[float, float]]) -> float:
    """Return twice the area of a ring."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True)))


def _middle(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the centroid of a ring."""
    cross = [a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True)]
    area = sum(cross) or 1.0
    pairs = list(zip(points, [*points[1:], points[0]], cross, strict=True))
    return (
        sum((a[0] + b[0]) * each for a, b, each in pairs) / (3 * area),
        sum((a[1] + b[1]) * each for a, b, each in pairs) / (3 * area),
    )


def shade(share: Fraction | None) -> int:
    """Return the shade of a share: 0 for no figure, else 1 (lightest) to 5."""
    return 0 if share is None else 1 + sum(share >= step for step in STEPS)


def _path(geometry: dict[str, Any]) -> str:
    of = country().map
    assert of is not None
    shrink = math.cos(math.radians(of.latitude))  # plate carrée
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return "".join(
        _ring(((lon - of.west) * of.scale * shrink, (of.north - lat) * of.scale) for lon, lat in ring)
        for polygon in polygons
        for ring in polygon
    )
