"""Send the daily link, and one kind reminder after noon; keep rosters and tasks of the day. The worker runs it."""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from bluezone.authority.episodes.models import Episode, Stay
from bluezone.authority.episodes.stays import queries, rosters, rules, sealing, services
from bluezone.authority.episodes.words import EventKind
from bluezone.authority.messages import sms as outbox
from bluezone.authority.messages.sms import sender
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import IdentityError
from bluezone.authority.site import clock
from bluezone.authority.site.encryption import LostKeyError
from bluezone.authority.site.locks import job_lock
from bluezone.protocol.one_time_codes import groups

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
    code, public = sealing.link_of(stay.episode), settings.BLUEZONE.public_url
    return address_of(public, code) if public else " ".join(groups(code))


def send_link(stay: Stay, now: dt.datetime) -> bool:
    """Send the link of who is in a stay; return whether this server sends messages, and a number is known."""
    if sender() is None or stay.episode.person is None:
        return False
    with translation.override("vi"):
        text = gettext("Bluezone: how are you today? Please declare each day before 12:00: %(way)s") % {
            "way": _way(stay)
        }
    outbox.queue(persons.telephone_of(stay.episode.person), text, now + _LINK_LIFE, now)
    return True


def remind_due(now: dt.datetime) -> int:
    """Remind whoever has a number and has not declared by noon, once a day; return how many. That somebody is reminded
    is noted before the message is handed over: two workers send one."""
    if sender() is None:
        return 0
    today, local = clock.date_of(now), queries.local(now)
    if not rules.REMIND_AT <= local.time() < rules.CALL_AT:
        return 0
    reached = Stay.objects.filter(episode__person__telephone_digest__gt="").exclude(episode__reminded_on=today)
    waiting = queries.undeclared(reached, today)
    count = 0
    for stay in waiting.order_by("pk")[:_MOST_A_TURN]:
        count += _remind(stay, today, now)
    return count


@transaction.atomic
def _remind(stay: Stay, today: dt.date, now: dt.datetime) -> int:
    episode = Episode.objects.select_for_update(of=("self",)).select_related("person").get(pk=stay.episode_id)
    stay.episode = episode
    heard = episode.events.filter(kind=EventKind.CHECK.value, day=today).exists()
    due = queries.due_of(stay, now, declared=heard)
    if not rules.may_remind(due, episode.reminded_on, today) or episode.person is None:
        return 0
    episode.reminded_on = today
    episode.save(update_fields=["reminded_on"])
    try:
        way, number = _way(stay), persons.telephone_of(episode.person)
    except (LostKeyError, IdentityError) as error:  # one whose key is gone keeps nobody else from hearing
        _log.error("the reminder of stay %s: %s", stay.pk, error)
        return 0
    with translation.override("vi"):
        text = gettext("Bluezone: we have not heard from you today. How are you? One minute is enough: %(way)s") % {
            "way": way
        }
    local = queries.local(now)
    ends = local.replace(hour=rules.CALL_AT.hour, minute=0, second=0, microsecond=0).astimezone(dt.UTC)
    outbox.queue(number, text, ends, now)
    return 1


def job(now: dt.datetime) -> str | None:
    """Remind who is due, count the rosters of places with stays, and settle what time alone makes due once a day."""
    with job_lock("isolation"):
        reminded = remind_due(now)
        rosters.count_due(now)
        services.settle_due(now)
    return f"{reminded} reminded" if reminded else None
