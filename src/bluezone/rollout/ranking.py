"""Who stands where on a day: coverage of each unit on one denominator for all, ties, and movement since a base date.

The ranking of 2020-21 compared provinces on different censuses. Here every share of a ranking is formed on the same
vintage, which it names; a unit without a figure or without people is listed as such, never dropped.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from bluezone.errors import N_
from bluezone.geography.figures import Figure, Figures, Measure
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout.counts import Count, SeriesBreak, breaks_between
from bluezone.rollout.errors import RolloutError

#: A figure older than this is not a figure of the day.
MAX_AGE_DAYS = 7
_NO_BASE = {
    Measure.POPULATION: N_("no figure for population"),
    Measure.SMARTPHONES: N_("no figure for smartphones"),
    Measure.ADULTS: N_("no figure for adults"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's place. `rank` is None without a figure or without people; `missing` then says which.

    `share` is exact; `as_printed` marks one of which no count is known, on whatever people its source used; `derived`
    one whose count was computed back from a printed share. `gain`,
    `points` (share, 0..1) and `places` (positive is up) compare with the base date; None where they cannot.
    """

    unit: Unit
    count: int | None = None
    figure_date: dt.date | None = None
    source: str = ""
    base: Figure | None = None
    share: Fraction | None = None
    as_printed: bool = False
    derived: bool = False
    rank: int | None = None
    tied: bool = False
    missing: str = ""
    gain: int | None = None
    points: Fraction | None = None
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """All units on a day: the ranked in order, then those that are not. `vintages` are the denominators used."""

    date: dt.date
    base_date: dt.date | None
    measure: Measure
    kind: str
    standings: tuple[Standing, ...]
    vintages: tuple[str, ...]
    breaks: tuple[SeriesBreak, ...] = ()

    @property
    def ranked(self) -> tuple[Standing, ...]:
        """The units that have a rank."""
        return tuple(standing for standing in self.standings if standing.rank is not None)

    @property
    def missing(self) -> tuple[Standing, ...]:
        """The units that have none."""
        return tuple(standing for standing in self.standings if standing.rank is None)

    def of(self, code: UnitCode) -> Standing:
        """The standing of one unit."""
        for standing in self.standings:
            if standing.unit.code == code:
                return standing
        raise RolloutError(N_("{code} is not in this ranking"), code=str(code))


@dataclass(frozen=True, slots=True)
class Basis:
    """What a ranking counts and against what. Without a vintage, the newest that was counted by the day is used."""

    measure: Measure = Measure.POPULATION
    kind: str = "installs"
    vintage: str | None = None
    max_age_days: int | None = MAX_AGE_DAYS


def rank(
    units: Sequence[Unit],
    counts: Iterable[Count],
    figures: Figures,
    *,
    on: dt.date,
    basis: Basis | None = None,
    base_date: dt.date | None = None,
) -> Ranking:
    """Ranks units by share on a day. Equal shares share a rank and leave the next ones out (1, 2, 2, 4)."""
    basis = basis or Basis()
    if base_date is not None and base_date >= on:
        raise RolloutError(N_("the base date {base} is not before {date}"), base=base_date, date=on)
    by_unit: dict[UnitCode, list[Count]] = defaultdict(list)
    for count in counts:
        by_unit[count.unit].append(count)
    now = _ranked([_standing(unit, by_unit[unit.code], figures, on, basis) for unit in units])
    breaks: tuple[SeriesBreak, ...] = ()
    if base_date is not None:
        then = _ranked([_standing(unit, by_unit[unit.code], figures, base_date, basis) for unit in units])
        breaks = tuple(breaks_between(base_date, on))
        now = _moved(now, {s.unit.code: s for s in then}, comparable=not breaks)
    vintages = tuple(sorted({standing.base.vintage.id for standing in now if standing.base is not None}))
    return Ranking(on, base_date, basis.measure, basis.kind, tuple(now), vintages, breaks)


def _standing(unit: Unit, counts: Sequence[Count], figures: Figures, on: dt.date, basis: Basis) -> Standing:
    base = _base(unit, figures, on, basis)
    plain = Standing(unit, base=base)
    oldest = on - dt.timedelta(days=basis.max_age_days) if basis.max_age_days is not None else dt.date.min
    known = [c for c in counts if c.date <= on and (c.value(basis.kind) is not None or _printed(c, basis) is not None)]
    if not known:
        return replace(plain, missing=N_("no figure"))
    newest = max(known, key=lambda c: (c.date, c.value(basis.kind) or 0))
    plain = replace(plain, figure_date=newest.date, source=newest.source, count=newest.value(basis.kind))
    plain = replace(plain, derived=newest.derived)
    if newest.date < oldest:
        return replace(plain, missing=N_("no recent figure"))
    if plain.count is None:
        return replace(plain, share=_printed(newest, basis), as_printed=True)
    if base is None or base.value <= 0:
        return replace(plain, missing=_NO_BASE[basis.measure])
    return replace(plain, share=Fraction(plain.count, base.value))


def _printed(count: Count, basis: Basis) -> Fraction | None:
    """The printed share, where it speaks of the measure asked for."""
    if basis.kind != count.share_of or basis.measure is Measure.ADULTS:
        return None
    percent = count.percent_population if basis.measure is Measure.POPULATION else count.percent_smartphones
    return Fraction(percent) / 100 if percent is not None else None


def _base(unit: Unit, figures: Figures, on: dt.date, basis: Basis) -> Figure | None:
    if basis.vintage is not None:
        return figures.get(unit, basis.vintage)
    every = figures.every(unit, basis.measure)
    return next((f for f in every if f.vintage.as_of <= on), every[-1] if every else None)


def _ranked(standings: Sequence[Standing]) -> list[Standing]:
    sharing = sorted(
        (s for s in standings if s.share is not None), key=lambda s: (-(s.share or Fraction(0)), s.unit.code)
    )
    ranked: list[Standing] = []
    for place, standing in enumerate(sharing, start=1):
        same = bool(ranked) and ranked[-1].share == standing.share
        ranked.append(replace(standing, rank=ranked[-1].rank if same else place, tied=same))
    for at, standing in enumerate(ranked[:-1]):
        if ranked[at + 1].tied:
            ranked[at] = replace(standing, tied=True)
    return ranked + sorted((s for s in standings if s.share is None), key=lambda s: s.unit.code)


def _moved(now: Sequence[Standing], then: Mapping[UnitCode, Standing], *, comparable: bool) -> list[Standing]:
    """Movement since the base date. Over a series break figures mean different things: there is none."""
    return [_with_movement(standing, then[standing.unit.code]) if comparable else standing for standing in now]


def _with_movement(now: Standing, then: Standing) -> Standing:
    gain = now.count - then.count if now.count is not None and then.count is not None else None
    same_kind = now.as_printed == then.as_printed
    points = now.share - then.share if now.share is not None and then.share is not None and same_kind else None
    places = then.rank - now.rank if now.rank is not None and then.rank is not None else None
    return replace(now, gain=gain, points=points, places=places)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole of several units: installs and people of those that have both, and how many have."""

    installs: int
    people: int
    share: Fraction | None
    reporting: int
    units: int


def coverage(ranking: Ranking) -> Coverage:
    """The share of all units of a ranking together that have a count and people."""
    both = [(s.count, s.base.value) for s in ranking.standings if s.rank and s.count is not None and s.base]
    installs, people = sum(count for count, _ in both), sum(value for _, value in both)
    share = Fraction(installs, people) if people else None
    return Coverage(installs, people, share, len(both), len(ranking.standings))
