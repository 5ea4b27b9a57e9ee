"""Ask the office that takes a case over to take over the stays that belong to it (`diagnosis.signals`)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.isolation.models import Move, Stay
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.site import clock


@transaction.atomic
def ask_for_stays(*, cases: Sequence[Case], to_place: str, **_signal: object) -> None:
    """Ask the new office for the running stays of the cases' people and of the contacts who went along.

    Where somebody lies is not changed by a form: until the office accepts, with a site or a home of its own, the place
    in which they are cares for them; then it sees the stay no more. The ministry takes nobody over.
    """
    if to_place == NATION:
        return
    met = Q(person__episodes__exposures__source__case__in=cases)
    met |= Q(person__episodes__exposures__source__exposures__source__case__in=cases)
    theirs = Q(case__in=cases) | Q(person__in=[case.person_id for case in cases if case.person_id]) | met
    running = Stay.objects.filter(theirs, ended_on=None).exclude(place__startswith=to_place)
    # who is another office's still stays with it; contacts and identities have gone along by now
    gone = running.filter(Q(person=None) | Q(person__place=to_place)).values("pk")
    for stay in Stay.objects.select_for_update(of=("self",)).filter(pk__in=gone).order_by("pk"):
        if not stay.moves.filter(state=Move.State.WAITING).exists():
            Move.objects.create(stay=stay, from_place=stay.place, to_place=to_place, asked_at=clock.now())
