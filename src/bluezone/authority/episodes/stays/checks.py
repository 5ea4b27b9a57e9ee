"""Keep how people in isolation are: told to an officer, or declared by the code of an episode's link (`declarations`
stores these). Each is an event of the episode.

All that is wrong with a code (mistyped, of nobody, of a stay that is over) gets one answer, so that nobody learns by
asking which codes there are.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from bluezone.authority.episodes.models import Event, Stay
from bluezone.authority.episodes.stays import rules, sealing, services
from bluezone.authority.episodes.stays.rules import IsolationError, Said, Severity, Way
from bluezone.authority.episodes.words import EventKind
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.locks import take_turns
from bluezone.protocol import one_time_codes

_ID = "id of a check"


class NotInForceError(IsolationError):
    """Report a code that is of no running stay."""


def stay_of(code: str, now: dt.datetime) -> Stay:
    """Return the running stay of a link's code, however it was typed. Raises NotInForceError."""
    read = one_time_codes.read_code(code)
    digests = sealing.link_digests(read.text if read.kind is one_time_codes.Kind.LONG else "")
    rows = Stay.objects.select_related("episode").filter(episode__link_digest__in=digests)
    stay = rows.order_by("-pk").first()
    if stay is None or not rules.is_running(stay.since, stay.until, stay.ended_on, clock.date_of(now)):
        raise NotInForceError(
            gettext_noop("this code is not in force: look at your letter, or ask your health station"), "code"
        )
    return stay


def note(stay: Stay, declaration_id: bytes, said: Said, officer: User, now: dt.datetime) -> bool:
    """Store what somebody told an officer, or what a visit found. Raises IsolationError for a stay that is over."""
    if not rules.is_running(stay.since, stay.until, stay.ended_on, clock.date_of(now)):
        raise IsolationError(gettext_noop("this stay is over, or has not begun: nothing is declared"))
    return store(stay, keyed.digest(_ID, declaration_id), said, Way.CALL, now, officer)


@transaction.atomic
def store(
    stay: Stay,
    key: str,
    said: Said,
    way: Way,
    now: dt.datetime,
    officer: User | None = None,
    day: dt.date | None = None,
    severity: Severity | None = None,
) -> bool:
    """Store a check once; return whether it is new. More than so many a day are not stored. `key`: a keyed digest of
    what it came of; `severity`: as the rules of a form say, else as those of checks."""
    take_turns(f"checks of episode {stay.episode_id}")
    day = day or clock.date_of(now)
    known = Event.objects.filter(id_digest=key).exists()
    of_day = Event.objects.filter(episode=stay.episode_id, kind=EventKind.CHECK.value, day=day)
    if known or of_day.count() >= rules.MOST_A_DAY:
        return False
    severity = said.severity if severity is None else severity
    answered = now if officer is not None and severity < Severity.EMERGENCY else None
    event = Event(episode=stay.episode, kind=EventKind.CHECK.value, day=day, at=now, by=officer, what=way.value)
    event.id_digest, event.severity, event.answered_at = key, severity, answered
    event.seal(said.as_json)
    try:
        with transaction.atomic():
            event.save()
    except IntegrityError:  # the same id at the same moment, for another stay
        return False
    services.settle(stay, now, officer)
    return True


@transaction.atomic
def answer(event: Event, officer: User, now: dt.datetime) -> None:
    """Note that an officer has called, or seen to it."""
    Event.objects.filter(pk=event.pk, answered_at=None).update(answered_at=now)
    for stay in Stay.objects.select_related("episode").filter(episode=event.episode_id).order_by("-pk")[:1]:
        services.settle(stay, now, officer)


def erase(key: str) -> None:
    """Erase what a check says, for who withdraws the declaration it came of; that it was, and how urgent, stays."""
    Event.objects.filter(id_digest=key).update(sealed=b"")
