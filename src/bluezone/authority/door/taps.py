"""Receive taps and reckon days from them.

Receiving stores and looks nothing up: the work and the answer are those of any link, right or wrong. A job reckons the
days of those that came by a link of some unit; a page reckons its own unit's before it shows them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from bluezone.authority.door import rules
from bluezone.authority.door.models import DoorDay, DoorLink, DoorList, DoorTap
from bluezone.authority.door.rules import App, Kind, PosterState, Tap
from bluezone.authority.door.sending import Sending
from bluezone.authority.site import clock
from bluezone.authority.site.locks import take_turns
from bluezone.authority.units.models import Organisation

_POSTER = (Kind.HUNG.value, Kind.GONE.value)


def receive(sending: Sending, now: dt.datetime) -> None:
    """Store the taps of a request, each once however often it is sent.

    They are written in the order of their keys: two requests with the same taps in other orders would wait for each
    other for ever. The order in which they were made is that of `received_at`, a microsecond apart.
    """
    rows = []
    for place, tap in enumerate(sending.taps):
        moment, doubtful = rules.moment_of(tap.at_s, sending.sent_at_s, now)
        rows.append(
            DoorTap(
                link=sending.link,
                key=tap.key,
                day=clock.date_of(moment),
                received_at=now + dt.timedelta(microseconds=place),
                doubtful=doubtful,
                kind=tap.kind.value,
                app=tap.app.value if tap.app else "",
                of=tap.undone,
                post=tap.post.value,
                shift=tap.shift.value if tap.shift else "",
            )
        )
    DoorTap.objects.bulk_create(sorted(rows, key=lambda row: row.key), ignore_conflicts=True)


def turn_of(organisation: Organisation) -> None:
    """Wait until no other transaction changes this unit's door, and keep others waiting until this one ends."""
    take_turns(f"door {organisation.pk}")


def valid(taps: QuerySet[DoorTap]) -> QuerySet[DoorTap]:
    """Return those that came by a link of a unit while it was in force, with the unit's key as `unit`."""
    links = DoorLink.objects.filter(digest=OuterRef("link"), voided=False, ends_at__gt=OuterRef("received_at"))
    return taps.filter(Exists(links)).annotate(unit=Subquery(links.values("organisation_id")[:1]))


def reckon_new(organisations: Sequence[Organisation] | QuerySet[Organisation] | None = None) -> int:
    """Reckon every day to which taps have come (of all units, or some), and return how many days of units."""
    rows = DoorTap.objects.filter(reckoned=False)
    if organisations is not None:
        rows = rows.filter(link__in=DoorLink.objects.filter(organisation__in=organisations).values("digest"))
    undone = rows.filter(kind=Kind.UNDO.value).values("of")
    days: dict[int, set[dt.date]] = {}
    for some in (rows, DoorTap.objects.filter(key__in=undone)):
        for unit, day in valid(some).values_list("unit", "day").distinct().order_by():  # type: ignore[misc]
            days.setdefault(unit, set()).add(day)
    for organisation in Organisation.objects.filter(pk__in=days):
        reckon_days(organisation, sorted(days[organisation.pk]))
    return sum(len(each) for each in days.values())


def job(_now: dt.datetime) -> int | None:
    """Reckon what has come, for the worker; None where nothing has."""
    return reckon_new() or None


def reckon_days(organisation: Organisation, days: Iterable[dt.date]) -> None:
    """Reckon days of a unit anew from all their taps."""
    for day in days:
        with transaction.atomic():
            turn_of(organisation)
            _reckon(organisation, day)


def _reckon(organisation: Organisation, day: dt.date) -> None:
    links = list(DoorLink.objects.filter(organisation=organisation).values_list("digest", flat=True))
    rows = list(valid(DoorTap.objects.filter(link__in=links, day=day)).order_by("received_at", "pk"))
    door, _created = DoorList.objects.get_or_create(organisation=organisation)
    held = {row.app: row for row in DoorDay.objects.filter(organisation=organisation, day=day)}
    usual = guests_of(organisation, door)
    answers = [Tap(row.key, Kind(row.kind), App(row.app), row.doubtful) for row in rows if row.app]
    undone = _undone(links, day)
    new = []
    for app in App:
        row = held.get(app.value) or DoorDay(organisation=organisation, day=day, app=app.value)
        guests = row.guests if row.guests is not None else usual
        found = rules.reckon(answers, undone, guests, takes_doubtful=row.guests is not None)[app]
        row.had, row.helped, row.refused = found.counted.had, found.counted.helped, found.counted.refused
        row.apart = found.apart
        if row.pk or found.counted.asked or found.apart:
            new.append(row)
    # In one statement, and past the audit log: nobody of the authority does it.
    DoorDay.objects.bulk_create(
        new,
        update_conflicts=True,
        unique_fields=["organisation", "day", "app"],
        update_fields=["had", "helped", "refused", "apart"],
    )
    _note_poster(door, [row for row in rows if row.kind in _POSTER and not row.reckoned])
    DoorTap.objects.filter(pk__in=[row.pk for row in rows if not row.reckoned]).update(reckoned=True)


def _undone(links: Sequence[str], day: dt.date) -> set[str]:
    """Return the keys that were taken back; an undo has its tap's day or a later one."""
    undos = DoorTap.objects.filter(link__in=links, kind=Kind.UNDO.value)
    undos = undos.filter(day__range=(day, day + rules.LONGEST_WAIT + dt.timedelta(days=1)))
    return set(valid(undos).values_list("of", flat=True))


def _note_poster(door: DoorList, rows: Sequence[DoorTap]) -> None:
    if not rows:
        return
    before = poster_of(door)
    after = rules.poster_after(before, ((Kind(row.kind), row.day) for row in rows))
    if after is not None and after != before:
        DoorList.objects.filter(pk=door.pk).update(**poster_fields(after))


def poster_of(door: DoorList) -> PosterState | None:
    """Return the state of a door's poster; None where nobody has said it."""
    if door.poster == DoorList.Poster.UNKNOWN or door.poster_on is None:
        return None
    return PosterState(door.poster == DoorList.Poster.HUNG, door.poster_on, door.poster_seen)


def poster_fields(state: PosterState) -> dict[str, object]:
    """Return the columns of a poster's state."""
    hangs = DoorList.Poster.HUNG if state.hangs else DoorList.Poster.GONE
    return {"poster": hangs.value, "poster_on": state.since, "poster_seen": state.is_seen}


def guests_of(organisation: Organisation, door: DoorList | None) -> int:
    """Return the guests a day that a unit can have: as stated, or as usual in its sector."""
    stated = door.guests_per_day if door is not None else None
    return rules.usual_guests(organisation.sector) if stated is None else stated
