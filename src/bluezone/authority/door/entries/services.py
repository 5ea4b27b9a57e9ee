"""Store entries, count them by hour, and open a window for a case by two officers."""

from __future__ import annotations

import contextlib
import datetime as dt
import zoneinfo

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet

from bluezone.authority.day_keys import services as day_keys
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.door.entries import rules
from bluezone.authority.door.entries.rules import SentEntries, Visitor
from bluezone.authority.door.models import DoorEntry, DoorLink, DoorOpening
from bluezone.authority.door.rules import DoorError
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.site.hpke import SealError
from bluezone.authority.units.models import Organisation
from bluezone.errors import N_

#: of the keys of a day, and in HPKE
PURPOSE = "door"


def keys(place: str, now: dt.datetime) -> list[dict[str, str]]:
    """Return the public keys of a province for today and the next days."""
    return day_keys.published(PURPOSE, place, now)


def receive(sent: SentEntries, now: dt.datetime) -> None:
    """Store the entries of a request, each once, whatever link they came by."""
    link = sent.link
    rows = [
        DoorEntry(link=link, key=each.key, hour=each.hour, day_key=each.day_key, sealed=each.sealed, received_at=now)
        for each in sorted(rules.kept(sent.entries, now), key=lambda entry: entry.key)
    ]
    DoorEntry.objects.bulk_create(rows, ignore_conflicts=True)


def of_unit(organisation: Organisation) -> QuerySet[DoorEntry]:
    """Return the entries that came by a link of a unit which nobody has declared void."""
    links = DoorLink.objects.filter(organisation=organisation, voided=False)
    return DoorEntry.objects.filter(link__in=links.values("digest"))


def counts(organisation: Organisation) -> dict[dt.date, list[int]]:
    """Return how many entries a unit has by hour, as 24 numbers by day."""
    rows = of_unit(organisation).values_list("hour").annotate(n=Count("pk")).order_by("hour")
    offset = dt.datetime(2020, 8, 20, tzinfo=zoneinfo.ZoneInfo(settings.TIME_ZONE)).utcoffset() or dt.timedelta()
    return rules.by_day(((hour, n) for hour, n in rows), int(offset.total_seconds()) // rules.HOUR_S)


@transaction.atomic
def ask(
    organisation: Organisation, case: Case, start: dt.datetime, end: dt.datetime, officer: User, now: dt.datetime
) -> DoorOpening:
    """Ask that the entries of a window be opened for a case. Nothing is read before a second officer agrees. Raises
    DoorError."""
    rules.check_window(start, end, now)
    return DoorOpening.objects.create(
        organisation=organisation,
        case=case,
        start_at=start,
        end_at=end,
        place=rules.province_of(organisation.place),
        asked_at=now,
        asked_by=officer,
    )


@transaction.atomic
def decide(opening: DoorOpening, officer: User, now: dt.datetime, *, agrees: bool) -> DoorOpening:
    """Open a window, or refuse. Raises DoorError."""
    opening = DoorOpening.objects.select_for_update().get(pk=opening.pk)
    if opening.state != DoorOpening.State.WAITING:
        raise DoorError(N_("Somebody has decided this already."))
    if agrees:
        rules.check_second(opening.asked_by_id, officer.pk)
    opening.state = DoorOpening.State.OPENED if agrees else DoorOpening.State.REFUSED
    opening.decided_at, opening.decided_by = now, officer
    opening.save()
    return opening


def visitors(opening: DoorOpening) -> tuple[list[Visitor], int]:
    """Decrypt the entries of an opened window, each person once, and how many cannot be read. Raises DoorError."""
    if opening.state != DoorOpening.State.OPENED:
        raise DoorError(N_("This window is not opened."))
    hours = rules.hours_of(opening.start_at, opening.end_at)
    rows = of_unit(opening.organisation).filter(hour__gte=hours.start, hour__lt=hours.stop).order_by("hour", "pk")
    found: dict[tuple[str, str], Visitor] = {}
    unread = 0
    for row in rows:
        visitor = None
        with contextlib.suppress(SealError):
            bound_to = rules.bound_to(row.hour)
            text = day_keys.unseal(PURPOSE, opening.place, row.day_key, bound_to, bytes(row.sealed))
            visitor = rules.read_visitor(row.hour, text)
        if visitor is None:
            unread += 1
        else:
            found.setdefault((visitor.telephone, visitor.pass_number), visitor)
    return list(found.values()), unread


@transaction.atomic
def read(opening: DoorOpening, officer: User) -> tuple[list[Visitor], int]:
    """Return what `visitors` does; that they were read is noted, nothing of them is stored. Raises DoorError."""
    found, unread = visitors(opening)
    audit_log.note(opening, Issuer(officer=officer), {"read": ["None", str(len(found))]})
    return found, unread


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete entries and openings of more than 14 days ago, and entries under links that no unit has."""
    oldest = rules.hour_of(now - rules.LIFE)
    links = DoorLink.objects.values("digest")
    stray = DoorEntry.objects.exclude(link__in=links).filter(received_at__lt=now - dt.timedelta(hours=1)).delete()[0]
    old = DoorEntry.objects.filter(hour__lte=oldest).delete()[0]
    openings = DoorOpening.objects.filter(end_at__lt=now - rules.LIFE).delete()[0]
    return {"door_entries": stray + old, "door_openings": openings}
