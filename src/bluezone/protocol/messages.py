"""Read and write the messages of the device API, field for field those of Google's verification server and key server.

`POST /api/verify` (code -> token), `POST /api/certificate` (token -> certificate), `POST /v1/publish` (keys). Reading
is strict on what a field must be and forgiving on the rest: unknown fields and padding are ignored, null counts as
absent. What cannot be read raises ProtocolError (MessageTooLargeError above 64,000 bytes) and nothing else; of the keys
of a publish request only the bad ones fall, each with its place and reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.fields import APART, Message, json_body, read_fields, size, text, whole, within
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.text import base64_bytes
from bluezone.protocol.verification import MAC_BYTES, SubmittedKey, submitted


class VerifyCode(StrEnum):
    """Name the `errorCode` of the verification API's answers, in the words of the reference server.

    `docs/reference/http.md` says which of them this authority gives.
    """

    UNPARSABLE_REQUEST = "unparsable_request"
    INTERNAL = "internal_server_error"
    MAINTENANCE = "maintenance_mode"
    # verify: CODE_INVALID also for codes that were used; QUOTA_EXCEEDED: short codes are not looked at for now
    CODE_INVALID = "code_invalid"
    CODE_EXPIRED = "code_expired"
    CODE_NOT_FOUND = "code_not_found"
    CODE_USER_UNAUTHORIZED = "code_user_unauthorized"
    UNSUPPORTED_TEST_TYPE = "unsupported_test_type"
    INVALID_TEST_TYPE = "invalid_test_type"
    QUOTA_EXCEEDED = "quota_exceeded"
    # certificate
    TOKEN_INVALID = "token_invalid"  # noqa: S105 (the name of an error)
    TOKEN_EXPIRED = "token_expired"  # noqa: S105
    HMAC_INVALID = "hmac_invalid"
    # issue
    MISSING_DATE = "missing_date"
    INVALID_DATE = "invalid_date"
    UUID_ALREADY_EXISTS = "uuid_already_exists"
    SMS_QUEUE_FULL = "sms_queue_full"
    SMS_FAILURE = "sms_failure"
    PHONE_NUMBER_INVALID = "phone_number_invalid"
    MISSING_NONCE = "missing_nonce"
    MISSING_PHONE = "missing_phone"
    USER_REPORT_TRY_LATER = "user_report_try_later"
    # the door of every endpoint
    UNAUTHORIZED = "unauthorized"
    TOO_MANY_REQUESTS = "too_many_requests"


class PublishCode(StrEnum):
    """Name the `code` of the publish answer."""

    UNKNOWN_HEALTH_AUTHORITY = "unknown_health_authority_id"
    HEALTH_AUTHORITY_UNAVAILABLE = "unable_to_load_health_authority"
    CERTIFICATE_INVALID = "health_authority_verification_certificate_invalid"
    BAD_REQUEST = "bad_request"
    INTERNAL = "internal_error"
    MISSING_REVISION_TOKEN = "missing_revision_token"  # noqa: S105 (the name of an error)
    INVALID_REVISION_TOKEN = "invalid_revision_token"  # noqa: S105
    KEY_ALREADY_REVISED = "key_already_revised"
    INVALID_TRANSITION = "invalid_report_type_transition"
    PARTIAL_FAILURE = "partial_failure"


# --- POST /api/verify -------------------------------------------------------------------------------------------------


#: how long the token of a code is good: time for a person to think before saying yes (the reference server's default)
TOKEN_LIFE_S = 86_400
#: random bytes of a nonce, as the reference server wants them of user reports
NONCE_BYTES = 256


def refusal_code(answer: bytes) -> str:
    """Return the code of a refused request, in the field of either server; "" where the answer has none."""
    try:
        said = json.loads(answer)
    except ValueError:
        return ""
    code = (said.get("code") or said.get("errorCode")) if isinstance(said, dict) else None
    return code if isinstance(code, str) else ""


@dataclass(frozen=True, slots=True)
class VerifyRequest(Message):
    """Hold a one-time code, and the report types the phone can handle (none named: all).

    `nonce`: random bytes that the phone drew for this code. Codes that a person asked for themselves are good with
    theirs alone; whoever used another with one gets the same answer again with it.
    """

    what = "verify request"
    code: str
    accept: tuple[str, ...] = ()
    nonce: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class VerifyResponse(Message):
    """Hold a token for the certificate, or an error. `test_type` is a `CertifiedReport`."""

    what = "verify response"
    test_type: Annotated[str, "testtype"] = ""
    symptom_date: date | None = None
    test_date: date | None = None
    token: str = ""
    error: str = ""
    error_code: str = ""


# --- POST /api/certificate --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CertificateRequest(Message):
    """Hold the token of a verified code, and the HMAC of the keys to be published."""

    what = "certificate request"
    token: str
    tek_mac: Annotated[bytes, "ekeyhmac", size(MAC_BYTES)]


@dataclass(frozen=True, slots=True)
class CertificateResponse(Message):
    """Hold a signed certificate (JWT), or an error."""

    what = "certificate response"
    certificate: str = ""
    error: str = ""
    error_code: str = ""


# --- POST /v1/publish -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RejectedKey:
    """Name a key of a request that cannot be taken: its place in the list (from 0, as the reference counts) and why."""

    index: int
    reason: str

    def __str__(self) -> str:
        return f"key {self.index} cannot be imported: {self.reason}"


@dataclass(frozen=True, slots=True)
class PublishRequest(Message):
    """Hold the keys a patient publishes, with the certificate for them.

    `keys` are the good ones, `indices` their places in the list as sent, `rejected` the others. `submitted` is every
    key as its text stood in the request: the HMAC covers that, bad keys included (`verification.is_certified`).
    """

    what = "publish request"
    always = ("healthAuthorityID", "revisionToken", "padding")
    keys: Annotated[tuple[TemporaryExposureKey, ...], APART]
    health_authority_id: Annotated[str, "healthAuthorityID"] = ""
    verification_payload: str = ""
    hmac_key: bytes = b""
    symptom_onset_interval: int | None = None
    traveler: bool = False
    revision_token: str = ""
    indices: Annotated[tuple[int, ...], APART] = ()
    rejected: Annotated[tuple[RejectedKey, ...], APART] = ()
    submitted: Annotated[tuple[SubmittedKey, ...], APART] = field(default=(), repr=False)

    def check(self) -> None:
        if self.keys and not self.submitted:  # made by a phone, not read from a request
            object.__setattr__(self, "submitted", tuple(submitted(key) for key in self.keys))
            object.__setattr__(self, "indices", tuple(range(len(self.keys))))
        if (self.symptom_onset_interval or 0) <= 0:
            object.__setattr__(self, "symptom_onset_interval", None)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> PublishRequest:
        """Read a JSON object; the keys are read one by one."""
        rows = body.get("temporaryExposureKeys")
        if not isinstance(rows, list):
            raise ProtocolError(f"{cls.what}: temporaryExposureKeys is not a list")
        keys, rejected, sent = _read_keys(rows)
        return cls(
            tuple(keys.values()),
            indices=tuple(keys),
            rejected=tuple(rejected),
            submitted=tuple(sent),
            **read_fields(cls, body),
        )

    def to_json(self, padding: str = "") -> bytes:
        rows = {"temporaryExposureKeys": [_key_row(key) for key in self.keys]}
        return json_body(rows | self.fields() | {"padding": padding})


@dataclass(frozen=True, slots=True)
class PublishResponse(Message):
    """Hold what was stored, and the token a later publication of the same keys needs; or an error.

    With `PublishCode.PARTIAL_FAILURE` the good keys were stored and `error` names the others.
    """

    what = "publish response"
    revision_token: str = ""
    inserted_exposures: Annotated[int, within(0, 2**31 - 1)] = 0
    error: str = ""
    code: str = ""
    warnings: tuple[str, ...] = ()


def _read_keys(rows: list[Any]) -> tuple[dict[int, TemporaryExposureKey], list[RejectedKey], list[SubmittedKey]]:
    keys: dict[int, TemporaryExposureKey] = {}
    rejected: list[RejectedKey] = []
    sent: list[SubmittedKey] = []
    seen: dict[bytes, int] = {}
    for index, row in enumerate(rows):
        try:
            raw = _submitted_key(row)
            sent.append(raw)
            key = TemporaryExposureKey(
                key=base64_bytes(raw.key_base64, "key"),
                rolling_start_interval=raw.rolling_start,
                rolling_period=raw.rolling_period,
                transmission_risk=raw.transmission_risk,
            )
        except ProtocolError as error:
            rejected.append(RejectedKey(index, str(error)))
            continue
        if key.key in seen:
            rejected.append(RejectedKey(index, f"the same key as key {seen[key.key]}"))
            continue
        seen[key.key] = index
        keys[index] = key
    return keys, rejected, sent


_NUMBERS = ("rollingStartNumber", "rollingPeriod", "transmissionRisk")


def _submitted_key(row: Any) -> SubmittedKey:
    if not isinstance(row, dict):
        raise ProtocolError("not an object")
    key = row.get("key")
    numbers = [0 if (value := row.get(name)) is None else whole(value, name) for name in _NUMBERS]
    return SubmittedKey(text("" if key is None else key, "key"), *numbers)


def _key_row(key: TemporaryExposureKey) -> dict[str, Any]:
    raw = submitted(key)
    row: dict[str, Any] = {
        "key": raw.key_base64,
        "rollingStartNumber": raw.rolling_start,
        "rollingPeriod": raw.rolling_period,
    }
    return row | {"transmissionRisk": raw.transmission_risk} if raw.transmission_risk else row
