"""Send messages to the authority so that who watches the (encrypted) line does not learn what is sent, nor by whom.

Bodies are filled up to a size that is the same for real messages and for decoys (`decoys`), and leave at moments that
say nothing of who sends them: an owner, or the phone itself.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import httpx

from bluezone.phone.client import http
from bluezone.phone.clock import Chance, Clock
from bluezone.protocol.health_declarations import HealthDeclarationRefusal
from bluezone.protocol.messages import PublishCode, VerifyCode
from bluezone.protocol.schemes import Entropy
from bluezone.protocol.text import base64_text

MAX_ANSWER_BYTES = 64_000

# Thirty keys with the longest revision token and a certificate are just below the second.
SHORT_BODY_BYTES = 1_024
PUBLISH_BODY_BYTES = 8_192

#: A request that follows a tap of the owner's leaves up to so much later.
TAP_S = 5.0
#: The keys leave so long after the certificate came, or at a multiple of it: an owner's phone writes down what it does
#: in between, which takes some hundredths of a second, longer on a slow card; a decoy has nothing to write down.
MARK_S = 2.0
#: What is left of that, some tenths of a millisecond, drowns in a random delay up to so long.
SPREAD_S = 0.5

#: the API's words for a failure that passes by itself
_TEMPORARY = frozenset(
    {
        VerifyCode.INTERNAL,
        VerifyCode.MAINTENANCE,
        VerifyCode.TOO_MANY_REQUESTS,
        PublishCode.INTERNAL,
        PublishCode.HEALTH_AUTHORITY_UNAVAILABLE,
        HealthDeclarationRefusal.INTERNAL,
    }
)

A = TypeVar("A")


class BusyError(http.ConnectionFailedError):
    """Say that the authority was reached, and cannot do this now: try again later. `code` is the API's error code."""

    def __init__(self, text: str, code: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Say where and as whom to send."""

    base_url: str
    health_authority_id: str
    api_key: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of every request."""
        return {"X-API-Key": self.api_key} if self.api_key else {}


@dataclass(frozen=True, slots=True)
class Pace:
    """Wait before requests. `sleep` waits so many seconds; `steady` counts seconds, whatever the clock says."""

    chance: Chance
    sleep: Callable[[float], None] = time.sleep
    steady: Clock = time.monotonic

    def after_tap(self) -> None:
        """Wait between the owner's yes and what it sends."""
        self.sleep(self.chance.uniform(0.0, TAP_S))

    def until_mark(self, since_s: float) -> None:
        """Wait until the next mark, counted from `since_s` of the steady clock, and a moment more."""
        spread_s = self.chance.uniform(0.0, SPREAD_S)
        self.sleep(MARK_S - (self.steady() - since_s) % MARK_S + spread_s)


def real_pace() -> Pace:
    """Return the pace of a real phone."""
    return Pace(secrets.SystemRandom())


@dataclass(frozen=True, slots=True)
class Sender:
    """Send from one phone to one authority. `pace`: when requests leave; at once without it, in a rehearsal."""

    client: httpx.Client
    endpoint: Endpoint
    entropy: Entropy
    pace: Pace | None = None

    @property
    def base_url(self) -> str:
        """Return the address of the authority. Raises PhoneError for one that is not safe."""
        return http.checked_base_url(self.endpoint.base_url)

    def after_tap(self, tapped: bool = True) -> None:
        """Wait as after a tap of the owner's, if there was one."""
        if tapped and self.pace is not None:
            self.pace.after_tap()

    def send(
        self,
        path: str,
        to_json: Callable[[str], bytes],
        size: int,
        read: Callable[[bytes], A],
        on_date: http.OnDate | None = None,
    ) -> A:
        """Send a message, filled up to `size`, and return the answer. `on_date` as in `http.post`.

        Raises ConnectionFailedError where the authority cannot be reached, answers what cannot be read, or is busy
        (BusyError): then the same message again may help, and does no harm.
        """
        body = padded(to_json, size, self.entropy)
        url, headers = self.base_url + path, self.endpoint.headers
        content = http.post(self.client, url, body, MAX_ANSWER_BYTES, headers, says_why_later=True, on_date=on_date)
        answer = http.understood(read, content, path)
        # the API's word for why not: some answers call it `code`, some `error_code`
        code = str(getattr(answer, "code", "") or getattr(answer, "error_code", ""))
        if code in _TEMPORARY:
            raise BusyError(f"the authority cannot do this now ({code}): try again later", code)
        return answer


def padded(to_json: Callable[[str], bytes], size: int, entropy: Entropy) -> bytes:
    """Return the body, filled up with random text to `size` bytes where it is shorter."""
    room = max(size - (len(to_json("-")) - 1), 1)
    return to_json(base64_text(entropy(room))[:room])
