"""Rank units on a day: coverage of each unit on one denominator for all, ties, and movement since a base date.

The ranking of 2020-21 compared provinces on different censuses. Here every share of a ranking is formed on the same
vintage, which it names; a unit without a figure or without people is listed as such, never dropped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bluezone.errors import N_
from bluezone.geography.figures import Figure, Figures, Measure
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout.counts import OrganisationCode, Origin, SeriesBreak, breaks_between
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.series import MAX_AGE_DAYS, Series, printed_share

_NO_FIGURE, _NO_RECENT = N_("no figure"), N_("no recent figure")
_NO_BASE = {
    Measure.POPULATION: N_("no figure for population"),
    Measure.SMARTPHONES: N_("no figure for smartphones"),
    Measure.ADULTS: N_("no figure for adults"),
}


@dataclass(slots=True)
class RankingRow:
    """Hold a unit's place. `rank` is None without a figure or without people; `missing` then says which.

    `printed` is a share of which no count is known, on whatever people its source used; `derived` marks a count that
    was computed back from a printed share. `gain`, `points` (share, 0..1) and `places` (positive is up) compare with
    the base date; None where they cannot.
    """

    unit: Unit
    count: int | None = None
    figure_date: dt.date | None = None
    source: str = ""
    origin: Origin | None = None
    base: Figure | None = None
    printed: Fraction | None = None
    derived: bool = False
    rank: int | None = None
    tied: bool = False
    missing: str = ""
    gain: int | None = None
    points: Fraction | None = None
    places: int | None = None

    @property
    def share(self) -> Fraction | None:
        """Return the exact share: count / people, or as printed."""
        if self.missing:
            return None
        if self.count is not None and self.base is not None:
            return Fraction(self.count, self.base.value)
        return self.printed

    @property
    def silent(self) -> bool:
        """Return whether it has not reported of late; one without people may well have."""
        return self.missing in (_NO_FIGURE, _NO_RECENT)

    @property
    def as_printed(self) -> bool:
        """Return whether the share is the printed one."""
        return not self.missing and self.count is None and self.printed is not None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Hold all units on a day: the ranked in order, then those that are not. `vintages` are the denominators used."""

    date: dt.date
    base_date: dt.date | None
    measure: Measure
    rows: tuple[RankingRow, ...]
    vintages: tuple[str, ...]
    breaks: tuple[SeriesBreak, ...] = ()

    @property
    def ranked(self) -> tuple[RankingRow, ...]:
        """Return the units that have a rank."""
        return tuple(row for row in self.rows if row.rank is not None)

    @property
    def missing(self) -> tuple[RankingRow, ...]:
        """Return the units that have none."""
        return tuple(row for row in self.rows if row.rank is None)

    def of(self, code: UnitCode) -> RankingRow:
        """Return the row of one unit."""
        for row in self.rows:
            if row.unit.code == code:
                return row
        raise RolloutError(N_("{code} is not in this ranking"), code=str(code))


@dataclass(frozen=True, slots=True)
class Basis:
    """Say what the shares are of. Without a vintage, each unit's is the one that counts on the day (`Figures.on`)."""

    measure: Measure = Measure.POPULATION
    vintage: str | None = None
    max_age_days: int | None = MAX_AGE_DAYS


def rank(
    units: Sequence[Unit],
    series: Mapping[UnitCode | OrganisationCode, Series],
    figures: Figures,
    *,
    on: dt.date,
    basis: Basis | None = None,
    base_date: dt.date | None = None,
) -> Ranking:
    """Rank units by share on a day. Equal shares share a rank and leave the next ones out (1, 2, 2, 4).

    `series` are those chosen for the day (see `series.choose`). Movement is taken from the same series, so that a
    change of source is no movement.
    """
    basis = basis or Basis()
    if base_date is not None and base_date >= on:
        raise RolloutError(N_("the base date {base} is not before {date}"), base=base_date, date=on)
    own = [(unit, series.get(unit.code) or Series(on)) for unit in units]
    now = _ranked([_standing(unit, each, figures, basis) for unit, each in own])
    breaks: tuple[SeriesBreak, ...] = ()
    if base_date is not None:
        breaks = tuple(breaks_between(base_date, on))
        if not breaks:  # over a break figures mean different things: there is no movement
            then = _ranked([_standing(unit, each.until(base_date), figures, basis) for unit, each in own])
            before = {row.unit.code: row for row in then}
            for row in now:
                _move(row, before[row.unit.code])
    vintages = {row.base.vintage.id for row in now if row.base is not None}
    return Ranking(on, base_date, basis.measure, tuple(now), tuple(sorted(vintages)), breaks)


def _standing(unit: Unit, series: Series, figures: Figures, basis: Basis) -> RankingRow:
    """Return where a unit stands on its series' day: by its count; a printed share stands in where that is too old."""
    on, base = series.day, _base(unit, figures, series.day, basis)
    most = basis.max_age_days
    count, fresh = series.figure, most is None or series.is_fresh(most)
    share = printed_share(series.printed, series.kind, basis.measure) if series.printed is not None else None
    if series.printed is not None and share is not None and (count is None or not fresh):
        fresh = most is None or (on - series.printed.date).days <= most
        count = series.printed if fresh or count is None else count
    if count is None:
        return RankingRow(unit, base=base, missing=_NO_FIGURE)
    row = RankingRow(
        unit,
        count=count.value(series.kind),
        figure_date=count.date,
        source=count.source,
        origin=count.origin,
        base=base,
        printed=printed_share(count, series.kind, basis.measure),
        derived=count.derived,
    )
    if not fresh:
        row.missing = _NO_RECENT
    elif row.count is not None and (base is None or base.value <= 0):
        row.missing = _NO_BASE[basis.measure]
    return row


def _base(unit: Unit, figures: Figures, on: dt.date, basis: Basis) -> Figure | None:
    return figures.get(unit, basis.vintage) if basis.vintage is not None else figures.on(unit, basis.measure, on)


def _ranked(rows: Sequence[RankingRow]) -> list[RankingRow]:
    """Gives ranks. Shares of units under 30 million people differ by more than a float's precision if at all, so they
    are ordered as floats; whether two are equal is told exactly."""
    sharing = [(_ratio(row), row) for row in rows if not row.missing]
    sharing.sort(key=lambda pair: (-pair[0], pair[1].unit.code.digits))
    before: RankingRow | None = None
    for place, (_, row) in enumerate(sharing, start=1):
        row.rank = place
        if before is not None and _equal(before, row):
            row.rank = before.rank
            row.tied = before.tied = True
        before = row
    missing = sorted((s for s in rows if s.missing), key=lambda s: s.unit.code.digits)
    return [row for _, row in sharing] + missing


def _ratio(row: RankingRow) -> float:
    if row.count is not None and row.base is not None:
        return row.count / row.base.value
    return float(row.printed or 0)


def _equal(a: RankingRow, b: RankingRow) -> bool:
    if a.count is not None and b.count is not None and a.base is not None and b.base is not None:
        return a.count * b.base.value == b.count * a.base.value
    return a.share == b.share


def _move(now: RankingRow, then: RankingRow) -> None:
    """Movement since the base date."""
    if now.count is not None and then.count is not None and not then.missing:
        now.gain = now.count - then.count
    share, before = now.share, then.share
    if share is not None and before is not None and now.as_printed == then.as_printed:
        now.points = share - before
    if now.rank is not None and then.rank is not None:
        now.places = then.rank - now.rank


@dataclass(frozen=True, slots=True)
class Coverage:
    """Sum several units: installs and people of those that have both, and how many have."""

    installs: int
    people: int
    share: Fraction | None
    reporting: int
    units: int


def coverage(ranking: Ranking) -> Coverage:
    """Return the share of all units of a ranking together that have a count and people."""
    both = [(s.count, s.base.value) for s in ranking.rows if s.rank and s.count is not None and s.base]
    installs, people = sum(count for count, _ in both), sum(value for _, value in both)
    share = Fraction(installs, people) if people else None
    return Coverage(installs, people, share, len(both), len(ranking.rows))
