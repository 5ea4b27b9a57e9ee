"""Define what phones and the authority say to each other as schemas, one class a message, for the description.

Handlers read and write by `bluezone.protocol`, byte for byte as the reference servers; a test holds both to each other.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Field, Schema

from bluezone.protocol.installations import PLATFORMS
from bluezone.protocol.messages import PublishCode
from bluezone.protocol.phone_numbers import LANGUAGES
from bluezone.protocol.reports import MAX_KEYS, MAX_OPENED, MAX_QUARTERS, Certainty
from bluezone.protocol.shared_check_ins import LOCATION_BYTES, MAX_CHECK_INS
from bluezone.protocol.verification import CertifiedReport


def _base64(size: int) -> Any:
    return Field(description=f"base64 of {size} bytes", json_schema_extra={"contentEncoding": "base64"})


def _about(description: str, **bounds: Any) -> Any:
    return Field(description=description, **bounds)


Bytes16 = Annotated[str, _base64(16)]
Bytes32 = Annotated[str, _base64(32)]
Bytes256 = Annotated[str, _base64(256)]
Location = Annotated[str, _base64(LOCATION_BYTES)]
Day = Annotated[str, _about("YYYY-MM-DD", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Interval = Annotated[int, _about("interval number (10 minutes)")]
Period = Annotated[int, _about("intervals", ge=1, le=144)]
UnixMinute = Annotated[int, _about("Unix seconds, whole minutes")]
#: a signed document, as `protocol` describes it
Signed = dict[str, Any]


class Padded(Schema):
    padding: str = _about("random; ignored")


class MaybePadded(Schema):
    padding: str = Field("", description="random; ignored")


class Sentence(Schema):
    error: str


class InstallationRefusal(Schema):
    error: str
    code: str


# --- codes, tokens, certificates --------------------------------------------------------------------------------------


class VerifyRequest(MaybePadded):
    code: str = _about("short or long")
    accept: list[CertifiedReport] = []
    nonce: Bytes256 = ""


class VerifyAnswer(Padded):
    testtype: CertifiedReport
    symptomDate: Day = ""
    testDate: Day = ""
    token: str


class CertificateRequest(MaybePadded):
    token: str
    ekeyhmac: Bytes32


class CertificateAnswer(Padded):
    certificate: str = _about("JWT, ES256")


class UserReportRequest(MaybePadded):
    symptomDate: Day = ""
    testDate: Day = ""
    tzOffset: float = 0
    phone: str = _about("E.164")
    nonce: Bytes256


class UserReportAnswer(Padded):
    expiresAt: str = _about("RFC 1123, UTC")
    expiresAtTimestamp: int = _about("Unix seconds")


class Services(Schema):
    user_reports: bool = _about("codes are sent to who tested positive by themselves")
    keys_go_abroad: bool = _about("other authorities can fetch what phones publish")


class CertificateKey(Schema):
    kty: str
    crv: str
    x: str
    y: str
    kid: str


# --- keys -------------------------------------------------------------------------------------------------------------


class Key(Schema):
    key: Bytes16
    rollingStartNumber: Interval
    rollingPeriod: Period
    transmissionRisk: int = Field(0, ge=0, le=8)


class PublishRequest(MaybePadded):
    temporaryExposureKeys: list[Key] = Field(max_length=30)
    healthAuthorityID: str
    verificationPayload: str = _about("the certificate")
    hmacKey: str = _about("base64, at least 16 bytes")
    symptomOnsetInterval: int = 0
    traveler: bool = False
    revisionToken: str = ""


class PublishAnswer(Padded):
    revisionToken: str = _about("for revising these keys")
    insertedExposures: int
    error: str = ""
    code: Literal[PublishCode.PARTIAL_FAILURE] = PublishCode.PARTIAL_FAILURE
    warnings: list[str] = []


class PublishRequests(Schema):
    unknown: int
    android: int
    ios: int


class StatsDay(Schema):
    day: str = _about("midnight, UTC")
    publish_requests: PublishRequests
    total_teks_published: int
    requests_with_revisions: int = 0
    tek_age_distribution: list[int] = Field([], description="requests by the age of the oldest key; the last: older")
    onset_to_upload_distribution: list[int] = Field([], description="requests by days since onset; the last: more")
    requests_missing_onset_date: int = 0


class StatsAnswer(Padded):
    days: list[StatsDay] = []


# --- installations, telephone numbers ---------------------------------------------------------------------------------


class Registration(Schema):
    installation: Bytes16
    platform: str = Field(json_schema_extra={"enum": list(PLATFORMS)})
    version: str
    commune: str = Field("", description="34:31318")
    unit: str = Field("", description="7K3M-Q2XD")
    replaces: Bytes16 = ""


class Activity(Schema):
    installation: Bytes16


class Counted(Schema):
    status: Literal["counted"]


class NumberCodeRequest(Schema):
    request: Bytes16
    number: str = _about("E.164")
    language: str = Field("", json_schema_extra={"enum": list(LANGUAGES)})
    commune: str = Field("", description="34:31318")


class NumberCodeAnswer(Schema):
    expires_in_s: int


class NumberConfirmation(Schema):
    request: Bytes16
    code: str = _about("six digits")


class NumberReceipt(Schema):
    receipt: str = _about("to take it back by")


class Nothing(Schema):
    pass


# --- reports ----------------------------------------------------------------------------------------------------------


class Taken(Padded):
    error: str = _about("empty")
    code: str = _about("empty")


class Opened(Schema):
    rpik: Bytes16
    rollingStartNumber: Interval
    rollingPeriod: Period


class ExposureReport(MaybePadded):
    report: Bytes16
    receipt: str = _about("of the confirmed number")
    commune: str = _about("34:31471")
    day: Day
    keys: list[Bytes16] = _about("published keys", min_length=1, max_length=MAX_KEYS)
    quarters: int = _about("of an hour", ge=0, le=MAX_QUARTERS)
    nearMinutes: int | None = Field(None, description="null: not known", ge=0, le=15 * MAX_QUARTERS)
    certainty: Certainty
    policy: str
    policyVersion: str
    opened: list[Opened] = Field([], description="RPIKs of one UTC day", max_length=MAX_OPENED)


class TakeBack(MaybePadded):
    report: Bytes16


class HealthDeclaration(MaybePadded):
    declaration: Bytes16
    form: str = Field("", description="which form")
    version: int = Field(1, description="of the form", ge=1)
    day: Day = ""
    other: bool = Field(False, description="filled in for somebody else")
    answers: dict[str, Any] = Field({}, description="by the form's questions")
    receipt: str = Field("", description="of the declaration that is corrected or withdrawn")
    link: str = Field("", description="code of who is in isolation: `answers` hold their health alone")
    withdraw: bool = Field(False, description="take it back")
    confirm: bool = Field(False, description="show that the number is one's own, or ask for another message")
    code: str = Field("", description="of the text message")


class Declared(Padded):
    receipt: str = _about("to see, correct and withdraw it")
    level: str = _about("advice, call or urgent")
    error: str = _about("empty")
    code: str = _about("empty")
    pass_: str = _about("of the QR code of the pass; empty where none comes of it", alias="pass")
    confirm: str = Field(
        "", description="nobody calls before the number is confirmed: `code` comes by a message, else `call`"
    )
    since: Day = ""
    until: Day = Field("", description="of who declares with `link`: the last day of isolation")


class Withdrawal(MaybePadded):
    revisionToken: str = _about("as publishing returned it")


class HeardUpload(Withdrawal):
    heard: str = _about("base64 of 2,048 entries of 8 bytes")


class CheckIn(Schema):
    location: Location
    start: UnixMinute
    end: UnixMinute


class CheckInUpload(Withdrawal):
    checkIns: list[CheckIn] = Field(min_length=1, max_length=MAX_CHECK_INS)


class WarnedAnswer(MaybePadded):
    answer: Bytes16
    week: Day
    warned: bool = _about("the truth with probability 1/2, else a fair coin")


# --- documents, links, health -----------------------------------------------------------------------------------------


class PassKey(Schema):
    kty: str
    crv: str
    x: str
    y: str
    kid: str = _about("as passes name it: 452_pass v1")
    use: str
    alg: str


class PassKeys(Schema):
    keys: list[PassKey]
    distrusted: list[str] = _about("names of keys whose passes are believed no more")


class AssetLink(Schema):
    relation: Any
    target: Any


class AppLinks(Schema):
    applinks: Any


class Health(Schema):
    status: Literal["ok"]
    maintenance_mode: bool


class Alive(Schema):
    status: Literal["ok"]


class Readiness(Schema):
    status: Literal["ready", "failing"]
    parts: dict[str, str]
