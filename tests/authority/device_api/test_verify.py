"""`POST /api/verify` and `POST /api/certificate`: from a code to a certificate, and nothing learnt from a refusal."""

from __future__ import annotations

import datetime as dt
import json
import secrets

import pytest

from bluezone.authority.diagnosis import services
from bluezone.authority.diagnosis.models import WrongTry
from bluezone.authority.signing import services as signing
from bluezone.authority.signing.certificates import verify_certificate
from bluezone.protocol.intervals import interval_number
from bluezone.protocol.messages import (
    TOKEN_LIFE_S,
    CertificateRequest,
    CertificateResponse,
    VerifyCode,
    VerifyRequest,
    VerifyResponse,
)
from bluezone.protocol.one_time_codes import draw_short
from bluezone.protocol.verification import CertifiedReport

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


def wrong_code() -> str:
    """Return a well-formed code that is not out (but for one try in some hundred millions)."""
    return draw_short(12, secrets.randbelow)


def test_used_stopped_mistyped_and_guessed_codes_are_refused_alike(phone, issue):
    used = issue()
    phone.verify(used)
    code = issue()
    mistyped = code[:-1] + str((int(code[-1]) + 1) % 10)
    answers = [refused(phone, one) for one in (used, wrong_code(), mistyped, "00", "not a number", "9" * 200)]
    assert len({repr(answer) for answer in answers}) == 1
    assert answers[0][0] == 400
    assert answers[0][1]["errorCode"] == VerifyCode.CODE_INVALID
    assert phone.verify(code).token  # nothing of this touched it


def test_a_code_that_ran_out_is_told_so(phone, issue):
    """Tell the caller that a code expired: it held a real one, so that gives nothing away, and can ask for another."""
    code = issue()
    phone.clock.forward(hours=1)
    answer = refused(phone, code)
    assert (answer[0], answer[1]["errorCode"]) == (400, VerifyCode.CODE_EXPIRED)


def test_a_refusal_is_as_long_as_a_token(phone, issue):
    good = phone.post("/api/verify", VerifyRequest(issue()).to_json())
    assert good.status_code == 200
    assert len(good.content) == refused(phone, "12345678")[2]


def test_a_spent_budget_asks_for_the_long_code_and_takes_it(phone, environment):
    environment(wrong_codes_a_day=1)
    case, code, _ = services.open_case(
        services.NewCase("confirmed", onset_date=phone.clock.now.date()), None, phone.clock.now
    )
    phone.verify(wrong_code())
    status, answer, length = refused(phone, code.short)
    assert (status, answer["errorCode"]) == (429, VerifyCode.QUOTA_EXCEEDED)
    assert refused(phone, wrong_code()) == (status, answer, length)  # right or wrong: nothing is learnt
    assert phone.verify(code.long).token
    assert case.codes.get().used_at == phone.clock.now


def test_the_short_code_is_good_again_when_the_budget_has_grown_back(phone, issue, environment):
    environment(wrong_codes_a_day=1, code_life_s=2 * 86_400)
    code = issue()
    phone.verify(wrong_code())
    assert phone.verify(code).error_code == VerifyCode.QUOTA_EXCEEDED
    phone.clock.forward(hours=25)
    assert phone.verify(code).token


def test_a_phone_whose_answer_was_lost_gets_the_same_token(phone, issue):
    body = VerifyRequest(issue(), nonce=b"n" * 256).to_json()
    first, again = (VerifyResponse.from_json(phone.post("/api/verify", body).content) for _ in range(2))
    assert first.token
    assert again == first


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


def test_used_and_invented_tokens_are_refused_alike_and_late_ones_told_so(phone, issue):
    used, late = phone.verify(issue()).token, phone.verify(issue()).token
    phone.post("/api/certificate", CertificateRequest(used, MAC).to_json())
    phone.clock.forward(seconds=TOKEN_LIFE_S)
    answers = {}
    for token, mac in ((used, bytes(32)), (late, MAC), ("invented", MAC)):
        response = phone.post("/api/certificate", CertificateRequest(token, mac).to_json())
        body = json.loads(response.content)
        body.pop("padding")
        answers[token] = (response.status_code, body["errorCode"], len(response.content))
    assert answers[used] == answers["invented"] == (400, VerifyCode.TOKEN_INVALID, 4_096)
    assert answers[late] == (400, VerifyCode.TOKEN_EXPIRED, 4_096)


@pytest.mark.parametrize("mac", ["", "AAAA", "not base64!"])
def test_a_mac_of_the_wrong_size_is_named_and_costs_no_token(phone, issue, mac):
    token = phone.verify(issue()).token
    bad = phone.post("/api/certificate", json.dumps({"token": token, "ekeyhmac": mac}).encode())
    assert bad.status_code == 400
    assert CertificateResponse.from_json(bad.content).error_code == VerifyCode.HMAC_INVALID
    good = phone.post("/api/certificate", CertificateRequest(token, MAC).to_json())
    assert CertificateResponse.from_json(good.content).certificate
