"""Describe what phones report: that they are in use, numbers, warnings, declarations, check-ins."""

from __future__ import annotations

from bluezone.authority.project.openapi.operations import Operation, errors
from bluezone.authority.project.openapi.schemas import DATE, PADDING, base64, flag, many, one_of, record, text, whole
from bluezone.protocol.declarations import DeclarationRefusal, Symptom
from bluezone.protocol.health_declarations import HealthDeclarationRefusal
from bluezone.protocol.installations import PLATFORMS
from bluezone.protocol.phone_numbers import LANGUAGES, Refusal
from bluezone.protocol.reports import MAX_KEYS, MAX_OPENED, MAX_QUARTERS, Nearness, ReportRefusal
from bluezone.protocol.shared_check_ins import LOCATION_BYTES, MAX_CHECK_INS
from bluezone.protocol.warned import WarnedRefusal

_COUNTED = record("status", status=one_of("counted"))

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
        {202: record("expires_in_s", expires_in_s=whole()), **errors(Refusal, 400, 403, 404, 502)},
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
        {201: record("receipt", receipt=text("to take it back by")), **errors(Refusal, 400, 403, 404)},
        record("request code", request=base64(16), code=text("six digits")),
        needs_key=True,
    ),
    Operation(
        "post",
        "/v1/phone-number/forget",
        "Take the number back",
        {200: record(), **errors(Refusal, 400, 404)},
        record("receipt", receipt=text()),
        needs_key=True,
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
        {200: _TAKEN, **errors(ReportRefusal, 400, 403)},
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
        {200: _TAKEN, **errors(ReportRefusal, 400)},
        record("report", report=base64(16), padding=PADDING),
        needs_key=True,
    ),
    Operation(
        "post",
        "/v1/isolation-declarations",
        "Declare on a day of an isolation how one is",
        {200: _TAKEN, **errors(DeclarationRefusal, 400, 403)},
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
        {200: _DECLARED, **errors(HealthDeclarationRefusal, 400, 403)},
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
        {200: _TAKEN, **errors(ReportRefusal, 400, 403)},
        record("revisionToken", revisionToken=text("as publishing returned it"), padding=PADDING),
        needs_key=True,
    ),
    Operation(
        "post",
        "/v1/heard",
        "Give what the phone heard, after its keys were published",
        {200: _TAKEN, **errors(ReportRefusal, 400, 403)},
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
        {200: _TAKEN, **errors(ReportRefusal, 400, 403)},
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
        {200: _TAKEN, **errors(WarnedRefusal, 400, 403)},
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
