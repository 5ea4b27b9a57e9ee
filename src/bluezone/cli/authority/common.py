"""Share what the commands of `bluezone authority` need."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bluezone.cli.errors import CommandError

if TYPE_CHECKING:
    from bluezone.authority.officers.models import User


def active_officer(name: str) -> User:
    """Return the officer of a login name. Raises CommandError where there is none who may log in."""
    from bluezone.authority.officers.models import User

    found = User.objects.filter(username=name, is_active=True).first()
    if found is None:
        raise CommandError(f"there is no active officer {name!r}; `bluezone authority create-officer` makes one")
    return found


def now() -> dt.datetime:
    """Return the time by the server's clock (in a rehearsal, the rehearsal's)."""
    from bluezone.authority.site import clock

    return clock.now()


def believed_now(trust: str) -> dt.datetime:
    """Return the time, where the clock is believed as far as a job needs it. Raises ClockError, UnsettledClockError."""
    from bluezone.authority.site import clock_guard
    from bluezone.authority.site.registries import Trust

    moment = now()
    clock_guard.require(moment, Trust[trust])
    return moment


def utc(moment: dt.datetime) -> str:
    """Write a moment as an operator reads it."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
