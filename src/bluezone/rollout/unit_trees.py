"""Compute the figure of a unit that holds others: a school of its classes, an industrial zone of its companies.

One rule says which figure counts, so that nobody is counted twice:

1. Once every unit in it has a figure of the last MAX_AGE_DAYS days, the figure is their sum.
2. Until then it is the unit's own report, if that is not older than MAX_AGE_DAYS days.
3. Without one it is the sum over those that have a figure, and says of how many.
4. Where the units in it report nothing and only their posters count, nothing is summed: the unit's own count of posters
   holds all posters of the tree (`installations.organisations`).

A sum begins on the first day on which each of those that it is over has a figure: a class that joins is no gain.

Nothing that may not be disclosed of a unit can be subtracted out of the one that holds it: a figure that is shown
beside its parts is made of what may be disclosed of each part, and of what is left (`rollout.suppression`).

Until the day on which a unit goes into another with its people, its counts and those of the one that takes it in are of
different people: they are added. What the one that took it in reports of a later day is of all of them. Without this a
merger would look like as many uninstalls as the one that went had installs. Our own count of posters needs no addition:
from the next night on, the posters of the one that went count for the other (`authority.units.posters`).
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bluezone.rollout.counts import Count, Kind, OrganisationCode, Origin
from bluezone.rollout.series import SUM, Parts, Series
from bluezone.rollout.suppression import disclose


@dataclass(frozen=True, slots=True)
class Gone:
    """Hold the series of a unit that went into another with its people, and the day on which it did."""

    series: Series
    day: dt.date


@dataclass(frozen=True, slots=True)
class Steps:
    """Hold totals that stay until the next one."""

    days: list[dt.date]
    totals: list[int]

    @classmethod
    def of(cls, series: Series) -> Steps:
        made = series.totals()
        return cls([day for day, _total in made], [total for _day, total in made])

    def at(self, day: dt.date) -> int:
        """Return the newest total by a day; 0 before the first."""
        position = bisect.bisect_right(self.days, day)
        return self.totals[position - 1] if position else 0

    def newest(self, day: dt.date) -> dt.date | None:
        """Return the day of the newest total by a day; None before the first."""
        position = bisect.bisect_right(self.days, day)
        return self.days[position - 1] if position else None


def with_gone(own: Series, code: OrganisationCode, gone: Sequence[Gone]) -> Series:
    """Return a unit's series with the counts of those that went into it, each up to the day on which it went.

    It begins where each of those that are added has a count, so that none of them looks like a gain by joining.
    """
    added = [(each, Steps.of(each.series.until(each.day))) for each in gone if _is_added(own, each)]
    if not added:
        return own
    mine, last = Steps.of(own), max(each.day for each, _steps in added)
    begins = [steps.days[0] for _each, steps in added] + [day for day in mine.days[:1] if day <= last]
    days = {day for steps in (mine, *(steps for _each, steps in added)) for day in steps.days if day >= max(begins)}
    counts = {count.date: count for count in own.counts}

    def on(day: dt.date) -> Count:
        newest = mine.newest(day)
        joining = [steps.at(day) for each, steps in added if newest is None or newest <= each.day]
        if not joining:
            return counts[day]  # of all: each of its days is one of its own counts
        total = mine.at(day) + sum(joining)
        return Count(code, day, source=SUM, origin=origin, **{own.kind.value: total})  # type: ignore[arg-type]

    origin = own.origin or added[0][0].series.origin or Origin.REPORTED
    return Series(own.day, own.kind, origin, tuple(on(day) for day in sorted(days)), own.printed, own.parts)


def _is_added(own: Series, gone: Gone) -> bool:
    counted_twice = gone.series.origin is Origin.COUNTED and own.origin is Origin.COUNTED
    return bool(gone.series.until(gone.day).counts) and not counted_twice


@dataclass(frozen=True, slots=True)
class UnitNode:
    """Hold a unit with its own series (its reports, or its poster's count) and the open units in it."""

    code: OrganisationCode
    people: int | None
    own: Series
    children: tuple[UnitNode, ...] = ()
    #: those that went into it with their people
    gone: tuple[Gone, ...] = ()

    def walk(self) -> Iterator[UnitNode]:
        """Yield this unit and all in it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class _Figure:
    """Hold a unit's series as it is, the same as it may be shown, and whether all in it have a new figure."""

    raw: Series
    shown: Series
    people: int | None
    complete: bool
    #: somebody reported: not all is counts of posters
    reported: bool
    children: tuple[_Figure, ...] = field(default=())

    @property
    def is_known(self) -> bool:
        return bool(self.raw.counts)


def tree_series(roots: Sequence[UnitNode]) -> dict[OrganisationCode, Series]:
    """Return the series of every unit in some trees, by its code.

    Of a unit that holds others the numbers are as they may be shown, with `parts`; of one that holds none as they are.
    """
    found: dict[OrganisationCode, Series] = {}
    for root in roots:
        _figure(root, found)
    return found


def _figure(node: UnitNode, found: dict[OrganisationCode, Series]) -> _Figure:
    children = tuple(_figure(child, found) for child in node.children)
    own = node.own
    reported = own.origin not in (None, Origin.COUNTED) or any(each.reported for each in children)
    if not children:
        own = found[node.code] = with_gone(own, node.code, node.gone)
        shown = own.with_values(lambda value: disclose(value, node.people).at_least)
        return _Figure(own, shown, node.people, own.is_fresh(), reported or own.origin is Origin.REPORTED)
    known = [each for each in children if each.is_known]
    complete = all(each.complete for each in children)
    summed = _is_summed(own, children, known, complete=complete)
    raw = _sum([each.raw for each in known], node.code, own.day, own.kind) if summed else own
    shown = _sum([each.shown for each in known], node.code, own.day, own.kind) if summed else _shown_own(node, known)
    raw, shown = with_gone(raw, node.code, node.gone), with_gone(shown, node.code, node.gone)
    parts = Parts(
        all=len(children),
        known=len(known),
        stale=sum(not each.raw.is_fresh() for each in known),
        oldest=min((each.raw.figure.date for each in known if each.raw.figure), default=None),
        summed=summed,
        at_least=raw.total != shown.total or any(each.shown.parts and each.shown.parts.at_least for each in known),
    )
    shown = replace(shown, parts=parts)
    found[node.code] = shown
    return _Figure(raw, shown, node.people, complete if summed else own.is_fresh(), reported, children)


def _is_summed(own: Series, children: Sequence[_Figure], known: Sequence[_Figure], *, complete: bool) -> bool:
    """Decide whether the units in it count, and not its own figure (the rule of this module)."""
    if not known:
        return False
    if not own.counts:
        return True
    if not any(each.reported for each in children):
        return False
    own_report = own.origin is not Origin.COUNTED and own.is_fresh()
    return complete or not own_report


def _sum(series: Sequence[Series], code: OrganisationCode, day: dt.date, kind: Kind) -> Series:
    """Return the sum of series from the day on which each has a count; one without a count of a day stays as it was."""
    steps = [Steps.of(each) for each in series]
    first = max(each.days[0] for each in steps)
    days = sorted({date for each in steps for date in each.days if date >= first})
    counts = (
        Count(code, date, source=SUM, **{kind.value: sum(each.at(date) for each in steps)})  # type: ignore[arg-type]
        for date in days
    )
    return Series(day, kind, counts=tuple(counts))


def _shown_own(node: UnitNode, known: Sequence[_Figure]) -> Series:
    """Return a unit's own series as it may be shown beside the units in it: each of those with what may be disclosed of
    it, and the rest, which is in none of them, with what may be disclosed of a rest."""
    pairs = [(Steps.of(each.raw), Steps.of(each.shown), each.people) for each in known]

    def shown(count: Count) -> Count:
        total = count.value(node.own.kind) or 0
        inside = [(raw.at(count.date), least.at(count.date)) for raw, least, _people in pairs]
        hidden = sum(raw - least for raw, least in inside)
        rest = total - sum(raw for raw, _least in inside)
        if rest > 0 and inside:
            hidden += rest - disclose(rest, _people_of_rest(node.people, [people for *_, people in pairs])).at_least
        return replace(count, **{node.own.kind.value: max(0, total - hidden)})  # type: ignore[arg-type]

    return replace(node.own, counts=tuple(shown(count) for count in node.own.counts))


def _people_of_rest(people: int | None, parts: Sequence[int | None]) -> int | None:
    """Return how many people are in none of the parts; None where it is not known."""
    if people is None or any(each is None for each in parts):
        return None
    rest = people - sum(each or 0 for each in parts)
    return rest if rest > 0 else None


def reported_on(own: dt.date | None, children: Sequence[dt.date | None]) -> dt.date | None:
    """Return the day of a unit's newest report: its own, or the day by which each unit in it had reported."""
    inside = min((each for each in children if each is not None), default=None) if all(children) else None
    return max((each for each in (own, inside) if each is not None), default=None)


def forest(
    people: Mapping[OrganisationCode, int | None],
    parents: Mapping[OrganisationCode, OrganisationCode],
    own: Mapping[OrganisationCode, Series],
    day: dt.date,
    kind: Kind = Kind.INSTALLS,
    gone: Mapping[OrganisationCode, Sequence[Gone]] | None = None,
) -> list[UnitNode]:
    """Return the trees of units, made of the unit that holds each; those whose holder is not given are the roots."""
    below: dict[OrganisationCode, list[OrganisationCode]] = {}
    for code in people:
        if (parent := parents.get(code)) in people and parent is not None:
            below.setdefault(parent, []).append(code)

    def node(code: OrganisationCode) -> UnitNode:
        children = tuple(node(each) for each in below.get(code, ()))
        went = tuple((gone or {}).get(code, ()))
        return UnitNode(code, people[code], own.get(code) or Series(day, kind), children, went)

    return [node(code) for code in people if parents.get(code) not in people]
