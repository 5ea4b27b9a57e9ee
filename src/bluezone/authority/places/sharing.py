"""Find and drop check-ins of patients whose keys were taken back."""

from __future__ import annotations

import datetime as dt

from bluezone.authority.places import receiving, rules
from bluezone.authority.places.models import SharedStay, Sharer


def is_given(stay: SharedStay) -> bool:
    """Return whether a key of who gave a stay is still published."""
    return bool(receiving.still_published(receiving.keys_of(stay.sharer)))


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
