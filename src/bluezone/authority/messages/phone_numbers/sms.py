"""Send text messages by what BLUEZONE_SMS names.

`off`: the phone-number API answers that it is not offered. `console`, `file`: for rehearsals; the message is written to
standard error or to `var/messages.jsonl` instead of being sent. An https address: a gateway that takes
`POST {"to": "+84...", "from": BLUEZONE_SMS_SENDER, "text": "..."}` with `Authorization: Bearer BLUEZONE_SMS_TOKEN` and
answers 2xx. Anything else: the dotted name of a function (number, text) of yours that raises SmsError.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from django.conf import settings
from django.utils.module_loading import import_string

from bluezone.authority.errors import AuthorityError, ConfigurationError
from bluezone.authority.site.environment import Environment

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
    transport: httpx.BaseTransport | None = None

    def __call__(self, number: str, text: str) -> None:
        message = {"to": number, "from": self.sender, "text": text}
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            with httpx.Client(timeout=_TIMEOUT_S, transport=self.transport, trust_env=False) as client:
                answer = client.post(self.url, json=message, headers=headers)
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
