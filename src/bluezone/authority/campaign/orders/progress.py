"""Where everybody stands under an order on a day: the tree of its targets with paces, silence and status."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from bluezone.authority.campaign.figures import organisation_series
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.orders.sums import Sum, by_sector
from bluezone.authority.campaign.orders.tree import counts_of_units
from bluezone.authority.units.rules import Extent, told
from bluezone.geography.units import UnitCode
from bluezone.rollout import directives
from bluezone.rollout.counts import Count
from bluezone.rollout.directives import Base, Progress
from bluezone.rollout.pace import Pace, Status
from bluezone.rollout.suppression import shown_children

#: the first to be helped come first
_URGENCY = {Status.BEHIND: 0, Status.IMPOSSIBLE: 0, Status.UNKNOWN: 1, Status.ON_TRACK: 2, Status.MET: 3}


@dataclass(frozen=True, slots=True)
class Line:
    """One target and where it stands. All numbers are as they may be told; `extent` says how exactly.

    `at_least`: a sum over organisations, some of which may not be told exactly.
    """

    target: Target
    progress: Progress
    extent: Extent
    at_least: bool
    children: tuple[Line, ...]

    @property
    def pace(self) -> Pace:
        return self.progress.pace

    @property
    def has_figure(self) -> bool:
        return self.progress.last_figure is not None

    def walk(self) -> Iterator[Line]:
        """This line and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def lines(directive: Directive, targets: Sequence[Target], as_of: dt.date) -> list[Line]:
    """Those of a directive's targets that are given (an officer's own), as trees: whose parent is not among them are
    the tops. Beside one another in order of urgency: behind first, the largest gap first.

    A sector's sum is over all its organisations, whether they are given or not.
    """
    given = {target.pk for target in targets}
    below: dict[int, list[Target]] = defaultdict(list)
    tops = []
    for target in targets:
        if target.parent_id in given:
            below[target.parent_id].append(target)
        else:
            tops.append(target)
    figures = _Figures.of(targets, as_of)
    summed = directive.base == Base.HEADCOUNT and any(each.kind == Kind.SECTOR for each in targets)
    sums = by_sector(directive, as_of) if summed else {}
    order = _Order(directive, below, figures, sums, as_of)
    return _ranked(tops, order, _hidden_beside_sisters(directive, tops, as_of))


def _hidden_beside_sisters(directive: Directive, tops: Sequence[Target], as_of: dt.date) -> set[str]:
    """The tops that are hidden beside their sisters, who need not be the officer's or on the page: a count that is not
    told on the page above is not told on its own."""
    parents = {each.parent_id for each in tops if each.kind == Kind.UNIT and each.parent_id is not None}
    if directive.base == Base.HEADCOUNT or not parents:
        return set()
    sisters = list(Target.objects.filter(directive=directive, parent__in=parents, kind=Kind.UNIT))
    counts = counts_of_units({each.key for each in sisters}, as_of)
    hidden: set[str] = set()
    for parent in parents:
        hidden |= _hidden_units([each for each in sisters if each.parent_id == parent], counts)
    return hidden


@dataclass(frozen=True, slots=True)
class _Figures:
    """The figures of a directive's units and organisations, and how exactly the newest may be told."""

    units: dict[str, list[Count]]
    organisations: dict[str, list[Count]]
    extents: dict[str, Extent]

    @classmethod
    def of(cls, targets: Sequence[Target], as_of: dt.date) -> _Figures:
        organisations = [each.organisation for each in targets if each.organisation is not None]
        raw = organisation_series.raw_of(organisations, as_of)
        counted = [each for each in organisations if each.code in raw]
        return cls(
            units=counts_of_units({each.key for each in targets if each.kind == Kind.UNIT}, as_of),
            organisations={each.code: organisation_series.told_counts(each, raw[each.code]) for each in counted},
            extents={each.code: told(raw[each.code][max(raw[each.code])], each.people).extent for each in counted},
        )


@dataclass(frozen=True, slots=True)
class _Order:
    """What making a line needs to know beside its target."""

    directive: Directive
    below: dict[int, list[Target]]
    figures: _Figures
    sums: dict[int, Sum]
    as_of: dt.date

    @property
    def counts_heads(self) -> bool:
        """Whether a unit's and a sector's installs are the sums of their organisations'."""
        return self.directive.base == Base.HEADCOUNT


def _ranked(targets: Sequence[Target], order: _Order, hidden: Collection[str] = ()) -> list[Line]:
    if not order.counts_heads:
        hidden = {*hidden, *_hidden_units(targets, order.figures.units)}
    made = [_line(target, order, hidden=target.key in hidden) for target in targets]
    return sorted(made, key=lambda line: (_URGENCY[line.pace.status], -line.progress.gap, line.target.key))


def _hidden_units(targets: Sequence[Target], counts: Mapping[str, list[Count]]) -> set[str]:
    """Units whose count is so small that it tells, and a sister's from which it would follow: as on public pages."""
    newest = {
        target.key: (counts[target.key][-1].installs or 0, target.people)
        for target in targets
        if counts.get(target.key)
    }
    return {key for key, count in shown_children(newest).items() if count is None}


def _line(target: Target, order: _Order, *, hidden: bool) -> Line:
    children = tuple(_ranked(order.below.get(target.pk, ()), order))
    extent, at_least = Extent.EXACT, False
    if target.kind == Kind.ORGANISATION:
        counts = order.figures.organisations.get(target.key, [])
        extent = order.figures.extents.get(target.key, Extent.EXACT)
    elif order.counts_heads:
        parts = order.sums.values() if target.parent_id is None else [order.sums.get(target.pk, Sum([], False))]
        counts = organisation_series.total((part.counts for part in parts), UnitCode.parse(order.directive.scope))
        at_least = any(part.at_least for part in parts)
    else:
        counts = order.figures.units.get(target.key, [])
        if hidden:
            extent, counts = Extent.HIDDEN, [replace(count, installs=0) for count in counts]
    made = progress_of(target, counts, order.as_of, order.directive.deadline)
    return Line(target, made, extent, at_least, children)


def progress_of(target: Target, counts: Sequence[Count], as_of: dt.date, deadline: dt.date) -> Progress:
    """A target's progress from its figures. One that was asked for nothing has met it."""
    if target.installs and target.people:
        share = Fraction(min(target.installs, target.people), target.people)
        return directives.progress(target.key, counts, base=target.people, target=share, as_of=as_of, deadline=deadline)
    last = max(counts, key=lambda count: count.date, default=None)
    installs = (last.installs or 0) if last else 0
    return Progress(
        key=target.key,
        pace=Pace(
            installs=installs,
            base=target.people,
            share=installs / target.people if target.people else 0,
            target_share=Fraction(0),
            target_installs=0,
            needed=0,
            days=max(0, (deadline - as_of).days),
            per_day=0,
            recent_per_day=None,
            silent_days=(as_of - last.date).days if last else 0,
            status=Status.MET,
        ),
        last_figure=last.date if last else None,
    )
