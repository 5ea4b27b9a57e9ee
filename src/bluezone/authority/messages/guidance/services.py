"""Publish and withdraw guidance, and keep the signed documents current."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.db import transaction

from bluezone.authority.messages import areas
from bluezone.authority.messages.guidance import rules
from bluezone.authority.messages.guidance.models import GuidanceDocument, GuidanceEntry
from bluezone.authority.messages.guidance.rules import EntryFacts, GuidanceRefusedError
from bluezone.authority.officers.jurisdiction import Jurisdiction, place_of
from bluezone.authority.officers.models import User
from bluezone.authority.signing import services as signing
from bluezone.authority.site import clock
from bluezone.authority.site.locks import take_turns
from bluezone.errors import N_
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import UnitCode
from bluezone.protocol.area_documents import COUNTRY
from bluezone.protocol.guidance import Entry, Guidance, entry_body, sign_guidance


def facts(row: GuidanceEntry) -> EntryFacts:
    return EntryFacts(
        row.id, row.place, row.from_day, row.until_day, row.published_at, withdrawn=row.withdrawn_at is not None
    )


def place_of_entry(entry: Entry) -> str:
    """Return the place of an entry's code. Raises GuidanceRefusedError where there is no such unit."""
    if entry.place == COUNTRY:
        return "/"
    try:
        return place_of(UnitCode.parse(entry.place))
    except GeographyError as error:
        raise GuidanceRefusedError(N_("There is no place with the code {code}."), code=entry.place) from error


@transaction.atomic
def write(own: Jurisdiction, officer: User | None, entry: Entry, form_id: uuid.UUID, now: dt.datetime) -> GuidanceEntry:
    """Publish an entry in the name of `officer` (None: the operator) with the jurisdiction `own`. The same form twice
    is one entry. Raises GuidanceRefusedError where it may not be."""
    place, today = place_of_entry(entry), clock.date_of(now)
    rules.may_write(own, place)
    rules.may_last(entry.until_day, today)
    made = GuidanceEntry.objects.filter(form_id=form_id, written_by=officer).first()
    if made is None:
        take_turns("guidance")
        rules.has_room(len(rules.chosen(_current(today), areas.area_of(place), today)))
        made = GuidanceEntry.objects.create(
            place=place,
            from_day=entry.from_day,
            until_day=entry.until_day,
            version=entry.version,
            source=entry.source,
            body=entry_body(entry),
            written_by=officer,
            form_id=form_id,
            published_at=now,
        )
        issue(areas.area_of(place), now)
    return made


@transaction.atomic
def publish(own: Jurisdiction, entries: Sequence[Entry], now: dt.datetime) -> list[GuidanceEntry]:
    """Publish all of `entries` in the operator's name, or none."""
    return [write(own, None, entry, uuid.uuid4(), now) for entry in entries]


@transaction.atomic
def withdraw(row: GuidanceEntry, now: dt.datetime) -> None:
    """Take an entry out of what phones fetch; those that have it drop it with the next document."""
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
    issue(areas.area_of(row.place), now)


def issue(area: str, now: dt.datetime) -> bool:
    """Sign the document of an area anew where its entries are wrong or it is too old; return whether it was signed."""
    region, today = settings.BLUEZONE.region, clock.date_of(now)
    with transaction.atomic():
        take_turns("guidance")
        last = GuidanceDocument.objects.filter(region=region, area=area).first()
        wanted = rules.chosen(_current(today), area, today)
        held = [int(number) for number in last.entries.split(",") if number] if last else []
        if not areas.must_sign(last.issued_at if last else None, held, wanted, now):
            return False
        rows = GuidanceEntry.objects.in_bulk(wanted)
        document = Guidance(
            region=region,
            area=area,
            serial=last.serial + 1 if last else 1,
            issued_at_s=int(now.timestamp()),
            valid_until_s=int((now + areas.DOCUMENT_LIFE).timestamp()),
            entries=tuple(rows[number].entry for number in wanted),
        )
        GuidanceDocument.objects.update_or_create(
            region=region,
            area=area,
            defaults={
                "serial": document.serial,
                "issued_at": now,
                "entries": ",".join(map(str, wanted)),
                "document": sign_guidance(document, signing.export_signers(now)).decode("ascii"),
            },
        )
    return True


def refresh(now: dt.datetime) -> str:
    """Sign every document anew that is old or holds what has expired; the worker runs it."""
    every = {areas.area_of(each.place) for each in _current(clock.date_of(now))}
    every.update(GuidanceDocument.objects.filter(region=settings.BLUEZONE.region).values_list("area", flat=True))
    return f"{sum(issue(area, now) for area in sorted(every))} of {len(every)} documents signed anew"


def dated(entries: Sequence[Entry], first: dt.date, days: int) -> list[Entry]:
    """Return entries as they hold from `first` for `days` days."""
    return [replace(each, from_day=first, until_day=first + dt.timedelta(days=days - 1)) for each in entries]


def _current(today: dt.date) -> list[EntryFacts]:
    return [facts(row) for row in GuidanceEntry.objects.filter(withdrawn_at=None, until_day__gte=today)]
