"""Send news as text messages, to the numbers left in their place.

Each number is noted before its message goes: a worker that is killed sends nobody the same twice, and at worst one
person nothing.
"""

from __future__ import annotations

import datetime as dt
import logging

from bluezone.authority.errors import AuthorityError
from bluezone.authority.messages.news.models import NewsItem
from bluezone.authority.messages.phone_numbers.models import PhoneNumber
from bluezone.authority.messages.phone_numbers.services import decrypt
from bluezone.authority.messages.phone_numbers.sms import Sender, SmsError, sender
from bluezone.authority.site.locks import job_lock

log = logging.getLogger(__name__)

#: of one turn of the worker: at 15 s each, which is slow, they are sent before its deadline
MOST_A_TURN = 200
#: after so many failures in a row the gateway is down: the next turn goes on
_GIVE_UP = 3
MAX_MESSAGE = 300


def message(item: NewsItem, language: str) -> str:
    """Write the text message: title and text, cut at a word where it is long."""
    title, text = (item.title_en, item.text_en) if language == "en" and item.title_en else (item.title_vi, item.text_vi)
    whole = f"Bluezone: {title}. {' '.join(text.split())}"
    if len(whole) <= MAX_MESSAGE:
        return whole
    return whole[: MAX_MESSAGE - 1].rsplit(" ", 1)[0] + "…"


def send_due(now: dt.datetime) -> str:
    """Send text messages that are due, at most so many a turn; the worker runs it."""
    send = sender()
    if send is None:
        return "no text messages: BLUEZONE_SMS is off"
    sent = 0
    with job_lock("text-messages"):
        due = NewsItem.objects.filter(by_sms=True, sms_done_at=None, withdrawn_at=None, valid_until__gt=now)
        for item in due.order_by("id"):
            sent += _send(item, send, MOST_A_TURN - sent, now)
            if sent >= MOST_A_TURN:
                break
    return f"{sent} text messages"


def _send(item: NewsItem, send: Sender, most: int, now: dt.datetime) -> int:
    rows = PhoneNumber.objects.filter(place__startswith=item.place, id__gt=item.sms_through).order_by("id")[:most]
    sent = failures = 0
    reached = item.sms_through
    for row in rows:
        item.sms_through = row.id
        item.save(update_fields=["sms_through"])
        try:
            send(decrypt(bytes(row.number)), message(item, row.language))
        except SmsError as error:
            log.warning("news %d: %s", item.id, error)
            failures += 1
            if failures >= _GIVE_UP:
                item.sms_through = reached
                item.save(update_fields=["sms_through"])
                return sent
        except AuthorityError as error:  # a number that no secret of this server decrypts
            log.warning("news %d: %s", item.id, error)
        else:
            sent, failures, reached = sent + 1, 0, row.id
    if len(rows) < most:
        item.sms_done_at = now
        item.save(update_fields=["sms_done_at"])
    return sent
