"""Gives the phone's keys to the authority: with their owner's yes, and never without.

code -> token -> certificate -> publication, each step committed before the next. A phone that is killed in between goes
on with what it has: the same token, the same keys under the same HMAC, the same certificate. The authority stores a key
once, so a publication whose answer was lost can be sent again.

Certificates live for minutes. Where one lapses before the phone has heard what became of its keys, the next code is
used for exactly those keys under the same HMAC: the authority knows the upload again, and answers as it would have.

One gap cannot be closed from this side: a code whose token was lost on the way is spent, and another must be issued.

The code is in one request only, and is never written down: of it the journal keeps a salted hash, to know it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from bluezone.phone import http, retention
from bluezone.phone.errors import PhoneError
from bluezone.phone.keystore import Keystore
from bluezone.phone.sealing import Sealer
from bluezone.phone.storage import Durability, Store
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.messages import (
    CertificateRequest,
    CertificateResponse,
    PublishCode,
    PublishRequest,
    PublishResponse,
    VerifyCode,
    VerifyRequest,
    VerifyResponse,
)
from bluezone.protocol.schemes import Entropy
from bluezone.protocol.text import base64_text
from bluezone.protocol.verification import CertifiedReport, tek_mac

MAX_ANSWER_BYTES = 64_000

_HMAC_KEY_BYTES = 32
_SALT_BYTES = 16

# Bodies are filled up to these sizes, so that who watches the (encrypted) line does not learn what is being sent.
_SHORT_BODY_BYTES = 1_024
_PUBLISH_BODY_BYTES = 4_096

_TEMPORARY = (VerifyCode.INTERNAL, PublishCode.INTERNAL, PublishCode.HEALTH_AUTHORITY_UNAVAILABLE)

_SCHEMA = f"""
CREATE TABLE attempt (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    salt BLOB NOT NULL, code_hash BLOB NOT NULL, token TEXT NOT NULL, started_at_s REAL NOT NULL,
    keys TEXT, hmac_key BLOB, certificate TEXT, sent INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE revision (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL, published_at_s REAL NOT NULL);
{retention.SCHEMA}
"""
_VERSION = 1
_TOKEN, _KEYS, _HMAC_KEY = "attempt.token", "attempt.keys", "attempt.hmac_key"
_CERTIFICATE, _REVISION = "attempt.certificate", "revision.token"

_Answer = TypeVar("_Answer", VerifyResponse, CertificateResponse, PublishResponse)


class ConsentError(PhoneError):
    """Somebody asked to publish without the owner's yes."""


class PublishError(PhoneError):
    """The authority did not take the code or the keys. The text says what to do; `code` is the API's error code."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What was published. `already`: the keys had arrived with an earlier try whose answer was lost."""

    keys_sent: int
    inserted: int
    already: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and as whom to publish."""

    base_url: str
    health_authority_id: str
    api_key: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A publication under way: as far as it has come, so much is set. `sent`: its keys may have arrived."""

    salt: bytes
    code_hash: bytes
    token: str
    keys: tuple[TemporaryExposureKey, ...] = ()
    hmac_key: bytes = b""
    certificate: str = ""
    sent: bool = False

    def is_for(self, code: str) -> bool:
        return _code_hash(self.salt, code) == self.code_hash


class Journal:
    """The store of the publication under way and of the revision token. `Durability.POWER`: each of its rows is a step
    that cannot be taken twice."""

    def __init__(self, path: Path, sealer: Sealer | None = None) -> None:
        secrets = (_TOKEN, _KEYS, _HMAC_KEY, _CERTIFICATE, _REVISION)
        self._store = Store(path, _SCHEMA, _VERSION, Durability.POWER, sealer, secrets)

    def attempt(self) -> Attempt | None:
        rows = self._store.rows("SELECT salt, code_hash, token, keys, hmac_key, certificate, sent FROM attempt")
        if not rows:
            return None
        salt, code_hash, token, keys, hmac_key, certificate, sent = rows[0]
        text = self._store.unseal_text
        return Attempt(
            salt=salt,
            code_hash=code_hash,
            token=text(token, _TOKEN),
            keys=_keys_from_text(text(keys, _KEYS)),
            hmac_key=self._store.unseal(hmac_key or b"", _HMAC_KEY),
            certificate=text(certificate, _CERTIFICATE),
            sent=bool(sent),
        )

    def begin(self, salt: bytes, code_hash: bytes, token: str, now_s: float) -> Attempt:
        """A code was accepted. Keys whose fate is unknown stay, to be sent under it."""
        self._store.write(
            "INSERT INTO attempt (one, salt, code_hash, token, started_at_s) VALUES (1, ?, ?, ?, ?)"
            " ON CONFLICT (one) DO UPDATE SET salt = excluded.salt, code_hash = excluded.code_hash,"
            " token = excluded.token, started_at_s = excluded.started_at_s, certificate = NULL",
            (salt, code_hash, self._store.seal_text(token, _TOKEN), now_s),
        )
        return self._current()

    def freeze_keys(self, keys: Sequence[TemporaryExposureKey], hmac_key: bytes) -> Attempt:
        sealed = self._store.seal_text(_keys_to_text(keys), _KEYS), self._store.seal(hmac_key, _HMAC_KEY)
        self._store.write("UPDATE attempt SET keys = ?, hmac_key = ?", sealed)
        return self._current()

    def certify(self, certificate: str) -> Attempt:
        self._store.write("UPDATE attempt SET certificate = ?", (self._store.seal_text(certificate, _CERTIFICATE),))
        return self._current()

    def mark_sent(self) -> None:
        self._store.write("UPDATE attempt SET sent = 1")

    def finish(self, revision_token: str, now_s: float) -> None:
        """The keys are published: token, certificate and keys are forgotten, the revision token is kept."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM attempt")
            if revision_token:
                sealed = self._store.seal_text(revision_token, _REVISION)
                db.execute("INSERT OR REPLACE INTO revision VALUES (1, ?, ?)", (sealed, now_s))
        self._store.shrink_log()

    def abandon(self) -> None:
        """The code has led nowhere. Only keys that may have been sent are remembered."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM attempt WHERE sent = 0")
            db.execute("UPDATE attempt SET token = '', certificate = NULL")

    def revision_token(self) -> str:
        rows = self._store.rows("SELECT token FROM revision")
        return self._store.unseal_text(rows[0][0], _REVISION) if rows else ""

    def purge(self, now_s: float) -> int:
        """Forget what is older than 14 days: no key of then can still be published or revised."""
        oldest_s = retention.look_at_clock(self._store, now_s).oldest_s
        if oldest_s is None:
            return 0
        gone = self._store.write("DELETE FROM attempt WHERE started_at_s < ?", (oldest_s,))
        gone += self._store.write("DELETE FROM revision WHERE published_at_s < ?", (oldest_s,))
        return gone

    def close(self) -> None:
        self._store.close()

    def _current(self) -> Attempt:
        attempt = self.attempt()
        if attempt is None:
            raise PublishError("the publication under way was taken back by another program of this phone")
        return attempt


class Publisher:
    """Carries one publication through."""

    def __init__(
        self, client: httpx.Client, journal: Journal, keystore: Keystore, endpoint: Endpoint, entropy: Entropy
    ) -> None:
        self._client, self._journal, self._keystore, self._endpoint = client, journal, keystore, endpoint
        self._entropy = entropy
        self._base_url = http.checked_base_url(endpoint.base_url)

    def publish(self, code: str, *, consent: bool, now_s: float) -> PublishReport:
        """Publish the keys of the last 14 days under a one-time code, or go on with what was begun under it.

        `consent`: the owner has been told what is published, and said yes. Raises ConsentError without it, PublishError
        where the authority refuses, ConnectionFailedError where it cannot be reached: then call again, same code.
        """
        if consent is not True:
            raise ConsentError("nothing is published: the owner of this phone has not said yes")
        code = code.strip()
        attempt = self._journal.attempt()
        if attempt is not None and attempt.token and not attempt.is_for(code):
            self._settle(attempt, now_s)
            attempt = self._journal.attempt()
        if attempt is None or not attempt.token:
            attempt = self._verify(code, now_s)
        return self._go_on(attempt, now_s)

    def _settle(self, attempt: Attempt, now_s: float) -> None:
        """Before another code is used, find out what became of keys that may have been sent under the first: whoever
        publishes them again needs the revision token of the first time. What was not sent is let go."""
        if not attempt.sent:
            self._journal.abandon()
            return
        with suppress(PublishError):  # its certificate has lapsed
            self._go_on(attempt, now_s)

    def _go_on(self, attempt: Attempt, now_s: float) -> PublishReport:
        if not attempt.keys:
            attempt = self._freeze_keys(now_s)
        if not attempt.certificate:
            attempt = self._certify(attempt)
        return self._send(attempt, now_s)

    def _verify(self, code: str, now_s: float) -> Attempt:
        request = VerifyRequest(code=code, accept=tuple(CertifiedReport))
        answer = self._post("/api/verify", request.to_json, _SHORT_BODY_BYTES, VerifyResponse.from_json)
        if answer.error or answer.error_code or not answer.token:
            raise _refusal("the code was not accepted: it is mistyped, used or expired", answer.error_code)
        salt = self._entropy(_SALT_BYTES)
        return self._journal.begin(salt, _code_hash(salt, code), answer.token, now_s)

    def _freeze_keys(self, now_s: float) -> Attempt:
        """Today's key ends now; from here on, what is certified and what is published is the same list."""
        self._keystore.end_key_at(now_s)
        keys = [TemporaryExposureKey.from_daily(daily) for daily in self._keystore.recent(now_s)]
        if not keys:
            self._journal.abandon()
            raise PublishError("there is nothing to publish: this phone has sent no identifier in the last 14 days")
        return self._journal.freeze_keys(keys, self._entropy(_HMAC_KEY_BYTES))

    def _certify(self, attempt: Attempt) -> Attempt:
        request = CertificateRequest(token=attempt.token, tek_mac=tek_mac(attempt.keys, attempt.hmac_key))
        answer = self._post("/api/certificate", request.to_json, _SHORT_BODY_BYTES, CertificateResponse.from_json)
        if answer.error or answer.error_code or not answer.certificate:
            raise self._given_up(_refusal("the confirmation has lapsed: ask for a new code", answer.error_code))
        return self._journal.certify(answer.certificate)

    def _send(self, attempt: Attempt, now_s: float) -> PublishReport:
        request = PublishRequest(
            keys=attempt.keys,
            health_authority_id=self._endpoint.health_authority_id,
            verification_payload=attempt.certificate,
            hmac_key=attempt.hmac_key,
            revision_token=self._journal.revision_token(),
        )
        self._journal.mark_sent()
        answer = self._post("/v1/publish", request.to_json, _PUBLISH_BODY_BYTES, PublishResponse.from_json)
        # Sent before, and the authority has the keys already: only its answer was lost, and the revision token with it.
        already = attempt.sent and answer.code == PublishCode.MISSING_REVISION_TOKEN
        partly = answer.code == PublishCode.PARTIAL_FAILURE
        if not (already or partly) and (answer.error or answer.code):
            raise self._given_up(_refusal("the keys were not accepted: ask for a new code", answer.code))
        self._journal.finish(answer.revision_token, now_s)
        warnings = (*answer.warnings, *([answer.error] if partly else []))
        return PublishReport(len(attempt.keys), answer.inserted_exposures, already, warnings)

    def _given_up(self, error: PhoneError) -> PhoneError:
        """Forget the code unless trying again may help."""
        if isinstance(error, PublishError):
            self._journal.abandon()
        return error

    def _post(
        self, path: str, to_json: Callable[[str], bytes], size: int, from_json: Callable[[bytes], _Answer]
    ) -> _Answer:
        headers = {"X-API-Key": self._endpoint.api_key} if self._endpoint.api_key else {}
        body = _padded(to_json, size, self._entropy)
        content = http.post(self._client, self._base_url + path, body, MAX_ANSWER_BYTES, headers)
        try:
            return from_json(content)
        except ProtocolError as error:
            raise http.ConnectionFailedError(f"{path}: the authority's answer cannot be read ({error})") from error


def _refusal(text: str, code: str) -> PhoneError:
    if code in _TEMPORARY:
        return http.ConnectionFailedError(f"the authority cannot do this now ({code}): try again later")
    return PublishError(f"{text} ({code})" if code else text, code)


def _padded(to_json: Callable[[str], bytes], size: int, entropy: Entropy) -> bytes:
    """The body, filled up with random text to `size` bytes where it is shorter."""
    room = max(size - (len(to_json("-")) - 1), 1)
    return to_json(base64_text(entropy(room))[:room])


def _code_hash(salt: bytes, code: str) -> bytes:
    return hashlib.sha256(salt + code.encode("utf-8", "replace")).digest()


def _keys_to_text(keys: Sequence[TemporaryExposureKey]) -> str:
    return json.dumps([[key.key.hex(), key.rolling_start_interval, key.rolling_period] for key in keys])


def _keys_from_text(text: str | None) -> tuple[TemporaryExposureKey, ...]:
    return tuple(TemporaryExposureKey(bytes.fromhex(row[0]), row[1], row[2]) for row in json.loads(text or "[]"))
