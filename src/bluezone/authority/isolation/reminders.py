"""Send the daily link, and one kind reminder after noon; keep the roll-out's rosters of the day. The worker runs it."""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from bluezone.authority.isolation import private, queries, rules, services
from bluezone.authority.isolation.models import Stay
from bluezone.authority.messages import sms as outbox
from bluezone.authority.messages.sms import sender
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
    """Return the link with a stay's code, below the address of this server."""
    return f"{base.rstrip('/')}/{PAGE_PATH}#{code}"


def _way(stay: Stay) -> str:
    """Return how to declare, for a message: the link, or where the server knows no public address, the code."""
    code, public = private.link_of(stay), settings.BLUEZONE.public_url
    return address_of(public, code) if public else " ".join(groups(code))


def send_link(stay: Stay, now: dt.datetime) -> bool:
    """Send a stay's link; return whether this server sends messages."""
    if sender() is None:
        return False
    with translation.override("vi"):
        text = gettext("Bluezone: how are you today? Please declare each day before 12:00: %(way)s") % {
            "way": _way(stay)
        }
    number = private.unseal(private.TELEPHONE, stay.telephone, stay)
    outbox.queue(number, text, now + _LINK_LIFE, now)
    return True


def remind_due(now: dt.datetime) -> int:
    """Remind whoever has a number and has not declared by noon, once a day; return how many. That somebody is reminded
    is noted before the message is handed over: two workers send one."""
    if sender() is None:
        return 0
    today, local = clock.date_of(now), queries.local(now)
    if not rules.REMIND_AT <= local.time() < rules.CALL_AT:
        return 0
    waiting = queries.undeclared(Stay.objects.exclude(telephone=b""), today).exclude(reminded_on=today)
    count = 0
    for stay in waiting.order_by("pk")[:_MOST_A_TURN]:
        count += _remind(stay, today, now)
    return count


@transaction.atomic
def _remind(stay: Stay, today: dt.date, now: dt.datetime) -> int:
    stay = Stay.objects.select_for_update(of=("self",)).get(pk=stay.pk)
    due = queries.due_of(stay, now, declared=stay.declarations.filter(day=today).exists())
    if not rules.may_remind(due, stay.reminded_on, today):
        return 0
    stay.reminded_on = today
    stay.save(update_fields=["reminded_on"])
    try:
        way, number = _way(stay), private.unseal(private.TELEPHONE, stay.telephone, stay)
    except LostKeyError as error:  # one whose key is gone keeps nobody else from hearing
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
    """Remind who is due, and count the rosters of places with stays once a day."""
    with job_lock("isolation"):
        reminded, today = remind_due(now), clock.date_of(now)
        for place, organisation in queries.places_without_roster(today).items():
            services.count_place(place, organisation, today)
    return f"{reminded} reminded" if reminded else None
