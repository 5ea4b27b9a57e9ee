"""Hand a person over to another office, alone or with chosen contacts: with the episode go who it is, its case, its
running stay and its tasks, once the other office accepts. All others stay where they live, with who follows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import signals
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes import services
from bluezone.authority.episodes.models import Episode, Handover, Stay
from bluezone.authority.episodes.rules import CALL_WITHIN, ContactError
from bluezone.authority.episodes.services import HANDOVER
from bluezone.authority.episodes.stays.rules import sees_people
from bluezone.authority.episodes.stays.services import Spot, move, settle_all
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import place_today
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.site import clock
from bluezone.authority.work import services as work
from bluezone.authority.work.rules import Kind, Urgency, Wanted


def owns(row: Episode, office: str) -> bool:
    """Decide whether an office may hand a person over: the one that follows the person, not those above it."""
    return office in (row.place, confirming.office_of(row.place))


@transaction.atomic
def ask(
    row: Episode, to_place: str, by: User, now: dt.datetime, along: Sequence[Episode] = (), staying: str = ""
) -> Handover:
    """Ask another office to take a person over, with some of the contacts. `staying`: the place of the stay whose
    keeper asks; then any commune may be asked, else an office that may confirm cases. A commune that was merged stands
    for the one it went to. Raises ContactError."""
    to_place = place_today(to_place, clock.date_of(now))
    is_here = staying.startswith(to_place) if staying else to_place in (row.place, confirming.office_of(row.place))
    if not staying and (is_here or to_place not in confirming.all_offices_with_right()):
        raise ContactError(gettext_noop("nobody of that office may confirm cases: choose another one"), "to_place")
    if is_here:
        raise ContactError(gettext_noop("this is where the person is: choose another commune"), "to_place")
    first: Handover | None = None
    for each in (row, *along):
        each = services.locked(each)
        if each.handovers.filter(state=Handover.State.WAITING).exists():
            raise ContactError(gettext_noop("another office is asked already: take that back first"), "to_place")
        places = {"from_place": staying or each.place, "to_place": to_place}
        asked = Handover.objects.create(episode=each, asked_with=first, asked_at=now, asked_by=by, **places)
        first = first or asked
    assert first is not None
    wanted = Wanted(Kind.HANDOVER, to_place, now + CALL_WITHIN, Urgency.SOON, row.person_id)
    work.settle(HANDOVER, first.pk, [wanted], now, by)
    return first


@transaction.atomic
def decide(
    handover: Handover, state: Handover.State, by: User | None, now: dt.datetime, spot: Spot | None = None
) -> None:
    """Accept, decline or take back what waits, with whoever was asked for with it; who may is asked by the page.
    `spot`: where those who are apart from others are to be. Raises ContactError where it was decided meanwhile;
    IsolationError where somebody cannot be there."""
    rows = Handover.objects.select_for_update(of=("self",)).select_related("episode")
    together = list(
        rows.filter(Q(pk=handover.pk) | Q(asked_with=handover.pk), state=Handover.State.WAITING).order_by("pk")
    )
    if handover.pk not in {each.pk for each in together}:
        raise ContactError(gettext_noop("this was decided already: look again"))
    moving = staying(handover) if state is Handover.State.ACCEPTED else ()
    if moving and (spot is None or not spot.place.startswith(handover.to_place)):
        raise ContactError(gettext_noop("choose a site or a home of the office that was asked"), "site")
    for each in together:
        each.state, each.decided_at = state, now
        each.save(update_fields=["state", "decided_at"])
        if state is Handover.State.ACCEPTED:
            _give(services.locked(each.episode), each, by, now)
    for stay in moving:
        assert spot is not None
        move(stay, spot, now, by)
    work.settle(HANDOVER, handover.pk, (), now, by)


def _give(row: Episode, asked: Handover, by: User | None, now: dt.datetime) -> None:
    """Give an episode to an office, with its case, what turned out to be this case, and who they are, where the giver
    has that."""
    before, row.place = row.place, asked.to_place
    row.save(update_fields=["place"])
    cases: list[Case] = [] if row.case is None else [row.case, *row.case.merged.select_related("person")]
    for case in cases:
        case.place = asked.to_place
        case.save(update_fields=["place"])
    known = {case.person for case in cases}
    if row.person is not None and asked.from_place.startswith(row.person.place):
        known.add(row.person)
    for person in known - {None}:
        assert person is not None
        persons.hand_over(person, confirming.office_of(asked.to_place), now)
    signals.moved.send(sender=Episode, person=row.person, cases=cases, before=before, now=now)
    Episode.objects.filter(case__in=cases).update(place=asked.to_place)
    row.refresh_from_db()
    services.settle(row, now, by)
    settle_all(list(row.stays.select_related("episode")), now, by)


def staying(handover: Handover) -> list[Stay]:
    """Return the running stays that go along: those of the people asked for that are not in the other office's place
    already."""
    there = Q(episode__handovers=handover.pk) | Q(episode__handovers__asked_with=handover.pk)
    rows = Stay.objects.filter(there, ended_on=None).exclude(place__startswith=handover.to_place)
    return list(rows.select_related("episode", "bed", "organisation").order_by("pk"))


def incoming(officer: User) -> QuerySet[Handover]:
    """Return whom an officer may take over: of those who go together the one who was asked for first. Who may confirm
    cases takes over what the own office is asked for; who keeps stays, people in isolation within the own area."""
    running = Exists(Stay.objects.filter(episode=OuterRef("episode"), ended_on=None))
    return _concerning(officer, "to_place", Q(to_place=Issuer(officer=officer).place), Q(running), asked_with=None)


def outgoing(officer: User) -> QuerySet[Handover]:
    """Return whom an officer's office asked others to take over."""
    running = Exists(Stay.objects.filter(episode=OuterRef("episode"), ended_on=None))
    return _concerning(officer, "from_place", _asked_by(officer), Q(running), asked_with=None)


def given(officer: User) -> QuerySet[Handover]:
    """Return by which hand-overs people went from an officer's office to another one, the newest first: the giver is
    told where they are, and no more."""
    was_apart = Exists(Stay.objects.filter(episode=OuterRef("episode")))
    rows = _concerning(officer, "from_place", _asked_by(officer), Q(was_apart), state=Handover.State.ACCEPTED)
    return rows.order_by("-decided_at")


def _asked_by(officer: User) -> Q:
    office = Issuer(officer=officer).place
    return Q(from_place=office) | Q(asked_by__place=office)


def _concerning(officer: User, field: str, office: Q, apart: Q, **facts: Any) -> QuerySet[Handover]:
    """Return hand-overs with these facts: of the `office` for who may confirm cases, of people `apart` from others
    within the own area for who keeps stays."""
    found = Q(pk__in=())
    if confirming.may_confirm(Issuer(officer=officer)):
        found |= office
    own = scope.jurisdiction(officer)
    if own is not None and sees_people(own):
        found |= Q(pk__in=scope.editable(Handover.objects.filter(apart), officer, field).values("pk"))
    rows = Handover.objects.filter(found, **facts)
    return rows.select_related("episode__person", "episode__case__person").order_by("asked_at")
