"""Figures in and out of the database, as `bluezone.rollout` speaks of them."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from bluezone.authority.campaign.figures.changes import figures_changed
from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count

_PERCENTS = ("percent_population", "percent_smartphones")
FIELDS = ("installs", "with_phone", "active", "share_of", "rank", "derived", *_PERCENTS)
_cached_place = functools.lru_cache(maxsize=16_384)(place_of)


def store(counts: Iterable[Count]) -> int:
    """Store figures, all or none; how many were new or other than before. The same again changes nothing."""
    rows = {(str(count.unit), count.date, count.source): count for count in counts}
    units = {unit for unit, _, _ in rows}
    dates = {date for _, date, _ in rows}
    with transaction.atomic():
        held = {
            (row.unit, row.date, row.source): row
            for row in DailyCount.objects.filter(unit__in=units, date__in=dates).iterator()
        }
        changed = [count for key, count in rows.items() if key not in held or not _is_same(held[key], count)]
        DailyCount.objects.bulk_create(
            [_row(count) for count in changed],
            batch_size=1_000,
            update_conflicts=True,
            unique_fields=["unit", "date", "source"],
            update_fields=["place", *FIELDS],
        )
        if changed:
            figures_changed()
    return len(changed)


def _values(count: Count) -> dict[str, Any]:
    texts = {name: "" if (value := getattr(count, name)) is None else str(value) for name in _PERCENTS}
    return {name: getattr(count, name) for name in FIELDS} | texts


def _row(count: Count) -> DailyCount:
    place = _cached_place(count.unit)
    return DailyCount(unit=str(count.unit), place=place, date=count.date, source=count.source, **_values(count))


def _is_same(row: DailyCount, count: Count) -> bool:
    return all(getattr(row, name) == value for name, value in _values(count).items())


def counts_of(rows: QuerySet[DailyCount]) -> list[Count]:
    """The figures of a query, in order of date."""
    ordered = rows.order_by("date", "unit", "source").values("unit", "date", "source", *FIELDS)
    return [
        Count(
            **values
            | {"unit": _code(values["unit"])}
            | {name: Decimal(values[name]) if values[name] else None for name in _PERCENTS}
        )
        for values in ordered
    ]


_code = functools.lru_cache(maxsize=16_384)(UnitCode.parse)
