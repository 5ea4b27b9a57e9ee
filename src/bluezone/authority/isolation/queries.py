"""Read stays: of an officer's jurisdiction alone, by site and home; what is due of them; since when somebody is
isolated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from bluezone.authority.isolation import rules
from bluezone.authority.isolation.models import Bed, Declaration, Move, Stay, StayTest
from bluezone.authority.isolation.rules import Due
from bluezone.authority.officers import scope
from bluezone.authority.officers.models import User
from bluezone.authority.persons.models import Person
from bluezone.authority.quarantine.elsewhere import Known
from bluezone.authority.quarantine.models import Roster
from bluezone.authority.quarantine.places import SECTOR
from bluezone.authority.site import clock
from bluezone.authority.units.models import Organisation


def isolated_since(people: Iterable[Person | int]) -> dict[int, dt.date]:
    """Return by a person's key (`persons.Person.pk`) the first day of their isolation, of those who were ever isolated;
    stays that were entered by mistake do not count."""
    keys = [each.pk if isinstance(each, Person) else each for each in people]
    rows = Stay.objects.filter(person_id__in=keys).exclude(ending=Stay.Ending.MISTAKE)
    return {row["person_id"]: row["first"] for row in rows.values("person_id").annotate(first=Min("since")).order_by()}


def visible(user: User) -> QuerySet[Stay]:
    """Return the stays that an officer sees, each with its bed, site and person."""
    own = scope.jurisdiction(user)
    if own is None or not rules.sees_people(own):
        return Stay.objects.none()
    return scope.visible(Stay.objects.select_related("bed", "organisation", "person"), user)


def editable(user: User) -> QuerySet[Stay]:
    """Return the stays that an officer may change."""
    own = scope.jurisdiction(user)
    if own is None or not rules.sees_people(own):
        return Stay.objects.none()
    return scope.editable(Stay.objects.select_related("bed", "organisation", "person"), user)


def running(rows: QuerySet[Stay], today: dt.date) -> QuerySet[Stay]:
    """Return those who are in isolation on a day."""
    return rows.filter(ended_on=None, since__lte=today, until__gte=today)


def overdue(rows: QuerySet[Stay], today: dt.date) -> QuerySet[Stay]:
    """Return those whose last day is over and whom nobody has released."""
    return rows.filter(ended_on=None, until__lt=today)


def sites(user: User) -> QuerySet[Organisation]:
    """Return the open sites that an officer sees."""
    own = scope.jurisdiction(user)
    if own is None or not rules.sees_people(own):
        return Organisation.objects.none()
    return scope.visible(Organisation.objects.filter(sector=SECTOR, closed_on=None), user).order_by("name", "pk")


@dataclass(frozen=True, slots=True)
class SiteBeds:
    """Hold a site with how many beds it has, and how many people are in them."""

    site: Organisation
    beds: int
    taken: int

    @property
    def free(self) -> int:
        return max(0, self.beds - self.taken)


def with_beds(found: QuerySet[Organisation]) -> list[SiteBeds]:
    """Return sites with their beds."""
    keys = found.order_by().values("pk")
    beds = Bed.objects.filter(organisation__in=keys).values_list("organisation").annotate(count=Count("pk")).order_by()
    stays = Stay.objects.filter(organisation__in=keys, ended_on=None)
    taken = stays.values_list("organisation").annotate(count=Count("pk")).order_by()
    of_beds, of_stays = dict(beds), dict(taken)
    return [SiteBeds(each, of_beds.get(each.pk, 0), of_stays.get(each.pk, 0)) for each in found]


def free_beds(organisation: Organisation) -> QuerySet[Bed]:
    """Return the beds of a site that nobody is in."""
    taken = Stay.objects.filter(bed=OuterRef("pk"), ended_on=None)
    return organisation.beds.filter(~Exists(taken)).order_by("number_key")


def local(moment: dt.datetime) -> dt.datetime:
    """Return a moment in the local time of the officers."""
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE))


def dues(rows: QuerySet[Stay], now: dt.datetime) -> dict[int, Due]:
    """Return by stay what is due of today's declaration."""
    today = clock.date_of(now)
    declared = set(Declaration.objects.filter(stay__in=rows.values("pk"), day=today).values_list("stay_id", flat=True))
    return {stay.pk: due_of(stay, now, declared=stay.pk in declared) for stay in rows}


def due_of(stay: Stay, now: dt.datetime, *, declared: bool) -> Due:
    """Return what is due of a stay's declaration now."""
    return rules.declaration_due(
        stay.since, stay.until, stay.ended_on, entered_at=local(stay.entered_at), declared=declared, now=local(now)
    )


def undeclared(rows: QuerySet[Stay], today: dt.date) -> QuerySet[Stay]:
    """Return those who are in isolation and have not declared on a day."""
    declared = Declaration.objects.filter(stay=OuterRef("pk"), day=today)
    return running(rows, today).filter(~Exists(declared))


def to_answer(rows: QuerySet[Stay]) -> QuerySet[Declaration]:
    """Return the declarations with symptoms that nobody has answered: the worst first, then the oldest."""
    found = Declaration.objects.filter(stay__in=rows.values("pk"), severity__gt=0, answered_at=None)
    return found.select_related("stay__bed", "stay__organisation", "stay__person").order_by("-severity", "received_at")


def tests_open(rows: QuerySet[Stay], today: dt.date) -> QuerySet[StayTest]:
    """Return the tests that are due or missed, of stays that nobody has ended."""
    found = StayTest.objects.filter(stay__in=rows.filter(ended_on=None).values("pk"), result="", due_on__lte=today)
    return found.select_related("stay__bed", "stay__organisation", "stay__person").order_by(
        "due_on", "stay__bed__number_key"
    )


def moves_to(user: User) -> QuerySet[Move]:
    """Return the moves that wait for an officer's place to take somebody over."""
    return _moves(user, "to_place")


def moves_from(user: User) -> QuerySet[Move]:
    """Return the moves that an officer's place has asked for."""
    return _moves(user, "from_place")


def moved_away(user: User, stay: int) -> Move | None:
    """Return the newest move by which a stay went from an officer's place to another one; None where none did."""
    return _moves(user, "from_place", Move.State.ACCEPTED).filter(stay=stay).last()


def _moves(user: User, field: str, state: Move.State = Move.State.WAITING) -> QuerySet[Move]:
    own = scope.jurisdiction(user)
    if own is None or not rules.sees_people(own):
        return Move.objects.none()
    rows = Move.objects.filter(state=state).select_related("stay__bed", "stay__person")
    return scope.editable(rows, user, field).order_by("asked_at")


def known_to_roster(place: str, day: dt.date) -> list[Known]:
    """List who is in a place on a day, for the roll-out's roster (`quarantine.elsewhere`). Of a commune: those at home
    in it."""
    rows = Stay.objects.filter(place=place, since__lte=day).exclude(ending=Stay.Ending.MISTAKE)
    there = rows.filter(Q(ended_on=None) | Q(ended_on__gt=day)).select_related("bed")
    return [Known(stay.bed.number_key if stay.bed else "", stay.state) for stay in there]


@dataclass(frozen=True, slots=True)
class Standing:
    """Count what is known of the stays an officer sees, on a day."""

    running: int
    declared: int
    overdue: int
    tests: int
    to_answer: int


def standing(rows: QuerySet[Stay], now: dt.datetime) -> Standing:
    """Count what is due of some stays."""
    today = clock.date_of(now)
    there = running(rows, today).count()
    return Standing(
        running=there,
        declared=there - undeclared(rows, today).count(),
        overdue=overdue(rows, today).count(),
        tests=tests_open(rows, today).count(),
        to_answer=to_answer(rows).count(),
    )


def places_without_roster(today: dt.date) -> Mapping[str, Organisation | None]:
    """Return the places with people in isolation on a day whose roster of it is not started, each with its site; None
    for homes."""
    started = Roster.objects.filter(place=OuterRef("place"), day__gte=today)
    rows = running(Stay.objects.select_related("organisation"), today).filter(~Exists(started))
    return {stay.place: stay.organisation for stay in rows.order_by("place")}
