"""Decide of check-ins that patients gave, and drop those whose keys were taken back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from bluezone.authority.officers.models import User
from bluezone.authority.places import receiving, rules
from bluezone.authority.places.models import RiskyWindow, SharedStay, Sharer
from bluezone.authority.places.rules import PlaceRefusedError
from bluezone.errors import N_


@transaction.atomic
def decide(stay: SharedStay, officer: User, now: dt.datetime, *, publish: bool) -> SharedStay:
    """Confirm a shared check-in, or refuse it: one officer does, for its owner, no officer, has given it. Raises
    PlaceRefusedError."""
    locked = _locked(stay)
    if locked.state != RiskyWindow.State.WAITING:
        raise PlaceRefusedError(N_("Somebody has decided this already."))
    if publish:
        rules.check_confirming(None, officer.pk, may_confirm=officer.may_confirm)
    return _note(locked, RiskyWindow.State.CONFIRMED if publish else RiskyWindow.State.REFUSED, officer, now)


@transaction.atomic
def withdraw(stay: SharedStay, officer: User, now: dt.datetime) -> SharedStay:
    """Take a confirmed one back before it goes out. Raises PlaceRefusedError."""
    locked = _locked(stay)
    rules.check_withdrawing(locked.state == RiskyWindow.State.CONFIRMED, may_confirm=officer.may_confirm)
    return _note(locked, RiskyWindow.State.REFUSED, officer, now)


def _locked(stay: SharedStay) -> SharedStay:
    locked = SharedStay.objects.select_for_update().filter(pk=stay.pk).first()
    if locked is None or not receiving.still_published(receiving.keys_of(locked.sharer)):
        raise PlaceRefusedError(N_("Who gave this stay has taken it back."))
    return locked


def _note(stay: SharedStay, state: RiskyWindow.State, officer: User, now: dt.datetime) -> SharedStay:
    stay.state, stay.decided_at, stay.decided_by = state, now, officer
    stay.save(update_fields=["state", "decided_at", "decided_by"])
    return stay


def drop_withdrawn() -> int:
    """Delete check-ins of those whose keys are all revoked or gone; return of how many people. What is in a package
    stays in it: it names nobody, and phones have compared it."""
    keys = {sharer.pk: receiving.keys_of(sharer) for sharer in Sharer.objects.all()}
    standing = receiving.still_published([key for found in keys.values() for key in found])
    gone = [number for number, found in keys.items() if standing.isdisjoint(found)]
    Sharer.objects.filter(pk__in=gone).delete()
    return len(gone)


def purge(now: dt.datetime) -> int:
    """Delete check-ins that ended more than 14 days ago, and who gave nothing else; return how many check-ins."""
    before = (now - rules.LIFE).astimezone(dt.UTC).date()
    count = SharedStay.objects.filter(ended_on__lt=before).count()
    SharedStay.objects.filter(ended_on__lt=before).delete()
    Sharer.objects.filter(stays=None).delete()
    return count
