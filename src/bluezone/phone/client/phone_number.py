"""The owner's telephone number, where they leave it with the authority: a code is asked for, entered, and the number
can be taken back by a receipt.

A number under way stays with its request through every retry (`protocol.phone_numbers`): the row is written before the
first try, and every message is made from it. Once it is confirmed, the phone keeps the receipt and the last three
digits only.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import httpx

from bluezone.phone.client import http
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.database import Durability, Store
from bluezone.phone.stores.encryption import Sealer
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.phone_numbers import (
    MAX_BYTES,
    REQUEST_BYTES,
    Answer,
    CodeRequest,
    Confirmation,
    Forgetting,
    Refusal,
)
from bluezone.protocol.schemes import Entropy

_SCHEMA = """
CREATE TABLE number (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    request BLOB NOT NULL, number TEXT NOT NULL, language TEXT NOT NULL, commune TEXT NOT NULL,
    receipt TEXT NOT NULL, asked_at_s REAL NOT NULL
)
"""
_VERSION = 1
_REQUEST, _NUMBER, _RECEIPT = "number.request", "number.number", "number.receipt"
_PENDING_LIFE_S = 86_400.0
_SHOWN_DIGITS = 3


class NumberError(PhoneError):
    """The authority did not take the number or the code; `refusal` is its word for why."""

    def __init__(self, text: str, refusal: str) -> None:
        super().__init__(text)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """A number under way (`receipt` empty), or one that was confirmed (`number` is then its last digits)."""

    request: bytes
    number: str
    language: str
    commune: str
    receipt: str
    asked_at_s: float

    @property
    def is_confirmed(self) -> bool:
        return bool(self.receipt)

    @property
    def ending(self) -> str:
        return self.number[-_SHOWN_DIGITS:]


class NumberStore:
    """Holds one number at most; request, number and receipt are sealed. `Durability.POWER`: a receipt comes once."""

    def __init__(self, path: Path, sealer: Sealer | None = None) -> None:
        self._store = Store(path, _SCHEMA, _VERSION, Durability.POWER, sealer, (_REQUEST, _NUMBER, _RECEIPT))

    def read(self) -> OwnNumber | None:
        rows = self._store.rows("SELECT request, number, language, commune, receipt, asked_at_s FROM number")
        if not rows:
            return None
        request, number, language, commune, receipt, asked_at_s = rows[0]
        return OwnNumber(
            request=self._store.unseal(request, _REQUEST),
            number=self._store.unseal_text(number, _NUMBER),
            language=language,
            commune=commune,
            receipt=self._store.unseal_text(receipt, _RECEIPT),
            asked_at_s=asked_at_s,
        )

    def write(self, one: OwnNumber) -> OwnNumber:
        self._store.write(
            "INSERT OR REPLACE INTO number VALUES (1, ?, ?, ?, ?, ?, ?)",
            (
                self._store.seal(one.request, _REQUEST),
                self._store.seal_text(one.number, _NUMBER),
                one.language,
                one.commune,
                self._store.seal_text(one.receipt, _RECEIPT) if one.receipt else "",
                one.asked_at_s,
            ),
        )
        return one

    def clear(self) -> None:
        self._store.write("DELETE FROM number")
        self._store.shrink_log()

    def purge(self, now_s: float) -> int:
        """Forget a number whose code never came."""
        return self._store.write("DELETE FROM number WHERE receipt = '' AND asked_at_s < ?", (now_s - _PENDING_LIFE_S,))

    def close(self) -> None:
        self._store.close()


class NumberDesk:
    """Leaves a number with the authority at `base_url`, and takes it back."""

    def __init__(self, client: httpx.Client, base_url: str, store: NumberStore) -> None:
        self._client, self._store = client, store
        self._base_url = http.checked_base_url(base_url)

    def ask(self, number: str, language: str, commune: str, entropy: Entropy, now_s: float) -> None:
        """Have a code sent to `number` (E.164). The same number again, while its code is awaited, is the same request.

        Raises NumberError where the authority refuses, ConnectionFailedError where it cannot be reached, ProtocolError
        where this is no number.
        """
        before = self._store.read()
        same = before is not None and not before.is_confirmed and before.number == number
        request = before.request if before is not None and same else entropy(REQUEST_BYTES)
        message = CodeRequest(request=request, number=number, language=language, commune=commune)
        if before is not None and before.is_confirmed:
            self.forget()
        self._store.write(OwnNumber(request, number, language, commune, "", now_s))
        self._post("code", message.to_json())

    def confirm(self, code: str) -> None:
        """The code that came. Raises as `ask`; NumberError too where no number is under way."""
        one = self._store.read()
        if one is None or one.is_confirmed:
            raise NumberError("no number waits for a code", Refusal.CODE_INVALID)
        answer = self._post("confirm", Confirmation(request=one.request, code=code).to_json())
        if not answer.receipt:
            raise http.ConnectionFailedError("the authority's answer has no receipt: try again")
        self._store.write(OwnNumber(b"", one.ending, one.language, one.commune, answer.receipt, one.asked_at_s))

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
            raise NumberError(f"{path}: refused ({answer.refusal})", answer.refusal)
        return answer
