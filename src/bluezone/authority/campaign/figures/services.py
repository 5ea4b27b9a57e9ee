"""The one way by which officers' figures go into the database: all or none, with what stood there before in the trail.

What the server counts itself (`campaigns.rollup`) does not come by here: thousands of rows a night would bury what
people did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max, Min, Model

from bluezone.authority.campaign.figures.models import OWN_COUNT, DailyCount
from bluezone.authority.campaign.figures.store import FIELDS, counts_of, store
from bluezone.authority.officers.models import User
from bluezone.authority.site.locks import take_turns
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count

#: what a figure's source is where the unit told its officer, and no paper printed it
REPORTED = "report"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Written:
    """How many figures were new, and how many replaced another."""

    added: int
    changed: int


def reported_of(units: Iterable[UnitCode], first: dt.date, last: dt.date) -> list[Count]:
    """The figures of units from `first` to `last`, and of each unit the nearest before and after, as reported: what
    our own server counts is another series."""
    codes = sorted({str(unit) for unit in units})
    found: list[Count] = []
    for at in range(0, len(codes), _CHUNK):
        rows = DailyCount.objects.filter(unit__in=codes[at : at + _CHUNK]).exclude(source=OWN_COUNT)
        found += counts_of(rows.filter(date__gte=first, date__lte=last))
        found += _of_days(rows, rows.filter(date__lt=first).values_list("unit").annotate(Max("date")).order_by())
        found += _of_days(rows, rows.filter(date__gt=last).values_list("unit").annotate(Min("date")).order_by())
    return found


def _of_days(rows: Any, days: Any) -> list[Count]:
    wanted = dict(days)
    dates = set(wanted.values())
    if not dates:
        return []
    return [count for count in counts_of(rows.filter(date__in=dates)) if wanted.get(str(count.unit)) == count.date]


def write(counts: Iterable[Count], officer: User, *, log_new: bool, why: str = "") -> Written:
    """Store figures, all or none. Every one that replaces another is in the trail with what it was, and with `log_new`
    every new one too (a file's new rows are told by the file's own entry)."""
    wanted = {(str(count.unit), count.date, count.source): count for count in counts}
    with transaction.atomic():
        take_turns("figures")  # or two at once could both read what one of them is about to replace
        held = {key: _values(row) for key, row in _rows(wanted).items()}
        store(wanted.values())
        entries, added, changed = [], 0, 0
        for key, row in _rows(wanted).items():
            before = held.get(key)
            after = _values(row)
            if before is None:
                added += 1
            elif before != after:
                changed += 1
            if before != after and (log_new or before is not None):
                action = LogEntry.Action.CREATE if before is None else LogEntry.Action.UPDATE
                entries.append(_entry(row, action, before or {}, after, officer, why))
        LogEntry.objects.bulk_create(entries, batch_size=500)
    return Written(added, changed)


def withdraw(row: DailyCount, officer: User) -> None:
    """Take a figure back that should never have been entered; the trail keeps what it said."""
    with transaction.atomic():
        _entry(row, LogEntry.Action.DELETE, _values(row), {}, officer).save()
        row.delete()


def _rows(keys: Iterable[tuple[str, dt.date, str]]) -> dict[tuple[str, dt.date, str], DailyCount]:
    wanted = set(keys)
    units, dates = sorted({unit for unit, _, _ in wanted}), {date for _, date, _ in wanted}
    found: dict[tuple[str, dt.date, str], DailyCount] = {}
    for at in range(0, len(units), _CHUNK):
        for row in DailyCount.objects.filter(unit__in=units[at : at + _CHUNK], date__in=dates):
            if (key := (row.unit, row.date, row.source)) in wanted:
                found[key] = row
    return found


def _values(row: DailyCount) -> dict[str, str]:
    """A figure's fields as the trail writes them; what is not known has no entry."""
    values = {name: getattr(row, name) for name in FIELDS if name not in ("share_of", "derived")}
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def _entry(
    row: DailyCount, action: int, before: dict[str, str], after: dict[str, str], officer: User, why: str = ""
) -> LogEntry:
    extra = {"source": row.source} | ({"why": why} if why else {})
    return entry_for(row, row.place, f"{row.unit} {row.date}", action, before, after, officer, extra)


def entry_for(
    row: Model,
    place: str,
    name: str,
    action: int,
    before: Mapping[str, str],
    after: Mapping[str, str],
    officer: User,
    extra: Mapping[str, str] | None = None,
) -> LogEntry:
    """An entry of the trail: which field was what, and is what. Not yet saved."""
    names = dict.fromkeys([*before, *after])
    pairs = {field: [before.get(field, "None"), after.get(field, "None")] for field in names}
    return LogEntry(
        content_type=ContentType.objects.get_for_model(type(row)),
        object_pk=str(row.pk),
        object_id=row.pk,
        object_repr=name,
        action=action,
        changes={field: pair for field, pair in pairs.items() if pair[0] != pair[1]},
        actor=officer,
        additional_data={"place": place, **(extra or {})},
    )
