"""Ask the authority for a code by text message, after a positive self-test; and whether it sends any.

The nonce is written down before the request leaves: the code in the message is good only with it. The answer is the
same whether a message is sent or not, so neither phone nor onlooker learns whether a number has reported before.
"""

from __future__ import annotations

import datetime as dt

import httpx

from bluezone.phone.client import http
from bluezone.phone.client.publishing import MAX_ANSWER_BYTES, BusyError, Endpoint, padded
from bluezone.phone.clock import Clock
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.user_report_store import UserReportStore
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.schemes import Entropy
from bluezone.protocol.user_reports import (
    NONCE_BYTES,
    SERVICES_PATH,
    IssueCode,
    Services,
    UserReportRequest,
    UserReportResponse,
)

_BODY_BYTES = 1_024
_TEMPORARY = (IssueCode.INTERNAL, IssueCode.TOO_MANY_REQUESTS)


class UserReportRefusedError(PhoneError):
    """Say that the authority sends no code; `code` is its word for why, and never depends on what it knows of the
    number."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no code is sent ({code}): ask the health station for one")
        self.code = code


class UserReporter:
    """Ask for a code to be sent to the owner's telephone number."""

    def __init__(
        self, client: httpx.Client, store: UserReportStore, endpoint: Endpoint, entropy: Entropy, clock: Clock
    ) -> None:
        self._client, self._store, self._endpoint = client, store, endpoint
        self._entropy, self._clock = entropy, clock
        self._base_url = http.checked_base_url(endpoint.base_url)

    def ask(self, number: str, test_date: dt.date, utc_offset_min: int) -> None:
        """Ask for a code to be sent to `number` (E.164). `utc_offset_min`: of the owner's clock, east of UTC.

        Raises UserReportRefusedError where the authority sends none, ConnectionFailedError where it cannot be reached.
        """
        nonce = self._store.begin(self._entropy(NONCE_BYTES), self._clock())
        request = UserReportRequest(phone=number, nonce=nonce, test_date=test_date, utc_offset_min=utc_offset_min)
        answer = self._post(padded(request.to_json, _BODY_BYTES, self._entropy))
        if answer.error_code in _TEMPORARY:
            raise BusyError(f"the authority cannot do this now ({answer.error_code})", answer.error_code)
        if answer.error or answer.error_code:
            raise UserReportRefusedError(answer.error_code)

    def _post(self, body: bytes) -> UserReportResponse:
        headers = {"X-API-Key": self._endpoint.api_key} if self._endpoint.api_key else {}
        path = "/api/user-report"
        content = http.post(self._client, self._base_url + path, body, MAX_ANSWER_BYTES, headers, says_why_later=True)
        try:
            return UserReportResponse.from_json(content)
        except ProtocolError as error:
            raise http.ConnectionFailedError(f"{path}: the authority's answer cannot be read ({error})") from error


def fetch_services(client: httpx.Client, base_url: str) -> Services:
    """Ask what the authority does for phones beside the rest. One of before that address does nothing more.

    Raises ConnectionFailedError where there is no answer, ProtocolError where it cannot be read.
    """
    try:
        return Services.from_json(http.get(client, http.checked_base_url(base_url) + SERVICES_PATH, MAX_ANSWER_BYTES))
    except http.RefusedError:
        return Services()
