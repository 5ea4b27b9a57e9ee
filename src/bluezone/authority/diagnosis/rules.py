"""Decide what makes a case, and what a code or a token is good for. Pure: `now` is an argument, nothing is stored here.

**What "five wrong tries burn it" means.** A wrong code names no code, so a try is counted where it comes from: the
caller (an address, or the IPv6 network of one household). When a caller presents a code, every wrong try it has made
since that code was issued counts as a try at that code; with five of them the code is burnt, for everybody, though it
was right this time. So a guesser has five tries at each code, of 10^8, however long it goes on; a patient behind the
same address who gets a new code starts at nought. A use that names the code and fails all the same (right, but of a
kind the app does not accept) counts on the code itself, whoever makes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from bluezone.authority.errors import AuthorityError
from bluezone.protocol.messages import TOKEN_LIFE_S
from bluezone.protocol.verification import CertifiedReport

CODE_DIGITS = 8
CODE_LIFE = dt.timedelta(hours=24)
TOKEN_LIFE = dt.timedelta(seconds=TOKEN_LIFE_S)
#: the reference server takes no onset of longer ago (MAX_VALID_SYMPTOM_ONSET_REPORT_DAYS)
MAX_AGE = dt.timedelta(days=28)

#: the case's word -> the word of the verification protocol (`testtype`, `reportType`)
CERTIFIED = {
    "confirmed": CertifiedReport.CONFIRMED,
    "clinical": CertifiedReport.LIKELY,
    "self": CertifiedReport.USER_REPORT,
    "negative": CertifiedReport.NEGATIVE,
}
#: how a case may change: a test confirms or withdraws a clinical diagnosis (`keys.rules` holds it for keys)
TRANSITIONS: Mapping[str, tuple[str, ...]] = {"clinical": ("confirmed", "negative")}
#: what an app that accepts a word accepts with it (verification API: the words form a ladder)
_ACCEPTS: Mapping[str, frozenset[CertifiedReport]] = {
    "confirmed": frozenset({CertifiedReport.CONFIRMED}),
    "likely": frozenset({CertifiedReport.CONFIRMED, CertifiedReport.LIKELY}),
    "negative": frozenset({CertifiedReport.CONFIRMED, CertifiedReport.LIKELY, CertifiedReport.NEGATIVE}),
    "user-report": frozenset({CertifiedReport.CONFIRMED, CertifiedReport.USER_REPORT}),
}


class CaseError(AuthorityError):
    """Report a case that cannot be. `field` is where the mistake is."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class DateProblem(Enum):
    """Name what can be wrong with a case's dates."""

    NONE_GIVEN = "a date of first symptoms or of the test is needed: it says which days were infectious"
    IN_FUTURE = "this day has not come yet"
    TOO_OLD = "this is more than 28 days ago: nobody who was near then can still be warned"


def date_problem(
    onset_date: dt.date | None, test_date: dt.date | None, today: dt.date
) -> tuple[DateProblem, str] | None:
    """Return what is wrong with the dates of a new case, and in which field; None: nothing. `today`: where the
    officer is."""
    if onset_date is None and test_date is None:
        return DateProblem.NONE_GIVEN, "onset_date"
    for field, value in (("onset_date", onset_date), ("test_date", test_date)):
        if value is not None and value > today:
            return DateProblem.IN_FUTURE, field
        if value is not None and value < today - MAX_AGE:
            return DateProblem.TOO_OLD, field
    return None


def onset_for_keys(onset_date: dt.date | None, test_date: dt.date | None) -> dt.date | None:
    """Return the day from which days are counted: of first symptoms, else of the test (as the reference server)."""
    return onset_date or test_date


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """Hold what is known of the code that was presented."""

    expires_at: dt.datetime
    used: bool
    burnt: bool
    #: failed uses that named this very code
    tries: int
    report: CertifiedReport


class Verdict(Enum):
    """Name what becomes of a code that was presented. Callers learn only: accepted, not accepted, or not for this
    app."""

    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    BURNT = "burnt"
    #: right, but after too many wrong tries: to be burnt now
    EXHAUSTED = "exhausted"
    UNSUPPORTED = "unsupported"


def judge_code(
    code: CodeFacts | None, caller_tries: int, accept: Sequence[str], now: dt.datetime, allowed_tries: int
) -> Verdict:
    """Decide whether a code is good. `caller_tries`: wrong tries of this caller since the code was issued."""
    if code is None:
        return Verdict.UNKNOWN
    if code.used:
        return Verdict.USED
    if now >= code.expires_at:
        return Verdict.EXPIRED
    if code.burnt:
        return Verdict.BURNT
    if code.tries + caller_tries >= allowed_tries:
        return Verdict.EXHAUSTED
    if accept and not any(code.report in _ACCEPTS[word] for word in accept):
        return Verdict.UNSUPPORTED
    return Verdict.ACCEPTED


def code_state(expires_at: dt.datetime, *, used: bool, burnt: bool, now: dt.datetime) -> str:
    """Name the state of a code, as an officer sees it: used, stopped (burnt), expired, or waiting."""
    if used:
        return "used"
    if burnt:
        return "burnt"
    return "expired" if now >= expires_at else "waiting"


def unknown_test_types(accept: Sequence[str]) -> list[str]:
    """Return the words of a verify request's `accept` that the protocol does not have."""
    return [word for word in accept if word not in _ACCEPTS]


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """Hold what is known of a token. `same_keys`: it was used for the very keys that it is presented for now."""

    expires_at: dt.datetime
    used: bool
    same_keys: bool = False


def token_is_good(token: TokenFacts | None, now: dt.datetime) -> bool:
    """Decide whether a verification token may be turned into a certificate: for one set of keys.

    For those keys it may be turned again while it lives: the first certificate may have been lost on the way (a dead
    battery, a power cut here), and the second vouches for nothing more than the first.
    """
    return token is not None and now < token.expires_at and (not token.used or token.same_keys)
