"""Compute the progress of an order on a day: the tree of its targets with paces, silence and status, sums by
sector, and the units under one."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db import connection
from django.db.models import Q

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.orders import tree
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.orders.queries import denominators_of
from bluezone.authority.units.models import Organisation
from bluezone.geography.figures import Measure
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout import directives, suppression
from bluezone.rollout.cascade import people_meant_sql
from bluezone.rollout.counts import Count, OrganisationCode, Origin
from bluezone.rollout.directives import Base, Progress
from bluezone.rollout.in_use import InUse, in_use, sum_in_use
from bluezone.rollout.pace import Pace, Status, installs_for
from bluezone.rollout.series import SUM, Series, total_of
from bluezone.rollout.suppression import Extent, disclose, disclosed_parts

#: the first to be helped come first
_URGENCY = {Status.BEHIND: 0, Status.IMPOSSIBLE: 0, Status.UNKNOWN: 1, Status.ON_TRACK: 2, Status.MET: 3}


@dataclass(frozen=True, slots=True)
class Line:
    """Hold the progress of one target. All numbers are as they are disclosed; `extent` says how exactly.

    `figure` is what they are reckoned from, the newest of `series`, `origin` its class of source, None for a sum over
    organisations; `at_least`: some of those are not disclosed exactly.
    """

    target: Target
    progress: Progress
    figure: Count | None
    origin: Origin | None
    extent: Extent
    at_least: bool
    children: tuple[Line, ...]
    series: Series
    #: how many of the apps are in use, as it is disclosed; None where nobody has counted, or it is hidden
    in_use: InUse | None = None
    #: a sector (or the whole of sectors) without people that has units, of which nobody knows the headcount
    uncounted: bool = False

    @property
    def pace(self) -> Pace:
        return self.progress.pace

    @property
    def has_figure(self) -> bool:
        return self.progress.last_figure is not None

    def walk(self) -> Iterator[Line]:
        """Yield this line and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def lines(directive: Directive, targets: Sequence[Target], as_of: dt.date) -> list[Line]:
    """Return those of a directive's targets that are given (an officer's own) as trees; the tops are those whose parent
    is not among them. Beside one another in order of urgency: behind first, the largest gap first.

    A sector's sum is over all its organisations, whether they are given or not.
    """
    given = {target.pk for target in targets}
    for target in targets:
        target.directive = directive  # read by each line
    below: dict[int, list[Target]] = defaultdict(list)
    tops = []
    for target in targets:
        if target.parent_id in given:
            below[target.parent_id].append(target)
        else:
            tops.append(target)
    counted = [each for each in targets if not (each.kind == Kind.UNIT and directive.base == Base.HEADCOUNT)]
    series = _series(counted, as_of)
    reports = {str(code): day for code, day in reader.last_reports(_codes(counted), as_of).items()}
    summed = directive.base == Base.HEADCOUNT and any(each.kind == Kind.SECTOR for each in targets)
    sums = by_sector(directive, as_of) if summed else {}
    order = _Order(directive, below, series, reports, sums, as_of, _uncounted(directive, targets))
    return _ranked(tops, order, _hidden_beside_sisters(directive, tops, as_of))


def _uncounted(directive: Directive, targets: Sequence[Target]) -> frozenset[str]:
    """Return the sectors without people that have units all the same."""
    empty = [each.key for each in targets if each.kind == Kind.SECTOR and not each.people]
    return frozenset(each.sector for each in tree.uncounted(directive.place, empty)) if empty else frozenset()


def _hidden_beside_sisters(directive: Directive, tops: Sequence[Target], as_of: dt.date) -> set[str]:
    """Return the tops that are hidden beside their sisters, who need not be the officer's or on the page: a count that
    is not disclosed on the page above is not disclosed on its own."""
    parents = {each.parent_id for each in tops if each.kind == Kind.UNIT and each.parent_id is not None}
    if directive.base == Base.HEADCOUNT or not parents:
        return set()
    sisters = list(Target.objects.filter(directive=directive, parent__in=parents, kind=Kind.UNIT))
    series = _series(sisters, as_of)
    hidden: set[str] = set()
    for parent in parents:
        hidden |= _hidden_units([each for each in sisters if each.parent_id == parent], series)
    return hidden


def _series(targets: Sequence[Target], as_of: dt.date) -> dict[str, Series]:
    """Return the series of the units and organisations that are targets, by key."""
    return {str(code): series for code, series in reader.series_of(_codes(targets), as_of).items()}


def _codes(targets: Sequence[Target]) -> list[UnitCode | OrganisationCode]:
    return [
        UnitCode.parse(each.key) if each.kind == Kind.UNIT else OrganisationCode(each.key)
        for each in targets
        if each.kind != Kind.SECTOR
    ]


@dataclass(frozen=True, slots=True)
class _Order:
    """Hold what making a line needs beside its target."""

    directive: Directive
    below: dict[int, list[Target]]
    series: dict[str, Series]
    reports: dict[str, dt.date]
    sums: dict[int, Sum]
    as_of: dt.date
    uncounted: frozenset[str]

    @property
    def counts_heads(self) -> bool:
        """Return whether a unit's and a sector's installs are the sums of their organisations'."""
        return self.directive.base == Base.HEADCOUNT


def _ranked(targets: Sequence[Target], order: _Order, hidden: Collection[str] = ()) -> list[Line]:
    if not order.counts_heads:
        hidden = {*hidden, *_hidden_units(targets, order.series)}
    made = [_line(target, order, hidden=target.key in hidden) for target in targets]
    return sorted(made, key=_urgency)


def _urgency(line: Line) -> tuple[bool, bool, int, int, str]:
    """Order lines: who left the order last, before them sectors without a unit, then who is behind first."""
    empty = not line.target.people
    return line.target.left_on is not None, empty, _URGENCY[line.pace.status], -line.progress.gap, line.target.key


def _hidden_units(targets: Sequence[Target], series: Mapping[str, Series]) -> set[str]:
    """Return the units whose count is suppressed, and a sister's from which it would follow: as on public pages."""
    newest = {
        target.key: (own.total, target.people)
        for target in targets
        if (own := series.get(target.key)) is not None and own.total is not None
    }
    return {key for key, count in disclosed_parts(newest).items() if count is None}


def _line(target: Target, order: _Order, *, hidden: bool) -> Line:
    children = tuple(_ranked(order.below.get(target.pk, ()), order))
    extent, at_least = Extent.EXACT, False
    series = order.series.get(target.key) or Series(order.as_of)
    last_report = order.reports.get(target.key)
    if target.kind == Kind.ORGANISATION:
        people = target.organisation.people if target.organisation is not None else None
        extent = reader.disclosure(series, people).extent if series.total is not None else extent
        series = reader.disclosed(series, people)
        if extent is Extent.AT_LEAST:
            extent, at_least = Extent.EXACT, True
    elif order.counts_heads:
        own = [order.sums[target.pk]] if target.pk in order.sums else []
        parts = list(order.sums.values()) if target.parent_id is None else own
        within = UnitCode.parse(order.directive.scope)
        summed = total_of((part.series for part in parts), within, order.as_of)
        series, at_least = Series(order.as_of, counts=tuple(summed)), any(part.at_least for part in parts)
        last_report = series.figure.date if series.figure else None  # nobody reports a sum
    elif hidden:
        extent, series = Extent.SUPPRESSED, series.with_values(lambda _value: 0)
    made = progress_of(target, series, last_report)
    used = None if hidden else _in_use(target, series, children)
    uncounted = target.key in order.uncounted or any(child.uncounted for child in children)
    return Line(
        target, made, series.figure, series.origin, extent, at_least, children, series, used, uncounted=uncounted
    )


def _in_use(target: Target, series: Series, children: Sequence[Line]) -> InUse | None:
    """Return how many apps are in use: an organisation's as it is disclosed, a sector's as the sum over its units."""
    if target.kind == Kind.SECTOR:
        return sum_in_use(child.in_use for child in children)
    found = in_use(series)
    if found is None or target.kind == Kind.UNIT:
        return found
    people = target.organisation.people if target.organisation is not None else None
    made = disclose(found.count, people)
    return None if made.extent is Extent.SUPPRESSED else InUse(made.at_least, found.date, made.extent)


def progress_of(target: Target, series: Series, last_report: dt.date | None) -> Progress:
    """Return a target's progress from its series. One of whose people nothing was asked has met it; a sector without
    people has no status."""
    deadline = target.deadline
    if target.installs and target.people:
        share = Fraction(min(target.installs, target.people), target.people)
        return directives.progress(
            target.key, series, base=target.people, target=share, deadline=deadline, last_report=last_report
        )
    last, installs = series.figure, series.total or 0
    return Progress(
        key=target.key,
        pace=Pace(
            installs=installs,
            base=target.people,
            share=installs / target.people if target.people else 0,
            target_share=Fraction(0),
            target_installs=0,
            needed=0,
            days=max(0, (deadline - series.day).days),
            per_day=0,
            recent_per_day=None,
            silent_days=(series.day - last.date).days if last else 0,
            status=Status.MET if target.people else Status.UNKNOWN,
        ),
        last_figure=last.date if last else None,
        silent_days=directives.silence(last_report, series.day),
    )


# Each day's change is summed; adding the changes up carries those who say nothing on a day.
_SUMS = """
    WITH mine AS (
        SELECT t.parent_id AS parent, o.code AS code,
            {people} AS people
        FROM {targets} t JOIN {organisations} o ON o.id = t.organisation_id
        WHERE t.directive_id = %s AND t.left_on IS NULL
            AND NOT EXISTS (SELECT 1 FROM {organisations} c WHERE c.parent_id = o.id AND c.closed_on IS NULL)
            AND NOT EXISTS (SELECT 1 FROM {organisations} g WHERE g.merged_into_id = o.id AND g.people_brought > 0)
    ), {series}, judged AS (
        SELECT parent, code, date, {suppressed} AS suppressed, {at_least} AS installs FROM series
    ), changes AS (
        SELECT parent, date,
            installs - COALESCE(LAG(installs) OVER w, 0) AS installs,
            suppressed - COALESCE(LAG(suppressed) OVER w, 0) AS suppressed
        FROM judged WINDOW w AS (PARTITION BY code ORDER BY date)
    )
    SELECT parent, date, SUM(installs), SUM(suppressed) FROM changes GROUP BY parent, date ORDER BY date
"""


@dataclass(frozen=True, slots=True)
class Sum:
    """Hold a sector's total over time; `at_least` where some of its organisations are not disclosed exactly today."""

    series: Series
    at_least: bool


def by_sector(directive: Directive, as_of: dt.date) -> dict[int, Sum]:
    """Return the sum of each of an order's sector targets that has a figure, by the target's key."""
    series, values = reader.series_sql("mine", as_of)
    statement = _SUMS.format(
        targets=Target._meta.db_table,
        organisations=Organisation._meta.db_table,
        people=people_meant_sql("o.headcount", "o.with_families"),
        series=series,
        suppressed=suppression.suppressed_sql("number", "people"),
        at_least=suppression.at_least_sql("number", "people"),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [directive.pk, *values])
        rows = cursor.fetchall()
    changes: dict[int, dict[dt.date, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for parent, date, installs, suppressed in (*rows, *_changes_of_holders(directive, as_of)):
        change = changes[parent][dt.date.fromisoformat(str(date))]
        change[0] += int(installs)
        change[1] += int(suppressed)
    within = UnitCode.parse(directive.scope)
    return {parent: _added_up(by_day, within, as_of) for parent, by_day in changes.items()}


def _added_up(changes: Mapping[dt.date, Sequence[int]], within: UnitCode, as_of: dt.date) -> Sum:
    installs = suppressed = 0
    counts = []
    for date in sorted(changes):
        installs += changes[date][0]
        suppressed += changes[date][1]
        counts.append(Count(within, date, installs=installs, source=SUM))
    return Sum(Series(as_of, counts=tuple(counts)), suppressed > 0)


def _changes_of_holders(directive: Directive, as_of: dt.date) -> Iterator[tuple[int | None, dt.date, int, int]]:
    """Yield what the statement yields, of the organisations that hold others or took others in: whose figure is a sum
    is decided in Python (`rollout.unit_trees`)."""
    holders = Organisation.objects.filter(closed_on=None, parent__isnull=False).values("parent")
    takers = Organisation.objects.filter(merged_into__isnull=False, people_brought__gt=0).values("merged_into")
    made_of_others = Q(organisation__in=holders) | Q(organisation__in=takers)
    targets = {
        OrganisationCode(each.key): each
        for each in directive.targets.filter(made_of_others, left_on=None).select_related("organisation")
    }
    for code, series in reader.series_of(targets, as_of).items():
        target = targets[OrganisationCode(str(code))]
        people = target.organisation.people if target.organisation is not None else None
        shown, before = reader.disclosed(series, people), 0
        for date, number in shown.totals():
            yield target.parent_id, date, number - before, 0
            before = number
        if shown.figure is not None and reader.disclosure(series, people).extent is not Extent.EXACT:
            yield target.parent_id, shown.figure.date, 0, 1


def of_unit(target: Target, series: Series) -> Progress:
    """Return the progress of a unit towards its own target."""
    code = UnitCode.parse(target.key)
    return progress_of(target, series, reader.last_reports([code], series.day).get(code))


def behind(target: Target, children: Sequence[Unit], day: dt.date) -> list[tuple[Unit, Progress]]:
    """Return the units under a target's that will not make it at their pace on a day, the largest gap first.

    Each has the target it was given; where the order was not handed down, the same share of its own people. Units of
    which neither is known are left out.
    """
    measure = Measure(target.directive.base)
    figures = denominators_of(children, day, measure)
    by_code = {str(unit.code): unit for unit in children}
    given = {each.key: each for each in target.directive.targets.filter(kind=Kind.UNIT, key__in=by_code)}
    codes = [unit.code for unit in children]
    below, reports = reader.series_of(codes, day), reader.last_reports(codes, day)
    found = []
    for code, unit in by_code.items():
        base = figures.on(unit, measure, day)
        own = given.get(code) or _alike(target, code, base.value if base else 0)
        if own.people:
            found.append(progress_of(own, below.get(unit.code) or Series(day), reports.get(unit.code)))
    return [(by_code[each.key], each) for each in directives.behind(found)]


def _alike(target: Target, key: str, people: int) -> Target:
    """Return what a unit would be asked for by the share of the order that a target is of; it is not stored."""
    installs = installs_for(target.directive.share, people)
    return Target(directive=target.directive, kind=Kind.UNIT, key=key, people=people, installs=installs)
