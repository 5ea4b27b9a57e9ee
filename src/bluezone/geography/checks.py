"""Say what is missing or wrong in the lists of a country's package: units without parents, twice, or with gaps."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources.abc import Traversable

from bluezone.geography.catalogue import FIGURES, PROVINCES, SUCCESSIONS, UNITS, VINTAGES
from bluezone.geography.country import LEVELS, MAIN, Country, CountryError, read

_COLUMNS = {
    PROVINCES: ("system", "code", "name", "full_name", "merged_into"),
    UNITS: ("code", "parent", "full_name", "since", "until", "exact"),
    SUCCESSIONS: ("predecessor", "successor", "date", "whole", "main"),
    VINTAGES: ("id", "measure", "as_of", "title", "source"),
    FIGURES: ("system", "code", "vintage", "value", "note"),
}
_NEEDED = (MAIN, PROVINCES, VINTAGES, FIGURES)
#: of one kind so many are written out
_SHOWN = 5


def problems(place: Traversable) -> list[str]:
    """Return what is missing or wrong in a package, one sentence each; nothing where it can be used."""
    try:
        of = read(place)
    except CountryError as error:
        return list(error.problems)
    found = [f"the file {name} is missing" for name in _NEEDED if not place.joinpath(name).is_file()]
    lists = {}
    for name, columns in _COLUMNS.items():
        file = place / name
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        rows = lists[name] = list(csv.DictReader(io.StringIO(text)))
        if rows and tuple(rows[0]) != columns:
            found.append(f"{name} begins with {','.join(rows[0])}, where {','.join(columns)} is meant")
            continue
        named = {row["system"] if "system" in row else row["code"].partition(":")[0] for row in rows if "code" in row}
        unknown = sorted(named - {each.id for each in of.systems})
        found += [f"{name} names the system {system!r}, which {MAIN} does not have" for system in unknown]
    if found:
        return found
    try:
        known = _units(of, lists)
        return [*_of_units(of, known), *_of_successions(lists, known), *_of_figures(lists, known)][: _SHOWN * 4]
    except (KeyError, ValueError, TypeError) as error:
        return [f"a list cannot be read: {error}"]


_Versions = list[tuple[dt.date, dt.date, str]]


def _units(of: Country, lists: dict[str, list[dict[str, str]]]) -> dict[str, _Versions]:
    """Return the versions (first day, last day, parent) of each unit by its code."""
    found: dict[str, _Versions] = defaultdict(list)
    for system in of.systems:
        found[f"{system.id}:{of.iso}"].append((system.since or dt.date.min, system.until or dt.date.max, ""))
    for row in lists[PROVINCES]:
        system = of.system(row["system"])
        parent = f"{system.id}:{of.iso}"
        found[f"{system.id}:{row['code']}"].append((system.since or dt.date.min, system.until or dt.date.max, parent))
    for row in lists[UNITS]:
        since, until = (dt.date.fromisoformat(row[name]) if row[name] else None for name in ("since", "until"))
        found[row["code"]].append((since or dt.date.min, until or dt.date.max, row["parent"]))
    return found


def _of_units(of: Country, known: dict[str, _Versions]) -> Iterator[str]:
    lengths = {length: LEVELS[level - 1] for level, length in of.digits.items()}
    for code, versions in known.items():
        digits = code.partition(":")[2]
        if digits != of.iso and (len(digits) not in lengths or not digits.isdigit()):
            yield f"{code}: a code has {' or '.join(map(str, lengths))} digits, by its level"
        for _, _, parent in versions:
            if parent and parent not in known:
                yield f"{code} lies in {parent}, which is not listed"
        for before, after in zip(ordered := sorted(versions), ordered[1:], strict=False):
            if after[0] <= before[1]:
                yield f"{code} stands twice"
            elif after[0] != before[1] + dt.timedelta(days=1):
                yield f"{code} has a gap between {before[1]} and {after[0]}: no day may lie between"
        if any(since > until for since, until, _ in versions):
            yield f"{code} ends before it begins"


def _of_successions(lists: dict[str, list[dict[str, str]]], known: dict[str, _Versions]) -> Iterator[str]:
    for row in lists[SUCCESSIONS]:
        for name in ("predecessor", "successor"):
            if row[name] not in known:
                yield f"{SUCCESSIONS}: {row[name]} is not listed"
    for row in lists[PROVINCES]:
        if row["merged_into"] and not any(code.endswith(f":{row['merged_into']}") for code in known):
            yield f"{row['system']}:{row['code']} is merged into {row['merged_into']}, which is not listed"


def _of_figures(lists: dict[str, list[dict[str, str]]], known: dict[str, _Versions]) -> Iterator[str]:
    vintages = {row["id"]: row for row in lists[VINTAGES]}
    for row in vintages.values():
        if not row["source"].strip():
            yield f"{VINTAGES}: {row['id']} names no source"
    for row in lists[FIGURES]:
        code = f"{row['system']}:{row['code']}"
        if code not in known:
            yield f"{FIGURES}: {code} is not listed"
        if row["vintage"] not in vintages:
            yield f"{FIGURES}: {row['vintage']} is no count of {VINTAGES}"
        if not row["value"].isdigit():
            yield f"{FIGURES}: {code} has {row['value']!r}, where a whole number is meant"
