"""Ask for passes by jurisdiction."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from bluezone.authority.officers import scope
from bluezone.authority.officers.models import User
from bluezone.authority.passes.models import IssuedPass


def in_force(user: User | AnonymousUser, now: dt.datetime) -> QuerySet[IssuedPass]:
    """Return the passes of an officer's jurisdiction that have not run out, taken back or not."""
    return scope.editable(IssuedPass.objects.filter(valid_until__gt=now), user)


def taken_back(user: User | AnonymousUser, now: dt.datetime) -> QuerySet[IssuedPass]:
    """Return those of them that were taken back, the newest first."""
    return in_force(user, now).filter(revoked_at__isnull=False).order_by("-revoked_at", "-pk")
