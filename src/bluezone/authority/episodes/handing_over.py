"""Hand a person over to another office, alone or with chosen contacts: with the episode go who it is, its case and its
tasks, once the other office accepts. All others stay where they live, with who follows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import signals
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes import services
from bluezone.authority.episodes.models import Episode, Handover
from bluezone.authority.episodes.rules import CALL_WITHIN, ContactError
from bluezone.authority.officers import confirming
from bluezone.authority.officers.jurisdiction import place_today
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.site import clock
from bluezone.authority.work import services as work
from bluezone.authority.work.rules import Kind, Urgency, Wanted

#: what the task to accept arises from (`work.Task.source`)
SOURCE = "handover"


def owns(row: Episode, office: str) -> bool:
    """Decide whether an office may hand a person over: the one that follows the person, not those above it."""
    return office in (row.place, services.office_of(row.place))


@transaction.atomic
def ask(row: Episode, to_place: str, by: User, now: dt.datetime, along: Sequence[Episode] = ()) -> Handover:
    """Ask another office to take a person over, with some of the contacts. A commune that was merged stands for the one
    it went to. Raises ContactError."""
    to_place = place_today(to_place, clock.date_of(now))
    if to_place not in confirming.all_offices_with_right() or to_place == services.office_of(row.place):
        raise ContactError(gettext_noop("nobody of that office may confirm cases: choose another one"), "to_place")
    first: Handover | None = None
    for each in (row, *along):
        each = services.locked(each)
        if each.handovers.filter(state=Handover.State.WAITING).exists():
            raise ContactError(gettext_noop("another office is asked already: take that back first"), "to_place")
        asked = Handover.objects.create(
            episode=each, asked_with=first, from_place=each.place, to_place=to_place, asked_at=now, asked_by=by
        )
        first = first or asked
    assert first is not None
    wanted = Wanted(Kind.HANDOVER, to_place, now + CALL_WITHIN, Urgency.SOON, row.person_id, detail=row.role)
    work.settle(SOURCE, first.pk, [wanted], now, by)
    return first


@transaction.atomic
def decide(handover: Handover, state: Handover.State, by: User | None, now: dt.datetime) -> None:
    """Accept, decline or take back what waits, with whoever was asked for with it; who may is asked by the page.

    Raises ContactError where it was decided meanwhile.
    """
    rows = Handover.objects.select_for_update(of=("self",)).select_related("episode")
    together = list(rows.filter(Q(pk=handover.pk) | Q(asked_with=handover.pk)).order_by("pk"))
    if any(each.state != Handover.State.WAITING for each in together):
        raise ContactError(gettext_noop("this was decided already: look again"))
    cases: list[Case] = []
    for each in together:
        each.state, each.decided_at = state, now
        each.save(update_fields=["state", "decided_at"])
        if state is Handover.State.ACCEPTED:
            cases += _give(services.locked(each.episode), each.to_place, by, now)
    work.settle(SOURCE, handover.pk, (), now, by)
    if cases:
        places = {"from_place": handover.from_place, "to_place": handover.to_place}
        signals.handed_over.send(sender=Handover, cases=cases, **places)


def _give(row: Episode, to_place: str, by: User | None, now: dt.datetime) -> list[Case]:
    """Give an episode to an office, and return its cases: what turned out to be this case goes with it."""
    row.place = to_place
    row.save(update_fields=["place"])
    cases = [] if row.case is None else [row.case, *row.case.merged.select_related("person")]
    for person in {row.person, *(case.person for case in cases)} - {None}:
        assert person is not None
        persons.hand_over(person, to_place)
    for case in cases:
        case.place = to_place
        case.save(update_fields=["place"])
    Episode.objects.filter(case__in=cases).update(place=to_place)
    row.refresh_from_db()
    services.settle(row, now, by)
    return cases


def waiting(office: str) -> QuerySet[Handover]:
    """Return whom an office is asked to take over, or asked others to take, the longest waiting first; of those who go
    together the one who was asked for first."""
    mine = Q(to_place=office) | Q(asked_by__place=office) | Q(from_place=office)
    rows = Handover.objects.filter(mine, state=Handover.State.WAITING, asked_with=None)
    return rows.select_related("episode__person", "episode__case__person").order_by("asked_at")
