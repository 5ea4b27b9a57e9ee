"""Read stored counts and populations: every page, file, command and job that shows or uses a figure asks here.

Which source speaks for a unit on a day is decided by `bluezone.rollout.series`, what counts of a unit that holds
others by `bluezone.rollout.unit_trees`, which people its share is of by `bluezone.geography.figures`, and what may be
disclosed by `bluezone.rollout.suppression`: this module fetches the rows for many units at once, and hands them to
those rules.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count as RowCount
from django.db.models import F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Left, Length

from bluezone.authority.campaign.figures.models import ApprovedDay, DailyCount, FiguresState, Population
from bluezone.authority.officers.jurisdiction import NATION, place_of, places_above
from bluezone.authority.units.trees import Tree, below
from bluezone.geography import catalogue
from bluezone.geography.country import System, country
from bluezone.geography.errors import GeographyError
from bluezone.geography.figures import Figure, Figures, Measure, Vintage
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout import levels, reconcile, suppression
from bluezone.rollout.counts import SERIES_BREAKS, Count, Kind, OrganisationCode, Origin
from bluezone.rollout.levels import Beside
from bluezone.rollout.problems import Problem
from bluezone.rollout.ranking import Basis, Ranking, rank
from bluezone.rollout.ranking import printed_ranks as newest_printed_ranks
from bluezone.rollout.series import (
    LEAD_DAYS,
    MAX_AGE_DAYS,
    REPORTS,
    WINDOW_DAYS,
    Completeness,
    Series,
    choose,
    sum_of_parts,
)
from bluezone.rollout.unit_trees import Gone, forest, reported_on, tree_series, with_gone

Code = UnitCode | OrganisationCode
WINDOW = dt.timedelta(days=WINDOW_DAYS)
#: keys in one statement; of statements that only add up, many more
_CHUNK, _ADDED_UP = 500, 5_000
_place_of = functools.lru_cache(maxsize=16_384)(place_of)
_COLUMNS = (
    "key", "date", "installs", "with_phone", "active", "percent_population", "percent_smartphones", "share_of", "rank",
    "derived", "source", "origin", "bound",
)  # fmt: skip
#: by what is stored: a million rows are read at a time, and calling the enumeration takes a tenth of that
_ORIGINS = {each.value: each for each in Origin}
# From one day to the next by the index on (date, key): a year of a country is four million rows on 365 days.
_DAYS = f"""
    WITH RECURSIVE days (day) AS (
        SELECT min(date) FROM {DailyCount._meta.db_table}
        UNION ALL
        SELECT (SELECT min(date) FROM {DailyCount._meta.db_table} WHERE date > day) FROM days WHERE day IS NOT NULL
    )
    SELECT day FROM days WHERE day IS NOT NULL
"""  # noqa: S608 (the table's name is ours)


def order() -> tuple[Origin, ...]:
    """Return the campaign's order of classes of sources; the sum over a place's parts follows the reports."""
    classes = [Origin(each) for each in settings.BLUEZONE.figure_sources]
    last = max((at for at, each in enumerate(classes) if each in REPORTS), default=None)
    return (*classes,) if last is None else (*classes[: last + 1], Origin.PARTS, *classes[last + 1 :])


def series_of(
    codes: Iterable[Code],
    day: dt.date,
    *,
    kind: Kind = Kind.INSTALLS,
    among: Collection[Origin] = tuple(Origin),
    since: dt.date | None = None,
) -> dict[Code, Series]:
    """Return the series chosen for each unit or organisation on a day; without those that have no count.

    They reach back WINDOW, or to `since`; of one that was silent so long, to its newest count. `among`: classes that
    may be chosen, in the campaign's order. Of an organisation that holds others they are what may be shown beside
    those, with `parts`.
    """
    asked = dict.fromkeys(codes)
    tree = below(asked)
    wanted = list(asked | dict.fromkeys(tree.codes))
    first = min(day - WINDOW + dt.timedelta(days=1), since or day)
    counts = _with_shares(_counts(wanted, kind, Q(date__lte=day, date__gte=first), day, first), kind)
    if first > dt.date.min:
        silent = [code for code in wanted if not any(each.value(kind) is not None for each in counts.get(code, ()))]
        for code, older in _with_shares(_newest(silent, kind, day), kind).items():
            counts[code] = [*older, *counts.get(code, ())]
    classes = [origin for origin in order() if origin in among]
    summed = sums_below(asked, first, day, kind) if Origin.PARTS in classes else {}
    for code, (sums, _known) in summed.items():
        if sums:
            counts[code] = [*counts.get(code, ()), *sums]
    chosen = {code: choose(own, day, order=classes, kind=kind) for code, own in counts.items()}
    chosen |= {code: replace(chosen[code], completeness=known) for code, (_, known) in summed.items() if code in chosen}
    return {code: each for code, each in with_sums(tree, chosen, day, kind).items() if code in asked}


def _with_shares(counts: dict[Code, list[Count]], kind: Kind) -> dict[Code, list[Count]]:
    """Return counts of places with the people that a printed share makes, where only that is printed."""
    if kind is not Kind.INSTALLS:
        return counts
    figures: Figures | None = None
    for code, own in counts.items():
        if not isinstance(code, UnitCode) or not any(reconcile.is_share(each) for each in own):
            continue
        figures = figures or denominators()
        for at, each in enumerate(own):
            if reconcile.is_share(each):
                people = figures.on(catalogue.all_units().unit(code), Measure.POPULATION, each.date)
                own[at] = reconcile.from_share(each, people.value if people else None)
    return counts


@dataclass(slots=True)
class _Day:
    """Hold what the parts of a place reported for a day: how many of them, in how many figures, their sum; and the sums
    over the parts of those that are silent."""

    reported: int = 0
    entered: int = 0
    total: int = 0
    filled: dict[UnitCode, int] = field(default_factory=dict)

    def is_full(self, parts: Sequence[UnitCode]) -> bool:
        return self.reported + len(self.filled) == len(parts)


_Days = dict[UnitCode, dict[dt.date, _Day]]


def sums_below(
    codes: Iterable[Code], first: dt.date, day: dt.date, kind: Kind
) -> dict[Code, tuple[list[Count], Completeness]]:
    """Return of each place that has parts the sums of the days from `first` to `day` on which all of them reported, and
    how many did on the last day. A part that did not report itself on a day nor on the LEAD_DAYS before counts with the
    sum over its own parts, where all of these did. The database adds up: of a country that are 22,000 rows a month."""
    asked = {code: own for code in codes if isinstance(code, UnitCode) and (own := _parts(code, day))}
    parts = asked | {part: own for each in asked.values() for part in each if (own := _parts(part, day))}
    days = _added_up(parts, first, day, kind)
    inner = {part for own in asked.values() for part in own if days.get(part)}
    silent = _silent(inner, days, first, day, kind)
    sums = _full_sums({code: parts[code] for code in inner}, days, kind)
    for code, own in asked.items():
        for part in inner.intersection(own):
            for each in sums[part]:
                if each.date in silent[part]:
                    days[code][each.date].filled[part] = each.value(kind) or 0
    sums |= _full_sums(asked, days, kind)
    return {code: (sums[code], _completeness(code, parts, days, silent)) for code in asked}


def _added_up(parts: Mapping[UnitCode, Sequence[UnitCode]], first: dt.date, day: dt.date, kind: Kind) -> _Days:
    """Add up what the parts of some places reported of each day: by the place above each row, or, of a unit that lay in
    another one on the day than it does now, by its own key."""
    unit = catalogue.all_units().unit
    moved = {str(part): code for code, own in parts.items() for part in own if unit(part).parent != code}
    others = [str(part) for own in parts.values() for part in own if str(part) not in moved]
    at = {_place_of(code): code for code in parts} | moved
    place = Left("place", Length("place") - Length("key") - 1)
    days: _Days = {code: defaultdict(_Day) for code in parts}
    known = {f"{kind}__isnull": False, "origin__in": REPORTS, "date__gte": first, "date__lte": day}
    for keys, above in [*((some, place) for some in _chunks(others, _ADDED_UP)), (list(moved), F("key"))]:
        rows = DailyCount.objects.filter(key__in=keys, **known).annotate(above=above).values_list("above", "date")
        found = rows.annotate(RowCount("key", distinct=True), RowCount("pk"), Sum(kind.value)).order_by()
        for name, date, reported, entered, total in found:
            held = days[at[name]][date]
            held.reported, held.entered, held.total = (
                held.reported + reported, held.entered + entered, held.total + total
            )  # fmt: skip
    return days


def _silent(
    codes: Collection[UnitCode], days: _Days, first: dt.date, day: dt.date, kind: Kind
) -> dict[UnitCode, set[dt.date]]:
    """Return on which of their days some places had not reported themselves for LEAD_DAYS."""
    lead, known = dt.timedelta(days=LEAD_DAYS), {f"{kind}__isnull": False, "origin__in": REPORTS, "date__lte": day}
    found = {code: set(days[code]) for code in codes}
    for keys in _chunks([str(code) for code in codes], _ADDED_UP):
        rows = DailyCount.objects.filter(key__in=keys, date__gte=max(first, dt.date.min + lead) - lead, **known)
        for key, date in rows.values_list("key", "date").distinct().order_by():
            found[UnitCode.parse(key)] -= {date + dt.timedelta(days=after) for after in range(LEAD_DAYS + 1)}
    return found


def _full_sums(parts: Mapping[UnitCode, Sequence[UnitCode]], days: _Days, kind: Kind) -> dict[UnitCode, list[Count]]:
    """Return the sums of the days on which every part of a place is known. Where some parts have several figures of a
    day, of which one is chosen, these are read."""
    sums: dict[UnitCode, list[Count]] = {}
    for code, own in parts.items():
        full = {date: each for date, each in days[code].items() if each.is_full(own)}
        twice = [date for date, each in full.items() if each.reported < each.entered]
        rows = _rows(own, Q(date__in=twice)) if twice else ()
        figures = [
            (row.unit, row.date, row.origin, row.value(kind)) for row in rows if row.unit not in full[row.date].filled
        ]
        figures += [(part, date, Origin.REPORTED, n) for date in twice for part, n in full[date].filled.items()]
        sums[code] = [
            reconcile.sum_of_day(code, date, each.total + sum(each.filled.values()), kind)
            for date, each in full.items()
            if date not in twice
        ] + reconcile.sums_of_days(code, own, figures, kind)
    return sums


def _completeness(
    code: UnitCode, parts: Mapping[UnitCode, Sequence[UnitCode]], days: _Days, silent: Mapping[UnitCode, set[dt.date]]
) -> Completeness:
    """Return how many parts of a place reported on the last day, and how many of the units in the silent ones."""
    own, inner = parts[code], [part for part in parts[code] if silent.get(part)]
    day = max([*days[code], *(date for part in inner for date in silent[part])], default=None)
    if day is None:
        return Completeness(len(own))
    held = days[code].get(day, _Day())
    inside = [days[part][day] for part in inner if day in silent[part]]
    units_inside = sum(len(parts[part]) for part in inner if day in silent[part])
    every = [held, *inside]
    total = 0 if any(each.reported < each.entered for each in every) else sum(each.total for each in every)
    return Completeness(len(own), held.reported, day, total, sum(each.reported for each in inside), units_inside)


def whole_series(code: Code, day: dt.date, kind: Kind = Kind.INSTALLS) -> Series:
    """Return the series of one unit or organisation from its first count on, as for a curve; of a place without any,
    how many of its parts reported."""
    if (found := series_of([code], day, kind=kind, since=dt.date.min).get(code)) is not None:
        return found
    known = sums_below([code], day - WINDOW, day, kind).get(code) if Origin.PARTS in order() else None
    return Series(day, kind, completeness=known[1] if known else None)


def _counts(
    codes: Sequence[Code], kind: Kind, days: Q, day: dt.date, first: dt.date = dt.date.min
) -> dict[Code, list[Count]]:
    """Return all counts of units in order of entry; a province made of others begins with the sums over its parts."""
    found: dict[Code, list[Count]] = defaultdict(list)
    for code in codes:
        if (parts := parts_of(code)) and first <= (last := last_before(code)):
            before = _rows(parts, Q(date__gte=first, date__lte=min(day, last)))
            assert isinstance(code, UnitCode)
            found[code] += [each for each in sum_of_parts(code, parts, before, kind) if each.date >= first]
    for count in _rows(codes, days):
        found[count.unit].append(count)
    return {code: own for code, own in found.items() if own}


def _newest(codes: Sequence[Code], kind: Kind, day: dt.date) -> dict[Code, list[Count]]:
    """Return the counts of the newest day on which each unit has one of a kind."""
    known = {f"{kind}__isnull": False, "date__lte": day}
    days: dict[str, dt.date] = {}
    for keys in _chunks([str(code) for code in codes]):
        rows = DailyCount.objects.filter(key__in=keys, **known)
        days |= dict(rows.values_list("key").annotate(Max("date")).order_by())
    found: dict[Code, list[Count]] = defaultdict(list)
    for keys in _chunks(list(days)):
        condition = functools.reduce(lambda q, key: q | Q(key=key, date=days[key]), keys, Q(pk__in=[]))
        for count in _counts_of(DailyCount.objects.filter(condition)):
            found[count.unit].append(count)
    for code in codes:
        if code not in found and parts_of(code):
            found |= _counts([code], kind, Q(date__lte=day), day)
    return found


def _rows(codes: Iterable[Code], condition: Q) -> Iterator[Count]:
    for keys in _chunks([str(code) for code in codes]):
        yield from _counts_of(DailyCount.objects.filter(condition, key__in=keys))


def _counts_of(rows: QuerySet[DailyCount]) -> Iterator[Count]:
    """Return rows as counts, in order of entry."""
    for key, *values, population, smartphones, share_of, printed, derived, source, origin, bound in rows.order_by(
        "pk"
    ).values_list(*_COLUMNS):
        date, installs, with_phone, active = values
        yield Count(
            _code(key), date, installs, with_phone, active, _decimal(population), _decimal(smartphones), share_of,
            printed, derived, source, _ORIGINS[origin], bound,
        )  # fmt: skip


@functools.lru_cache(maxsize=32_768)
def _code(key: str) -> Code:
    return UnitCode.parse(key) if ":" in key else OrganisationCode(key)


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _chunks(values: list[str], size: int = _CHUNK) -> Iterator[list[str]]:
    return (values[at : at + size] for at in range(0, len(values), size))


@functools.lru_cache(maxsize=128)
def parts_of(code: Code) -> tuple[UnitCode, ...]:
    """Return the provinces of the system before that went into a province; none for anything else."""
    if not isinstance(code, UnitCode) or code.level is not Level.PROVINCE:
        return ()
    return tuple(each.predecessor for each in catalogue.provinces().predecessors(code))


def last_before(code: Code) -> dt.date:
    """Return the last day before the system of a province with parts came into force."""
    assert isinstance(code, UnitCode)
    return country().since(code.system) - dt.timedelta(days=1)


def series_sql(codes: str, day: dt.date, kind: Kind = Kind.INSTALLS) -> tuple[str, list[Any]]:
    """Return the series of very many organisations as SQL: the table `series` (date, number, and all columns of
    `codes`) of a WITH clause whose table `codes` names them in its column `code`; and the statement's values.

    The columns of `codes` are carried along: joined to the series afterwards, which a planner takes for few, they have
    it compare all with all (hours for 100,000). Newest dates are looked up once, hence MATERIALIZED. It is the rule of
    `series.choose` over the window of `series_of`, held against it by a test.
    """
    table = DailyCount._meta.db_table
    dates = (day, day - dt.timedelta(days=MAX_AGE_DAYS), day - WINDOW + dt.timedelta(days=1))
    today, fresh, first = (connection.ops.adapt_datefield_value(each) for each in dates)
    reports = ", ".join(f"'{each.value}'" for each in REPORTS)
    lead = f"report - {LEAD_DAYS}" if connection.vendor == "postgresql" else f"date(report, '-{LEAD_DAYS} days')"
    leads = f"last >= %s AND (report IS NULL OR last >= {lead})"
    classes = " UNION ALL ".join(
        f"SELECT {place} AS place, '{each.value}' AS origin" for place, each in enumerate(order())
    )
    began = "".join(
        f" WHEN n.last >= '{each.date}' THEN '{each.date}'"
        for each in sorted(SERIES_BREAKS, key=lambda each: each.date, reverse=True)
    )
    statement = f"""newest AS MATERIALIZED (
        SELECT each.*, classes.place, classes.origin,
            (SELECT MAX(c.date) FROM {table} c WHERE c.key = each.code AND c.origin = classes.origin
                AND c.date <= %s AND c.{kind} IS NOT NULL) AS last
        FROM {codes} each CROSS JOIN ({classes}) classes
    ), dated AS (
        SELECT newest.*,
            MAX(CASE WHEN origin IN ({reports}) THEN last END) OVER (PARTITION BY code) AS report
        FROM newest WHERE last IS NOT NULL
    ), ranked AS (
        SELECT dated.*, ROW_NUMBER() OVER (PARTITION BY code ORDER BY
            CASE WHEN {leads} THEN 0 ELSE 1 END, CASE WHEN {leads} THEN place ELSE 0 END, last DESC, place) AS at
        FROM dated
    ), entered AS (
        SELECT n.*, c.date, c.{kind} AS number,
            ROW_NUMBER() OVER (PARTITION BY n.code, c.date ORDER BY c.id DESC) AS nth
        FROM ranked n JOIN {table} c ON c.key = n.code AND c.origin = n.origin AND c.{kind} IS NOT NULL
            AND c.date <= %s AND c.date >= CASE WHEN n.last < %s THEN n.last ELSE %s END
            AND c.date >= CASE{began} ELSE c.date END
        WHERE n.at = 1
    ), series AS (
        SELECT * FROM entered WHERE nth = 1
    )"""  # noqa: S608 (names of our own tables and classes)
    return statement, [today, fresh, fresh, today, first, first]


# --- days and neighbours ----------------------------------------------------------------------------------------------


def days_with_figures() -> list[dt.date]:
    """Return the days of which there is any count, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS)
        return [day if isinstance(day, dt.date) else dt.date.fromisoformat(day) for (day,) in cursor.fetchall()]


def days_of(code: UnitCode, day: dt.date) -> list[dt.date]:
    """Return the days up to one of which a unit has any count, in order."""
    counts = _counts([code], Kind.INSTALLS, Q(date__lte=day), day).get(code, [])
    if Origin.PARTS in order():
        counts += [count for sums, _ in sums_below([code], dt.date.min, day, Kind.INSTALLS).values() for count in sums]
    return sorted({count.date for count in counts})


def units_with_figures(day: dt.date) -> list[UnitCode]:
    """Return the units of the gazetteer of which there is a count of a day."""
    keys = DailyCount.objects.filter(date=day, key__contains=":").values_list("key", flat=True).distinct()
    return [UnitCode.parse(key) for key in keys]


def rows_of(code: Code) -> QuerySet[DailyCount]:
    """Return every stored row of a unit or organisation, newest first: for the pages that list and correct them."""
    return DailyCount.objects.filter(key=str(code)).order_by("-date", "origin", "source")


def rows_officers_entered() -> QuerySet[DailyCount]:
    """Return the rows of units that an officer can correct or withdraw: not what our own server counted."""
    return DailyCount.objects.filter(key__contains=":").exclude(origin=Origin.COUNTED)


def counted_on(code: Code, day: dt.date) -> Count | None:
    """Return what our own server counted of a unit on a day; None where that day was not counted."""
    rows = DailyCount.objects.filter(key=str(code), date=day, origin=Origin.COUNTED)
    return next(_counts_of(rows), None)


def units_counted_on(day: dt.date) -> list[Count]:
    """Return what our own server counted on a day, of every unit of the gazetteer of which it counted somebody."""
    rows = DailyCount.objects.filter(key__contains=":", date=day, origin=Origin.COUNTED)
    return list(_counts_of(rows))


def organisations_counted_on(day: dt.date) -> list[str]:
    """Return the codes of the organisations of which our own server counted somebody on a day."""
    rows = DailyCount.objects.filter(date=day, origin=Origin.COUNTED).exclude(key__contains=":")
    return list(rows.values_list("key", flat=True))


def printed_ranks(codes: Iterable[Code], day: dt.date) -> dict[Code, Count]:
    """Return for each unit the newest count beside which a rank was printed, by whatever class of source."""
    found: list[Count] = []
    for keys in _chunks([str(code) for code in codes]):
        rows = DailyCount.objects.filter(key__in=keys, rank__isnull=False, date__lte=day, date__gt=day - WINDOW)
        found += _counts_of(rows)
    return newest_printed_ranks(found, day)


def last_reports(codes: Iterable[Code], day: dt.date) -> dict[Code, dt.date]:
    """Return the day of each unit's newest report of whatever kind that is not after a day; a place has reported, too,
    when each of its parts has, and an organisation when each of those in it has."""
    asked = dict.fromkeys(codes)
    tree, found = below(asked), dict[Code, dt.date]()
    places = {code: _parts(code, day) for code in asked if isinstance(code, UnitCode)}
    places |= {part: _parts(part, day) for parts in list(places.values()) for part in parts}
    wanted = {*asked, *tree.codes, *(part for parts in places.values() for part in parts)}
    for keys in _chunks([str(code) for code in wanted], _ADDED_UP):
        rows = DailyCount.objects.filter(key__in=keys, date__lte=day, origin__in=REPORTS)
        found |= {_code(key): date for key, date in rows.values_list("key").annotate(Max("date")).order_by()}
    for code, parts in sorted(places.items(), key=lambda each: -each[0].level):
        if parts and (date := reported_on(found.get(code), [found.get(part) for part in parts])) is not None:
            found[code] = date
    return {code: date for code, date in with_reports_inside(tree, found).items() if code in asked}


def neighbours(codes: Iterable[Code], first: dt.date, last: dt.date) -> list[Count]:
    """Return what officers reported of units from `first` to `last`, and of each class the nearest before and after."""
    found: list[Count] = []
    for keys in _chunks(sorted({str(code) for code in codes})):
        rows = DailyCount.objects.filter(key__in=keys, origin__in=REPORTS)
        found += _counts_of(rows.filter(date__gte=first, date__lte=last))
        for beside, nearest in ((Q(date__lt=first), Max("date")), (Q(date__gt=last), Min("date"))):
            days = {
                (_code(key), origin): date
                for key, origin, date in rows.filter(beside).values_list("key", "origin").annotate(nearest).order_by()
            }
            of_days = _counts_of(rows.filter(date__in=set(days.values()))) if days else ()
            found += [count for count in of_days if days.get((count.unit, count.origin.value)) == count.date]
    return found


def beside(counts: Sequence[Count]) -> Beside:
    """Return what is known around some figures of places: of their days what the places above, those beside and those
    inside reported, and which of the figures are approved."""
    gazetteer, days = catalogue.all_units(), {count.date for count in counts}
    units: dict[UnitCode, Unit] = {}
    parts: dict[UnitCode, Sequence[UnitCode]] = {}
    for count in counts:
        if not isinstance(count.unit, UnitCode) or count.unit in parts:
            continue
        unit = gazetteer.unit(count.unit, count.date)
        for each in (unit, *([gazetteer.unit(unit.parent, count.date)] if unit.parent is not None else [])):
            if each.code not in parts:
                units[each.code], parts[each.code] = each, _parts(each.code, count.date)
    around = {*parts, *(part for each in parts.values() for part in each)}
    found: list[Count] = []
    for keys in _chunks(sorted(str(code) for code in around)):
        found += _counts_of(DailyCount.objects.filter(key__in=keys, date__in=days, origin__in=REPORTS))
    return Beside(units, parts, found, _approved_figures(counts))


def doubts_between_levels(unit: Unit, series: Series) -> list[Problem]:
    """Return what does not fit between a unit's figure, its parts' and that of the place it lies in, of one day."""
    if series.figure is None:
        return []
    day, gazetteer = series.figure.date, catalogue.all_units()
    above = gazetteer.unit(unit.parent) if unit.parent is not None else None
    parts = {each.code: each for each in children_of(unit, day)}
    around = series_of([*parts, *([above.code] if above else [])], day, among=REPORTS)
    own = {each: around[code] for code, each in parts.items() if code in around}
    return levels.of_series(unit, series, own, above, around.get(above.code) if above else None)


def _approved_figures(counts: Sequence[Count]) -> set[tuple[Code, dt.date]]:
    if not ApprovedDay.objects.filter(day__in={count.date for count in counts}).exists():
        return set()
    places: dict[tuple[str, dt.date], set[tuple[Code, dt.date]]] = defaultdict(set)
    for keys in _chunks(sorted({str(count.unit) for count in counts})):
        rows = DailyCount.objects.filter(key__in=keys, date__in={count.date for count in counts})
        for key, date, place in rows.values_list("key", "date", "place"):
            places[place, date].add((_code(key), date))
    return {figure for each in approved(places) for figure in places[each]}


def approved(figures: Iterable[tuple[str, dt.date]]) -> dict[tuple[str, dt.date], ApprovedDay]:
    """Return those of some figures, by place and day, that an officer of a place above (of the whole country: the
    Ministry) has approved, each with the approval."""
    asked = set(figures)
    rows = ApprovedDay.objects.filter(day__in={day for _, day in asked}).select_related("officer")
    by_place = {(row.place, row.day): row for row in rows}
    return {
        (place, day): row
        for place, day in asked
        for above in (places_above(place)[:-1] or [NATION])
        if (row := by_place.get((above, day))) is not None
    }


def is_approved_by(place: str, day: dt.date) -> bool:
    """Return whether the officers of one place have approved a day themselves."""
    return ApprovedDay.objects.filter(place=place, day=day).exists()


def approvals_above(place: str, first: dt.date, last: dt.date) -> dict[dt.date, ApprovedDay]:
    """Return by day who approved the figures of a place, at the place itself or above, the highest of them."""
    rows = ApprovedDay.objects.filter(place__in=places_above(place), day__gte=first, day__lte=last)
    return {row.day: row for row in rows.select_related("officer").order_by("-place")}


def reported_by_day(keys: Iterable[str], first: dt.date, last: dt.date) -> dict[dt.date, set[str]]:
    """Return which of some units (by key) reported for each day of a time."""
    found: dict[dt.date, set[str]] = defaultdict(set)
    for some in _chunks(list(keys)):
        rows = DailyCount.objects.filter(key__in=some, origin__in=REPORTS, date__gte=first, date__lte=last)
        for date, key in rows.values_list("date", "key").distinct().order_by():
            found[date].add(key)
    return found


def organisations_reported_by_day(codes: QuerySet[Any], first: dt.date, last: dt.date) -> dict[dt.date, int]:
    """Return how many organisations, of those whose codes a query selects, reported for each day of a time."""
    rows = DailyCount.objects.filter(key__in=codes, origin__in=REPORTS, date__gte=first, date__lte=last)
    return dict(rows.values_list("date").annotate(RowCount("key", distinct=True)).order_by())


# --- people -----------------------------------------------------------------------------------------------------------


def denominators() -> Figures:
    """Return every count of people that is known: the catalogue's and those that officers entered."""
    entered = Population.objects.exclude(measure=Population.Measure.HEADCOUNT)
    state = entered.aggregate(RowCount("pk"), Max("pk"), Max("entered_at"), Sum("people"))
    if not state["pk__max"]:
        return catalogue.figures()
    changes = FiguresState.objects.filter(pk=1).values_list("number", flat=True).first()
    return _denominators((changes, *state.values()))


@functools.lru_cache(maxsize=2)
def _denominators(state: tuple[object, ...]) -> Figures:  # noqa: ARG001 (what is kept is of one state of the table)
    rows = Population.objects.exclude(measure=Population.Measure.HEADCOUNT).order_by("pk")
    return catalogue.figures().with_figures(
        Figure(
            UnitCode.parse(row.key),
            row.people,
            vintage_of(Measure(row.measure), row.as_of, row.source, row.counts_from),
        )
        for row in rows
    )


def vintage_of(measure: Measure, as_of: dt.date, source: str, counts_from: dt.date) -> Vintage:
    """Return the vintage of counts of people that officers entered."""
    told_apart = hashlib.sha256(f"{counts_from} {source}".encode()).hexdigest()[:8]
    return Vintage(f"{measure}-{as_of}-{told_apart}", measure, as_of, source, source, counts_from)


def people_of(unit: Unit, day: dt.date, measure: Measure = Measure.POPULATION) -> Figure | None:
    """Return the denominator of a unit's shares of a day."""
    return denominators().on(unit, measure, day)


def people_held(keys: Iterable[str]) -> dict[tuple[str, str, dt.date, str], tuple[int, dt.date]]:
    """Return the counts of people that officers entered for units or organisations, by key, measure, day and source:
    how many, and from which day they count."""
    return {
        (key, measure, as_of, source): (people, counts_from)
        for some in _chunks(sorted(set(keys)))
        for key, measure, as_of, source, people, counts_from in Population.objects.filter(key__in=some).values_list(
            "key", "measure", "as_of", "source", "people", "counts_from"
        )
    }


# --- what the public may see ------------------------------------------------------------------------------------------


def hidden_days(unit: Unit, series: Series, sisters: Sequence[Unit], figures: Figures) -> set[dt.date]:
    """Return the days on which a unit's count is not shown to the public: too small itself, or another part of the
    unit above it is, whose count would follow from this one. `figures` says of how many people each is.

    Each sister counts on each day with its newest count by then, as the table of the unit above shows it.
    """
    if unit.level < Level.DISTRICT or not series.counts:
        return set()
    bases = {each.code: figures.on(each, Measure.POPULATION, series.day) for each in sisters}
    people: dict[Code, int | None] = {code: base.value if base else None for code, base in bases.items()}
    if not _any_suppressed(people, series):
        return set()
    every = series_of(people, series.day, kind=series.kind, since=dt.date.min) | {unit.code: series}
    totals = {str(code): own.totals() for code, own in every.items()}
    last, number = totals[str(unit.code)][-1]
    if last < series.day:  # today it stands beside what its sisters have reported since
        totals[str(unit.code)].append((series.day, number))
    by_key = suppression.disclosed_by_day(totals, {str(code): each for code, each in people.items()})
    shown = by_key.get(str(unit.code), {})
    hidden = {date for date, _ in series.totals() if date not in shown}
    return hidden if series.day in shown else hidden | {last}


def _any_suppressed(people: dict[Code, int | None], series: Series) -> bool:
    """Decide whether any count of these units is suppressed: where none is, their series need not be read."""
    condition = Q(pk__in=[])
    for code, number in people.items():
        for counts in suppression.suppressed_ranges(number):
            bounds = {f"{series.kind}__gte": counts.start, f"{series.kind}__lt": counts.stop}
            condition |= Q(key=str(code), **bounds)
    return DailyCount.objects.filter(condition, date__lte=series.day).exists()


def disclosure(series: Series, people: int | None) -> suppression.Disclosure:
    """Return an organisation's figure as it is disclosed to officers."""
    at_least = series.parts is not None and series.parts.at_least
    return suppression.disclose_sum(series.total or 0, people, at_least=at_least)


def disclosed(series: Series, people: int | None) -> Series:
    """Return an organisation's series as it is disclosed to officers, with each count's lower bound."""
    if series.parts is not None and series.parts.at_least:
        return series  # made of lower bounds
    return series.with_values(lambda value: suppression.disclose(value, people).at_least)


def _parts(code: UnitCode, day: dt.date) -> tuple[UnitCode, ...]:
    if code.level is Level.COMMUNE:
        return ()
    try:
        unit = catalogue.all_units().unit(code, day)
    except GeographyError:  # it does not stand on that day
        return ()
    return tuple(each.code for each in catalogue.all_units().children(unit.code, day))


def with_sums(tree: Tree, own: Mapping[Code, Series], day: dt.date, kind: Kind) -> dict[Code, Series]:
    """Return the series of each unit, of those that hold others by the rule of `rollout.unit_trees`."""
    found: dict[Code, Series] = dict(own)
    if tree.parents or tree.gone:
        of_organisations = {code: each for code, each in own.items() if not isinstance(code, UnitCode)}
        went = _gone(tree, of_organisations, day, kind)
        summed = tree_series(forest(tree.people, tree.parents, of_organisations, day, kind, went))
        found |= {code: each for code, each in summed.items() if each.counts or each.printed or each.parts}
    return found


def _gone(
    tree: Tree, own: Mapping[OrganisationCode, Series], day: dt.date, kind: Kind
) -> dict[OrganisationCode, list[Gone]]:
    """Return what went into each unit, with what had gone into that before."""

    def series(code: OrganisationCode) -> Series:
        before = [Gone(series(each), when) for each, when in tree.gone.get(code, ())]
        return with_gone(own.get(code) or Series(day, kind), code, before)

    return {into: [Gone(series(code), when) for code, when in went] for into, went in tree.gone.items()}


def with_reports_inside(tree: Tree, own: Mapping[Code, dt.date]) -> dict[Code, dt.date]:
    """Return the day of each unit's newest report; one has reported, too, when every unit in it has."""
    found: dict[Code, dt.date] = dict(own)

    def newest(root: OrganisationCode, inside: Mapping[OrganisationCode, list[OrganisationCode]]) -> dt.date | None:
        day = reported_on(own.get(root), [newest(each, inside) for each in inside.get(root, ())])
        if day is not None:
            found[root] = day
        return day

    children: dict[OrganisationCode, list[OrganisationCode]] = {}
    for code, holder in tree.parents.items():
        children.setdefault(holder, []).append(code)
    for root in children.keys() - tree.parents.keys():
        newest(root, children)
    return found


#: movement is over a week
WEEK = dt.timedelta(days=7)


def children_of(unit: Unit, day: dt.date) -> Sequence[Unit]:
    """Return the units under one on a day: before its system was in force, the provinces it was made of."""
    if unit.level is Level.COMMUNE:
        return ()
    if (parts := parts_of(unit.code)) and day <= last_before(unit.code):
        return [catalogue.provinces().unit(part) for part in parts]
    return catalogue.all_units().children(unit.code, day)


def sisters_of(unit: Unit, day: dt.date) -> Sequence[Unit]:
    """Return the units beside one on a day, itself among them; none beside the country."""
    return catalogue.all_units().children(unit.parent, day) if unit.parent is not None else ()


def ranking_of(units: Sequence[Unit], day: dt.date, measure: Measure, figures: Figures) -> Ranking:
    """Rank units on a day by the people in `figures`, with movement since a week before, and the ranks that sources
    printed beside ours."""
    codes = [unit.code for unit in units]
    series, printed = series_of(codes, day), printed_ranks(codes, day)
    basis = Basis(measure)
    return rank(units, series, figures, on=day, basis=basis, base_date=day - WEEK, printed=printed)


def provinces_on(day: dt.date, system: System, measure: Measure) -> Ranking:
    """Rank the provinces of one system on a day. Before it was in force they are sums over their parts."""
    provinces = catalogue.provinces().of_level(Level.PROVINCE, system.nearest(day))
    return ranking_of(provinces, day, measure, denominators())
