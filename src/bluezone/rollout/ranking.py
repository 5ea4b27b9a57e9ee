"""Rank units on a day: coverage of each unit on one denominator for all, ties, and movement since a base date.

The ranking of 2020-21 compared provinces on different censuses. Here every share of a ranking is formed on the same
vintage, which it names; a unit without a figure or without people is listed as such, never dropped.

Two ranks of a unit are two answers, and stand side by side, each named: the one that a source printed (of all 63
provinces, on its own denominators), and the one reckoned here among the units whose figures are known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bluezone.errors import N_
from bluezone.geography.figures import Figure, Figures, Measure
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout.counts import Count, OrganisationCode, Origin, SeriesBreak, breaks_between
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.series import MAX_AGE_DAYS, WINDOW_DAYS, Series, printed_share

#: Movement is reckoned among the units with a share on both days, where these are at least so many of all: a unit does
#: not fall because others begin to report.
COMMON_SHARE = Fraction(9, 10)

_NO_FIGURE, _NO_RECENT = N_("no figure"), N_("no recent figure")
_NO_BASE = {
    Measure.POPULATION: N_("no figure for population"),
    Measure.SMARTPHONES: N_("no figure for smartphones"),
    Measure.ADULTS: N_("no figure for adults"),
}


@dataclass(frozen=True, slots=True)
class PrintedRank:
    """Hold a rank as a source printed it on a day, of how many units, and who printed it."""

    rank: int
    of: int
    date: dt.date
    origin: Origin
    source: str


@dataclass(frozen=True, slots=True)
class OwnRank:
    """Hold a rank reckoned among the `of` units with figures, of `units` in all.

    `places` is the movement since `since` (positive is up), among the `common` units with a share on both days; None
    where these are too few to tell.
    """

    rank: int
    tied: bool
    of: int
    units: int
    places: int | None
    common: int
    since: dt.date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold both ranks of a unit: as printed, and as reckoned. Either may be unknown."""

    printed: PrintedRank | None = None
    own: OwnRank | None = None


@dataclass(slots=True)
class RankingRow:
    """Hold a unit's place. `rank` is None without a figure or without people; `missing` then says which.

    `printed` is a share of which no count is known, on whatever people its source used; `derived` marks a count that
    was computed back from a printed share, `bound` one that was printed as “more than”. `gain`, `points` (share, 0..1)
    and `places` (positive is up) compare with the base date; None where they cannot. `printed_rank` is what a source
    printed, of whatever day it says.
    """

    unit: Unit
    count: int | None = None
    figure_date: dt.date | None = None
    source: str = ""
    origin: Origin | None = None
    base: Figure | None = None
    printed: Fraction | None = None
    derived: bool = False
    bound: bool = False
    rank: int | None = None
    tied: bool = False
    missing: str = ""
    gain: int | None = None
    points: Fraction | None = None
    places: int | None = None
    printed_rank: PrintedRank | None = None

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
    """Hold all units on a day: the ranked in order, then those that are not. `vintages` are the denominators used.

    `common` counts the units that have a share on the base date too, among which movement is reckoned.
    """

    date: dt.date
    base_date: dt.date | None
    measure: Measure
    rows: tuple[RankingRow, ...]
    vintages: tuple[str, ...]
    breaks: tuple[SeriesBreak, ...] = ()
    common: int = 0

    @property
    def ranked(self) -> tuple[RankingRow, ...]:
        """Return the units that have a rank."""
        return tuple(row for row in self.rows if row.rank is not None)

    @property
    def missing(self) -> tuple[RankingRow, ...]:
        """Return the units that have none."""
        return tuple(row for row in self.rows if row.rank is None)

    @property
    def old(self) -> tuple[RankingRow, ...]:
        """Return the units whose figure, though it counts, is of an earlier day: the oldest first. One without people
        has a figure, and no rank."""
        counted = (row for row in self.rows if not row.silent)
        old = [row for row in counted if row.figure_date is not None and row.figure_date < self.date]
        return tuple(sorted(old, key=lambda row: (row.figure_date or self.date, row.unit.code.digits)))

    @property
    def moves(self) -> bool:
        """Return whether enough units have a share on both days to tell movement."""
        return covers_enough(self.common, len(self.rows))

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
    printed: Mapping[UnitCode | OrganisationCode, Count] | None = None,
) -> Ranking:
    """Rank units by share on a day. Equal shares share a rank and leave the next ones out (1, 2, 2, 4).

    `series` are those chosen for the day (see `series.choose`). Movement is taken from the same series, so that a
    change of source is no movement; and among the units that have a share on both days, so that a unit that begins to
    report moves nobody. `printed` are the counts beside which a rank was printed (see `printed_ranks`).
    """
    basis = basis or Basis()
    if base_date is not None and base_date >= on:
        raise RolloutError(N_("the base date {base} is not before {date}"), base=base_date, date=on)
    own = [(unit, series.get(unit.code) or Series(on)) for unit in units]
    now = _ranked([_standing(unit, each, figures, basis) for unit, each in own])
    common = 0
    breaks: tuple[SeriesBreak, ...] = ()
    if base_date is not None:
        breaks = tuple(breaks_between(base_date, on))
        if not breaks:  # over a break figures mean different things: there is no movement
            then = _ranked([_standing(unit, each.until(base_date), figures, basis) for unit, each in own])
            common = _move(now, then)
    for row in now:
        if printed and (count := printed.get(row.unit.code)) is not None and count.rank is not None:
            row.printed_rank = PrintedRank(count.rank, len(now), count.date, count.origin, count.source)
    vintages = {row.base.vintage.id for row in now if row.base is not None}
    return Ranking(on, base_date, basis.measure, tuple(now), tuple(sorted(vintages)), breaks, common)


def printed_ranks(counts: Iterable[Count], day: dt.date) -> dict[UnitCode | OrganisationCode, Count]:
    """Return for each unit the newest count beside which a rank was printed, of the last WINDOW_DAYS days; the
    Ministry's before another's of the same day. Its date is shown with it: a printed rank is of its own day."""
    newest: dict[UnitCode | OrganisationCode, Count] = {}
    for count in counts:
        if count.rank is None or not 0 <= (day - count.date).days < WINDOW_DAYS:
            continue
        held = newest.get(count.unit)
        if held is None or _printed_order(count) >= _printed_order(held):
            newest[count.unit] = count
    return newest


def _printed_order(count: Count) -> tuple[dt.date, bool]:
    return count.date, count.origin is Origin.MINISTRY


def standing(ranking: Ranking, code: UnitCode) -> Standing:
    """Return both ranks of a unit, printed and reckoned: what page, home, bulletin and command all show.

    A rank among fewer than two units says nothing and is left out.
    """
    row = next((each for each in ranking.rows if each.unit.code == code), None)
    if row is None:
        return Standing()
    own = None
    if row.rank is not None and len(ranking.ranked) > 1:
        own = OwnRank(
            rank=row.rank,
            tied=row.tied,
            of=len(ranking.ranked),
            units=len(ranking.rows),
            places=row.places,
            common=ranking.common,
            since=ranking.base_date,
        )
    return Standing(row.printed_rank, own)


def _standing(unit: Unit, series: Series, figures: Figures, basis: Basis) -> RankingRow:
    """Return where a unit stands on its series' day: by its count; a printed share stands in where that is too old."""
    on, most = series.day, basis.max_age_days
    base = figures.get(unit, basis.vintage) if basis.vintage is not None else figures.on(unit, basis.measure, on)
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
        bound=count.bound,
    )
    if not fresh:
        row.missing = _NO_RECENT
    elif row.count is not None and (base is None or base.value <= 0):
        row.missing = _NO_BASE[basis.measure]
    return row


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


def _move(now: Sequence[RankingRow], then: Sequence[RankingRow]) -> int:
    """Tell each row what it gained; and, if enough units have a share on both days, how it moved among these. Return
    how many have."""
    before = {row.unit.code: row for row in then}
    for row in now:
        _gain(row, before[row.unit.code])
    common = {row.unit.code for row in now if row.points is not None}
    if covers_enough(len(common), len(now)):
        earlier, later = _places(then, common), _places(now, common)
        for row in now:
            if row.unit.code in common:
                row.places = earlier[row.unit.code] - later[row.unit.code]
    return len(common)


def covers_enough(common: int, units: int) -> bool:
    """Decide whether so many units with a share on both days are enough of all to tell movement."""
    return common > 0 and common >= COMMON_SHARE * units


def _places(rows: Sequence[RankingRow], among: Collection[UnitCode]) -> dict[UnitCode, int]:
    """Return the rank of some units among themselves; `rows` are in order of share."""
    places: dict[UnitCode, int] = {}
    before: RankingRow | None = None
    for at, row in enumerate((each for each in rows if each.unit.code in among), start=1):
        places[row.unit.code] = places[before.unit.code] if before is not None and _equal(before, row) else at
        before = row
    return places


def _gain(now: RankingRow, then: RankingRow) -> None:
    """Tell a row what it gained since the base date. The same figure on both days, old on the later, is no gain; over
    one that was printed as “more than” none is known, and where only the later is, so is the gain."""
    if now.figure_date == then.figure_date or then.bound:
        return
    if now.count is not None and then.count is not None and not then.missing:
        now.gain = now.count - then.count
    share, before = now.share, then.share
    if share is not None and before is not None and now.as_printed == then.as_printed:
        now.points = share - before


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


@dataclass(frozen=True, slots=True)
class WholeAndParts:
    """Hold the sum of a unit's parts beside its own figure, with which it need not agree: `whole` of the day `date`,
    `total` over the `known` of `units` parts, whose figures are of the days from `first` to `last`."""

    whole: int
    date: dt.date
    total: int
    known: int
    units: int
    first: dt.date
    last: dt.date

    @property
    def difference(self) -> int | None:
        """Return by how much the parts exceed the whole; None where a part is not known, for then nothing follows."""
        return self.total - self.whole if self.known == self.units else None


def whole_and_parts(whole: int, date: dt.date, ranking: Ranking) -> WholeAndParts | None:
    """Return how the units of a ranking compare with the figure of the unit they are the parts of; None without any."""
    known = [(row.count, row.figure_date) for row in ranking.rows if row.count is not None and not row.silent]
    dates = [day for _, day in known if day is not None]
    if not dates:
        return None
    total = sum(count for count, _ in known)
    return WholeAndParts(whole, date, total, len(known), len(ranking.rows), min(dates), max(dates))
