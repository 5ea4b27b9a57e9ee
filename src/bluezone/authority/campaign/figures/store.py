"""Write counts and populations: the one way into the tables, all or none, with what they replace in the audit log.

What the server counts itself is not in the audit log (`store`): thousands of rows a night would bury what people did.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_noop

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.models import ApprovedDay, DailyCount, FiguresState, Population
from bluezone.authority.officers import jurisdiction
from bluezone.authority.officers.audit_log import newest_first
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.authority.site.clock import date_of
from bluezone.authority.site.gazetteer import unit_of
from bluezone.authority.site.locks import take_turns
from bluezone.authority.units.models import Organisation
from bluezone.errors import TranslatableError
from bluezone.geography.figures import Figures, Measure
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import FIRST_DAY, Count, OrganisationCode, Origin

_PERCENTS = ("percent_population", "percent_smartphones")
_FIELDS = ("installs", "with_phone", "active", "share_of", "rank", "derived", "bound", *_PERCENTS)
_UNIQUE = ("key", "origin", "date", "source")
_CHUNK = 500
_place_of = functools.lru_cache(maxsize=16_384)(jurisdiction.place_of)
_Key = tuple[str, Origin, dt.date, str]


@dataclass(frozen=True, slots=True)
class Written:
    """Count the figures that were new, and those that replaced another."""

    added: int
    changed: int


def figures_changed() -> None:
    """Record that pages drawn before are to be drawn anew: in the transaction that changes figures, after one that
    changes orders."""
    now = clock.now()
    if not FiguresState.objects.filter(pk=1).update(number=F("number") + 1, changed_at=now):
        FiguresState.objects.get_or_create(pk=1, defaults={"number": 1, "changed_at": now})


def origin_of(place: str) -> Origin:
    """Return the class of what an officer enters whose jurisdiction is `place`: the whole country is the Ministry's."""
    return Origin.MINISTRY if place == jurisdiction.NATION else Origin.REPORTED


def correctable_origins(place: str) -> tuple[Origin, ...]:
    """Return the classes of source whose figures an officer of a jurisdiction may correct or take back.

    The Ministry's figure speaks for a unit before its own report does: nobody below may write another into its name.
    """
    return (Origin.MINISTRY, Origin.REPORTED) if place == jurisdiction.NATION else (Origin.REPORTED,)


def store(counts: Iterable[Count]) -> int:
    """Store counts, all or none; return how many were new or other than before. Run again, it changes nothing."""
    wanted = {_key(count): count for count in counts}
    with transaction.atomic():
        return len(_put(wanted, _held(wanted)))


def _put(wanted: Mapping[_Key, Count], held: Mapping[_Key, DailyCount]) -> dict[_Key, Count]:
    """Store what is new beside the rows that are held, or other than they are, and return that."""
    changed = {
        key: each
        for key, each in wanted.items()
        if key not in held or any(getattr(held[key], name) != value for name, value in _values(each).items())
    }
    places = _places({count.unit for count in changed.values()})
    DailyCount.objects.bulk_create(
        [
            DailyCount(key=key, place=places[key], date=date, origin=origin, source=source, **_values(count))
            for (key, origin, date, source), count in changed.items()
        ],
        batch_size=1_000,
        update_conflicts=True,
        unique_fields=_UNIQUE,
        update_fields=["place", *_FIELDS],
    )
    if changed:
        figures_changed()
    return changed


def write(counts: Iterable[Count], officer: User, *, log_new: bool, why: str = "") -> Written:
    """Store an officer's counts, all or none, and log every one that replaces another with what it was.

    With `log_new` every new one is logged too (of a file, one entry lists the new rows).
    """
    wanted = {_key(count): count for count in counts}
    with transaction.atomic():
        take_turns("figures")  # or two at once could both read what one of them is about to replace
        found = _held(wanted)
        held = {key: _logged(row) for key, row in found.items()}
        entries, added, changed = [], 0, 0
        rows = _held(_put(wanted, found))
        approved = reader.approved([(row.place, row.date) for row in rows.values()])
        for key, row in rows.items():
            before, after = held.get(key), _logged(row)
            if before is None:
                added += 1
            elif before != after:
                changed += 1
            if before != after and (log_new or before is not None):
                action = LogEntry.Action.CREATE if before is None else LogEntry.Action.UPDATE
                late = (row.place, row.date) in approved
                entries.append(_entry(row, action, before or {}, after, officer, why, after_approval=late))
        LogEntry.objects.bulk_create(entries, batch_size=500)
    return Written(added, changed)


PeopleMeasure = Population.Measure


@dataclass(frozen=True, slots=True)
class People:
    """Hold how many people a unit or organisation has on a day, by a source: a `Population` to be stored."""

    unit: UnitCode | OrganisationCode
    measure: Population.Measure
    people: int
    as_of: dt.date
    source: str


def add_populations(entries: Iterable[People], officer: User, now: dt.datetime) -> Written:
    """Store counts of people, all or none, each in the audit log.

    A new one counts from today, so that no share of a day gone by changes; where nothing was known before, from the
    first day. One of the same unit, measure, day and source is corrected, for all its days.
    """
    wanted = {(str(each.unit), str(each.measure), each.as_of, each.source): each for each in entries}
    with transaction.atomic():
        take_turns("figures")
        held = {
            (row.key, row.measure, row.as_of, row.source): row
            for some in _chunks(sorted({key for key, _, _, _ in wanted}))
            for row in Population.objects.filter(key__in=some)
        }
        places, figures, today = _places({each.unit for each in wanted.values()}), reader.denominators(), date_of(now)
        added, changed = [], []
        for key, each in wanted.items():
            row = held.get(key)
            if row is None:
                first = today if _has_people(each, figures, today) else FIRST_DAY
                values = {"measure": each.measure, "people": each.people, "as_of": each.as_of, "counts_from": first}
                who = {"source": each.source, "entered_by": officer, "entered_at": now}
                added.append(Population(key=key[0], place=places[key[0]], **values, **who))
            elif row.people != each.people:
                row.people, row.entered_by, row.entered_at = each.people, officer, now
                changed.append(row)
        for row in (*added, *changed):
            row.save()  # one by one, for the audit log
        if added or changed:
            figures_changed()
    return Written(len(added), len(changed))


def _has_people(each: People, figures: Figures, day: dt.date) -> bool:
    """Decide whether shares of a unit or organisation could be formed before."""
    if isinstance(each.unit, UnitCode):
        return figures.on(unit_of(each.unit, day), Measure(each.measure), day) is not None
    earlier = Population.objects.filter(key=each.unit, measure=each.measure)
    return Organisation.objects.filter(code=each.unit, headcount__isnull=False).exists() or earlier.exists()


def withdraw(row: DailyCount, officer: User, why: str = "") -> None:
    """Delete a figure that should never have been entered; the audit log keeps its values. Raises FigureError where it
    is approved and no reason is given."""
    with transaction.atomic():
        late = bool(reader.approved([(row.place, row.date)]))
        if late and not why:
            raise FigureError(gettext_noop("these figures have been approved: say why it is taken back"))
        _entry(row, LogEntry.Action.DELETE, _logged(row), {}, officer, why, after_approval=late).save()
        row.delete()
        figures_changed()


def take_along(organisation: Organisation, **_: object) -> None:
    """Move the rows of an organisation with it: they are corrected by place (a signal's receiver)."""
    for model in (DailyCount, Population):
        model.objects.filter(key=organisation.code).update(place=organisation.place)


def forget(keys: Iterable[str]) -> None:
    """Delete every count of organisations that are deleted themselves."""
    with transaction.atomic():
        for some in _chunks(sorted(keys)):
            DailyCount.objects.filter(key__in=some).delete()
        figures_changed()


def _key(count: Count) -> _Key:
    return str(count.unit), count.origin, count.date, count.source


def was_written_by(count: Count, officer: User) -> bool:
    """Return whether a stored figure is what this officer wrote last, by the audit log. (Rows of a file are logged
    together: whose those are it does not say.)"""
    row = _held({_key(count): count}).get(_key(count))
    if row is None:
        return False
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(DailyCount), object_pk=str(row.pk), object_id=row.pk
    )
    newest = newest_first(entries).values_list("actor", flat=True).first()
    return newest is not None and newest == officer.pk


def numbers(figure: Count | DailyCount) -> str:
    """Write a figure's numbers in a row, to tell later whether somebody has changed them."""
    values = (figure.installs, figure.with_phone, figure.active, figure.percent_population)
    return (">" if figure.bound else "") + " ".join("-" if value in (None, "") else str(value) for value in values)


def _chunks(values: list[str]) -> Iterable[list[str]]:
    return (values[at : at + _CHUNK] for at in range(0, len(values), _CHUNK))


def _held(wanted: Mapping[_Key, Count]) -> dict[_Key, DailyCount]:
    """Return the stored rows of the same units, classes, days and sources."""
    keys, dates = sorted({key for key, _, _, _ in wanted}), {date for _, _, date, _ in wanted}
    found: dict[_Key, DailyCount] = {}
    for some in _chunks(keys):
        for row in DailyCount.objects.filter(key__in=some, date__in=dates):
            key = (row.key, Origin(row.origin), row.date, row.source)
            if key in wanted:
                found[key] = row
    return found


def _places(codes: Collection[UnitCode | OrganisationCode]) -> dict[str, str]:
    """Return the places of units and organisations."""
    places = {str(code): _place_of(code) for code in codes if isinstance(code, UnitCode)}
    organisations = sorted(str(code) for code in codes if not isinstance(code, UnitCode))
    for some in _chunks(organisations):
        places |= dict(Organisation.objects.filter(code__in=some).values_list("code", "place"))
    return places


def _values(count: Count) -> dict[str, Any]:
    texts = {name: "" if (value := getattr(count, name)) is None else str(value) for name in _PERCENTS}
    return {name: getattr(count, name) for name in _FIELDS} | texts


def _logged(row: DailyCount) -> dict[str, str]:
    """Return a figure's fields as the audit log writes them; what is not known has no entry."""
    values = {name: getattr(row, name) for name in _FIELDS if name not in ("share_of", "derived")}
    return {name: str(value) for name, value in values.items() if value not in (None, "", False)}


def _entry(
    row: DailyCount,
    action: int,
    before: Mapping[str, str],
    after: Mapping[str, str],
    officer: User,
    why: str = "",
    *,
    after_approval: bool = False,
) -> LogEntry:
    """Return an entry of the audit log, not yet saved: which field was what, and is what, and why."""
    names = dict.fromkeys([*before, *after])
    pairs = {field: [before.get(field, "None"), after.get(field, "None")] for field in names}
    return LogEntry(
        content_type=ContentType.objects.get_for_model(DailyCount),
        object_pk=str(row.pk),
        object_id=row.pk,
        object_repr=str(row),
        action=action,
        changes={field: pair for field, pair in pairs.items() if pair[0] != pair[1]},
        actor=officer,
        additional_data={"place": row.place, "source": row.source}
        | ({"why": why} if why else {})
        | ({"after_approval": True} if after_approval else {}),
    )


def approve(place: str, day: dt.date, officer: User, now: dt.datetime) -> bool:
    """Approve what the units in a place have reported for a day; return whether it was not approved before."""
    values = {"officer": officer, "approved_at": now}
    with transaction.atomic():
        take_turns("figures")  # what is being written is approved as a whole, or not at all
        return ApprovedDay.objects.get_or_create(place=place, day=day, defaults=values)[1]


def withdraw_approval(place: str, day: dt.date, why: str) -> None:
    """Withdraw the approval that a place gave for a day; the audit log keeps it and the reason.

    Raises FigureError where the place has given none.
    """
    with transaction.atomic():
        take_turns("figures")
        row = ApprovedDay.objects.filter(place=place, day=day).first()
        if row is None:
            raise FigureError(gettext_noop("your office has not approved this day, or no longer"))
        row.why = why
        row.delete()


def approvals_withdrawn(place: str, day: dt.date) -> list[LogEntry]:
    """Return what the audit log says of approvals of a day that were withdrawn, at a place or above it."""
    deleted = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(ApprovedDay),
        action=LogEntry.Action.DELETE,
        object_repr__in=[f"{each} {day}" for each in jurisdiction.places_above(place)],
    )
    return list(newest_first(deleted).select_related("actor"))


def taken_back(code: UnitCode) -> list[LogEntry]:
    """Return what the audit log says of a unit's approved figures that were taken back."""
    deleted = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(DailyCount),
        action=LogEntry.Action.DELETE,
        object_repr__startswith=f"{code} ",
        additional_data__has_key="after_approval",
    )
    return list(newest_first(deleted).select_related("actor"))


def entries_of(rows: Sequence[DailyCount]) -> list[LogEntry]:
    """Return what the audit log says of changes of some figures: those corrected, and those stored with a reason."""
    if not rows:
        return []
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(DailyCount), object_id__in=[row.pk for row in rows]
    )
    changed = Q(action=LogEntry.Action.UPDATE) | Q(additional_data__has_key="why")
    return list(newest_first(entries.filter(changed)).select_related("actor"))


class FigureError(TranslatableError):
    """Report an officer's request about figures that cannot be carried out."""
