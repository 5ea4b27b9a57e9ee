"""Ask for a code by text message, without a health office: `POST /api/user-report` of Google's verification server.

The code in the message is good only for the phone that asked: it draws 256 random bytes (`nonce`), and gives them again
when it presents the code to `/api/verify`. The answer is one whether a message was sent or not, so that nobody learns
from it who has reported.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.fields import body_of, flag_of, text_of, whole_of
from bluezone.protocol.text import base64_bytes, base64_text, day_in, json_object

NONCE_BYTES = 256
#: where an authority says what it does for phones beside the reference's own addresses
SERVICES_PATH = "/v1/services.json"
#: a time zone lies within a day of UTC, to either side
_MOST_MINUTES = 1_440


class IssueCode(StrEnum):
    """Name the `errorCode` of answers to who asks for a code: a phone, or a health office's machine."""

    UNPARSABLE_REQUEST = "unparsable_request"
    INTERNAL = "internal_server_error"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    TOO_MANY_REQUESTS = "too_many_requests"
    INVALID_TEST_TYPE = "invalid_test_type"
    UNSUPPORTED_TEST_TYPE = "unsupported_test_type"
    MISSING_DATE = "missing_date"
    INVALID_DATE = "invalid_date"
    UUID_EXISTS = "uuid_already_exists"
    CODE_NOT_FOUND = "code_not_found"
    CODE_CLAIMED = "code_already_claimed"
    QUOTA_EXCEEDED = "quota_exceeded"
    PHONE_INVALID = "phone_number_invalid"
    SMS_FAILURE = "sms_failure"
    MISSING_NONCE = "missing_nonce"
    MISSING_PHONE = "missing_phone"


class UserReportError(ProtocolError):
    """Report a request that cannot be; `code` is the API's word for why."""

    def __init__(self, message: str, code: IssueCode = IssueCode.UNPARSABLE_REQUEST) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class UserReportRequest:
    """Ask for a code to be sent to a telephone number. `utc_offset_min`: the phone's time zone, east of UTC."""

    phone: str
    nonce: bytes
    symptom_date: date | None = None
    test_date: date | None = None
    utc_offset_min: int = 0

    @classmethod
    def from_json(cls, data: bytes | str) -> UserReportRequest:
        """Read the request's body. Raises ProtocolError, a UserReportError where the API has a word for why."""
        body = json_object(data, "user report request")
        nonce = _nonce(text_of(body, "nonce"))
        phone = text_of(body, "phone")
        if not phone:
            raise UserReportError("phone cannot be empty", IssueCode.MISSING_PHONE)
        return cls(
            phone=phone,
            nonce=nonce,
            symptom_date=read_date(text_of(body, "symptomDate"), "symptom onset"),
            test_date=read_date(text_of(body, "testDate"), "test"),
            utc_offset_min=_minutes(body.get("tzOffset")),
        )

    def to_json(self, padding: str = "") -> bytes:
        """Write the request's body."""
        return body_of(
            {
                "symptomDate": self.symptom_date.isoformat() if self.symptom_date else "",
                "testDate": self.test_date.isoformat() if self.test_date else "",
                "tzOffset": self.utc_offset_min,
                "phone": self.phone,
                "nonce": base64_text(self.nonce),
                "padding": padding,
            }
        )


@dataclass(frozen=True, slots=True)
class UserReportResponse:
    """Hold until when a code is good, in Unix seconds; or an error."""

    expires_at_s: int = 0
    error: str = ""
    error_code: str = ""

    @classmethod
    def from_json(cls, data: bytes | str) -> UserReportResponse:
        """Read the answer's body. Raises ProtocolError."""
        what = "user report response"
        body = json_object(data, what)
        at = whole_of(body, "expiresAtTimestamp", what, bits=64)
        return cls(at, text_of(body, "error", what), text_of(body, "errorCode", what))

    def to_json(self, padding: str = "") -> bytes:
        """Write the answer's body."""
        if self.error_code:
            return json.dumps({"error": self.error, "errorCode": self.error_code, "padding": padding}).encode("ascii")
        body = {"expiresAt": moment_text(self.expires_at_s), "expiresAtTimestamp": self.expires_at_s}
        return json.dumps(body | {"padding": padding}).encode("ascii")


@dataclass(frozen=True, slots=True)
class Services:
    """Hold what an authority does for phones. `user_reports`: it sends codes to who tested positive by themselves;
    `keys_go_abroad`: other authorities can fetch the keys that phones publish, which owners read before their yes."""

    user_reports: bool = False
    keys_go_abroad: bool = False

    @classmethod
    def from_json(cls, data: bytes | str) -> Services:
        """Read the document. Raises ProtocolError."""
        fields = json_object(data, "services")
        return cls(**{name: flag_of(fields, name, "services") for name in ("user_reports", "keys_go_abroad")})

    def to_json(self) -> bytes:
        """Write the document."""
        facts = {"user_reports": self.user_reports, "keys_go_abroad": self.keys_go_abroad}
        return json.dumps(facts).encode("ascii")


def moment_text(seconds: int) -> str:
    """Return a moment as the reference servers write it: RFC 1123, `Tue, 18 Aug 2020 12:00:00 UTC`."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC)).replace("+0000", "UTC")


def read_date(text: str, what: str) -> date | None:
    """Read a date YYYY-MM-DD; None where there is none. Raises UserReportError."""
    if not text:
        return None
    found = day_in(text)
    if found is None:
        raise UserReportError(f"failed to process {what} date: YYYY-MM-DD is meant")
    return found


def _nonce(text: str) -> bytes:
    if not text:
        raise UserReportError("nonce cannot be empty", IssueCode.MISSING_NONCE)
    try:
        nonce = base64_bytes(text, "nonce")
    except ProtocolError as error:
        raise UserReportError(str(error)) from None
    if len(nonce) != NONCE_BYTES:
        raise UserReportError(f"nonce has {len(nonce)} bytes where {NONCE_BYTES} are meant")
    return nonce


def _minutes(value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= _MOST_MINUTES:
        raise UserReportError("tzOffset is not a number of minutes from UTC")
    return int(value)
