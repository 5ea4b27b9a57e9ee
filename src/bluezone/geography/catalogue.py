"""Load the lists of the country's package, which nothing else reads: units, figures, what papers reported, shapes.

Viet Nam's are made by `tools/geography.py` from two lists (`SOURCES.md`), which name different ranks and mergers. What
changed between them changed at an unknown day: most changes came into force on 1 January 2025, which is assumed
(`Unit.exact_dates` is False).

Loaded on first use and kept; all of it is read-only.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import io
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bluezone.geography.country import country
from bluezone.geography.figures import Figure, Figures, Measure, Vintage
from bluezone.geography.gazetteer import Gazetteer, Succession
from bluezone.geography.names import squeezed, unit_key
from bluezone.geography.units import Level, Unit, UnitCode, nation

#: the lists of a package: provinces, units below them, what became of these; counts of people, and their figures
PROVINCES, UNITS, SUCCESSIONS = "provinces.csv", "districts_and_communes.csv", "successions.csv"
VINTAGES, FIGURES = "vintages.csv", "figures.csv"


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
    """Return the nation and its provinces, of every system. Takes a few milliseconds."""
    return Gazetteer(_upper_units(), _upper_successions(), _aliases())


@functools.cache
def all_units() -> Gazetteer:
    """Return provinces, districts and communes of every system. Takes about half a second, once."""
    return Gazetteer([*_upper_units(), *units_below()], [*_upper_successions(), *successions_below()], _aliases())


@functools.cache
def figures() -> Figures:
    """Return every denominator that ships with the room, each with its vintage and source."""
    vintages = {
        row["id"]: Vintage(
            row["id"], Measure(row["measure"]), dt.date.fromisoformat(row["as_of"]), row["title"], row["source"]
        )
        for row in _rows(VINTAGES)
    }
    every = [
        Figure(UnitCode(row["system"], row["code"]), int(row["value"]), vintages[row["vintage"]], row["note"])
        for row in _rows(FIGURES)
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


def shapes(system: str) -> Sequence[dict[str, Any]]:
    """Return the provinces of a system as features of GeoJSON (rings clockwise, as d3 and Vega want), each with its
    digits as `id`; none where no borders are known."""
    features: Sequence[dict[str, Any]] = json.loads(_text(f"provinces_{system}.geojson") or '{"features": []}')[
        "features"
    ]
    return features


@functools.cache
def _district_sets() -> dict[str, list[dict[str, Any]]]:
    sets: dict[str, list[dict[str, Any]]] = json.loads(_text("districts.json") or "{}")
    return sets


def district_shapes(province: UnitCode, day: dt.date) -> dict[str, list[list[list[float]]]]:
    """Return rings (longitude, latitude) by digits of the districts that a province had on a day; empty where they are
    not known. Approximate: made of where communes lie (SOURCES.md)."""
    if province.system != country().systems[0].id:
        return {}
    sets = [each for each in _district_sets().get(province.digits, ()) if each["from"] <= day.isoformat()]
    return dict(sets[-1]["districts"]) if sets else {}


def units_below() -> Iterator[Unit]:
    """Yield every district and commune, in each of its versions."""
    for code, parent, full_name, since, until, exact in _list(UNITS):
        yield Unit(
            _code(code),
            without_kind(full_name),
            full_name,
            _code(parent),
            since=_date(since),
            until=_date(until),
            exact_dates=exact == "yes",
        )


def without_kind(full_name: str) -> str:
    """Return the bare name: `Châu Thành` of `Huyện Châu Thành`, `4` of `Phường 4`, `Sing` of `Sing District`."""
    lower, of = full_name.lower(), country()
    for kind in of.kinds:
        if of.kind_first and lower.startswith(f"{kind} "):
            return full_name[len(kind) :].strip()
        if not of.kind_first and lower.endswith(f" {kind}"):
            return full_name[: -len(kind)].strip()
    return full_name.strip()


def successions_below() -> Iterator[Succession]:
    """Yield where districts and communes went."""
    for predecessor, successor, date, whole, main in _list(SUCCESSIONS):
        yield Succession(
            _code(predecessor),
            _code(successor),
            dt.date.fromisoformat(date),
            whole=whole == "yes",
            main=main == "yes",
        )


def _upper_units() -> Iterator[Unit]:
    """Yield the nation and its provinces as each system has them."""
    for system in country().systems:
        yield nation(system)
    for row in _rows(PROVINCES):
        of = country().system(row["system"])
        yield Unit(
            UnitCode(of.id, row["code"]), row["name"], row["full_name"], nation(of).code, since=of.since, until=of.until
        )


def _upper_successions() -> Iterator[Succession]:
    """Yield what became of the nation and the provinces of a system in the next one."""
    for old, new in itertools.pairwise(country().systems):
        assert new.since is not None
        yield Succession(nation(old).code, nation(new).code, new.since)
        for row in _rows(PROVINCES):
            if row["system"] == old.id and row["merged_into"]:
                yield Succession(UnitCode(old.id, row["code"]), UnitCode(new.id, row["merged_into"]), new.since)


_code = functools.cache(UnitCode.parse)  # each stands in four rows on average, and units are kept in any case


@functools.cache
def _date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _aliases() -> dict[tuple[Level | None, str], list[str]]:
    aliases: dict[tuple[Level | None, str], list[str]] = {}
    for row in _rows("aliases.csv"):
        level = Level[row["level"].upper()] if row["level"] else None
        aliases.setdefault((level, squeezed(unit_key(row["alias"]))), []).append(row["name"])
    return aliases


def _text(name: str) -> str:
    """Return a file of the package; nothing where it has none of that name."""
    file = country().place / name
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _rows(name: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(io.StringIO(_text(name)))


def _list(name: str) -> Iterator[list[str]]:
    """Yield the rows of a long list, without its head: as tables they would take three times as long."""
    return itertools.islice(csv.reader(_text(name).splitlines()), 1, None)


def _int(text: str) -> int | None:
    return int(text) if text else None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
