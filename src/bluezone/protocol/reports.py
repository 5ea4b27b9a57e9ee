"""Report an exposure to the health office, take a report back, and give what a patient's phone heard.

    POST /v1/exposure-reports            {"report": base64 of 16 random bytes, "receipt": of the confirmed number,
                                          "commune": "34:31471", "day": "2020-08-18", "keys": [base64, ...],
                                          "quarters": 3, "nearness": "near", "probability": 82, "policy": "bluezone",
                                          "policyVersion": "3", "opened": [{"rpik": base64, "rollingStartNumber": n,
                                          "rollingPeriod": n}, ...]}               -> 200 {}
    POST /v1/exposure-reports/take-back  {"report": base64 of the same}            -> 200 {}
    POST /v1/heard                       {"revisionToken": "...", "heard": base64 of 16,384 bytes}  -> 200 {}

A report leaves the phone only after its owner has read every word of it and said yes. `report` is drawn for it, used
for nothing else, and stays the same through every retry: a report whose answer was lost is not stored twice, and who
has the id can take the report back. The telephone number does not travel again: the health office has it since it was
confirmed (`phone_numbers`), and `receipt` says which it is. `keys` are the published keys that were near on `day` (a
UTC day, as policies count): by them the office learns whose contact the reporter is. `probability`, in percent, is left
out where the policy says none. `opened`: what a heard list is searched by (`heard`); it may be left out.

A heard list is taken only under the revision token that the publication of its keys returned. Answers have one size,
{"error": a sentence, "code": one of `ReportRefusal`, "padding": "..."}; of a decoy and of a yes both are empty. All
that is wrong with a report's content is found later, by the job that judges it: no answer tells what the office knows.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.fields import text_of, whole_of
from bluezone.protocol.heard import LIST_BYTES, OpenedKey
from bluezone.protocol.intervals import DAY_S, INTERVALS_PER_DAY, interval_number
from bluezone.protocol.text import base64_bytes, base64_text, clean_text, is_whole, json_object, written_day

REPORTS_PATH, TAKE_BACK_PATH, HEARD_PATH = "/v1/exposure-reports", "/v1/exposure-reports/take-back", "/v1/heard"
REPORT_BYTES, KEY_BYTES = 16, 16
#: published keys of one day that one phone was near; its own keys of a day, which it may end early
MAX_KEYS, MAX_OPENED = 30, 3
MAX_QUARTERS = 96
#: what a phone fills its requests up to
REPORT_BODY_BYTES, HEARD_BODY_BYTES = 4_096, 28_672
_COMMUNE = re.compile(r"(63|34):[0-9]{5}", re.ASCII)
_RECEIPT = re.compile(r"[A-Za-z0-9_-]{16,128}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
_MAX_TOKEN = 8_192


class Nearness(StrEnum):
    """Name how near the others were: 15 minutes or more within 2 m, fewer, or none that can be told."""

    NEAR = "near"
    PARTLY = "partly"
    APART = "apart"


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
class ExposureReport:
    """Report one day on which published keys were near. Raises ProtocolError for a field that cannot be."""

    report: bytes = field(repr=False)
    receipt: str = field(repr=False)
    commune: str
    day: dt.date
    keys: tuple[bytes, ...] = field(repr=False)
    quarters: int
    nearness: Nearness
    probability: int | None
    policy: str
    policy_version: str
    opened: tuple[OpenedKey, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        _check_id(self.report)
        if not _RECEIPT.fullmatch(self.receipt):
            raise ProtocolError("receipt is not one of ours")
        if not _COMMUNE.fullmatch(self.commune):
            raise ProtocolError("commune is not a code such as 34:31471")
        if not 1 <= len(self.keys) <= MAX_KEYS or len(set(self.keys)) != len(self.keys):
            raise ProtocolError(f"keys are not 1 to {MAX_KEYS}, each once")
        if any(len(key) != KEY_BYTES for key in self.keys):
            raise ProtocolError(f"a key has not {KEY_BYTES} bytes")
        if not is_whole(self.quarters, 1, MAX_QUARTERS):
            raise ProtocolError(f"quarters is not 1 to {MAX_QUARTERS}")
        if self.probability is not None and not is_whole(self.probability, 0, 100):
            raise ProtocolError("probability is not a percentage")
        if not _NAME.fullmatch(self.policy) or not _NAME.fullmatch(self.policy_version):
            raise ProtocolError("policy or policyVersion is not a name of 1 to 40 letters and digits")
        self._check_opened()

    def _check_opened(self) -> None:
        if len(self.opened) > MAX_OPENED:
            raise ProtocolError(f"opened has more than {MAX_OPENED} keys")
        first = day_interval(self.day)
        for key in self.opened:
            # one day alone: the key of another would say where the reporter's phone was heard then
            if not (first <= key.rolling_start_interval and key.end_interval <= first + INTERVALS_PER_DAY):
                raise ProtocolError("opened: a key is not of the reported day alone")

    @classmethod
    def from_json(cls, body: bytes) -> ExposureReport:
        """Read the request's body. Raises ProtocolError."""
        fields = json_object(body, "exposure report")
        keys, opened = fields.get("keys"), fields.get("opened", [])
        if not isinstance(keys, list) or not isinstance(opened, list):
            raise ProtocolError("keys or opened is not a list")
        probability = fields.get("probability")
        if probability is not None and not is_whole(probability, 0, 100):
            raise ProtocolError("probability is not a percentage")
        return cls(
            report=base64_bytes(text_of(fields, "report", required=True), "report"),
            receipt=text_of(fields, "receipt", required=True),
            commune=text_of(fields, "commune", required=True),
            day=written_day(text_of(fields, "day", required=True)),
            keys=tuple(base64_bytes(clean_text(key, "key"), "key") for key in keys[: MAX_KEYS + 1]),
            quarters=whole_of(fields, "quarters"),
            nearness=_nearness(text_of(fields, "nearness", required=True)),
            probability=probability,
            policy=text_of(fields, "policy", required=True),
            policy_version=text_of(fields, "policyVersion", required=True),
            opened=tuple(_opened(row) for row in opened[: MAX_OPENED + 1]),
        )

    def to_json(self, padding: str = "") -> bytes:
        """Write the request's body."""
        return _body(self.fields() | {"padding": padding})

    def fields(self) -> dict[str, Any]:
        """Return what the body says but for its padding: all that leaves the phone, for its owner to read."""
        fields: dict[str, Any] = {
            "report": base64_text(self.report),
            "receipt": self.receipt,
            "commune": self.commune,
            "day": self.day.isoformat(),
            "keys": [base64_text(key) for key in self.keys],
            "quarters": self.quarters,
            "nearness": self.nearness.value,
            "probability": self.probability,
            "policy": self.policy,
            "policyVersion": self.policy_version,
            "opened": [
                {
                    "rpik": base64_text(key.rpik),
                    "rollingStartNumber": key.rolling_start_interval,
                    "rollingPeriod": key.rolling_period,
                }
                for key in self.opened
            ],
        }
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Ask for a report to be deleted. `report`: its id, which only its phone has."""

    report: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_id(self.report)

    @classmethod
    def from_json(cls, body: bytes) -> TakeBack:
        """Read the request's body. Raises ProtocolError."""
        return cls(base64_bytes(text_of(json_object(body, "take-back"), "report", required=True), "report"))

    def to_json(self, padding: str = "") -> bytes:
        """Write the request's body."""
        return _body({"report": base64_text(self.report), "padding": padding})


@dataclass(frozen=True, slots=True)
class HeardUpload:
    """Give the heard list of a phone whose keys are published. Raises ProtocolError for a field that cannot be."""

    revision_token: str = field(repr=False)
    heard: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.revision_token) <= _MAX_TOKEN:
            raise ProtocolError("revisionToken is missing or too long")
        if len(self.heard) != LIST_BYTES:
            raise ProtocolError(f"heard has {len(self.heard)} bytes where {LIST_BYTES} are meant")

    @classmethod
    def from_json(cls, body: bytes) -> HeardUpload:
        """Read the request's body. Raises ProtocolError."""
        fields = json_object(body, "heard list")
        return cls(
            text_of(fields, "revisionToken", required=True),
            base64_bytes(text_of(fields, "heard", required=True), "heard"),
        )

    def to_json(self, padding: str = "") -> bytes:
        """Write the request's body."""
        return _body({"revisionToken": self.revision_token, "heard": base64_text(self.heard), "padding": padding})


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """Hold what the authority says to any of the three: nothing where it took it, else `code` (a `ReportRefusal`, or a
    word of later) and a sentence."""

    error: str = ""
    code: str = ""

    @classmethod
    def from_json(cls, body: bytes) -> ReportAnswer:
        """Read the answer's body. Raises ProtocolError."""
        fields = json_object(body, "answer")
        error, code = (text_of(fields, name) for name in ("error", "code"))
        return cls(error, (code or (ReportRefusal.INTERNAL.value if error else ""))[:40])

    def to_json(self, padding: str = "") -> bytes:
        """Write the answer's body."""
        return _body({"error": self.error, "code": self.code, "padding": padding})


def day_interval(day: dt.date) -> int:
    """Return the first interval number of a UTC day."""
    return interval_number((day - dt.date(1970, 1, 1)).days * DAY_S)


def _body(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def _check_id(value: bytes) -> None:
    if len(value) != REPORT_BYTES:
        raise ProtocolError(f"report is {len(value)} bytes, not {REPORT_BYTES}")


def _nearness(text: str) -> Nearness:
    try:
        return Nearness(text)
    except ValueError:
        raise ProtocolError(f"nearness is none of {', '.join(Nearness)}") from None


def _opened(row: object) -> OpenedKey:
    if not isinstance(row, dict):
        raise ProtocolError("opened: not an object")
    rpik = base64_bytes(text_of(row, "rpik", required=True), "rpik")
    return OpenedKey(rpik, whole_of(row, "rollingStartNumber"), whole_of(row, "rollingPeriod"))
