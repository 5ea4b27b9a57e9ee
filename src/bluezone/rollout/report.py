"""Compose the daily report of a jurisdiction as an office prints it: its bulletin, the table of all its parts, its
sectors, whom it praises and whom it urges. How it looks and reads: `documents`, `report_words`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from bluezone.geography.figures import Figures, Measure
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout.bulletin import Bulletin
from bluezone.rollout.counts import Count, OrganisationCode
from bluezone.rollout.directives import is_late, pace_of, silence
from bluezone.rollout.in_use import InUse, in_use
from bluezone.rollout.letterhead import Letterhead, default_letterhead
from bluezone.rollout.pace import Pace, Status, installs_for
from bluezone.rollout.ranking import RankingRow, rank
from bluezone.rollout.reached import DoorSums, Reached
from bluezone.rollout.sectors import Sector
from bluezone.rollout.series import Series
from bluezone.rollout.suppression import disclosed_parts

#: So many are praised and urged, of many parts (provinces) more.
NAMED, NAMED_OF_MANY, MANY_PARTS = 3, 5, 20


@dataclass(frozen=True, slots=True)
class Line:
    """Hold a part's line of the table. Every number may be missing; `hidden`: the count is too small to be shown.

    `share` is of the population, `share_smartphones` of the smartphones (exact, 0..1); `gain` is since the bulletin's
    base date; `pace` against the part's own target.
    """

    unit: Unit
    row: RankingRow
    share: Fraction | None = None
    share_smartphones: Fraction | None = None
    in_use: InUse | None = None
    gain: int | None = None
    pace: Pace | None = None
    last_report: dt.date | None = None
    hidden: bool = False

    def is_old(self, day: dt.date) -> bool:
        """Return whether the figure is of an earlier day than the report."""
        return self.row.figure_date is not None and self.row.figure_date < day

    def is_late(self, day: dt.date) -> bool:
        """Return whether its reports are late on a day."""
        return is_late(silence(self.last_report, day))


@dataclass(frozen=True, slots=True)
class SectorLine:
    """Hold a sector's line: who answers, its units, what they are to reach and have, and what was done at doors.

    `at_least`: some units are too small to be shown exactly.
    """

    sector: Sector
    office: str
    units: int
    deadline: dt.date
    people: int | None = None
    target: int | None = None
    installs: int | None = None
    at_least: bool = False
    door: DoorSums | None = None
    #: it is offered no more; the order keeps it
    closed: bool = False

    @property
    def missing(self) -> int | None:
        """Return how many are missing, all of them where nobody has reported; None where nothing is asked."""
        return None if self.target is None else max(0, self.target - (self.installs or 0))


@dataclass(frozen=True, slots=True)
class Order:
    """Name the order that a report speaks of."""

    number: str
    issued: dt.date
    issuer: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """Hold what the orders in force ask of a unit's parts and sectors, and who has reported when."""

    order: Order | None = None
    #: installs by part
    targets: Mapping[UnitCode, int] = field(default_factory=dict)
    #: the people each of these targets is of
    people: Mapping[UnitCode, int] = field(default_factory=dict)
    sectors: tuple[SectorLine, ...] = ()
    last_reports: Mapping[UnitCode, dt.date] = field(default_factory=dict)
    reached: Reached = field(default_factory=Reached)


@dataclass(frozen=True, slots=True)
class Report:
    """Hold all that a report says. `praised` and `urged` are lines of the table; `idle` sectors without a unit,
    those apart that were closed since."""

    bulletin: Bulletin
    letterhead: Letterhead
    order: Order | None
    lines: tuple[Line, ...]
    sectors: tuple[SectorLine, ...]
    praised: tuple[Line, ...]
    urged: tuple[Line, ...]
    idle: tuple[SectorLine, ...]
    reached: Reached
    share_smartphones: Fraction | None


def compose_report(
    bulletin: Bulletin,
    series: Mapping[UnitCode | OrganisationCode, Series],
    figures: Figures,
    assigned: Assigned | None = None,
    letterhead: Letterhead | None = None,
) -> Report:
    """Return the report of a bulletin from the same series and denominators."""
    assigned = assigned or Assigned()
    lines = table(bulletin, series, figures, assigned)
    own = series.get(bulletin.unit.code) or Series(bulletin.date)
    named = NAMED_OF_MANY if len(lines) > MANY_PARTS else NAMED
    return Report(
        bulletin=bulletin,
        letterhead=letterhead or default_letterhead(bulletin.unit),
        order=assigned.order,
        lines=lines,
        sectors=assigned.sectors,
        praised=praised(lines, bulletin.date)[:named],
        urged=urged(lines, bulletin.date)[:named],
        idle=tuple(each for each in assigned.sectors if not each.units and not each.closed),
        reached=assigned.reached,
        share_smartphones=_share(own.figure, figures, bulletin.unit, Measure.SMARTPHONES, bulletin.date),
    )


def table(
    bulletin: Bulletin,
    series: Mapping[UnitCode | OrganisationCode, Series],
    figures: Figures,
    assigned: Assigned,
) -> tuple[Line, ...]:
    """Return the lines of all parts: ranked first, then those without a figure of late."""
    if not bulletin.parts:
        return ()
    rows = rank(bulletin.parts, series, figures, on=bulletin.date).rows
    shown = disclosed_parts(
        {str(row.unit.code): (row.count, row.base.value if row.base else None) for row in rows if row.count is not None}
    )
    hidden = {key for key, count in shown.items() if count is None}
    return tuple(
        _line(
            row,
            bulletin,
            series.get(row.unit.code) or Series(bulletin.date),
            figures,
            assigned,
            hidden=str(row.unit.code) in hidden,
        )
        for row in rows
    )


def _line(
    row: RankingRow, bulletin: Bulletin, own: Series, figures: Figures, assigned: Assigned, *, hidden: bool
) -> Line:
    code, day = row.unit.code, bulletin.date
    last = assigned.last_reports.get(code) or row.figure_date
    if hidden:
        return Line(row.unit, row, last_report=last, hidden=True)
    gain = None
    if bulletin.base_gain is not None:
        # from the day with which the whole is compared, so that the gains of the parts and of the whole belong together
        found = own.gain_since(bulletin.base_gain.since)
        gain = found[1] if found else None
    base = row.base.value if row.base else None
    target, people, goal = assigned.targets.get(code), assigned.people.get(code) or base, bulletin.goal
    asked = Fraction(min(target, people), people) if target and people else None
    return Line(
        unit=row.unit,
        row=row,
        share=row.share if not row.silent else _share(own.figure, figures, row.unit, Measure.POPULATION, day),
        share_smartphones=_share(own.figure, figures, row.unit, Measure.SMARTPHONES, day),
        in_use=in_use(own),
        gain=gain,
        pace=pace_of(own, people, asked, goal.deadline) if goal and people and asked else None,
        last_report=last,
    )


def equal_targets(parts: Sequence[Unit], share: Fraction, figures: Figures, day: dt.date) -> dict[UnitCode, int]:
    """Return the installs each part is to reach where all are asked for the same share of their people."""
    people = {part.code: figures.on(part, Measure.POPULATION, day) for part in parts}
    return {code: installs_for(share, figure.value) for code, figure in people.items() if figure is not None}


def _share(count: Count | None, figures: Figures, unit: Unit, measure: Measure, day: dt.date) -> Fraction | None:
    """Return the share of a count that is known: of the people here, else as it was printed beside the count."""
    if count is None:
        return None
    people = figures.on(unit, measure, day)
    if people is not None and count.installs is not None:
        return Fraction(count.installs, people.value)
    printed = count.percent_smartphones if measure is Measure.SMARTPHONES else count.percent_population
    return Fraction(printed) / 100 if printed is not None else None


def praised(lines: Sequence[Line], day: dt.date) -> tuple[Line, ...]:
    """Return the parts to praise, the highest share first: on the way to their target; without targets, the upper
    half at most. One whose figure is old is praised for nothing."""
    fresh = [line for line in lines if not line.hidden and line.row.rank is not None and not line.is_late(day)]
    if any(line.pace is not None for line in fresh):
        return tuple(
            line for line in fresh if line.pace is not None and line.pace.status in (Status.MET, Status.ON_TRACK)
        )
    return tuple(fresh[: len(fresh) // 2])


def urged(lines: Sequence[Line], day: dt.date) -> tuple[Line, ...]:
    """Return the parts to urge: who has not reported of late, the longest silence first; then who will not make it,
    most missing first."""
    late = [line for line in lines if line.is_late(day)]
    late.sort(key=lambda line: (line.last_report or dt.date.min, line.unit.code))
    behind = [
        line
        for line in lines
        if line not in late and line.pace is not None and line.pace.status in (Status.BEHIND, Status.IMPOSSIBLE)
    ]
    behind.sort(key=lambda line: (-(line.pace.needed if line.pace else 0), line.unit.code))
    return (*late, *behind)
