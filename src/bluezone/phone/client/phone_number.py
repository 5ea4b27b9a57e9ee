"""Leave the owner's telephone number with the authority: ask for a code, confirm it, take the number back by a receipt.

A number under way stays with its request through every retry (`protocol.phone_numbers`): the row is written before the
first try, and every message is made from it. Once it is confirmed, the phone keeps the receipt and the last three
digits only.
"""

from __future__ import annotations

import httpx

from bluezone.phone.client import http
from bluezone.phone.clock import Clock
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.phone_number_store import PhoneNumber, PhoneNumberStore
from bluezone.protocol.errors import ProtocolError
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


class PhoneNumberError(PhoneError):
    """Say that the authority did not take the number or the code; `refusal` is its word for why."""

    def __init__(self, text: str, refusal: str) -> None:
        super().__init__(text)
        self.refusal = refusal


class PhoneNumberClient:
    """Leave a number with the authority at `base_url`, and take it back."""

    def __init__(
        self, client: httpx.Client, base_url: str, store: PhoneNumberStore, entropy: Entropy, clock: Clock
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
        try:
            answer = Answer.from_json(content)
        except ProtocolError as error:
            raise http.ConnectionFailedError(f"{path}: the authority's answer cannot be read ({error})") from error
        if answer.refusal:
            raise PhoneNumberError(f"{path}: refused ({answer.refusal})", answer.refusal)
        return answer
