"""Ask for a code by text message, without a health office: `POST /api/user-report` of Google's verification server.

The code in the message is good only for the phone that asked: it draws 256 random bytes (`nonce`), and gives them again
when it presents the code to `/api/verify`. The answer is one whether a message was sent or not, so that nobody learns
from it who has reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Annotated, Any

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.fields import SECONDS, Codec, Message, json_body
from bluezone.protocol.text import day_in

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


def _minutes(value: Any, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= _MOST_MINUTES:
        raise UserReportError(f"{place} is not a number of minutes from UTC")
    return int(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserReportRequest(Message):
    """Ask for a code to be sent to a telephone number. `utc_offset_min`: the phone's time zone, east of UTC. Raises
    ProtocolError, a UserReportError where the API has a word for why."""

    what = "user report request"
    phone: str = ""
    nonce: bytes = b""
    symptom_date: date | None = None
    test_date: date | None = None
    utc_offset_min: Annotated[int, "tzOffset", Codec(_minutes)] = 0

    def check(self) -> None:
        if not self.nonce:
            raise UserReportError("nonce cannot be empty", IssueCode.MISSING_NONCE)
        if len(self.nonce) != NONCE_BYTES:
            raise UserReportError(f"nonce has {len(self.nonce)} bytes where {NONCE_BYTES} are meant")
        if not self.phone:
            raise UserReportError("phone cannot be empty", IssueCode.MISSING_PHONE)


@dataclass(frozen=True, slots=True)
class UserReportResponse(Message):
    """Hold until when a code is good, in Unix seconds; or an error."""

    what = "user report response"
    expires_at_s: Annotated[int, "expiresAtTimestamp", SECONDS] = 0
    error: str = ""
    error_code: str = ""

    def to_json(self, padding: str = "") -> bytes:
        moment = {} if self.error_code else {"expiresAt": moment_text(self.expires_at_s)}
        return json_body(moment | self.fields() | {"padding": padding})


@dataclass(frozen=True, slots=True)
class Services(Message):
    """Hold what an authority does for phones. `user_reports`: it sends codes to who tested positive by themselves;
    `keys_go_abroad`: other authorities can fetch the keys that phones publish, which owners read before their yes."""

    what = "services"
    always = ("user_reports", "keys_go_abroad")
    user_reports: Annotated[bool, "user_reports"] = False
    keys_go_abroad: Annotated[bool, "keys_go_abroad"] = False


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
