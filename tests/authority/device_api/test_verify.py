"""`POST /api/verify` and `POST /api/certificate`: from a code to a certificate, and nothing learnt from a refusal."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from bluezone.authority.diagnosis.models import WrongTry
from bluezone.authority.signing import services as signing
from bluezone.protocol.intervals import interval_number
from bluezone.protocol.messages import (
    TOKEN_LIFE_S,
    CertificateRequest,
    CertificateResponse,
    VerifyCode,
    VerifyRequest,
)
from bluezone.protocol.verification import CertifiedReport, verify_certificate

MAC = bytes(range(32))


def test_a_code_gives_a_token_and_says_what_it_is_for(phone, issue):
    answer = phone.verify(issue("clinical", onset_days_ago=3))
    assert answer.test_type == "likely"
    assert answer.symptom_date == dt.date(2020, 8, 15)
    assert answer.test_date is None
    assert answer.token
    assert answer.error == answer.error_code == ""


def refused(phone, code: str, **headers) -> tuple[int, dict[str, object], int]:
    """Status, body without padding, and length of the answer to a code."""
    response = phone.post("/api/verify", VerifyRequest(code).to_json(), **headers)
    body = json.loads(response.content)
    body.pop("padding")
    return response.status_code, body, len(response.content)


def test_used_expired_burnt_and_guessed_codes_are_refused_alike(phone, issue):
    used = issue()
    phone.verify(used)
    expired = issue()
    phone.clock.forward(hours=24)
    burnt = issue()
    wrong = f"{(int(burnt) + 1) % 10**8:08d}"
    answers = [refused(phone, code) for code in (used, expired, wrong, "00", "not a number", "9" * 200)]
    answers.append(refused(phone, burnt))  # right, after more than five wrong ones
    answers.append(refused(phone, burnt, REMOTE_ADDR="203.0.113.9"))  # and burnt now for everybody
    assert len({repr(answer) for answer in answers}) == 1
    assert answers[0][0] == 400
    assert answers[0][1]["errorCode"] == VerifyCode.CODE_INVALID


def test_a_refusal_is_as_long_as_a_token(phone, issue):
    good = phone.post("/api/verify", VerifyRequest(issue()).to_json())
    assert good.status_code == 200
    assert len(good.content) == refused(phone, "12345678")[2]


def test_five_wrong_tries_burn_the_code_over_http(phone, issue):
    code = issue()
    for step in range(1, 6):
        phone.verify(f"{(int(code) + step) % 10**8:08d}")
    assert phone.verify(code).error_code == VerifyCode.CODE_INVALID
    assert phone.verify(issue()).token


def test_tries_are_counted_by_household_in_ipv6(phone, issue):
    code = issue()
    for step in range(1, 6):
        phone.verify(f"{(int(code) + step) % 10**8:08d}", REMOTE_ADDR=f"2001:db8:1:2::{step}")
    assert phone.verify(code, REMOTE_ADDR="2001:db8:1:2:ffff::1").error_code == VerifyCode.CODE_INVALID


def test_an_app_that_cannot_use_the_report_gets_that_answer(phone, issue):
    response = phone.post("/api/verify", VerifyRequest(issue("clinical"), ("confirmed",)).to_json())
    assert response.status_code == 412
    assert json.loads(response.content)["errorCode"] == VerifyCode.UNSUPPORTED_TEST_TYPE


def test_an_unknown_report_type_is_refused_before_the_code_is_looked_at(phone, issue):
    code = issue()
    assert phone.verify(code, "maybe").error_code == VerifyCode.INVALID_TEST_TYPE
    assert not WrongTry.objects.exists()
    assert phone.verify(code).token


@pytest.mark.parametrize(
    ("report_type", "certified"),
    [
        ("confirmed", CertifiedReport.CONFIRMED),
        ("clinical", CertifiedReport.LIKELY),
        ("self", CertifiedReport.USER_REPORT),
    ],
)
def test_a_certificate_says_what_the_authority_vouches_for(phone, issue, settings, report_type, certified):
    token = phone.certify(issue(report_type, onset_days_ago=3), MAC)
    conf, now = settings.BLUEZONE, phone.clock.now
    found = verify_certificate(
        token, signing.certificate_verifiers(now), conf.issuer, conf.audience, now_s=now.timestamp()
    )
    midnight = dt.datetime(2020, 8, 15, tzinfo=dt.UTC)
    assert (found.report_type, found.tek_mac) == (certified, MAC)
    assert found.symptom_onset_interval == interval_number(midnight.timestamp())
    assert found.expires_at_s - found.issued_at_s == 15 * 60


def test_a_token_gives_certificates_for_one_set_of_keys(phone, issue):
    """Again for the same, whose answer may have been lost; for no others."""
    token = phone.verify(issue()).token
    first, second, other = (
        phone.post("/api/certificate", CertificateRequest(token, mac).to_json()) for mac in (MAC, MAC, bytes(32))
    )
    assert CertificateResponse.from_json(first.content).certificate
    assert CertificateResponse.from_json(second.content).certificate
    assert other.status_code == 400
    assert CertificateResponse.from_json(other.content).error_code == VerifyCode.TOKEN_INVALID


def test_used_expired_and_invented_tokens_are_refused_alike(phone, issue):
    used, late = phone.verify(issue()).token, phone.verify(issue()).token
    phone.post("/api/certificate", CertificateRequest(used, MAC).to_json())
    phone.clock.forward(seconds=TOKEN_LIFE_S)
    answers = set()
    for token in (used, late, "invented"):
        response = phone.post("/api/certificate", CertificateRequest(token, MAC).to_json())
        body = json.loads(response.content)
        body.pop("padding")
        answers.add((response.status_code, repr(body), len(response.content)))
    assert len(answers) == 1


@pytest.mark.parametrize("mac", ["", "AAAA", "not base64!"])
def test_a_mac_of_the_wrong_size_is_named_and_costs_no_token(phone, issue, mac):
    token = phone.verify(issue()).token
    bad = phone.post("/api/certificate", json.dumps({"token": token, "ekeyhmac": mac}).encode())
    assert bad.status_code == 400
    assert CertificateResponse.from_json(bad.content).error_code == VerifyCode.HMAC_INVALID
    good = phone.post("/api/certificate", CertificateRequest(token, MAC).to_json())
    assert CertificateResponse.from_json(good.content).certificate
