"""Keep how people in isolation are: told to an officer, or declared by the code of an episode's link (`declarations`
stores these), each an event of the episode; send the link, and one kind reminder a round. The worker runs `job`.

All that is wrong with a code (mistyped, of nobody, of a stay that is over) gets one answer, so that nobody learns by
asking which codes there are.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from bluezone.authority.episodes.models import Episode, Event, Stay
from bluezone.authority.episodes.stays import protocols, queries, rosters, rules, services
from bluezone.authority.episodes.stays.rules import ONCE, TWICE, IsolationError, Round, Said, Severity, Way, may_remind
from bluezone.authority.episodes.words import EventKind
from bluezone.authority.messages import sms as outbox
from bluezone.authority.messages.sms import sender
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import IdentityError
from bluezone.authority.site import clock
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.encryption import LostKeyError
from bluezone.authority.site.locks import job_lock, take_turns
from bluezone.protocol import one_time_codes
from bluezone.protocol.one_time_codes import groups

_ID = "id of a check"


class NotInForceError(IsolationError):
    """Report a code that is of no running stay."""


def stay_of(code: str, now: dt.datetime) -> Stay:
    """Return the running stay of a link's code, however it was typed. Raises NotInForceError."""
    read = one_time_codes.read_code(code)
    digests = Episode.link_digests(read.text if read.kind is one_time_codes.Kind.LONG else "")
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
    severity = said.severity(disease().signs) if severity is None else severity
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


# --- links and reminders ----------------------------------------------------------------------------------------------


#: where a link leads; behind `#` stands the code, which browsers do not send
PAGE_PATH = "i"
_log = logging.getLogger(__name__)
_MOST_A_TURN = 500
_LINK_LIFE = dt.timedelta(hours=12)


def address_of(base: str, code: str) -> str:
    """Return the link with the code of an episode's link, below the address of this server."""
    return f"{base.rstrip('/')}/{PAGE_PATH}#{code}"


def _way(stay: Stay) -> str:
    """Return how to declare, for a message: the link, or where the server knows no public address, the code."""
    code, public = stay.episode.link_code, settings.BLUEZONE.public_url
    return address_of(public, code) if public else " ".join(groups(code))


def send_link(stay: Stay, now: dt.datetime) -> bool:
    """Send the link of who is in a stay; return whether this server sends messages, and a number is known."""
    if sender() is None or stay.episode.person is None:
        return False
    with translation.override("vi"):
        if stay.protocol in protocols.twice():
            text = gettext("Bluezone: how are you? Please declare each morning and each evening: %(way)s")
        else:
            text = gettext("Bluezone: how are you today? Please declare each day before 12:00: %(way)s")
        text %= {"way": _way(stay)}
    outbox.queue(persons.telephone_of(stay.episode.person), text, now + _LINK_LIFE, now)
    return True


def remind_due(now: dt.datetime) -> int:
    """Remind whoever has a number and was not heard in a round, once; return how many. That somebody is reminded is
    noted before the message is handed over: two workers send one."""
    if sender() is None:
        return 0
    local, twice = queries.local(now), protocols.twice()
    reached = queries.running(Stay.objects.filter(episode__person__telephone_digest__gt=""), local.date())
    count = 0
    for rows, rounds in ((reached.exclude(protocol__in=twice), ONCE), (reached.filter(protocol__in=twice), TWICE)):
        for each in rounds:
            if each.remind <= local.time() < each.call:
                opens = dt.datetime.combine(local.date(), each.remind, local.tzinfo)
                begun = dt.datetime.combine(local.date(), each.counts_from, local.tzinfo)
                heard = Event.objects.filter(episode=OuterRef("episode"), kind=EventKind.CHECK.value, at__gte=begun)
                waiting = rows.exclude(episode__reminded_at__gte=opens).filter(~Exists(heard)).order_by("pk")
                count += sum(_remind(stay, each, now) for stay in waiting[:_MOST_A_TURN])
    return count


@transaction.atomic
def _remind(stay: Stay, each: Round, now: dt.datetime) -> int:
    episode = Episode.objects.select_for_update(of=("self",)).select_related("person").get(pk=stay.episode_id)
    stay.episode, local = episode, queries.local(now)
    last = episode.events.filter(kind=EventKind.CHECK.value, day=local.date()).aggregate(last=Max("at"))["last"]
    heard_at = queries.local(last).time() if last else None
    reminded_at = queries.local(episode.reminded_at) if episode.reminded_at else None
    if episode.person is None or not may_remind(each, heard_at, queries.local(stay.entered_at), reminded_at, local):
        return 0
    episode.reminded_at = now
    episode.save(update_fields=["reminded_at"])
    try:
        way, number = _way(stay), persons.telephone_of(episode.person)
    except (LostKeyError, IdentityError) as error:  # one whose key is gone keeps nobody else from hearing
        _log.error("the reminder of stay %s: %s", stay.pk, error)
        return 0
    with translation.override("vi"):
        text = gettext("Bluezone: we have not heard from you today. How are you? One minute is enough: %(way)s") % {
            "way": way
        }
    ends = dt.datetime.combine(local.date(), each.call, local.tzinfo).astimezone(dt.UTC)
    outbox.queue(number, text, ends, now)
    return 1


def job(now: dt.datetime) -> str | None:
    """Remind who is due, count the rosters of places with stays, and settle what time alone makes due once a day."""
    with job_lock("isolation"):
        reminded = remind_due(now)
        rosters.count_due(now)
        services.settle_due(now)
    return f"{reminded} reminded" if reminded else None
