"""Answer a phone that exchanges a one-time code for a token, and a token for a certificate."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bluezone.authority.device_api.callers import Platform, origin, platform_of
from bluezone.authority.device_api.endpoint import device_endpoint, padded
from bluezone.authority.diagnosis import codes, rules
from bluezone.authority.diagnosis.codes import Vouched
from bluezone.authority.diagnosis.rules import TokenVerdict, Verdict
from bluezone.authority.signing import remembered
from bluezone.authority.signing import services as signing
from bluezone.authority.signing.certificates import Certificate, sign_certificate
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
from bluezone.protocol.verification import MAC_BYTES, CertifiedReport

#: a budget of wrong codes grows back by the hour
_HOUR_S = 3_600


def _refuse_verify(text: str, code: str, status: int) -> HttpResponse:
    return padded(VerifyResponse(error=text, error_code=code).to_json, status)


def _refuse_certificate(text: str, code: str, status: int) -> HttpResponse:
    return padded(CertificateResponse(error=text, error_code=code).to_json, status)


#: what a phone is told of a code that was not accepted: text, code, status
_REFUSALS = {
    Verdict.EXPIRED: ("verification code expired", VerifyCode.CODE_EXPIRED, HTTPStatus.BAD_REQUEST),
    Verdict.UNSUPPORTED: (
        "verification code has unsupported test type",
        VerifyCode.UNSUPPORTED_TEST_TYPE,
        HTTPStatus.PRECONDITION_FAILED,
    ),
    Verdict.LONG_ASKED: (
        "too many wrong codes came from this network: use the long code",
        VerifyCode.QUOTA_EXCEEDED,
        HTTPStatus.TOO_MANY_REQUESTS,
    ),
}
_INVALID = ("verification code invalid", VerifyCode.CODE_INVALID, HTTPStatus.BAD_REQUEST)


def _like_verify(request: HttpRequest, now: dt.datetime) -> None:
    """Do for a decoy what `verify` does for a code: all of it, with a code that cannot be."""
    codes.redeem_code("", (), origin(request), now)


@device_endpoint("verify", _refuse_verify, VerifyCode.UNPARSABLE_REQUEST, VerifyCode.INTERNAL, decoy=_like_verify)
def verify(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:
    """Exchange a one-time code for a token. Used, replaced, mistyped and unknown codes get one and the same answer."""
    try:
        asked = VerifyRequest.from_json(body)
    except ProtocolError as error:
        return _refuse_verify(str(error), VerifyCode.UNPARSABLE_REQUEST, HTTPStatus.BAD_REQUEST)
    if rules.unknown_test_types(asked.accept):
        return _refuse_verify("accept names an unknown type", VerifyCode.INVALID_TEST_TYPE, HTTPStatus.BAD_REQUEST)
    done = codes.redeem_code(asked.code, asked.accept, origin(request), now, asked.nonce, _platform(request))
    if done.diagnosis is None:
        response = _refuse_verify(*_REFUSALS.get(done.verdict, _INVALID))
        if done.verdict is Verdict.LONG_ASKED:
            response["Retry-After"] = str(_HOUR_S)
        return response
    answer = VerifyResponse(
        test_type=str(rules.CERTIFIED[done.diagnosis.report_type]),
        symptom_date=done.diagnosis.onset_date,
        test_date=done.diagnosis.test_date,
        token=done.token,
    )
    return padded(answer.to_json)


def _platform(request: HttpRequest) -> Platform:
    return platform_of(request.headers.get("User-Agent", ""))


def _like_certificate(_request: HttpRequest, now: dt.datetime) -> None:
    """Do for a decoy what `certificate` does for a token: all of it, with a token that cannot be."""
    _certify(codes.redeem_token("", bytes(MAC_BYTES), now).vouched, bytes(MAC_BYTES), now)


@device_endpoint(
    "certificate", _refuse_certificate, VerifyCode.UNPARSABLE_REQUEST, VerifyCode.INTERNAL, decoy=_like_certificate
)
def certificate(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:
    """Exchange a token and the HMAC of the keys for a certificate that vouches for them."""
    try:
        asked = CertificateRequest.from_json(body)
    except ProtocolError as error:
        code = VerifyCode.HMAC_INVALID if "ekeyhmac" in str(error) else VerifyCode.UNPARSABLE_REQUEST
        return _refuse_certificate(str(error), code, HTTPStatus.BAD_REQUEST)
    done = codes.redeem_token(asked.token, asked.tek_mac, now, _platform(request))
    signed = _certify(done.vouched, asked.tek_mac, now)
    if done.verdict is TokenVerdict.EXPIRED:
        return _refuse_certificate("verification token expired", VerifyCode.TOKEN_EXPIRED, HTTPStatus.BAD_REQUEST)
    if done.vouched is None:
        return _refuse_certificate("verification token invalid", VerifyCode.TOKEN_INVALID, HTTPStatus.BAD_REQUEST)
    return padded(CertificateResponse(certificate=signed).to_json)


def _certify(vouched: Vouched | None, tek_mac: bytes, now: dt.datetime) -> str:
    """Sign a certificate. One for nothing is signed too, and thrown away: a refusal takes as long as a yes."""
    conf: Environment = settings.BLUEZONE
    private_key, key_id = remembered.certificate_signer(now)
    meant = vouched or Vouched(CertifiedReport.NEGATIVE, now.date())
    midnight = dt.datetime.combine(meant.onset, dt.time(), dt.UTC)
    issued_at_s = int(now.timestamp())
    vouch = Certificate(
        report_type=meant.report,
        symptom_onset_interval=interval_number(midnight.timestamp()),
        tek_mac=tek_mac,
        issuer=conf.issuer,
        audience=conf.audience,
        issued_at_s=issued_at_s,
        expires_at_s=issued_at_s + int(signing.CERTIFICATE_LIFE.total_seconds()),
    )
    return sign_certificate(vouch, private_key, key_id)
