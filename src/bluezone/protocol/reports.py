"""Report an exposure to the health office, take a report back; give what a patient's phone heard, take published keys
back.

    POST /v1/exposure-reports            {"report": base64 of 16 random bytes, "receipt": of the confirmed number,
                                          "commune": "34:31471", "day": "2020-08-18", "keys": [base64, ...],
                                          "quarters": 3, "nearMinutes": 25, "certainty": "likely",
                                          "policy": "bluezone", "policyVersion": "3", "opened": [{"rpik": base64,
                                          "rollingStartNumber": n, "rollingPeriod": n}, ...]}
                                                                                    -> 200 {}
    POST /v1/exposure-reports/take-back  {"report": base64 of the same}            -> 200 {}
    POST /v1/heard                       {"revisionToken": "...", "heard": base64 of 16,384 bytes}  -> 200 {}
    POST /v1/withdraw                    {"revisionToken": "..."}                  -> 200 {}

A report leaves the phone only after its owner has read every word of it and said yes. `report` is drawn for it, used
for nothing else, and stays the same through every retry: a report whose answer was lost is not stored twice, and who
has the id can take the report back. The telephone number does not travel again: the health office has it since it was
confirmed (`phone_numbers`), and `receipt` says which it is. `keys` are the published keys that were near on `day`, the
reporter's day from midnight to midnight: by them the office learns whose contact the reporter is. `quarters` of an
hour, `nearMinutes` (left out where the policy does not say) and `certainty` are what the reporter's screen says.
`opened`: what a heard list is searched by (`heard`); it may be left out.

A heard list is taken only under the revision token that the publication of its keys returned. By the same token, which
only the keys' phone has and which names them, their owner takes them back: no code is needed, and no reason. Answers
have one size,
{"error": a sentence, "code": one of `ReportRefusal`, "padding": "..."}; of a decoy and of a yes both are empty. All
that is wrong with a report's content is found later, by the job that judges it: no answer tells what the office knows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.fields import COMMUNE, RECEIPT, TOKEN, Message, matches, once, since_1970, size, within
from bluezone.protocol.heard import LIST_BYTES, OpenedKey
from bluezone.protocol.intervals import DAY_S, INTERVALS_PER_DAY, interval_number

REPORTS_PATH, TAKE_BACK_PATH, HEARD_PATH = "/v1/exposure-reports", "/v1/exposure-reports/take-back", "/v1/heard"
WITHDRAW_PATH = "/v1/withdraw"
REPORT_BYTES, KEY_BYTES = 16, 16
#: published keys of one day that one phone was near; its own keys of a day, which it may end early
MAX_KEYS, MAX_OPENED = 30, 3
MAX_QUARTERS = 96
#: what a phone fills its requests up to
REPORT_BODY_BYTES, HEARD_BODY_BYTES = 4_096, 28_672
_NAME = matches(r"[A-Za-z0-9._-]{1,40}", "a name of 1 to 40 letters and digits")


class Certainty(StrEnum):
    """Name how sure a phone is that it was a close contact: within two metres for a quarter of an hour or more."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    CANNOT_TELL = "cannot_tell"


class ReportRefusal(StrEnum):
    """Name why the authority says no to a report or a heard list."""

    BAD_REQUEST = "bad_request"
    #: the receipt is of no confirmed number
    NUMBER_UNCONFIRMED = "number_unconfirmed"
    #: more reports of one number than its days of exposure
    TOO_MANY = "too_many_reports"
    #: the revision token is none of ours, or names no key that is published
    TOKEN_INVALID = "token_invalid"  # noqa: S105 (the name of an error)
    INTERNAL = "internal_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureReport(Message):
    """Report one day on which published keys were near. Raises ProtocolError for a field that cannot be."""

    what = "exposure report"
    report: Annotated[bytes, size(REPORT_BYTES)] = field(repr=False)
    receipt: Annotated[str, RECEIPT] = field(repr=False)
    commune: Annotated[str, COMMUNE]
    day: Annotated[dt.date, since_1970]
    keys: Annotated[tuple[bytes, ...], size(1, MAX_KEYS), once] = field(repr=False)
    quarters: Annotated[int, within(0, MAX_QUARTERS)]
    near_minutes: Annotated[int | None, within(0, 15 * MAX_QUARTERS)] = None
    certainty: Certainty
    policy: Annotated[str, _NAME]
    policy_version: Annotated[str, _NAME]
    opened: Annotated[tuple[OpenedKey, ...], size(0, MAX_OPENED)] = field(default=(), repr=False)

    def check(self) -> None:
        if any(len(key) != KEY_BYTES for key in self.keys):
            raise ProtocolError(f"a key has not {KEY_BYTES} bytes")
        days = {
            at // INTERVALS_PER_DAY for key in self.opened for at in (key.rolling_start_interval, key.end_interval - 1)
        }
        # of one UTC day: the keys of others would say where the reporter's phone was heard then
        if len(days) > 1 or any(abs(day - day_interval(self.day) // INTERVALS_PER_DAY) > 1 for day in days):
            raise ProtocolError("opened: the keys are not of one day, or of another than the reported one")


@dataclass(frozen=True, slots=True)
class TakeBack(Message):
    """Ask for a report to be deleted. `report`: its id, which only its phone has."""

    what = "take-back"
    report: Annotated[bytes, size(REPORT_BYTES)] = field(repr=False)


@dataclass(frozen=True, slots=True)
class HeardUpload(Message):
    """Give the heard list of a phone whose keys are published. Raises ProtocolError for a field that cannot be."""

    what = "heard list"
    revision_token: Annotated[str, TOKEN] = field(repr=False)
    heard: Annotated[bytes, size(LIST_BYTES)] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Withdrawal(Message):
    """Ask for the keys of a revision token to be revoked. Raises ProtocolError for what can be no token."""

    what = "withdrawal"
    revision_token: Annotated[str, TOKEN] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReportAnswer(Message):
    """Hold what the authority says to any of the four: nothing where it took it, else `code` (a `ReportRefusal`, or a
    word of later) and a sentence."""

    what = "answer"
    always = ("error", "code", "padding")
    error: str = ""
    code: str = ""

    def check(self) -> None:
        code = self.code or (ReportRefusal.INTERNAL.value if self.error else "")
        object.__setattr__(self, "code", code[:40])


def day_interval(day: dt.date) -> int:
    """Return the first interval number of a UTC day."""
    return interval_number((day - dt.date(1970, 1, 1)).days * DAY_S)
