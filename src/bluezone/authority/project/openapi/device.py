"""Describe the API of phones: every address that is no page, no officer's and no health office's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bluezone.authority.project.openapi.schemas import (
    DATE,
    PADDING,
    Schema,
    base64,
    flag,
    many,
    one_of,
    record,
    text,
    whole,
)
from bluezone.protocol.declarations import DeclarationRefusal, Symptom
from bluezone.protocol.health_declarations import HealthDeclarationRefusal
from bluezone.protocol.installations import PLATFORMS
from bluezone.protocol.messages import PublishCode, VerifyCode
from bluezone.protocol.phone_numbers import LANGUAGES, Refusal
from bluezone.protocol.reports import MAX_KEYS, MAX_OPENED, MAX_QUARTERS, Nearness, ReportRefusal
from bluezone.protocol.shared_check_ins import LOCATION_BYTES, MAX_CHECK_INS
from bluezone.protocol.user_reports import IssueCode
from bluezone.protocol.verification import CertifiedReport
from bluezone.protocol.warned import WarnedRefusal

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """Describe what can be asked at an address. `answers`: status -> schema; None where it is no JSON."""

    method: str
    path: str
    summary: str
    answers: Mapping[int, Schema | None]
    request: Schema | None = None
    media_type: str = _JSON
    #: names in the path or the query, with what they are
    parameters: Mapping[str, str] = field(default_factory=dict)
    needs_key: bool = False


def _errors(codes: type, *statuses: int, name: str = "code") -> dict[int, Schema | None]:
    """Return the answers that refuse, whose `name` is one of the API's words."""
    words = [str(each) for each in codes]  # type: ignore[attr-defined]
    known = sorted({*words, "unauthorized", "too_many_requests"})
    fields: dict[str, Schema] = {"error": text("a sentence"), name: one_of(*known), "padding": PADDING}
    refused = {"type": "object", "properties": fields, "required": ["error", name]}
    return dict.fromkeys((*statuses, 401, 405, 413, 429, 500), refused)


_TEST_TYPE = one_of(*CertifiedReport)
_KEY = record(
    "key rollingStartNumber rollingPeriod",
    key=base64(16),
    rollingStartNumber=whole("interval number (10 minutes)"),
    rollingPeriod=whole("intervals", minimum=1, maximum=144),
    transmissionRisk=whole(minimum=0, maximum=8),
)
_STATS_DAY = record(
    "day publish_requests total_teks_published",
    day=text("midnight, UTC"),
    publish_requests=record("unknown android ios", unknown=whole(), android=whole(), ios=whole()),
    total_teks_published=whole(),
    requests_with_revisions=whole(),
    tek_age_distribution=many(whole(), "requests by the age of the oldest key in days; the last: older"),
    onset_to_upload_distribution=many(whole(), "requests by days since onset; the last: more"),
    requests_missing_onset_date=whole(),
)
_COUNTED = record("status", status=one_of("counted"))
_SIGNED = record("", closed=False)
_PASS_KEY = record(
    "kty crv x y kid use alg",
    kty=text(),
    crv=text(),
    x=text(),
    y=text(),
    kid=text("as passes name it: 452_pass v1"),
    use=text(),
    alg=text(),
)
_PASS_KEYS = record(
    "keys distrusted",
    keys=many(_PASS_KEY),
    distrusted=many(text("the name of a key whose passes are believed no more")),
)

_READINESS = record("status parts", status=one_of("ready", "failing"), parts=record())

VERIFICATION = (
    Operation(
        "post",
        "/api/verify",
        "Exchange a one-time code for a token",
        {
            200: record(
                "testtype token padding",
                testtype=_TEST_TYPE,
                symptomDate=DATE,
                testDate=DATE,
                token=text(),
                padding=PADDING,
            ),
            **_errors(VerifyCode, 400, 412, name="errorCode"),
        },
        record("code", code=text("short or long"), accept=many(_TEST_TYPE), nonce=base64(256), padding=PADDING),
        needs_key=True,
    ),
    Operation(
        "post",
        "/api/certificate",
        "Exchange the token and the HMAC of the keys for a certificate",
        {
            200: record("certificate padding", certificate=text("JWT, ES256"), padding=PADDING),
            **_errors(VerifyCode, 400, name="errorCode"),
        },
        record("token ekeyhmac", token=text(), ekeyhmac=base64(32), padding=PADDING),
        needs_key=True,
    ),
    Operation(
        "post",
        "/api/user-report",
        "Ask for a code by text message. The answer is one whether a message is sent or not",
        {
            200: record(
                "expiresAt expiresAtTimestamp padding",
                expiresAt=text("RFC 1123, UTC"),
                expiresAtTimestamp=whole("Unix seconds"),
                padding=PADDING,
            ),
            **_errors(IssueCode, 400, name="errorCode"),
        },
        record(
            "phone nonce",
            symptomDate=DATE,
            testDate=DATE,
            tzOffset={"type": "number"},
            phone=text("E.164"),
            nonce=base64(256),
            padding=PADDING,
        ),
        needs_key=True,
    ),
    Operation(
        "get",
        "/v1/services.json",
        "Ask which services are turned on",
        {
            200: record(
                "user_reports keys_go_abroad",
                user_reports=flag("codes are sent to who tested positive by themselves"),
                keys_go_abroad=flag("other authorities can fetch what phones publish"),
            )
        },
    ),
    Operation(
        "get",
        "/jwks/",
        "Fetch the public keys of certificates",
        {200: many(record("kty crv x y kid", kty=text(), crv=text(), x=text(), y=text(), kid=text()))},
    ),
    Operation(
        "get",
        "/jwks/{region}",
        "Fetch the public keys of certificates of this server's region",
        {
            200: many(record("kty crv x y kid", kty=text(), crv=text(), x=text(), y=text(), kid=text())),
            404: record("error", error=text()),
        },
        parameters={"region": "452"},
    ),
)

KEYS = (
    Operation(
        "post",
        "/v1/publish",
        "Publish certified keys",
        {
            200: record(
                "revisionToken insertedExposures padding",
                revisionToken=text("for revising these keys"),
                insertedExposures=whole(),
                error=text(),
                code=one_of(PublishCode.PARTIAL_FAILURE),
                warnings=many(text()),
                padding=PADDING,
            ),
            **_errors(PublishCode, 400),
        },
        record(
            "temporaryExposureKeys healthAuthorityID verificationPayload hmacKey",
            temporaryExposureKeys=many(_KEY, maxItems=30),
            healthAuthorityID=text(),
            verificationPayload=text("the certificate"),
            hmacKey=text("base64, at least 16 bytes"),
            symptomOnsetInterval=whole(),
            traveler=flag(),
            revisionToken=text(),
            padding=PADDING,
        ),
    ),
    Operation(
        "post",
        "/v1/stats",
        "Ask how many published, with a token signed by a key of the certificates (Authorization: Bearer)",
        {200: record("padding", days=many(_STATS_DAY), padding=PADDING), **_errors(PublishCode, 400)},
        record("", padding=PADDING),
    ),
    Operation(
        "get",
        "/exports/{name}",
        "Fetch `452/index.txt`, which names the export files, or one of them",
        {200: None, 404: None},
        media_type="application/octet-stream",
        parameters={"name": "452/index.txt"},
    ),
    Operation(
        "get",
        "/policies/{region}.json",
        "Fetch the signed policy",
        {200: _SIGNED, 404: None},
        parameters={"region": "452"},
    ),
)

COUNTING = (
    Operation(
        "post",
        "/v1/installations",
        "Register an installation, to be counted",
        {
            201: _COUNTED,
            **dict.fromkeys((400, 401, 403, 405, 413, 429, 500), record("error code", error=text(), code=text())),
        },
        record(
            "installation platform version",
            installation=base64(16),
            platform=one_of(*PLATFORMS),
            version=text(),
            commune=text("34:31318"),
            unit=text("7K3M-Q2XD"),
            replaces=base64(16),
        ),
        needs_key=True,
    ),
    Operation(
        "post",
        "/v1/activity",
        "Say that an installation is in use today; 404: register again",
        {
            200: _COUNTED,
            **dict.fromkeys((400, 401, 404, 405, 413, 429, 500), record("error code", error=text(), code=text())),
        },
        record("installation", installation=base64(16)),
        needs_key=True,
    ),
)

NUMBERS = (
    Operation(
        "post",
        "/v1/phone-number/code",
        "Leave a telephone number: a code goes to it",
        {202: record("expires_in_s", expires_in_s=whole()), **_errors(Refusal, 400, 403, 404, 502)},
        record(
            "request number",
            request=base64(16),
            number=text("E.164"),
            language=one_of(*LANGUAGES),
            commune=text("34:31318"),
        ),
        needs_key=True,
    ),
    Operation(
        "post",
        "/v1/phone-number/confirm",
        "Confirm the number by the code",
        {201: record("receipt", receipt=text("to take it back by")), **_errors(Refusal, 400, 403, 404)},
        record("request code", request=base64(16), code=text("six digits")),
        needs_key=True,
    ),
    Operation(
        "post",
        "/v1/phone-number/forget",
        "Take the number back",
        {200: record(), **_errors(Refusal, 400, 404)},
        record("receipt", receipt=text()),
        needs_key=True,
    ),
    Operation(
        "get",
        "/v1/news/{region}.json",
        "Fetch the signed news of the country",
        {200: _SIGNED, 404: None},
        parameters={"region": "452"},
    ),
    Operation(
        "get",
        "/v1/news/{region}/{area}.json",
        "Fetch the signed news of a province",
        {200: _SIGNED, 404: None},
        parameters={"region": "452", "area": "34-92"},
    ),
    Operation(
        "get",
        "/v1/passes/{region}/keys.json",
        "Fetch the public keys by which passes are verified, as a JSON Web Key Set",
        {200: _PASS_KEYS, 404: None},
        parameters={"region": "452"},
    ),
    Operation(
        "get",
        "/v1/passes/{region}.json",
        "Fetch the signed list of passes that were taken back",
        {200: _SIGNED, 404: None},
        parameters={"region": "452"},
    ),
    Operation(
        "get",
        "/v1/places/{region}.json",
        "Fetch the signed policy of places: from which overlap on to warn of one",
        {200: _SIGNED, 404: None},
        parameters={"region": "452"},
    ),
    Operation(
        "get",
        "/exports/{region}/places/index.txt",
        "Fetch the names of the packages of place warnings",
        {200: None, 404: None},
        media_type="text/plain",
        parameters={"region": "452"},
    ),
    Operation(
        "get",
        "/exports/{region}/places/{hour}.zip",
        "Fetch the place warnings of an hour, signed",
        {200: None, 404: None},
        media_type="application/zip",
        parameters={"region": "452", "hour": "443888"},
    ),
    Operation(
        "get",
        "/v1/guidance/{region}.json",
        "Fetch what is to be done after a warning, signed, of the country",
        {200: _SIGNED, 404: None},
        parameters={"region": "452"},
    ),
    Operation(
        "get",
        "/v1/guidance/{region}/{area}.json",
        "Fetch what is to be done after a warning, signed, of a province",
        {200: _SIGNED, 404: None},
        parameters={"region": "452", "area": "34-92"},
    ),
    Operation(
        "get",
        "/v1/forms/{region}.json",
        "Fetch the forms of health declarations, signed, of the country",
        {200: _SIGNED, 404: None},
        parameters={"region": "452"},
    ),
    Operation(
        "get",
        "/v1/forms/{region}/{area}.json",
        "Fetch the forms of health declarations, signed, that a province has of its own",
        {200: _SIGNED, 404: None},
        parameters={"region": "452", "area": "34-92"},
    ),
    Operation(
        "get",
        "/v1/settings/{region}.json",
        "Fetch whether warnings of second order are on, signed",
        {200: _SIGNED, 404: None},
        parameters={"region": "452"},
    ),
)

_DECLARED = record(
    "receipt level error code pass padding",
    receipt=text("to see, correct and withdraw it"),
    level=text("advice, call or urgent"),
    **{"pass": text("of the QR code of the pass; empty where none comes of it")},  # type: ignore[arg-type]
    error=text("empty"),
    code=text("empty"),
    padding=PADDING,
)
_TAKEN = record("error code padding", error=text("empty"), code=text("empty"), padding=PADDING)
_OPENED = record(
    "rpik rollingStartNumber rollingPeriod",
    rpik=base64(16),
    rollingStartNumber=whole("interval number (10 minutes)"),
    rollingPeriod=whole("intervals", minimum=1, maximum=144),
)
_CHECK_IN = record(
    "location start end",
    location=base64(LOCATION_BYTES),
    start=whole("Unix seconds, whole minutes"),
    end=whole("Unix seconds, whole minutes"),
)
REPORTS = (
    Operation(
        "post",
        "/v1/exposure-reports",
        "Report a day on which published keys were near, with the owner's consent",
        {200: _TAKEN, **_errors(ReportRefusal, 400, 403)},
        record(
            "report receipt commune day keys quarters nearness policy policyVersion",
            report=base64(16),
            receipt=text("of the confirmed number"),
            commune=text("34:31471"),
            day=DATE,
            keys=many(base64(16), "published keys", minItems=1, maxItems=MAX_KEYS),
            quarters=whole("of an hour", minimum=1, maximum=MAX_QUARTERS),
            nearness=one_of(*Nearness),
            probability=whole("percent", minimum=0, maximum=100),
            policy=text(),
            policyVersion=text(),
            opened=many(_OPENED, "RPIKs of the day", maxItems=MAX_OPENED),
            padding=PADDING,
        ),
        needs_key=True,
    ),
    Operation(
        "post",
        "/v1/exposure-reports/take-back",
        "Take a report back. The answer is one whether it was there or not",
        {200: _TAKEN, **_errors(ReportRefusal, 400)},
        record("report", report=base64(16), padding=PADDING),
        needs_key=True,
    ),
    Operation(
        "post",
        "/v1/isolation-declarations",
        "Declare on a day of an isolation how one is",
        {200: _TAKEN, **_errors(DeclarationRefusal, 400, 403)},
        record(
            "declaration code day symptoms",
            declaration=base64(16),
            code=text("of the letter or message"),
            day=DATE,
            symptoms=many(one_of(*Symptom), "none: well", maxItems=len(Symptom)),
            temperature=text("degrees Celsius, as 36.8"),
            padding=PADDING,
        ),
        needs_key=True,
    ),
    Operation(
        "post",
        "/v1/declarations",
        "Declare one's health by a form, correct or withdraw it",
        {200: _DECLARED, **_errors(HealthDeclarationRefusal, 400, 403)},
        record(
            "declaration",
            declaration=base64(16),
            form=text("which form"),
            version=whole("of the form", minimum=1),
            day=DATE,
            other=flag("filled in for somebody else"),
            answers={"type": "object", "description": "by the form's questions"},
            receipt=text("of the declaration that is corrected or withdrawn"),
            withdraw=flag("take it back"),
            padding=PADDING,
        ),
        needs_key=True,
    ),
    Operation(
        "post",
        "/v1/withdraw",
        "Take published keys back, because their owner wishes it: they are revoked",
        {200: _TAKEN, **_errors(ReportRefusal, 400, 403)},
        record("revisionToken", revisionToken=text("as publishing returned it"), padding=PADDING),
        needs_key=True,
    ),
    Operation(
        "post",
        "/v1/heard",
        "Give what the phone heard, after its keys were published",
        {200: _TAKEN, **_errors(ReportRefusal, 400, 403)},
        record(
            "revisionToken heard",
            revisionToken=text("as publishing returned it"),
            heard=text("base64 of 2,048 entries of 8 bytes"),
            padding=PADDING,
        ),
        needs_key=True,
    ),
    Operation(
        "post",
        "/v1/check-ins",
        "Give check-ins of the diary of places, after keys were published. The answer tells not which were stored",
        {200: _TAKEN, **_errors(ReportRefusal, 400, 403)},
        record(
            "revisionToken checkIns",
            revisionToken=text("as publishing returned it"),
            checkIns=many(_CHECK_IN, minItems=1, maxItems=MAX_CHECK_INS),
            padding=PADDING,
        ),
        needs_key=True,
    ),
    Operation(
        "post",
        "/v1/warned",
        "Say of a week, by randomised response, whether the phone warned",
        {200: _TAKEN, **_errors(WarnedRefusal, 400, 403)},
        record(
            "answer week warned",
            answer=base64(16),
            week=DATE,
            warned=flag("the truth with probability 1/2, else a fair coin"),
            padding=PADDING,
        ),
        needs_key=True,
    ),
)

LINKS = (
    Operation(
        "get",
        "/v",
        "Follow a link with a code: open the app, or show the code on a page",
        {200: None, 303: None},
        media_type="text/html",
        parameters={"c": "the code"},
    ),
    Operation(
        "get",
        "/.well-known/assetlinks.json",
        "Fetch what binds Android apps to the links",
        {200: many(record("relation target")), 404: record("error", error=text())},
    ),
    Operation(
        "get",
        "/.well-known/apple-app-site-association",
        "Fetch what binds iOS apps to the links",
        {200: record("applinks"), 404: record("error", error=text())},
    ),
    Operation(
        "get",
        "/health",
        "Ask whether the server answers; with `service=database` whether its database does, too",
        {200: record("status maintenance_mode", status=one_of("ok"), maintenance_mode=flag())},
        parameters={"service": "database"},
    ),
    Operation(
        "get",
        "/readyz",
        "Ask whether the server can serve, part by part; 503 where one fails",
        {
            200: _READINESS,
            400: record("error", error=text()),
            503: _READINESS,
        },
        parameters={"part": "database"},
    ),
    Operation("get", "/healthz", "Ask whether the server answers", {200: record("status", status=one_of("ok"))}),
)

OPERATIONS = (*VERIFICATION, *KEYS, *COUNTING, *NUMBERS, *REPORTS, *LINKS)


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    paths: dict[str, dict[str, Any]] = {}
    for each in OPERATIONS:
        paths.setdefault(each.path, {})[each.method] = _described(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bluezone device API",
            "version": "1",
            "description": (
                "What phones ask. `/api/` and `/v1/publish` are field for field the reference servers'; their answers "
                "are padded to whole blocks of 4 KiB. With the header `X-Chaff` a request is a decoy: the same work, "
                "an answer of the same size, no effect."
            ),
        },
        "paths": paths,
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}}},
    }


def _described(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": _identifier(operation),
        "responses": {
            str(status): {"description": "yes" if status < 400 else "no"}
            | ({"content": {operation.media_type: {"schema": schema}}} if schema is not None else {})
            for status, schema in sorted(operation.answers.items())
        },
    }
    if operation.needs_key:
        described["security"] = [{"key": []}, {}]  # none where no key was made
    if operation.request is not None:
        described["requestBody"] = {"required": True, "content": {_JSON: {"schema": operation.request}}}
    if operation.parameters:
        described["parameters"] = [
            {
                "name": name,
                "in": "path" if f"{{{name}}}" in operation.path else "query",
                "required": f"{{{name}}}" in operation.path,
                "schema": {"type": "string"},
                "example": example,
            }
            for name, example in operation.parameters.items()
        ]
    return described


def _identifier(operation: Operation) -> str:
    words = "".join(sign if sign.isalnum() else " " for sign in operation.path).split()
    return "_".join([operation.method, *words])
