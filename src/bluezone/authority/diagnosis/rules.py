"""Decide what makes a case, and what a code or a token is good for. Pure: `now` is an argument, nothing is stored here.

How many wrong codes are borne with is decided in `guessing`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext_noop

from bluezone.authority.errors import AuthorityError
from bluezone.errors import TranslatableError
from bluezone.protocol.messages import TOKEN_LIFE_S
from bluezone.protocol.verification import CertifiedReport

#: so long a code that was not used is told apart from one that never was
UNUSED_CODE_LIFE = dt.timedelta(hours=24)
TOKEN_LIFE = dt.timedelta(seconds=TOKEN_LIFE_S)
#: the reference server takes no onset of longer ago (MAX_VALID_SYMPTOM_ONSET_REPORT_DAYS)
MAX_AGE = dt.timedelta(days=28)

#: what a code is of that lets a contact (F1) warn others: of no case
CONTACT = "contact"
#: the case's word, or `CONTACT` -> the word of the verification protocol (`testtype`, `reportType`)
CERTIFIED = {
    "confirmed": CertifiedReport.CONFIRMED,
    "clinical": CertifiedReport.LIKELY,
    "self": CertifiedReport.USER_REPORT,
    "negative": CertifiedReport.NEGATIVE,
    CONTACT: CertifiedReport.RECURSIVE,
}
#: what an app that accepts a word accepts with it (verification API: the words form a ladder)
_ACCEPTS: Mapping[str, frozenset[CertifiedReport]] = {
    "confirmed": frozenset({CertifiedReport.CONFIRMED}),
    "likely": frozenset({CertifiedReport.CONFIRMED, CertifiedReport.LIKELY}),
    "negative": frozenset({CertifiedReport.CONFIRMED, CertifiedReport.LIKELY, CertifiedReport.NEGATIVE}),
    "user-report": frozenset({CertifiedReport.CONFIRMED, CertifiedReport.USER_REPORT}),
    "recursive": frozenset({CertifiedReport.RECURSIVE}),
}
#: accepted by who names it only: an app of the reference names none for all it knows, and does not know this one
_NAMED = frozenset({CertifiedReport.RECURSIVE})


class CaseError(AuthorityError, TranslatableError):
    """Report a case that cannot be. `field` is where the mistake is."""

    def __init__(self, template: str, field: str, **values: object) -> None:
        super().__init__(template, **values)
        self.field = field


class DateProblem(Enum):
    """Name what can be wrong with a case's dates."""

    NONE_GIVEN = gettext_noop("give the day of first symptoms or the day of the test")
    IN_FUTURE = gettext_noop("this day has not come yet")
    TOO_OLD = gettext_noop("this is more than 28 days ago: nobody who was near then can still be warned")


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
    """Hold what is known of the code that was presented.

    `nonce`: it was presented with the nonce that it was asked for or used with; None: it has none.
    """

    expires_at: dt.datetime
    used: bool
    burnt: bool
    report: CertifiedReport
    nonce: bool | None = None


class Verdict(Enum):
    """Name what becomes of a code that was presented."""

    ACCEPTED = "accepted"
    #: once more, by the phone that used it
    REPEATED = "repeated"
    #: its check digit says so, or its form: it was never issued
    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    #: right, from another phone than asked for it: told as one that is not known
    OTHER_NONCE = "asked for by another phone"
    USED = "used"
    EXPIRED = "expired"
    BURNT = "burnt"
    UNSUPPORTED = "unsupported"
    #: too many wrong ones came: short codes are not looked at
    LONG_ASKED = "long code asked for"


def judge_code(code: CodeFacts | None, accept: Sequence[str], now: dt.datetime) -> Verdict:
    """Decide whether a well-formed code is good.

    Who used a code may use it again as long as it would have been good, with the nonce of the first time: the answer
    may have been lost. With another nonce than it was asked for, a code is one that is not known.
    """
    if code is None:
        return Verdict.UNKNOWN
    if code.used:
        return Verdict.REPEATED if code.nonce and now < code.expires_at else Verdict.USED
    if code.burnt:
        return Verdict.BURNT
    if code.nonce is False:
        return Verdict.OTHER_NONCE
    if now >= code.expires_at:
        return Verdict.EXPIRED
    if (accept or code.report in _NAMED) and not any(code.report in _ACCEPTS[word] for word in accept):
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


class TokenVerdict(Enum):
    """Name what becomes of a token that was presented."""

    GOOD = "good"
    INVALID = "invalid"
    EXPIRED = "expired"


def judge_token(token: TokenFacts | None, now: dt.datetime) -> TokenVerdict:
    """Decide whether a verification token may be turned into a certificate: for one set of keys.

    For those keys it may be turned again while it lives: the first certificate may have been lost on the way (a dead
    battery, a power cut here), and the second vouches for nothing more than the first.
    """
    if token is None or (token.used and not token.same_keys):
        return TokenVerdict.INVALID
    return TokenVerdict.GOOD if now < token.expires_at else TokenVerdict.EXPIRED
