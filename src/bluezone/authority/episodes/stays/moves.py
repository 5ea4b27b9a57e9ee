"""Ask the commune of another place to take somebody in isolation over; nothing changes until it accepts, with a site or
a home of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes.models import Handover, Stay
from bluezone.authority.episodes.stays import queries, services
from bluezone.authority.episodes.stays.rules import IsolationError
from bluezone.authority.episodes.stays.services import Spot
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.site import clock


@transaction.atomic
def ask(stay: Stay, to_place: str, officer: User | None, now: dt.datetime) -> Handover:
    """Ask the commune of another place. Raises IsolationError."""
    stay = Stay.objects.select_for_update(of=("self",)).select_related("episode").get(pk=stay.pk)
    if stay.ended_on is not None:
        raise IsolationError(gettext_noop("this stay has ended already: look again"))
    if to_place == stay.place or stay.place.startswith(to_place):
        raise IsolationError(gettext_noop("this is where the person is: choose another commune"), "to_place")
    if stay.episode.handovers.filter(state=Handover.State.WAITING).exists():
        raise IsolationError(gettext_noop("another commune is asked already: take that back first"), "to_place")
    asked = Handover.objects.create(
        episode=stay.episode, from_place=stay.place, to_place=to_place, asked_at=now, asked_by=officer
    )
    services.settle(stay, now, officer)
    return asked


@transaction.atomic
def accept(asked: Handover, spot: Spot, officer: User | None, now: dt.datetime) -> Stay:
    """Take somebody over, to a site or a home of the place that was asked, with the episode and who it is. Raises
    IsolationError."""
    asked = _waiting(asked)
    if not spot.place.startswith(asked.to_place):
        raise IsolationError(gettext_noop("choose a site or a home of the commune that was asked"), "site")
    stay = queries.running_of(asked.episode)
    if stay is None:
        raise IsolationError(gettext_noop("this stay has ended already: look again"))
    asked.state, asked.decided_at = Handover.State.ACCEPTED, now
    asked.save(update_fields=["state", "decided_at"])
    episode = stay.episode
    episode.place = asked.to_place
    episode.save(update_fields=["place"])
    if episode.person is not None and asked.from_place.startswith(episode.person.place):
        persons.hand_over(episode.person, asked.to_place)
    return services.move(stay, spot, now, officer)


@transaction.atomic
def refuse(asked: Handover, state: Handover.State, officer: User | None, now: dt.datetime) -> None:
    """Decline what waits, or take it back. Raises IsolationError where it was decided meanwhile."""
    asked = _waiting(asked)
    asked.state, asked.decided_at = state, now
    asked.save(update_fields=["state", "decided_at"])
    if (stay := queries.running_of(asked.episode)) is not None:
        services.settle(stay, now, officer)


def _waiting(asked: Handover) -> Handover:
    asked = Handover.objects.select_for_update(of=("self",)).select_related("episode").get(pk=asked.pk)
    if asked.state != Handover.State.WAITING:
        raise IsolationError(gettext_noop("this was decided already: look again"))
    return asked


@transaction.atomic
def follow_cases(*, cases: Sequence[Case], to_place: str, **_signal: object) -> None:
    """Ask the office that took cases over to take the running stays of their people, too (`diagnosis.signals`). Their
    contacts stay where they live. The ministry takes nobody over."""
    if to_place == NATION:
        return
    people = [case.person_id for case in cases if case.person_id is not None]
    theirs = Q(episode__case__in=cases) | Q(episode__person__in=people)
    running = Stay.objects.filter(theirs, ended_on=None).exclude(place__startswith=to_place).order_by("pk")
    for stay in running.exclude(episode__handovers__state=Handover.State.WAITING):
        ask(stay, to_place, None, clock.now())
