"""Record visits and rounds, state what is known of a door, and decide on what was kept apart."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, QuerySet

from bluezone.authority.door import rules
from bluezone.authority.door.models import DoorDay, DoorList, Round, RoundStop, Visit
from bluezone.authority.door.queries import keepers
from bluezone.authority.door.rounds import Candidate
from bluezone.authority.door.rules import Answers, App, PosterState
from bluezone.authority.door.taps import poster_fields, poster_of, reckon_days, turn_of
from bluezone.authority.officers.jurisdiction import codes_of
from bluezone.authority.officers.models import User
from bluezone.authority.units.models import Organisation

_CONFIRMED = ("confirmed_had", "confirmed_helped", "confirmed_refused", "confirmed_on")
_LOOKED = ("looked_had", "looked_helped", "looked_refused")


@dataclass(frozen=True, slots=True)
class Look:
    """Hold what a visitor found of one day and app: what the page showed as counted, and what is right.

    `before` is what the last look had seen when the page was opened: where somebody else has looked since, theirs
    stands.
    """

    day: dt.date
    app: App
    counted: Answers
    right: Answers
    before: Answers | None


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold what a visitor saw at a door."""

    poster_hangs: bool
    list_kept: Visit.List
    looked_over: bool
    looks: tuple[Look, ...] = ()


@transaction.atomic
def record(
    organisation: Organisation, seen: Seen, form: uuid.UUID, officer: User, day: dt.date
) -> tuple[Visit, list[Look]]:
    """Record a visit and confirm what was looked over; return it, and the looks that somebody else's replaced.

    The same form again changes nothing.
    """
    turn_of(organisation)
    held = Visit.objects.filter(form=form).first()
    if held is not None:
        return held, []
    visit = Visit.objects.create(
        form=form,
        organisation=organisation,
        day=day,
        officer=officer,
        poster_hangs=seen.poster_hangs,
        list_kept=seen.list_kept,
        looked_over=seen.looked_over,
    )
    door, _created = DoorList.objects.get_or_create(organisation=organisation)
    told = poster_of(door)
    since = told.since if told is not None and told.hangs is seen.poster_hangs and told.since <= day else day
    for name, value in poster_fields(PosterState(seen.poster_hangs, since, is_seen=True)).items():
        setattr(door, name, value)
    door.save()
    missed = [each for each in seen.looks if not _confirm(organisation, each, day)] if seen.looked_over else []
    stops = RoundStop.objects.filter(organisation=organisation, visit=None, round__day=day)
    stops.update(visit=visit)
    return visit, missed


def _confirm(organisation: Organisation, look: Look, day: dt.date) -> bool:
    """Write a look into its day; False where somebody else has looked since the page was opened."""
    row = DoorDay.objects.filter(organisation=organisation, day=look.day, app=look.app.value).first()
    if row is None:
        row = DoorDay(organisation=organisation, day=look.day, app=look.app.value)
    if row.looked != look.before:
        return False
    row.looked_had, row.looked_helped, row.looked_refused = look.counted.had, look.counted.helped, look.counted.refused
    row.confirmed_had, row.confirmed_helped = look.right.had, look.right.helped
    row.confirmed_refused, row.confirmed_on = look.right.refused, day
    row.save(update_fields=[*_LOOKED, *_CONFIRMED] if row.pk else None)
    return True


@transaction.atomic
def state(organisation: Organisation, guests: int | None, street: str, *, by_head: bool) -> None:
    """State the guests a day a unit can have (None: as usual in its sector), and where it lies. Raises DoorError.

    Days that nobody has decided on are reckoned anew.
    """
    if guests is not None:
        rules.check_guests(guests, organisation.sector, by_head=by_head)
    turn_of(organisation)
    door, _created = DoorList.objects.get_or_create(organisation=organisation)
    changed = door.guests_per_day != guests
    door.guests_per_day, door.street = guests, street
    door.save()
    if changed:
        days = DoorDay.objects.filter(organisation=organisation, guests=None)
        reckon_days(organisation, sorted(set(days.values_list("day", flat=True))))


@transaction.atomic
def decide_apart(organisation: Organisation, day: dt.date, *, take: bool) -> None:
    """Decide on what was kept apart of a day: it is right and counts, or it is left out."""
    turn_of(organisation)
    rows = [row for row in DoorDay.objects.filter(organisation=organisation, day=day) if row.asks]
    for row in rows:
        if take:
            row.guests = row.counted.asked + row.apart
        else:
            row.apart_left = row.apart
        row.save(update_fields=["guests", "apart_left"])
    if take and rows:
        reckon_days(organisation, [day])


def candidates(organisations: QuerySet[Organisation], day: dt.date) -> list[Candidate]:
    """Return those that keep a door list and are on no round of that day yet."""
    rows = keepers(organisations).exclude(pk__in=RoundStop.objects.filter(round__day=day).values("organisation"))
    values = rows.annotate(last=Max("door_visits__day")).values_list(
        "pk", "name", "within", "place", "door__street", "parent__door__street", "last", "parent__name"
    )
    return [
        Candidate(pk, name, within, _above(own), street or holders_street or "", last, holder or "")
        for pk, name, within, own, street, holders_street, last, holder in values
    ]


def _above(place: str) -> str:
    """Return the code of the unit above the commune in which a unit lies."""
    codes = [code for code in codes_of(place) if ":" in code]
    return codes[-2] if len(codes) > 1 else "".join(codes)


@transaction.atomic
def plan(place: str, stops: Sequence[Organisation], form: uuid.UUID, officer: User, day: dt.date) -> Round:
    """Store a round of visits. The same form again returns the round it made."""
    planned, created = Round.objects.get_or_create(form=form, defaults={"day": day, "place": place, "officer": officer})
    if created:
        RoundStop.objects.bulk_create(
            RoundStop(round=planned, organisation=each, position=number) for number, each in enumerate(stops, start=1)
        )
    return planned
