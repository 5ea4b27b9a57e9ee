"""Answer a phone that exchanges a one-time code for a token, and a token for a certificate."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bluezone.authority.device_api.answers import padded
from bluezone.authority.device_api.callers import caller
from bluezone.authority.device_api.endpoint import device_endpoint
from bluezone.authority.diagnosis import codes, rules
from bluezone.authority.diagnosis.rules import Verdict
from bluezone.authority.signing import remembered
from bluezone.authority.signing import services as signing
from bluezone.authority.site.environment import Environment
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import interval_number
from bluezone.protocol.messages import (
    CertificateRequest,
    CertificateResponse,
    VerifyCode,
    VerifyRequest,
    VerifyResponse,
)
from bluezone.protocol.verification import (
    Certificate,
    sign_certificate,
)


def _refuse_verify(text: str, code: str, status: int) -> HttpResponse:
    return padded(VerifyResponse(error=text, error_code=code).to_json, status)


def _refuse_certificate(text: str, code: str, status: int) -> HttpResponse:
    return padded(CertificateResponse(error=text, error_code=code).to_json, status)


@device_endpoint("verify", _refuse_verify, VerifyCode.UNPARSABLE_REQUEST, VerifyCode.INTERNAL)
def verify(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:
    """Exchange a one-time code for a token. Used, expired, burnt and unknown codes get one and the same answer."""
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
    """Exchange a token and the HMAC of the keys for a certificate that vouches for them."""
    conf: Environment = settings.BLUEZONE
    try:
        asked = CertificateRequest.from_json(body)
    except ProtocolError as error:
        code = VerifyCode.HMAC_INVALID if "ekeyhmac" in str(error) else VerifyCode.UNPARSABLE_REQUEST
        return _refuse_certificate(str(error), code, HTTPStatus.BAD_REQUEST)
    private_key, key_id = remembered.certificate_signer(now)
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
        expires_at_s=issued_at_s + int(signing.CERTIFICATE_LIFE.total_seconds()),
    )
    return padded(CertificateResponse(certificate=sign_certificate(vouch, private_key, key_id)).to_json)
