"""Where a publication stands: each step is written down here before the next is taken, so that none is taken twice.

What a code confirmed (the result of a test) waits here, sealed, until its owner has decided, and at most as long as its
token lives. The code itself is not written down: of it the journal keeps a salted hash, to know it again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bluezone.phone.errors import PhoneError
from bluezone.phone.stores import retention
from bluezone.phone.stores.database import Durability, Store
from bluezone.phone.stores.encryption import Sealer
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.messages import TOKEN_LIFE_S
from bluezone.protocol.verification import CertifiedReport

_SCHEMA = f"""
CREATE TABLE attempt (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    salt BLOB NOT NULL, code_hash BLOB NOT NULL, token TEXT NOT NULL, started_at_s REAL NOT NULL,
    keys TEXT, hmac_key BLOB, certificate TEXT, sent INTEGER NOT NULL DEFAULT 0,
    result TEXT, agreed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE revision (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL, published_at_s REAL NOT NULL);
{retention.SCHEMA}
"""
_VERSION = 2
#: until version 1 nothing was begun without the owner's yes
_UPGRADES = {
    1: """
ALTER TABLE attempt ADD COLUMN result TEXT;
ALTER TABLE attempt ADD COLUMN agreed INTEGER NOT NULL DEFAULT 0;
UPDATE attempt SET agreed = 1
"""
}
_TOKEN, _KEYS, _HMAC_KEY = "attempt.token", "attempt.keys", "attempt.hmac_key"
_CERTIFICATE, _REVISION, _RESULT = "attempt.certificate", "revision.token", "attempt.result"


@dataclass(frozen=True, slots=True)
class VerifiedResult:
    """What a code confirmed, as the authority said it at `verified_at_s`. Until `ends_at_s` its keys can be published.
    `agreed`: the owner said yes, and the publication has only to be finished."""

    report: CertifiedReport
    test_date: dt.date | None
    symptom_date: dt.date | None
    verified_at_s: float
    agreed: bool = False

    @property
    def ends_at_s(self) -> float:
        return self.verified_at_s + TOKEN_LIFE_S


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
    result: VerifiedResult | None = None
    agreed: bool = False

    def is_for(self, code: str) -> bool:
        return _code_hash(self.salt, code) == self.code_hash


class Journal:
    """The store of the publication under way and of the revision token. `Durability.POWER`: each of its rows is a step
    that cannot be taken twice."""

    def __init__(self, path: Path, sealer: Sealer | None = None) -> None:
        secrets = (_TOKEN, _KEYS, _HMAC_KEY, _CERTIFICATE, _REVISION, _RESULT)
        self._store = Store(path, _SCHEMA, _VERSION, Durability.POWER, sealer, secrets, _UPGRADES)

    def attempt(self) -> Attempt | None:
        rows = self._store.rows(
            "SELECT salt, code_hash, token, keys, hmac_key, certificate, sent, result, agreed, started_at_s"
            " FROM attempt"
        )
        if not rows:
            return None
        salt, code_hash, token, keys, hmac_key, certificate, sent, result, agreed, started_at_s = rows[0]
        text = self._store.unseal_text
        return Attempt(
            salt=salt,
            code_hash=code_hash,
            token=text(token, _TOKEN),
            keys=_keys_from_text(text(keys, _KEYS)),
            hmac_key=self._store.unseal(hmac_key or b"", _HMAC_KEY),
            certificate=text(certificate, _CERTIFICATE),
            sent=bool(sent),
            result=_result_from_text(text(result, _RESULT), started_at_s, agreed=bool(agreed)),
            agreed=bool(agreed),
        )

    def waiting(self, now_s: float) -> VerifiedResult | None:
        """The result that waits for its owner, or for the end of its publication; None where there is none (any more).

        One nobody said yes to is over when its token is; so it is where the clock says it is of a time to come.
        """
        attempt = self.attempt()
        if attempt is None or not attempt.token or attempt.result is None:
            return None
        alive = attempt.agreed or abs(now_s - attempt.result.verified_at_s) < TOKEN_LIFE_S
        return attempt.result if alive else None

    def begin(self, code: str, salt: bytes, token: str, result: VerifiedResult) -> Attempt:
        """A code was accepted. Keys whose fate is unknown stay, to be sent under it."""
        seal = self._store.seal_text
        self._store.write(
            "INSERT INTO attempt (one, salt, code_hash, token, started_at_s, result) VALUES (1, ?, ?, ?, ?, ?)"
            " ON CONFLICT (one) DO UPDATE SET salt = excluded.salt, code_hash = excluded.code_hash,"
            " token = excluded.token, started_at_s = excluded.started_at_s, result = excluded.result,"
            " certificate = NULL, agreed = 0",
            (
                salt,
                _code_hash(salt, code),
                seal(token, _TOKEN),
                result.verified_at_s,
                seal(_result_to_text(result), _RESULT),
            ),
        )
        return self._current()

    def agree(self) -> Attempt:
        """The owner has said yes."""
        self._store.write("UPDATE attempt SET agreed = 1")
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
            db.execute("UPDATE attempt SET token = '', certificate = NULL, result = NULL, agreed = 0")
        self._store.shrink_log()

    def revision_token(self) -> str:
        rows = self._store.rows("SELECT token FROM revision")
        return self._store.unseal_text(rows[0][0], _REVISION) if rows else ""

    def purge(self, now_s: float) -> int:
        """Forget what is older than 14 days (no key of then can still be published or revised), and results that nobody
        said yes to while they could be published."""
        oldest_s = retention.look_at_clock(self._store, now_s).oldest_s
        if oldest_s is None:
            return 0
        attempt, gone = self.attempt(), 0
        if attempt is not None and attempt.token and attempt.result is not None and self.waiting(now_s) is None:
            self.abandon()
            gone += 1
        gone += self._store.write("DELETE FROM attempt WHERE started_at_s < ?", (oldest_s,))
        gone += self._store.write("DELETE FROM revision WHERE published_at_s < ?", (oldest_s,))
        return gone

    def close(self) -> None:
        self._store.close()

    def _current(self) -> Attempt:
        attempt = self.attempt()
        if attempt is None:
            raise PhoneError("the publication under way was taken back by another program of this phone")
        return attempt


def _code_hash(salt: bytes, code: str) -> bytes:
    return hashlib.sha256(salt + code.encode("utf-8", "replace")).digest()


def _keys_to_text(keys: Sequence[TemporaryExposureKey]) -> str:
    return json.dumps([[key.key.hex(), key.rolling_start_interval, key.rolling_period] for key in keys])


def _keys_from_text(text: str | None) -> tuple[TemporaryExposureKey, ...]:
    return tuple(TemporaryExposureKey(bytes.fromhex(row[0]), row[1], row[2]) for row in json.loads(text or "[]"))


def _result_to_text(result: VerifiedResult) -> str:
    dates = [day.isoformat() if day else None for day in (result.test_date, result.symptom_date)]
    return json.dumps([result.report.value, *dates])


def _result_from_text(text: str, verified_at_s: float, *, agreed: bool) -> VerifiedResult | None:
    if not text:
        return None
    report, *dates = json.loads(text)
    test, symptom = (dt.date.fromisoformat(day) if day else None for day in dates)
    return VerifiedResult(CertifiedReport(report), test, symptom, verified_at_s, agreed)
