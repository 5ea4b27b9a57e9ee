"""Load the room's package data, which nothing else reads: units, figures, what was reported in 2020-21, shapes.

Loaded on first use and kept; all of it is read-only.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from typing import Any

from bluezone.geography import communes
from bluezone.geography.figures import Figure, Figures, Measure, Vintage
from bluezone.geography.gazetteer import Gazetteer, Succession
from bluezone.geography.names import squeezed, unit_key
from bluezone.geography.units import NATION_34, NATION_63, REFORM_DATE, Level, System, Unit, UnitCode

_LAST_DAY_OF_63 = REFORM_DATE - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ProvinceReport:
    """Hold what a paper or portal printed of a province in 2020-21; shares are percents as printed."""

    date: dt.date | None
    province: str
    installs: int | None
    with_phone: int | None
    percent_population: Decimal | None
    percent_smartphones: Decimal | None
    rank: int | None
    source_url: str
    note: str

    @property
    def of_accounts(self) -> bool:
        """Return whether the shares are of accounts with a telephone number, which are fewer than installs."""
        return self.with_phone is not None or "accounts with a phone number" in self.note


@dataclass(frozen=True, slots=True)
class NationalReport:
    """Hold a national total as printed; `kind` is `stated` or `derived` (from a stated total and a stated growth)."""

    date: dt.date | None
    time: dt.time | None
    total_downloads: int
    with_phone: int | None
    kind: str
    note: str
    source_url: str


@functools.cache
def provinces() -> Gazetteer:
    """Return the nation and its provinces, the 63 and the 34. Takes a few milliseconds."""
    return Gazetteer([*_nations(), *_province_units()], _province_successions(), _aliases())


@functools.cache
def all_units() -> Gazetteer:
    """Return provinces, districts and communes of both systems. Takes about half a second, once."""
    units = [*_nations(), *_province_units(), *communes.units()]
    return Gazetteer(units, [*_province_successions(), *communes.successions()], _aliases())


@functools.cache
def figures() -> Figures:
    """Return every denominator that ships with the room, each with its vintage and source."""
    vintages = {
        row["id"]: Vintage(
            row["id"], Measure(row["measure"]), dt.date.fromisoformat(row["as_of"]), row["title"], row["source"]
        )
        for row in _rows("vintages.csv")
    }
    every = [
        Figure(UnitCode(System(row["system"]), row["code"]), int(row["value"]), vintages[row["vintage"]], row["note"])
        for row in _rows("figures.csv")
    ]
    return Figures(every, provinces())


@functools.cache
def province_reports() -> tuple[ProvinceReport, ...]:
    """Return the provinces' figures printed between August 2020 and June 2021, with their sources."""
    return tuple(
        ProvinceReport(
            date=dt.date.fromisoformat(row["date"]) if row["date"] else None,
            province=row["province"],
            installs=_int(row["installs"]),
            with_phone=_int(row["with_phone"]),
            percent_population=_decimal(row["pct_population"]),
            percent_smartphones=_decimal(row["pct_smartphones"]),
            rank=_int(row["rank"]),
            source_url=row["source_url"],
            note=row["note"],
        )
        for row in _rows("adoption.csv")
    )


@functools.cache
def national_reports() -> tuple[NationalReport, ...]:
    """Return the national totals printed between July 2020 and June 2021, with their sources."""
    return tuple(
        NationalReport(
            date=dt.date.fromisoformat(row["date"]) if row["date"] else None,
            time=dt.time.fromisoformat(row["time"]) if row["time"] else None,
            total_downloads=int(row["total_downloads"]),
            with_phone=_int(row["with_phone"]),
            kind=row["kind"],
            note=row["note"],
            source_url=row["source_url"],
        )
        for row in _rows("national.csv")
    )


def shapes(system: System) -> dict[str, Any]:
    """Return the provinces of a system as GeoJSON (Natural Earth, public domain; rings clockwise, as d3 and Vega want).

    Each feature's `id` is the GSO code.
    """
    text = _data().joinpath(f"provinces_{system}.geojson").read_text(encoding="utf-8")
    collection: dict[str, Any] = json.loads(text)
    return collection


@functools.cache
def _district_sets() -> dict[str, list[dict[str, Any]]]:
    sets: dict[str, list[dict[str, Any]]] = json.loads(_data().joinpath("districts.json").read_text(encoding="utf-8"))
    return sets


def district_shapes(province: UnitCode, day: dt.date) -> dict[str, list[list[list[float]]]]:
    """Return rings (longitude, latitude) by digits of the districts that a province had on a day; empty where they are
    not known. Approximate: made of where communes lie (SOURCES.md)."""
    if province.system is not System.PROVINCES_63:
        return {}
    sets = [each for each in _district_sets().get(province.digits, ()) if each["from"] <= day.isoformat()]
    return dict(sets[-1]["districts"]) if sets else {}


def _nations() -> tuple[Unit, Unit]:
    return NATION_63, NATION_34


def _province_units() -> Iterator[Unit]:
    for row in _rows("provinces.csv"):
        system = System(row["system"])
        old = system is System.PROVINCES_63
        yield Unit(
            code=UnitCode(system, row["code"]),
            name=row["name"],
            full_name=row["full_name"],
            parent=UnitCode(system, "VN"),
            since=None if old else REFORM_DATE,
            until=_LAST_DAY_OF_63 if old else None,
        )


def _province_successions() -> Iterator[Succession]:
    for row in _rows("provinces.csv"):
        if row["merged_into"]:
            yield Succession(
                predecessor=UnitCode(System.PROVINCES_63, row["code"]),
                successor=UnitCode(System.PROVINCES_34, row["merged_into"]),
                date=REFORM_DATE,
            )
    yield Succession(NATION_63.code, NATION_34.code, REFORM_DATE)


def _aliases() -> dict[tuple[Level | None, str], list[str]]:
    aliases: dict[tuple[Level | None, str], list[str]] = {}
    for row in _rows("aliases.csv"):
        level = Level[row["level"].upper()] if row["level"] else None
        aliases.setdefault((level, squeezed(unit_key(row["alias"]))), []).append(row["name"])
    return aliases


def _data() -> resources.abc.Traversable:
    return resources.files("bluezone.geography") / "data"


def _rows(name: str) -> list[dict[str, str]]:
    text = _data().joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def _int(text: str) -> int | None:
    return int(text) if text else None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
