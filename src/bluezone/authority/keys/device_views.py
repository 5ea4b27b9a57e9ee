"""Take the certified keys of a phone."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Mapping
from http import HTTPStatus

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from bluezone.authority.device_api.answers import padded
from bluezone.authority.device_api.endpoint import device_endpoint
from bluezone.authority.device_api.platforms import platform_of
from bluezone.authority.diagnosis import codes
from bluezone.authority.keys import probing
from bluezone.authority.keys.receive import receive
from bluezone.authority.keys.rules import PublishRefusedError, SentKey, Upload, given_onset, judge_upload
from bluezone.authority.keys.second_order import services as second_order
from bluezone.authority.keys.second_order.rules import check_upload
from bluezone.authority.signing import remembered
from bluezone.authority.signing.certificates import (
    Certificate,
    CertificateError,
    UnknownSignerError,
    sign_certificate,
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
from bluezone.protocol.verification import (
    CertifiedReport,
    is_certified,
    tek_mac,
)

log = logging.getLogger(__name__)


def _refuse_publish(text: str, code: str, status: int) -> HttpResponse:
    return padded(PublishResponse(error=text, code=code).to_json, status)


def _like_publish(request: HttpRequest, now: dt.datetime) -> None:
    """Do for a decoy what `publish` does for fourteen keys, with made-up ones, and take it back."""
    conf: Environment = settings.BLUEZONE
    today = interval_number(now.timestamp()) // INTERVALS_PER_DAY * INTERVALS_PER_DAY
    keys = tuple(
        TemporaryExposureKey(secrets.token_bytes(16), today - back * INTERVALS_PER_DAY) for back in range(1, 15)
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
        check_upload(upload, is_on=upload.report is CertifiedReport.RECURSIVE and second_order.is_on(now))
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
