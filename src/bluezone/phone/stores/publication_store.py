"""Store the publication under way: each step is committed before the next is taken, so that none is taken twice.

What a code confirmed (the result of a test) waits here, encrypted, until its owner has decided, and at most as long as
its token lives. The code itself is not written down: a salted hash of it is kept, to know it again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.database import Database
from bluezone.phone.stores.retention import Bounds
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.messages import TOKEN_LIFE_S
from bluezone.protocol.verification import CertifiedReport

SCHEMA = """
CREATE TABLE attempt (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    salt BLOB NOT NULL, code_hash BLOB NOT NULL, token TEXT NOT NULL, started_at_s REAL NOT NULL,
    keys TEXT, hmac_key BLOB, certificate TEXT, sent INTEGER NOT NULL DEFAULT 0,
    result TEXT, agreed INTEGER NOT NULL DEFAULT 0, running_s REAL NOT NULL DEFAULT 0
);
CREATE TABLE revision (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL, published_at_s REAL NOT NULL,
    running_s REAL NOT NULL DEFAULT 0);
CREATE TABLE asked (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    salt BLOB NOT NULL, code_hash BLOB NOT NULL, nonce BLOB NOT NULL, asked_at_s REAL NOT NULL,
    running_s REAL NOT NULL DEFAULT 0
)
"""
_TOKEN, _KEYS, _HMAC_KEY = "attempt.token", "attempt.keys", "attempt.hmac_key"
_CERTIFICATE, _REVISION, _RESULT = "attempt.certificate", "revision.token", "attempt.result"
_NONCE = "asked.nonce"
ENCRYPTED = (_TOKEN, _KEYS, _HMAC_KEY, _CERTIFICATE, _REVISION, _RESULT, _NONCE)


@dataclass(frozen=True, slots=True)
class VerifiedResult:
    """Hold what a code confirmed, as the authority said it at `verified_at_s`. Until `ends_at_s` its keys can be
    published. `agreed`: the owner said yes, and the publication has only to be finished."""

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
    """Hold a publication under way: as far as it has come, so much is set. `sent`: its keys may have arrived."""

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
        """Tell whether it was begun under this code."""
        return _code_hash(self.salt, code) == self.code_hash


class PublicationStore:
    """Keep the publication under way and the revision token in phone.sqlite3."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def attempt(self) -> Attempt | None:
        """Return the publication under way."""
        rows = self.database.rows(
            "SELECT salt, code_hash, token, keys, hmac_key, certificate, sent, result, agreed, started_at_s"
            " FROM attempt"
        )
        if not rows:
            return None
        salt, code_hash, token, keys, hmac_key, certificate, sent, result, agreed, started_at_s = rows[0]
        text = self.database.decrypt_text
        return Attempt(
            salt=salt,
            code_hash=code_hash,
            token=text(token, _TOKEN),
            keys=_keys_from_text(text(keys, _KEYS)),
            hmac_key=self.database.decrypt(hmac_key or b"", _HMAC_KEY),
            certificate=text(certificate, _CERTIFICATE),
            sent=bool(sent),
            result=_result_from_text(text(result, _RESULT), started_at_s, agreed=bool(agreed)),
            agreed=bool(agreed),
        )

    def waiting(self, now_s: float) -> VerifiedResult | None:
        """Return the result that waits for its owner, or for the end of its publication; None where there is none.

        One nobody said yes to is over when its token is; so it is where the clock says it is of a time to come.
        """
        attempt = self.attempt()
        if attempt is None or not attempt.token or attempt.result is None:
            return None
        alive = attempt.agreed or abs(now_s - attempt.result.verified_at_s) < TOKEN_LIFE_S
        return attempt.result if alive else None

    def has_lapsed(self, now_s: float) -> bool:
        """Tell whether a result waited for its owner's yes until it was over."""
        attempt = self.attempt()
        return attempt is not None and attempt.result is not None and self.waiting(now_s) is None

    def nonce(self, code: str, salt: bytes, nonce: bytes, now_s: float) -> bytes:
        """Return the nonce to ask about a code with: the one of before where no answer came, else the one given.

        It is written down before it is sent: the authority gives the answer again to whoever has it.
        """
        rows = self.database.rows("SELECT salt, code_hash, nonce FROM asked")
        if rows and _code_hash(rows[0][0], code) == rows[0][1]:
            return self.database.decrypt(rows[0][2], _NONCE)
        self.database.write(
            "INSERT OR REPLACE INTO asked VALUES (1, ?, ?, ?, ?, ?)",
            (salt, _code_hash(salt, code), self.database.encrypt(nonce, _NONCE), now_s, self.database.running_s()),
        )
        return nonce

    def forget_nonce(self) -> None:
        """Forget the nonce of a code: its answer is here."""
        self.database.write("DELETE FROM asked")

    def begin(self, code: str, salt: bytes, token: str, result: VerifiedResult) -> Attempt:
        """Begin a publication: a code was accepted. Keys whose fate is unknown stay, to be sent under it."""
        encrypt = self.database.encrypt_text
        self.database.write(
            "INSERT INTO attempt (one, salt, code_hash, token, started_at_s, result, running_s)"
            " VALUES (1, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (one) DO UPDATE SET salt = excluded.salt, code_hash = excluded.code_hash,"
            " token = excluded.token, started_at_s = excluded.started_at_s, result = excluded.result,"
            " certificate = NULL, agreed = 0, running_s = excluded.running_s",
            (
                salt,
                _code_hash(salt, code),
                encrypt(token, _TOKEN),
                result.verified_at_s,
                encrypt(_result_to_text(result), _RESULT),
                self.database.running_s(),
            ),
        )
        return self._current()

    def agree(self) -> Attempt:
        """Note the owner's consent."""
        self.database.write("UPDATE attempt SET agreed = 1")
        return self._current()

    def freeze_keys(self, keys: Sequence[TemporaryExposureKey], hmac_key: bytes) -> Attempt:
        """Fix the keys to be published: every later try sends exactly these under the same HMAC."""
        values = self.database.encrypt_text(_keys_to_text(keys), _KEYS), self.database.encrypt(hmac_key, _HMAC_KEY)
        self.database.write("UPDATE attempt SET keys = ?, hmac_key = ?", values)
        return self._current()

    def certify(self, certificate: str) -> Attempt:
        """Note the authority's certificate for these keys."""
        self.database.write(
            "UPDATE attempt SET certificate = ?", (self.database.encrypt_text(certificate, _CERTIFICATE),)
        )
        return self._current()

    def mark_sent(self) -> None:
        """Note, before they are sent, that the keys may have arrived."""
        self.database.write("UPDATE attempt SET sent = 1")

    def finish(self, revision_token: str, now_s: float) -> None:
        """Forget token, certificate and keys, which are published; keep the revision token."""
        running_s = self.database.running_s()
        with self.database.transaction() as db:
            db.execute("DELETE FROM attempt")
            if revision_token:
                stored = self.database.encrypt_text(revision_token, _REVISION)
                db.execute("INSERT OR REPLACE INTO revision VALUES (1, ?, ?, ?)", (stored, now_s, running_s))
        self.database.shrink_log()

    def abandon(self) -> None:
        """Forget a code that led nowhere, or whose result its owner does not share. Only keys that may have been sent
        are remembered."""
        with self.database.transaction() as db:
            db.execute("DELETE FROM attempt WHERE sent = 0")
            db.execute("UPDATE attempt SET token = '', certificate = NULL, result = NULL, agreed = 0")
        self.database.shrink_log()

    def revision_token(self) -> str:
        """Return the token by which published keys can be revised, or the empty text."""
        rows = self.database.rows("SELECT token FROM revision")
        return self.database.decrypt_text(rows[0][0], _REVISION) if rows else ""

    def forget_revision(self) -> None:
        """Forget the revision token: its keys are revoked."""
        self.database.write("DELETE FROM revision")
        self.database.shrink_log()

    def purge(self, bounds: Bounds) -> int:
        """Forget what is older than 14 days (no key of then can still be published or revised), and results that nobody
        said yes to while they could be published."""
        gone = 0
        lapsed = bounds.over("started_at_s", TOKEN_LIFE_S)
        if self.database.rows(
            f"SELECT 1 FROM attempt WHERE NOT agreed AND token != '' AND result IS NOT NULL AND {lapsed[0]}",  # noqa: S608
            lapsed[1],
        ):
            self.abandon()
            gone += 1
        for table, (condition, values) in (
            ("attempt", bounds.over("started_at_s")),
            ("asked", bounds.over("asked_at_s", TOKEN_LIFE_S)),
            ("revision", bounds.over("published_at_s")),
        ):
            gone += self.database.write(f"DELETE FROM {table} WHERE {condition}", values)  # noqa: S608
        return gone

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
