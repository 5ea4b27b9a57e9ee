"""Store the publication under way: each step is committed before the next is taken, so that none is taken twice.

What a code confirmed (the result of a test) waits here until its owner has decided, and at most as long as its token
lives. The code itself is not written down: a salted hash of it is kept, to know it again. Nor is the telephone number
to which a code was asked for: only the nonce is, with which alone that code is good.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.database import Database
from bluezone.phone.stores.records import Bounds, Records, Table
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.messages import TOKEN_LIFE_S
from bluezone.protocol.verification import CertifiedReport

#: a code that comes by text message lives an hour, and its message may be late; until then the authority sends no
#: second one to the number
LIFE_S = 90 * 60.0


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
    started_at_s: float
    keys: tuple[TemporaryExposureKey, ...] = ()
    hmac_key: bytes = b""
    certificate: str = ""
    sent: bool = False
    result: VerifiedResult | None = None
    agreed: bool = False

    def is_for(self, code: str) -> bool:
        """Tell whether it was begun under this code."""
        return _code_hash(self.salt, code) == self.code_hash


@dataclass(frozen=True, slots=True)
class _Asked:
    """Hold the nonce with which a code is asked about until its answer is here."""

    salt: bytes
    code_hash: bytes
    nonce: bytes
    asked_at_s: float


@dataclass(frozen=True, slots=True)
class _Revision:
    token: str
    published_at_s: float


@dataclass(frozen=True, slots=True)
class UserReport:
    """Hold the nonce with which a code by text message was asked for."""

    nonce: bytes
    asked_at_s: float


_ATTEMPT = Table("attempt", Attempt, "started_at_s")
_ASKED = Table("asked", _Asked, "asked_at_s", TOKEN_LIFE_S)
_REVISION = Table("revision", _Revision, "published_at_s")
_USER_REPORT = Table("user_report", UserReport, "asked_at_s", LIFE_S)
TABLES = (_ATTEMPT, _ASKED, _REVISION, _USER_REPORT)


class PublicationStore:
    """Keep the publication under way and the revision token in phone.sqlite3."""

    def __init__(self, database: Database) -> None:
        self.database, self._attempt = database, Records(database, _ATTEMPT)
        self._asked, self._revision = Records(database, _ASKED), Records(database, _REVISION)

    def attempt(self) -> Attempt | None:
        """Return the publication under way."""
        return self._attempt.read()

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
        asked = self._asked.read()
        if asked is None or _code_hash(asked.salt, code) != asked.code_hash:
            asked = self._asked.write(_Asked(salt, _code_hash(salt, code), nonce, now_s))
        return asked.nonce

    def forget_nonce(self) -> None:
        """Forget the nonce of a code: its answer is here."""
        self._asked.clear()

    def begin(self, code: str, salt: bytes, token: str, result: VerifiedResult) -> Attempt:
        """Begin a publication: a code was accepted. Keys whose fate is unknown stay, to be sent under it."""
        begun = Attempt(salt, _code_hash(salt, code), token, result.verified_at_s, result=result)
        with self.database.transaction():
            if (before := self.attempt()) is not None:
                begun = replace(begun, keys=before.keys, hmac_key=before.hmac_key, sent=before.sent)
            return self._attempt.write(begun)

    def agree(self) -> Attempt:
        """Note the owner's consent."""
        result = self._change().result
        return self._change(agreed=True, result=replace(result, agreed=True) if result is not None else None)

    def freeze_keys(self, keys: Sequence[TemporaryExposureKey], hmac_key: bytes) -> Attempt:
        """Fix the keys to be published: every later try sends exactly these under the same HMAC."""
        return self._change(keys=tuple(keys), hmac_key=hmac_key)

    def certify(self, certificate: str) -> Attempt:
        """Note the authority's certificate for these keys."""
        return self._change(certificate=certificate)

    def mark_sent(self) -> None:
        """Note, before they are sent, that the keys may have arrived."""
        self._change(sent=True)

    def _change(self, **values: Any) -> Attempt:
        attempt = self._attempt.change(1, **values)
        if attempt is None:
            raise PhoneError("the publication under way was taken back by another program of this phone")
        return attempt

    def finish(self, revision_token: str, now_s: float) -> None:
        """Forget token, certificate and keys, which are published; keep the revision token."""
        with self.database.transaction():
            self._attempt.clear()
            if revision_token:
                self._revision.write(_Revision(revision_token, now_s))
        self.database.shrink_log()

    def abandon(self) -> None:
        """Forget a code that led nowhere, or whose result its owner does not share. Only keys that may have been sent
        are remembered."""
        with self.database.transaction():
            attempt = self.attempt()
            if attempt is None or not attempt.sent:
                self._attempt.clear()
            else:
                self._change(token="", certificate="", result=None, agreed=False)
        self.database.shrink_log()

    def revision_token(self) -> str:
        """Return the token by which published keys can be revised, or the empty text."""
        revision = self._revision.read()
        return revision.token if revision is not None else ""

    def forget_revision(self) -> None:
        """Forget the revision token: its keys are revoked."""
        self._revision.clear()

    def purge(self, bounds: Bounds) -> int:
        """Forget what is older than 14 days (no key of then can still be published or revised), and results that nobody
        said yes to while they could be published."""
        attempt, gone = self.attempt(), 0
        is_unanswered = attempt is not None and attempt.token and attempt.result is not None and not attempt.agreed
        if is_unanswered and self._attempt.over(bounds, TOKEN_LIFE_S):
            self.abandon()
            gone += 1
        return gone + sum(records.purge(bounds) for records in (self._attempt, self._asked, self._revision))


def _code_hash(salt: bytes, code: str) -> bytes:
    return hashlib.sha256(salt + code.encode("utf-8", "replace")).digest()


class UserReportStore(Records[UserReport]):
    """Keep the nonce of one request for a code by text message in phone.sqlite3."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, _USER_REPORT)

    def begin(self, nonce: bytes, now_s: float) -> bytes:
        """Return the nonce to ask with: the one of a request under way, or the one given, which is written down.

        The authority sends no second message while the first one's code may be used, so a code that is under way
        must stay good however often its owner asks.
        """
        return self.write(UserReport(self.pending(now_s) or nonce, now_s)).nonce

    def pending(self, now_s: float) -> bytes:
        """Return the nonce that a code of now may need; nothing where none was asked for."""
        asked = self.read()
        return asked.nonce if asked is not None and abs(asked.asked_at_s - now_s) < LIFE_S else b""
