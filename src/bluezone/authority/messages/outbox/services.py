"""Send text messages later, by the worker: an answer that waits for a gateway would disclose that a message is sent.

A message is noted as tried before it is handed over: a worker that is killed in between sends it once more at most
twice, and never for ever.
"""

from __future__ import annotations

import datetime as dt
import json
import logging

from django.db import connection, transaction
from django.db.models import Q

from bluezone.authority.errors import AuthorityError
from bluezone.authority.messages.outbox.models import OutgoingMessage, SendingFailure
from bluezone.authority.messages.phone_numbers.sms import Sender, SmsError, sender
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.site import clock, encryption
from bluezone.authority.site.locks import job_lock

log = logging.getLogger(__name__)

_PURPOSE = "outgoing message"
MAX_TRIES = 3
#: before the second try, and twice that before the third
FIRST_WAIT = dt.timedelta(seconds=30)
#: of one turn: other jobs wait behind it
MOST_A_TURN = 50
#: failures in a row after which the gateway counts as down until the next turn
_GIVE_UP = 3

_FAILURES = SendingFailure._meta.db_table
_COUNT = f"""
    INSERT INTO {_FAILURES} (day, place, code, count) VALUES (%s, %s, %s, 1)
    ON CONFLICT (day, place, code) DO UPDATE SET count = {_FAILURES}.count + 1
"""  # noqa: S608 (the table's name is ours)


def queue(number: str, text: str, good_until: dt.datetime, now: dt.datetime) -> None:
    """Keep a message to be sent by the worker, within seconds. After `good_until` it is dropped."""
    sealed = encryption.encrypt(_PURPOSE, json.dumps([number, text]))
    OutgoingMessage.objects.create(sealed=sealed, next_try_at=now, good_until=good_until)


def send_due(now: dt.datetime) -> str | None:
    """Send what is due, at most so many a turn; the worker runs it."""
    send = sender()
    if send is None:
        return None
    sent = failures = 0
    with job_lock("outbox"):
        # The second: tried the third time by a worker that was killed over it.
        OutgoingMessage.objects.filter(Q(good_until__lte=now) | Q(tries__gte=MAX_TRIES)).delete()
        for row in OutgoingMessage.objects.filter(next_try_at__lte=now).order_by("next_try_at", "id")[:MOST_A_TURN]:
            if _sent(row, send, now):
                sent, failures = sent + 1, 0
            else:
                failures += 1
                if failures >= _GIVE_UP:
                    break
    return f"{sent} codes sent" if sent else None


def _sent(row: OutgoingMessage, send: Sender, now: dt.datetime) -> bool:
    """Send a message and forget it; return whether the gateway could be asked."""
    row.next_try_at, row.tries = now + FIRST_WAIT * 2**row.tries, row.tries + 1
    row.save(update_fields=["next_try_at", "tries"])
    try:
        number, text = json.loads(encryption.decrypt(_PURPOSE, bytes(row.sealed)))
        send(number, text)
    except SmsError as error:
        log.warning("a text message: %s", error)
        note_failure(error.code, NATION, now)
        if row.tries >= MAX_TRIES:
            row.delete()
        return False
    except AuthorityError as error:  # sealed under a secret that this server no longer has: it never will be sent
        log.warning("a text message: %s", error)
    row.delete()
    return True


@transaction.atomic
def note_failure(code: str, place: str, now: dt.datetime) -> None:
    """Count that handing a message over failed, for the statistics of an office."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [clock.date_of(now), place, code[:40]])


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete messages past their time, and counts after 90 days."""
    messages, _ = OutgoingMessage.objects.filter(good_until__lte=now).delete()
    SendingFailure.objects.filter(day__lt=clock.date_of(now) - dt.timedelta(days=90)).delete()
    return {"outgoing_messages": messages}
