"""Describe how codes become certificates, and certified keys are published."""

from __future__ import annotations

from bluezone.authority.project.openapi.operations import SIGNED, Operation, errors
from bluezone.authority.project.openapi.schemas import DATE, PADDING, base64, flag, many, one_of, record, text, whole
from bluezone.protocol.messages import PublishCode, VerifyCode
from bluezone.protocol.user_reports import IssueCode
from bluezone.protocol.verification import CertifiedReport

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
            **errors(VerifyCode, 400, 412, name="errorCode"),
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
            **errors(VerifyCode, 400, name="errorCode"),
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
            **errors(IssueCode, 400, name="errorCode"),
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
            **errors(PublishCode, 400),
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
        {200: record("padding", days=many(_STATS_DAY), padding=PADDING), **errors(PublishCode, 400)},
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
        {200: SIGNED, 404: None},
        parameters={"region": "452"},
    ),
)
