"""Send text messages by what BLUEZONE_SMS names, at once or later by the worker.

`off`: the phone-number API answers that it is not offered. `console`, `file`: for rehearsals; the message is written to
standard error or to `var/messages.jsonl` instead of being sent. An https address: a gateway that takes
`POST {"to": "+84...", "from": BLUEZONE_SMS_SENDER, "text": "..."}` with `Authorization: Bearer BLUEZONE_SMS_TOKEN` and
answers 2xx. Anything else: the dotted name of a function (number, text) of yours that raises SmsError.

Codes go by the worker: an answer that waits for a gateway would disclose that a message is sent. A message is noted as
tried before it is handed over: a worker that is killed in between sends it once more at most twice, and never for ever.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from bluezone.authority.errors import AuthorityError, ConfigurationError
from bluezone.authority.messages.models import OutgoingMessage, SendingFailure
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.site import clock, encryption, outgoing
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.locks import job_lock

log = logging.getLogger(__name__)

_TIMEOUT_S = 10.0

#: number in E.164, text
Sender = Callable[[str, str], None]


class SmsError(AuthorityError):
    """Report a message that could not be handed over. The text holds neither number nor message; `code` is the word
    under which such failures are counted."""

    def __init__(self, message: str, code: str = "failed") -> None:
        super().__init__(message)
        self.code = code


def to_console(number: str, text: str) -> None:
    print(f"text message to {number}: {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class ToFile:
    """Append messages to a file, one JSON document a line, readable by its owner."""

    path: Path

    def __call__(self, number: str, text: str) -> None:
        line = json.dumps({"to": number, "text": text}, ensure_ascii=False) + "\n"
        with os.fdopen(
            os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8"
        ) as file:
            file.write(line)


@dataclass(frozen=True, slots=True)
class ToGateway:
    """Send messages through an HTTP gateway. Redirects are not followed: the token is for this address."""

    url: str
    token: str
    sender: str
    client: Callable[[float], httpx.Client] = outgoing.client

    def __call__(self, number: str, text: str) -> None:
        message = {"to": number, "from": self.sender, "text": text}
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            with self.client(_TIMEOUT_S) as client:
                answer = client.post(self.url, json=message, headers=headers)
        except outgoing.RefusedError as error:
            raise SmsError(f"the gateway for text messages is not asked: {error}", "refused") from error
        except httpx.HTTPError as error:
            raise SmsError(
                f"the gateway for text messages cannot be reached ({type(error).__name__})", "unreachable"
            ) from error
        if not answer.is_success:
            text = f"the gateway for text messages answered HTTP {answer.status_code}"
            raise SmsError(text, f"http_{answer.status_code}")


def sender() -> Sender | None:
    """Load what BLUEZONE_SMS names; None where it is off. Raises ConfigurationError."""
    conf: Environment = settings.BLUEZONE
    if conf.sms == "off":
        return None
    if conf.sms == "console":
        return to_console
    if conf.sms == "file":
        return ToFile(conf.var / "messages.jsonl")
    if conf.sms.startswith("https://"):
        return ToGateway(conf.sms, conf.sms_token or "", conf.sms_sender)
    try:
        own: Sender = import_string(conf.sms)
    except ImportError as error:
        raise ConfigurationError(f"BLUEZONE_SMS={conf.sms}: no such function ({error})") from error
    return own


# --- messages that the worker sends -----------------------------------------------------------------------------------

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


def waiting(now: dt.datetime) -> QuerySet[OutgoingMessage]:
    """Return the messages that are due."""
    return OutgoingMessage.objects.filter(next_try_at__lte=now)


def send_due(now: dt.datetime) -> str | None:
    """Send what is due, at most so many a turn; the worker runs it."""
    send = sender()
    if send is None:
        return None
    sent = failures = 0
    with job_lock("outbox"):
        # The second: tried the third time by a worker that was killed over it.
        OutgoingMessage.objects.filter(Q(good_until__lte=now) | Q(tries__gte=MAX_TRIES)).delete()
        for row in waiting(now).order_by("next_try_at", "id")[:MOST_A_TURN]:
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
