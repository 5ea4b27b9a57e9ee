"""Take the certified keys of a phone, take them back, and tell health authorities how many publish."""

from __future__ import annotations

import datetime as dt
import json
import logging
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from bluezone.authority.device_api.callers import platform_of
from bluezone.authority.device_api.endpoint import device_endpoint, padded
from bluezone.authority.diagnosis import codes
from bluezone.authority.keys import probing, revision, second_order, statistics
from bluezone.authority.keys.receive import receive
from bluezone.authority.keys.rules import (
    PublishRefusedError,
    RevisableKey,
    SentKey,
    Upload,
    check_contact,
    given_onset,
    judge_upload,
)
from bluezone.authority.signing import remembered
from bluezone.authority.signing import services as signing
from bluezone.authority.signing.certificates import (
    Certificate,
    CertificateError,
    UnknownSignerError,
    sign_certificate,
    verify_bearer,
    verify_certificate,
)
from bluezone.authority.site.environment import Environment
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import INTERVALS_PER_DAY, interval_number
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.messages import (
    PublishCode,
    PublishRequest,
    PublishResponse,
)
from bluezone.protocol.reports import ReportAnswer, ReportRefusal, Withdrawal
from bluezone.protocol.text import MessageTooLargeError, json_object
from bluezone.protocol.verification import (
    CertifiedReport,
    is_certified,
    tek_mac,
)

log = logging.getLogger(__name__)
_KEYS_OF_A_DECOY = 14
_UNAUTHORIZED = "unauthorized"


def _refuse_publish(text: str, code: str, status: int) -> HttpResponse:
    return padded(PublishResponse(error=text, code=code).to_json, status)


def _like_publish(request: HttpRequest, now: dt.datetime) -> None:
    """Do for a decoy what `publish` does for fourteen keys, with made-up ones, and take it back."""
    conf: Environment = settings.BLUEZONE
    today = interval_number(now.timestamp()) // INTERVALS_PER_DAY * INTERVALS_PER_DAY
    keys = tuple(
        TemporaryExposureKey(secrets.token_bytes(16), today - back * INTERVALS_PER_DAY)
        for back in range(1, 1 + _KEYS_OF_A_DECOY)
    )
    hmac_key, now_s = secrets.token_bytes(16), int(now.timestamp())
    vouch = Certificate(
        report_type=CertifiedReport.CONFIRMED,
        symptom_onset_interval=today,
        tek_mac=tek_mac(keys, hmac_key),
        issuer=conf.issuer,
        audience=conf.audience,
        issued_at_s=now_s,
        expires_at_s=now_s + 60,
    )
    authority = next(iter(conf.health_authorities), "decoy")
    certificate = sign_certificate(vouch, *remembered.certificate_signer(now))
    with transaction.atomic():
        _answer(request, PublishRequest(keys, authority, certificate, hmac_key).to_json(), now)
        transaction.set_rollback(True)


@device_endpoint(
    "publish", _refuse_publish, PublishCode.BAD_REQUEST, PublishCode.INTERNAL, decoy=_like_publish, asks_key=False
)
def publish(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:
    """Store certified keys. Of a list with bad keys the good are taken, and the answer names the others."""
    return _answer(request, body, now)


def _answer(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:
    conf: Environment = settings.BLUEZONE
    try:
        asked = PublishRequest.from_json(body)
    except ProtocolError as error:
        return _refuse_publish(str(error), PublishCode.BAD_REQUEST, HTTPStatus.BAD_REQUEST)
    is_probe = asked.health_authority_id == probing.HEALTH_AUTHORITY and probing.is_own(asked.keys, now)
    if conf.health_authorities and asked.health_authority_id not in conf.health_authorities and not is_probe:
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
        check_contact(upload, is_on=upload.report is CertifiedReport.RECURSIVE and second_order.is_on(now))
        judged = judge_upload(upload, now.timestamp())
        receipt = receive(
            judged.keys,
            upload_mac=vouched.tek_mac,
            revision_token=asked.revision_token,
            region=conf.probe_region if is_probe else conf.region,
            traveler=asked.traveler,
            window_s=conf.truncate_window_s,
            now=now,
            platform=platform_of(request.headers.get("User-Agent", "")),
            onset=given_onset(upload.onset_published, upload.onset_certified, now.timestamp()),
        )
    except PublishRefusedError as refused:
        return _refuse_publish(str(refused), refused.code, HTTPStatus.BAD_REQUEST)
    codes.note_published(vouched.tek_mac, now)
    if "X-Chaff" not in request.headers:
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
    """Return the certificate of an upload, checked against its keys. Raises CertificateError."""
    try:
        vouched = _read(asked, conf, now, remembered.certificate_verifiers(now))
    except UnknownSignerError:  # or one that another process has just made
        vouched = _read(asked, conf, now, remembered.certificate_verifiers(now, fresh=True))
    if not is_certified(asked.submitted, asked.hmac_key, vouched.tek_mac):
        raise CertificateError("certificate: its HMAC is not that of the keys sent")
    return vouched


def _read(
    asked: PublishRequest, conf: Environment, now: dt.datetime, known: Mapping[str, EllipticCurvePublicKey]
) -> Certificate:
    return verify_certificate(
        asked.verification_payload, known, issuer=conf.issuer, audience=conf.audience, now_s=now.timestamp()
    )


# --- taking keys back -------------------------------------------------------------------------------------------------


def _answer_withdrawal(text: str, code: str, status: int) -> HttpResponse:
    return padded(ReportAnswer(text, code).to_json, status)


def _like_withdraw(request: HttpRequest, now: dt.datetime) -> None:  # noqa: ARG001
    """Do for a decoy what `withdraw_keys` does, for keys that nobody published."""
    made_up = [RevisableKey(secrets.token_bytes(16), 0, 1) for _ in range(_KEYS_OF_A_DECOY)]
    revision.withdraw(revision.encrypt(made_up), now)


@device_endpoint(
    "withdraw", _answer_withdrawal, ReportRefusal.BAD_REQUEST, ReportRefusal.INTERNAL, decoy=_like_withdraw
)
def withdraw_keys(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:  # noqa: ARG001
    """Take an owner's keys back."""
    try:
        revision.withdraw(Withdrawal.from_json(body).revision_token, now)
    except MessageTooLargeError:
        raise
    except ProtocolError as error:
        return _answer_withdrawal(str(error), ReportRefusal.BAD_REQUEST, HTTPStatus.BAD_REQUEST)
    except revision.WithdrawalRefusedError as error:
        return _answer_withdrawal(str(error), ReportRefusal.TOKEN_INVALID, HTTPStatus.FORBIDDEN)
    return _answer_withdrawal("", "", HTTPStatus.OK)


# --- statistics of publish requests -----------------------------------------------------------------------------------


def _answer_stats(status: int, **body: Any) -> HttpResponse:
    return padded(lambda padding: json.dumps(body | {"padding": padding}).encode("ascii"), status)


def _refuse_stats(text: str, code: str, status: int) -> HttpResponse:
    return _answer_stats(status, **({"error": text, "code": code} if text else {}))


@device_endpoint("stats", _refuse_stats, PublishCode.BAD_REQUEST, PublishCode.INTERNAL, asks_key=False)
def stats(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:
    """Return the days that may be read. Who asks has signed a token with the key of this authority's certificates,
    for `BLUEZONE_STATISTICS_AUDIENCE`."""
    conf: Environment = settings.BLUEZONE
    try:
        json_object(body, "stats request")
    except ProtocolError as error:
        return _refuse_stats(str(error), PublishCode.BAD_REQUEST, HTTPStatus.BAD_REQUEST)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        text = "Authorization header is not in `Bearer <token>` format"
        return _refuse_stats(text, _UNAUTHORIZED, HTTPStatus.UNAUTHORIZED)
    try:
        keys = signing.certificate_verifiers(now)
        verify_bearer(token, keys, conf.issuer, conf.statistics_audience, now.timestamp())
    except CertificateError as error:
        return _refuse_stats(f"unauthorized: {error}", _UNAUTHORIZED, HTTPStatus.UNAUTHORIZED)
    days = [statistics.published(day, sums) for day, sums in statistics.days(now).items()]
    return _answer_stats(HTTPStatus.OK, **({"days": days} if days else {}))
