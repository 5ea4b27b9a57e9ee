"""Take how people in isolation are: declared by phone or by the web with the code of an episode's link, or told to an
officer. Each is an event of the episode.

A declaration has a random id: sent again it is the same one. All that is wrong with a code (mistyped, of nobody, of a
stay that is over) gets one answer, so that nobody learns by asking which codes there are.
"""

from __future__ import annotations

import datetime as dt
import secrets

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

_ID = "id of a declaration"


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


def declare(
    code: str, declaration_id: bytes, said: Said, way: Way, now: dt.datetime, day: dt.date | None = None
) -> bool:
    """Store a declaration of who has a link's code, of today or of a day not long ago; return whether it is new. Raises
    NotInForceError; IsolationError for a day that cannot be."""
    stay, today = stay_of(code, now), clock.date_of(now)
    if day is not None:
        rules.check_declared_day(day, stay.since, today)
    return store(stay, declaration_id, said, way, now, day=day)


def note(stay: Stay, declaration_id: bytes, said: Said, officer: User, now: dt.datetime) -> bool:
    """Store what somebody told an officer, or what a visit found. Raises IsolationError for a stay that is over."""
    if not rules.is_running(stay.since, stay.until, stay.ended_on, clock.date_of(now)):
        raise IsolationError(gettext_noop("this stay is over, or has not begun: nothing is declared"))
    return store(stay, declaration_id, said, Way.CALL, now, officer)


@transaction.atomic
def store(
    stay: Stay,
    declaration_id: bytes,
    said: Said,
    way: Way,
    now: dt.datetime,
    officer: User | None = None,
    day: dt.date | None = None,
) -> bool:
    """Store a check once; return whether it is new. More than so many a day are taken and not stored."""
    take_turns(f"checks of episode {stay.episode_id}")
    day = day or clock.date_of(now)
    known = Event.objects.filter(id_digest__in=keyed.digests(_ID, declaration_id)).exists()
    of_day = Event.objects.filter(episode=stay.episode_id, kind=EventKind.CHECK.value, day=day)
    if known or of_day.count() >= rules.MOST_A_DAY:
        return False
    answered = now if officer is not None and said.severity < Severity.EMERGENCY else None
    event = Event(episode=stay.episode, kind=EventKind.CHECK.value, day=day, at=now, by=officer, what=way.value)
    event.id_digest, event.severity, event.answered_at = keyed.digest(_ID, declaration_id), said.severity, answered
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


def like_declaration(now: dt.datetime) -> None:
    """Do for a decoy what `declare` does, and leave nothing of it."""
    digests = sealing.link_digests(one_time_codes.draw_long(sealing.LINK_LENGTH, secrets.randbelow))
    Stay.objects.filter(episode__link_digest__in=digests).first()
    with transaction.atomic():
        newest = Stay.objects.select_related("episode").order_by("-pk").first()
        if newest is not None:
            store(newest, secrets.token_bytes(16), Said(), Way.PHONE, now)
        transaction.set_rollback(True)
