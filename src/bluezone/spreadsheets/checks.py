"""Find what an officer should look at before rows are stored: sums, falls, more than people, twice, outliers, shares
that do not fit. Nothing here keeps a row out. Pure."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from bluezone.errors import N_
from bluezone.geography.figures import Figures, Measure
from bluezone.geography.units import Unit
from bluezone.spreadsheets.results import Check, Row, Value, saying

#: roles that count people who cannot be more than there are
COUNTED = ("installs", "active", "with_phone")
_SUMMED = (*COUNTED, "gain", "headcount", "target")
#: a share that is so many times that of the middle unit is looked at
_OUTLIER = 6
#: so far a printed share may lie from count and people, in points
_SHARE_OFF = Decimal("0.6")


def checks_of(rows: Sequence[Row], totals: Mapping[int, Mapping[str, Decimal]], figures: Figures | None) -> list[Check]:
    """Return what stands out among rows. `totals`: line of a row of totals -> its numbers by column."""
    stored = [row for row in rows if row.left_out is None]
    found = [*_twice(stored), *_falls(stored), *_more_than_people(stored, figures), *_shares(stored)]
    return sorted([*found, *_sums(rows, totals), *_outliers(stored)], key=lambda check: check.lines[:1])


def _counts(row: Row, role: str) -> list[Value]:
    return [value for value in row.values if value.role == role]


def _twice(rows: Iterable[Row]) -> Iterator[Check]:
    by_unit: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        held = frozenset((value.role, value.day) for value in row.values)
        by_unit[(row.unit.code if row.unit else row.code or row.written, held)].append(row)
    for same in by_unit.values():
        if len(same) > 1 and any(row.values for row in same):
            name = same[0].unit.full_name if same[0].unit else same[0].written
            text = saying(
                N_("{unit} stands on lines {lines}"), unit=name, lines=", ".join(str(row.line) for row in same)
            )
            yield Check("twice", text, tuple(row.line for row in same))


def _falls(rows: Iterable[Row]) -> Iterator[Check]:
    series: dict[object, list[tuple[dt.date, Decimal, Row, str]]] = defaultdict(list)
    for row in rows:
        for value in _counts(row, "installs"):
            if value.day is not None and not value.bound:
                series[row.unit.code if row.unit else row.code or row.written].append(
                    (value.day, value.number, row, value.column)
                )
    for points in series.values():
        points.sort(key=lambda point: point[0])
        for (day, before, _, _), (_, after, row, column) in pairwise(points):
            if after < before:
                text = saying(N_("{after} are fewer than {before} on {day}"), after=after, before=before, day=day)
                yield Check("falls", text, (row.line,), column)


def people_of(
    values: Sequence[Value], unit: Unit | None, figures: Figures | None, day: dt.date | None
) -> Decimal | None:
    """Return how many people a row has: as it says itself, else as is known; None where nobody knows."""
    own = next((value.number for value in values if value.role == "headcount"), None)
    if own is not None or unit is None or figures is None or day is None:
        return own
    known = figures.on(unit, Measure.POPULATION, day)
    return Decimal(known.value) if known else None


def _more_than_people(rows: Iterable[Row], figures: Figures | None) -> Iterator[Check]:
    for row in rows:
        for value in row.values:
            people = people_of(row.values, row.unit, figures, value.day) if value.role in COUNTED else None
            if people and value.number > people:
                text = saying(
                    N_("{count} are more than the {people} people there are"), count=value.number, people=people
                )
                yield Check("more-than-people", text, (row.line,), value.column)


def _shares(rows: Iterable[Row]) -> Iterator[Check]:
    for row in rows:
        counts = {value.day: value.number for value in _counts(row, "installs")}
        people = next((value.number for value in _counts(row, "headcount")), Decimal())
        for value in _counts(row, "percent_population") if people else ():
            if (count := counts.get(value.day)) is None:
                continue
            true = 100 * count / people
            if abs(true - value.number) > max(_SHARE_OFF, true / 50):
                text = saying(N_("{count} of {people} people are {true} %, printed is {printed} %"),
                              count=count, people=people, true=round(true, 2), printed=value.number)  # fmt: skip
                yield Check("share", text, (row.line,), value.column)


def _sums(rows: Sequence[Row], totals: Mapping[int, Mapping[str, Decimal]]) -> Iterator[Check]:
    """Yield the totals that are the sum neither of the stored rows, nor of all, nor of those since the last total, nor
    of a level."""
    parts: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
    groups: dict[str, dict[object, Decimal]] = defaultdict(dict)
    for row in rows if totals else ():
        level = row.unit.level if row.unit else None
        for value in row.values if row.line not in totals else ():
            if value.role in _SUMMED:
                parts[value.column].append((row.line, value.number))
                for group in ("stored", "all", level) if row.left_out is None else ("all", level):
                    sums = groups[value.column]
                    sums[group] = sums.get(group, Decimal()) + value.number
    for since, line in pairwise([0, *sorted(totals)]):
        for column, total in totals[line].items():
            between = [number for at, number in parts[column] if since < at < line]
            found = [*groups[column].values(), *([sum(between)] if between else [])]
            if found and total not in found:
                text = saying(
                    N_("the total {total} is not the sum of its parts, {sum}"),
                    total=total,
                    sum=groups[column].get("stored", found[0]),
                )
                yield Check("sum", text, (line,), column)


def _outliers(rows: Sequence[Row]) -> Iterator[Check]:
    by_column: dict[tuple[str, object], list[tuple[Row, Value, Decimal]]] = defaultdict(list)
    for row in rows:
        for value in _counts(row, "installs"):
            people = _counts(row, "headcount")
            share = value.number / people[0].number if people and people[0].number else None
            if share is not None:
                by_column[value.column, row.unit.level if row.unit else None].append((row, value, share))
    for found in by_column.values():
        middle = statistics.median(share for *_, share in found)
        for row, value, share in found if len(found) >= 5 and middle else ():
            if share > _OUTLIER * middle or share * _OUTLIER < middle:
                text = saying(N_("{percent} % of its people, where the middle unit has {middle} %"),
                              percent=round(100 * share, 2), middle=round(100 * middle, 2))  # fmt: skip
                yield Check("outlier", text, (row.line,), value.column)
