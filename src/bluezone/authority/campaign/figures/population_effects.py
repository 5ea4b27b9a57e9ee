"""Compute what counts of people would change: shares and ranks of today, before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bluezone.authority.campaign.figures import populations, rankings, reader
from bluezone.geography.figures import Figure, Figures, Measure
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout.ranking import Basis, RankingRow, rank


@dataclass(frozen=True, slots=True)
class Effect:
    """Compare a unit's share and rank of today on the people of before and on those of a list. `ranked_before` and
    `ranked_after` units have a rank."""

    unit: Unit
    measure: Measure
    before: RankingRow
    after: RankingRow
    ranked_before: int
    ranked_after: int

    @property
    def changes(self) -> bool:
        """Return whether pages would show something else."""
        return (self.before.share, self.before.rank) != (self.after.share, self.after.rank)


def effects(rows: Iterable[populations.Row], day: dt.date) -> list[Effect]:
    """Return the effects of storing rows: on the units they name, in their order, then on those beside them whose share
    or rank of today becomes another."""
    wanted = [
        (row.unit, Measure(row.measure), row)
        for row in rows
        if isinstance(row.unit, Unit) and row.change in ("new", "changed")
    ]
    before = reader.denominators()
    after = before.with_figures(_figure(unit, measure, row) for unit, measure, row in wanted)
    found: dict[tuple[UnitCode | None, Measure], dict[UnitCode, Effect]] = {}
    named: list[Effect] = []
    for unit, measure, _row in wanted:
        key = (unit.parent, measure)
        if key not in found:
            found[key] = _of_sisters(rankings.sisters_of(unit, day) or [unit], measure, day, before, after)
        if (effect := found[key].pop(unit.code, None)) is not None:
            named.append(effect)
    return [*named, *(effect for group in found.values() for effect in group.values() if effect.changes)]


def _figure(unit: Unit, measure: Measure, row: populations.Row) -> Figure:
    return Figure(unit.code, row.people, reader.vintage_of(measure, row.as_of, row.source, row.counts_from))


def _of_sisters(
    units: Sequence[Unit], measure: Measure, day: dt.date, before: Figures, after: Figures
) -> dict[UnitCode, Effect]:
    series = reader.series_of((unit.code for unit in units), day)
    old, new = (rank(units, series, figures, on=day, basis=Basis(measure)) for figures in (before, after))
    ranked = len(old.ranked), len(new.ranked)
    return {unit.code: Effect(unit, measure, old.of(unit.code), new.of(unit.code), *ranked) for unit in units}
