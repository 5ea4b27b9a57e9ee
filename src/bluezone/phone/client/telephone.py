"""Send the owner's telephone number to the authority: to leave it there, or to have a code sent after a self-test.

A number that is left stays with its request until it is confirmed (`protocol.phone_numbers`): the row is written before
the first try, and every message is made from it. Then the phone keeps the receipt, by which the number is taken back,
and the last three digits only.

For a code after a positive self-test no number is kept, but a nonce, written down before the request leaves: the code
in the message is good only with it. The answer is the same whether a message is sent or not, so neither phone nor
onlooker learns whether a number has reported before.
"""

from __future__ import annotations

import datetime as dt

import httpx

from bluezone.phone.client import http
from bluezone.phone.client.sender import MAX_ANSWER_BYTES, SHORT_BODY_BYTES, Sender
from bluezone.phone.clock import Clock
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.preference_store import PhoneNumber
from bluezone.phone.stores.publication_store import UserReportStore
from bluezone.phone.stores.records import Records
from bluezone.protocol.phone_numbers import (
    LANGUAGES,
    MAX_BYTES,
    REQUEST_BYTES,
    Answer,
    CodeRequest,
    Confirmation,
    Forgetting,
    Refusal,
)
from bluezone.protocol.schemes import Entropy
from bluezone.protocol.user_reports import (
    NONCE_BYTES,
    SERVICES_PATH,
    Services,
    UserReportRequest,
    UserReportResponse,
)


class PhoneNumberError(PhoneError):
    """Say that the authority did not take the number or the code; `refusal` is its word for why."""

    def __init__(self, text: str, refusal: str) -> None:
        super().__init__(text)
        self.refusal = refusal


class PhoneNumberClient:
    """Leave a number with the authority at `base_url`, and take it back."""

    def __init__(
        self, client: httpx.Client, base_url: str, store: Records[PhoneNumber], entropy: Entropy, clock: Clock
    ) -> None:
        self._client, self._store, self._entropy, self._clock = client, store, entropy, clock
        self._base_url = http.checked_base_url(base_url)

    def ask(self, number: str, language: str, commune: str) -> None:
        """Have a code sent to `number` (E.164). The same number again, while its code is awaited, is the same request.

        Raises PhoneNumberError where the authority refuses, ConnectionFailedError where it cannot be reached,
        ProtocolError where this is no number.
        """
        before = self._store.read()
        same = before is not None and not before.is_confirmed and before.number == number
        request = before.request if before is not None and same else self._entropy(REQUEST_BYTES)
        spoken = language if language in LANGUAGES else LANGUAGES[0]  # an authority texts in these alone
        message = CodeRequest(request=request, number=number, language=spoken, commune=commune)
        if before is not None and before.is_confirmed:
            self.forget()
        self._store.write(PhoneNumber(request, number, spoken, commune, "", self._clock()))
        self._post("code", message.to_json())

    def confirm(self, code: str) -> None:
        """Send the code that came. Raises as `ask`; PhoneNumberError too where no number is under way."""
        one = self._store.read()
        if one is None or one.is_confirmed:
            raise PhoneNumberError("no number waits for a code", Refusal.CODE_INVALID)
        answer = self._post("confirm", Confirmation(request=one.request, code=code).to_json())
        if not answer.receipt:
            raise http.ConnectionFailedError("the authority's answer has no receipt: try again")
        self._store.write(PhoneNumber(b"", one.ending, one.language, one.commune, answer.receipt, one.asked_at_s))

    def forget(self) -> None:
        """Have the number deleted at the authority, then here. Raises ConnectionFailedError: then nothing changed."""
        one = self._store.read()
        if one is not None and one.is_confirmed:
            self._post("forget", Forgetting(receipt=one.receipt).to_json())
        self._store.clear()

    def _post(self, what: str, body: bytes) -> Answer:
        path = f"/v1/phone-number/{what}"
        content = http.post(self._client, self._base_url + path, body, MAX_BYTES)
        answer = http.understood(Answer.from_json, content, path)
        if answer.refusal:
            raise PhoneNumberError(f"{path}: refused ({answer.refusal})", answer.refusal)
        return answer


# --- a code after a self-test -------------------------------------------------------------------------


class UserReportRefusedError(PhoneError):
    """Say that the authority sends no code; `code` is its word for why, and never depends on what it knows of the
    number."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no code is sent ({code}): ask the health station for one")
        self.code = code


def ask_for_code(
    sender: Sender, store: UserReportStore, now_s: float, number: str, test_date: dt.date, utc_offset_min: int
) -> None:
    """Ask for a code to be sent to `number` (E.164). `utc_offset_min`: of the owner's clock, east of UTC.

    Raises UserReportRefusedError where the authority sends none, ConnectionFailedError where it cannot be reached.
    """
    nonce = store.begin(sender.entropy(NONCE_BYTES), now_s)
    request = UserReportRequest(phone=number, nonce=nonce, test_date=test_date, utc_offset_min=utc_offset_min)
    answer = sender.send("/api/user-report", request.to_json, SHORT_BODY_BYTES, UserReportResponse.from_json)
    if answer.error or answer.error_code:
        raise UserReportRefusedError(answer.error_code)


def fetch_services(client: httpx.Client, base_url: str) -> Services:
    """Ask what the authority does for phones beside the rest. One of before that address does nothing more.

    Raises ConnectionFailedError where there is no answer, ProtocolError where it cannot be read.
    """
    try:
        return Services.from_json(http.get(client, http.checked_base_url(base_url) + SERVICES_PATH, MAX_ANSWER_BYTES))
    except http.RefusedError:
        return Services()
