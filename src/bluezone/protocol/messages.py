"""Read and write the messages of the device API, field for field those of Google's verification server and key server.

`POST /api/verify` (code -> token), `POST /api/certificate` (token -> certificate), `POST /v1/publish` (keys). Reading
is strict on what a field must be and forgiving on the rest: unknown fields and padding are ignored, null counts as
absent. What cannot be read raises ProtocolError (MessageTooLargeError above 64,000 bytes) and nothing else; of the keys
of a publish request only the bad ones fall, each with its place and reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.fields import body_of, date_of, flag_of, text_of, whole_of
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.text import base64_bytes, base64_text, is_clean, json_object
from bluezone.protocol.verification import MAC_BYTES, SubmittedKey, submitted

_INT32 = 2**31 - 1


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


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """Hold a one-time code, and the report types the phone can handle (none named: all).

    `nonce`: random bytes that the phone drew for this code. Codes that a person asked for themselves are good with
    theirs alone; whoever used another with one gets the same answer again with it.
    """

    code: str
    accept: tuple[str, ...] = ()
    nonce: bytes = field(default=b"", repr=False)

    @classmethod
    def from_json(cls, data: bytes | str) -> VerifyRequest:
        body = json_object(data, "verify request")
        accept = body.get("accept") or []
        if not isinstance(accept, list) or not all(is_clean(one) for one in accept):
            raise ProtocolError("verify request: accept is not a list of texts")
        nonce = base64_bytes(text_of(body, "nonce", "verify request"), "verify request: nonce")
        return cls(text_of(body, "code", "verify request", required=True), tuple(accept), nonce)

    def to_json(self, padding: str = "") -> bytes:
        nonce = base64_text(self.nonce) if self.nonce else ""
        return body_of({"code": self.code, "accept": list(self.accept), "nonce": nonce, "padding": padding})


@dataclass(frozen=True, slots=True)
class VerifyResponse:
    """Hold a token for the certificate, or an error. `test_type` is a `CertifiedReport`."""

    test_type: str = ""
    symptom_date: date | None = None
    test_date: date | None = None
    token: str = ""
    error: str = ""
    error_code: str = ""

    @classmethod
    def from_json(cls, data: bytes | str) -> VerifyResponse:
        what = "verify response"
        body = json_object(data, what)
        return cls(
            test_type=text_of(body, "testtype", what),
            symptom_date=date_of(body, "symptomDate", what),
            test_date=date_of(body, "testDate", what),
            token=text_of(body, "token", what),
            error=text_of(body, "error", what),
            error_code=text_of(body, "errorCode", what),
        )

    def to_json(self, padding: str = "") -> bytes:
        return body_of(
            {
                "testtype": self.test_type,
                "symptomDate": self.symptom_date.isoformat() if self.symptom_date else "",
                "testDate": self.test_date.isoformat() if self.test_date else "",
                "token": self.token,
                "error": self.error,
                "errorCode": self.error_code,
                "padding": padding,
            }
        )


# --- POST /api/certificate --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    """Hold the token of a verified code, and the HMAC of the keys to be published."""

    token: str
    tek_mac: bytes

    @classmethod
    def from_json(cls, data: bytes | str) -> CertificateRequest:
        what = "certificate request"
        body = json_object(data, what)
        token = text_of(body, "token", what, required=True)
        mac = base64_bytes(text_of(body, "ekeyhmac", what, required=True), f"{what}: ekeyhmac")
        if len(mac) != MAC_BYTES:
            raise ProtocolError(f"{what}: ekeyhmac has {len(mac)} bytes where {MAC_BYTES} are meant")
        return cls(token, mac)

    def to_json(self, padding: str = "") -> bytes:
        return body_of({"token": self.token, "ekeyhmac": base64_text(self.tek_mac), "padding": padding})


@dataclass(frozen=True, slots=True)
class CertificateResponse:
    """Hold a signed certificate (JWT), or an error."""

    certificate: str = ""
    error: str = ""
    error_code: str = ""

    @classmethod
    def from_json(cls, data: bytes | str) -> CertificateResponse:
        what = "certificate response"
        body = json_object(data, what)
        return cls(*(text_of(body, name, what) for name in ("certificate", "error", "errorCode")))

    def to_json(self, padding: str = "") -> bytes:
        return body_of(
            {"certificate": self.certificate, "error": self.error, "errorCode": self.error_code, "padding": padding}
        )


# --- POST /v1/publish -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RejectedKey:
    """Name a key of a request that cannot be taken: its place in the list (from 0, as the reference counts) and why."""

    index: int
    reason: str

    def __str__(self) -> str:
        return f"key {self.index} cannot be imported: {self.reason}"


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """Hold the keys a patient publishes, with the certificate for them.

    `keys` are the good ones, `indices` their places in the list as sent, `rejected` the others. `submitted` is every
    key as its text stood in the request: the HMAC covers that, bad keys included (`verification.is_certified`).
    """

    keys: tuple[TemporaryExposureKey, ...]
    health_authority_id: str
    verification_payload: str = ""
    hmac_key: bytes = b""
    symptom_onset_interval: int | None = None
    traveler: bool = False
    revision_token: str = ""
    indices: tuple[int, ...] = ()
    rejected: tuple[RejectedKey, ...] = ()
    submitted: tuple[SubmittedKey, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if self.keys and not self.submitted:  # made by a phone, not read from a request
            object.__setattr__(self, "submitted", tuple(submitted(key) for key in self.keys))
            object.__setattr__(self, "indices", tuple(range(len(self.keys))))

    @classmethod
    def from_json(cls, data: bytes | str) -> PublishRequest:
        what = "publish request"
        body = json_object(data, what)
        rows = body.get("temporaryExposureKeys")
        if not isinstance(rows, list):
            raise ProtocolError(f"{what}: temporaryExposureKeys is not a list")
        keys, rejected, sent = _read_keys(rows)
        onset = whole_of(body, "symptomOnsetInterval", what)
        return cls(
            keys=tuple(keys.values()),
            health_authority_id=text_of(body, "healthAuthorityID", what),
            verification_payload=text_of(body, "verificationPayload", what),
            hmac_key=base64_bytes(text_of(body, "hmacKey", what), f"{what}: hmacKey"),
            symptom_onset_interval=onset if onset > 0 else None,
            traveler=flag_of(body, "traveler", what),
            revision_token=text_of(body, "revisionToken", what),
            indices=tuple(keys),
            rejected=tuple(rejected),
            submitted=tuple(sent),
        )

    def to_json(self, padding: str = "") -> bytes:
        body = {
            "temporaryExposureKeys": [_key_row(key) for key in self.keys],
            "healthAuthorityID": self.health_authority_id,
            "verificationPayload": self.verification_payload,
            "hmacKey": base64_text(self.hmac_key),
            "symptomOnsetInterval": self.symptom_onset_interval or 0,
            "traveler": self.traveler,
            "revisionToken": self.revision_token,
            "padding": padding,
        }
        return body_of(body, always=("temporaryExposureKeys", "healthAuthorityID", "revisionToken", "padding"))


@dataclass(frozen=True, slots=True)
class PublishResponse:
    """Hold what was stored, and the token a later publication of the same keys needs; or an error.

    With `PublishCode.PARTIAL_FAILURE` the good keys were stored and `error` names the others.
    """

    revision_token: str = ""
    inserted_exposures: int = 0
    error: str = ""
    code: str = ""
    warnings: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, data: bytes | str) -> PublishResponse:
        what = "publish response"
        body = json_object(data, what)
        warnings = body.get("warnings") or []
        if not isinstance(warnings, list) or not all(is_clean(one) for one in warnings):
            raise ProtocolError(f"{what}: warnings is not a list of texts")
        inserted = whole_of(body, "insertedExposures", what)
        if inserted < 0:
            raise ProtocolError(f"{what}: insertedExposures is below 0")
        return cls(
            revision_token=text_of(body, "revisionToken", what),
            inserted_exposures=inserted,
            error=text_of(body, "error", what),
            code=text_of(body, "code", what),
            warnings=tuple(warnings),
        )

    def to_json(self, padding: str = "") -> bytes:
        return body_of(
            {
                "revisionToken": self.revision_token,
                "insertedExposures": self.inserted_exposures,
                "error": self.error,
                "code": self.code,
                "padding": padding,
                "warnings": list(self.warnings),
            }
        )


def _read_keys(rows: list[Any]) -> tuple[dict[int, TemporaryExposureKey], list[RejectedKey], list[SubmittedKey]]:
    keys: dict[int, TemporaryExposureKey] = {}
    rejected: list[RejectedKey] = []
    sent: list[SubmittedKey] = []
    seen: dict[bytes, int] = {}
    for index, row in enumerate(rows):
        try:
            raw = _submitted_key(row)
            sent.append(raw)
            key = _key(raw)
        except ProtocolError as error:
            rejected.append(RejectedKey(index, str(error)))
            continue
        if key.key in seen:
            rejected.append(RejectedKey(index, f"the same key as key {seen[key.key]}"))
            continue
        seen[key.key] = index
        keys[index] = key
    return keys, rejected, sent


def _submitted_key(row: Any) -> SubmittedKey:
    if not isinstance(row, dict):
        raise ProtocolError("not an object")
    return SubmittedKey(
        text_of(row, "key"),
        whole_of(row, "rollingStartNumber"),
        whole_of(row, "rollingPeriod"),
        whole_of(row, "transmissionRisk"),
    )


def _key(raw: SubmittedKey) -> TemporaryExposureKey:
    return TemporaryExposureKey(
        key=base64_bytes(raw.key_base64, "key"),
        rolling_start_interval=raw.rolling_start,
        rolling_period=raw.rolling_period,
        transmission_risk=raw.transmission_risk,
    )


def _key_row(key: TemporaryExposureKey) -> dict[str, Any]:
    raw = submitted(key)
    row: dict[str, Any] = {
        "key": raw.key_base64,
        "rollingStartNumber": raw.rolling_start,
        "rollingPeriod": raw.rolling_period,
    }
    return row | {"transmissionRisk": raw.transmission_risk} if raw.transmission_risk else row
