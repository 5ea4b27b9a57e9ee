"""The device API: parse, ask a rule, store, answer. Every answer is a padded JSON body of its API's convention."""

from __future__ import annotations

import datetime as dt
import hmac
import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from bluezone.authority.cases import codes, rules
from bluezone.authority.cases.rules import Verdict
from bluezone.authority.config import clock
from bluezone.authority.config.environment import Environment
from bluezone.authority.devices.answers import padded
from bluezone.authority.devices.callers import caller
from bluezone.authority.devices.limits import seconds_to_wait
from bluezone.authority.publishing import signing
from bluezone.authority.publishing.receive import receive
from bluezone.authority.publishing.rules import PublishRefusedError, SentKey, Upload, judge_upload
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import interval_number
from bluezone.protocol.messages import (
    CertificateRequest,
    CertificateResponse,
    PublishCode,
    PublishRequest,
    PublishResponse,
    VerifyCode,
    VerifyRequest,
    VerifyResponse,
)
from bluezone.protocol.text import MAX_MESSAGE_BYTES, MessageTooLargeError
from bluezone.protocol.verification import (
    Certificate,
    CertificateError,
    is_certified,
    sign_certificate,
    verify_certificate,
)

log = logging.getLogger(__name__)

#: a body and the moment it came -> an answer
_Endpoint = Callable[[HttpRequest, bytes, dt.datetime], HttpResponse]
#: (text, code of the API, status) -> an answer
_Refuse = Callable[[str, str, int], HttpResponse]


def _refuse_verify(text: str, code: str, status: int) -> HttpResponse:
    return padded(VerifyResponse(error=text, error_code=code).to_json, status)


def _refuse_certificate(text: str, code: str, status: int) -> HttpResponse:
    return padded(CertificateResponse(error=text, error_code=code).to_json, status)


def _refuse_publish(text: str, code: str, status: int) -> HttpResponse:
    return padded(PublishResponse(error=text, code=code).to_json, status)


def device_endpoint(
    name: str, refuse: _Refuse, unreadable: str, internal: str, allowed: Callable[[], int] | None = None
) -> Callable[[_Endpoint], Callable[[HttpRequest], HttpResponse]]:
    """What all have in common: POST only, size, API key, rate, chaff; and every failure in the API's own form.

    `allowed` gives the requests of one caller in ten minutes, if not the general limit.
    """

    def decorate(endpoint: _Endpoint) -> Callable[[HttpRequest], HttpResponse]:
        @csrf_exempt
        @wraps(endpoint)
        def view(request: HttpRequest) -> HttpResponse:
            try:
                now = clock.now()
                limit = allowed() if allowed else settings.BLUEZONE.rate_limit
                problem = _refused_at_the_door(name, request, refuse, unreadable, now, limit)
                if problem is not None:
                    return problem
                body = _body(request)
                if "X-Chaff" in request.headers:  # a decoy: looked at, answered in the same size, not acted on
                    return refuse("", "", HTTPStatus.OK)
                return endpoint(request, body, now)
            except MessageTooLargeError:
                return refuse("request body too large", unreadable, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            except UnreadablePostError:  # the caller went away while sending
                return refuse("request body incomplete", unreadable, HTTPStatus.BAD_REQUEST)
            except Exception:
                log.exception("%s failed", name)
                return refuse("internal error", internal, HTTPStatus.INTERNAL_SERVER_ERROR)

        return view

    return decorate


def _refused_at_the_door(
    name: str, request: HttpRequest, refuse: _Refuse, unreadable: str, now: dt.datetime, limit: int
) -> HttpResponse | None:
    conf: Environment = settings.BLUEZONE
    if request.method != "POST":
        response = refuse("use POST", unreadable, HTTPStatus.METHOD_NOT_ALLOWED)
        response["Allow"] = "POST"
        return response
    if conf.device_api_keys and not _is_among(request.headers.get("X-API-Key", ""), conf.device_api_keys):
        return refuse("X-API-Key is missing or wrong", "unauthorized", HTTPStatus.UNAUTHORIZED)
    wait_s = seconds_to_wait(name, caller(request), now, limit)
    if wait_s:
        response = refuse("too many requests", "too_many_requests", HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(wait_s)
        return response
    return None


def _is_among(given: str, known: tuple[str, ...]) -> bool:
    matches = [hmac.compare_digest(given.encode("utf-8", "replace"), one.encode()) for one in known]
    return any(matches)


def _body(request: HttpRequest) -> bytes:
    """The request's body. Raises MessageTooLargeError before reading more than is allowed."""
    try:
        body = request.body
    except RequestDataTooBig:
        raise MessageTooLargeError("request body") from None
    if len(body) > MAX_MESSAGE_BYTES:
        raise MessageTooLargeError("request body")
    return body


@device_endpoint("verify", _refuse_verify, VerifyCode.UNPARSABLE_REQUEST, VerifyCode.INTERNAL)
def verify(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:
    """A one-time code -> a token. Used, expired, burnt and unknown codes get one and the same answer."""
    try:
        asked = VerifyRequest.from_json(body)
    except ProtocolError as error:
        return _refuse_verify(str(error), VerifyCode.UNPARSABLE_REQUEST, HTTPStatus.BAD_REQUEST)
    if rules.unknown_test_types(asked.accept):
        return _refuse_verify("accept names an unknown type", VerifyCode.INVALID_TEST_TYPE, HTTPStatus.BAD_REQUEST)
    done = codes.redeem_code(asked.code, asked.accept, caller(request), now, settings.BLUEZONE.code_tries)
    if done.verdict is Verdict.UNSUPPORTED:
        return _refuse_verify(
            "verification code has unsupported test type",
            VerifyCode.UNSUPPORTED_TEST_TYPE,
            HTTPStatus.PRECONDITION_FAILED,
        )
    if done.case is None:
        return _refuse_verify("verification code invalid", VerifyCode.CODE_INVALID, HTTPStatus.BAD_REQUEST)
    answer = VerifyResponse(
        test_type=str(rules.CERTIFIED[done.case.report_type]),
        symptom_date=done.case.onset_date,
        test_date=done.case.test_date,
        token=done.token,
    )
    return padded(answer.to_json)


@device_endpoint("certificate", _refuse_certificate, VerifyCode.UNPARSABLE_REQUEST, VerifyCode.INTERNAL)
def certificate(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:  # noqa: ARG001
    """A token and the HMAC of the keys -> a certificate that vouches for them."""
    conf: Environment = settings.BLUEZONE
    try:
        asked = CertificateRequest.from_json(body)
    except ProtocolError as error:
        code = VerifyCode.HMAC_INVALID if "ekeyhmac" in str(error) else VerifyCode.UNPARSABLE_REQUEST
        return _refuse_certificate(str(error), code, HTTPStatus.BAD_REQUEST)
    private_key, key_id = signing.certificate_signer(now)
    vouched = codes.redeem_token(asked.token, asked.tek_mac, now)
    if vouched is None:
        return _refuse_certificate("verification token invalid", VerifyCode.TOKEN_INVALID, HTTPStatus.BAD_REQUEST)
    midnight = dt.datetime.combine(vouched.onset, dt.time(), dt.UTC)
    issued_at_s = int(now.timestamp())
    vouch = Certificate(
        report_type=vouched.report,
        symptom_onset_interval=interval_number(midnight.timestamp()),
        tek_mac=asked.tek_mac,
        issuer=conf.issuer,
        audience=conf.audience,
        issued_at_s=issued_at_s,
        expires_at_s=issued_at_s + int(rules.CERTIFICATE_LIFE.total_seconds()),
    )
    return padded(CertificateResponse(certificate=sign_certificate(vouch, private_key, key_id)).to_json)


@device_endpoint("publish", _refuse_publish, PublishCode.BAD_REQUEST, PublishCode.INTERNAL)
def publish(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:  # noqa: ARG001
    """Certified keys -> stored keys. Of a list with bad keys the good are taken, and the answer names the others."""
    conf: Environment = settings.BLUEZONE
    try:
        asked = PublishRequest.from_json(body)
    except ProtocolError as error:
        return _refuse_publish(str(error), PublishCode.BAD_REQUEST, HTTPStatus.BAD_REQUEST)
    if conf.health_authorities and asked.health_authority_id not in conf.health_authorities:
        return _refuse_publish(
            "unauthorized health authority", PublishCode.UNKNOWN_HEALTH_AUTHORITY, HTTPStatus.UNAUTHORIZED
        )
    try:
        vouched = _vouched(asked, conf, now)
    except CertificateError as error:
        return _refuse_publish(
            f"unable to validate diagnosis verification: {error}",
            PublishCode.CERTIFICATE_INVALID,
            HTTPStatus.UNAUTHORIZED,
        )
    upload = Upload(
        keys=tuple(SentKey(index, key) for index, key in zip(asked.indices, asked.keys, strict=True)),
        rejected=asked.rejected,
        report=vouched.report_type,
        onset_published=asked.symptom_onset_interval,
        onset_certified=vouched.symptom_onset_interval,
    )
    try:
        judged = judge_upload(upload, now.timestamp())
        receipt = receive(
            judged.keys,
            upload_mac=vouched.tek_mac,
            revision_token=asked.revision_token,
            region=conf.region,
            traveler=asked.traveler,
            window_s=conf.truncate_window_s,
            now=now,
        )
    except PublishRefusedError as refused:
        return _refuse_publish(str(refused), refused.code, HTTPStatus.BAD_REQUEST)
    log.info("published: %d keys stored, %d dropped", receipt.inserted, len(judged.rejected))
    answer = PublishResponse(
        revision_token=receipt.revision_token,
        inserted_exposures=receipt.inserted,
        error="; ".join(map(str, judged.rejected)),
        code=PublishCode.PARTIAL_FAILURE if judged.rejected else "",
        warnings=judged.warnings,
    )
    return padded(answer.to_json)


def _vouched(asked: PublishRequest, conf: Environment, now: dt.datetime) -> Certificate:
    """The certificate of an upload, checked against its keys. Raises CertificateError."""
    vouched = verify_certificate(
        asked.verification_payload,
        signing.certificate_verifiers(now),
        issuer=conf.issuer,
        audience=conf.audience,
        now_s=now.timestamp(),
    )
    if not is_certified(asked.submitted, asked.hmac_key, vouched.tek_mac):
        raise CertificateError("certificate: its HMAC is not that of the keys sent")
    return vouched


@csrf_exempt
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Whether this worker answers and its database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})
