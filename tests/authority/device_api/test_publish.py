"""`POST /v1/publish`: certified keys in, stored keys; and the answer for those that are not."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace

import pytest

from bluezone.authority.keys import device_views
from bluezone.authority.keys.models import PublishedKey
from bluezone.authority.keys.receive import receive as receive_keys
from bluezone.protocol.keys import ReportType
from bluezone.protocol.messages import PublishCode, PublishResponse, VerifyRequest
from bluezone.protocol.verification import tek_mac


def test_fourteen_certified_keys_are_stored(phone, issue):
    answer = phone.publish(issue(), phone.keys(14))
    assert (answer.inserted_exposures, answer.code, answer.error) == (14, "", "")
    assert answer.revision_token
    assert PublishedKey.objects.count() == 14


def test_a_stored_key_has_report_type_risk_and_day(phone, issue):
    keys = phone.keys(3, ending_days_ago=2)
    phone.publish(issue("confirmed", onset_days_ago=3), keys)
    rows = PublishedKey.objects.order_by("-rolling_start_interval")
    assert [row.days_since_onset for row in rows] == [1, 0, -1]
    assert {row.report_type for row in rows} == {ReportType.CONFIRMED_TEST}
    assert {row.transmission_risk for row in rows} == {2}
    assert {row.region for row in rows} == {"452"}


def test_a_publish_with_one_bad_key_of_fourteen_stores_thirteen_and_says_so(phone, issue):
    keys = phone.keys(14)
    keys[4] = replace(keys[4], rolling_start_interval=keys[4].rolling_start_interval + 30 * 144)
    answer = phone.publish(issue(), keys)
    assert (answer.inserted_exposures, answer.code) == (13, PublishCode.PARTIAL_FAILURE)
    assert answer.error.startswith("key 4 cannot be imported: interval number")
    assert PublishedKey.objects.count() == 13


@pytest.mark.parametrize("flaw", [{"key": "c2hvcnQ="}, {"rollingPeriod": 145}, {"rollingStartNumber": 1}])
def test_each_flaw_of_a_key_costs_that_key_alone(phone, issue, flaw):
    """The HMAC covers the list as sent, the flawed key included."""
    body = json.loads(_request(phone, "", phone.keys(14)))
    body["temporaryExposureKeys"][7] |= flaw
    body["verificationPayload"] = phone.certify(issue(), _mac(body, phone.hmac_key))
    answer = PublishResponse.from_json(phone.post("/v1/publish", json.dumps(body).encode()).content)
    assert (answer.inserted_exposures, answer.code) == (13, PublishCode.PARTIAL_FAILURE)
    assert answer.error.startswith("key 7 cannot be imported: ")


def _request(phone, certificate, keys, **fields) -> bytes:
    from bluezone.protocol.messages import PublishRequest

    return PublishRequest(tuple(keys), "vn.bluezone", certificate, phone.hmac_key, **fields).to_json()


def _mac(body, hmac_key: bytes) -> bytes:
    import hmac

    rows = sorted(body["temporaryExposureKeys"], key=lambda row: row["key"])
    clear = ",".join(
        f"{row['key']}.{row['rollingStartNumber']}.{row['rollingPeriod']}.{row.get('transmissionRisk', 0)}"
        for row in rows
    )
    return hmac.digest(hmac_key, clear.encode(), "sha256")


def test_without_a_good_key_nothing_is_stored(phone, issue):
    keys = [replace(key, rolling_start_interval=key.rolling_start_interval - 40 * 144) for key in phone.keys(3)]
    answer = phone.publish(issue(), keys)
    assert answer.code == PublishCode.BAD_REQUEST
    assert answer.error.count("cannot be imported") == 3
    assert not PublishedKey.objects.exists()


@pytest.mark.parametrize("certificate", ["", "not.a.jwt", "eyJhbGciOiJub25lIn0.e30."])
def test_a_bad_certificate_stores_nothing(phone, certificate):
    response = phone.post("/v1/publish", _request(phone, certificate, phone.keys()))
    assert response.status_code == 401
    assert PublishResponse.from_json(response.content).code == PublishCode.CERTIFICATE_INVALID
    assert not PublishedKey.objects.exists()


def test_keys_that_were_not_certified_are_refused(phone, issue):
    certified, others = phone.keys(3), phone.keys(3)
    certificate = phone.certify(issue(), tek_mac(certified, phone.hmac_key))
    assert phone.upload(others, certificate).code == PublishCode.CERTIFICATE_INVALID
    assert phone.upload(certified[:2], certificate).code == PublishCode.CERTIFICATE_INVALID
    assert not PublishedKey.objects.exists()


def test_a_certificate_runs_out(phone, issue):
    keys = phone.keys(3)
    certificate = phone.certify(issue(), tek_mac(keys, phone.hmac_key))
    phone.clock.forward(minutes=15)
    assert phone.upload(keys, certificate).code == PublishCode.CERTIFICATE_INVALID


def test_an_upload_sent_again_stores_nothing_twice_and_gets_the_same_answer(phone, issue):
    """The answer was lost on the way; the phone asks once more."""
    keys = phone.keys(14)
    certificate = phone.certify(issue(), tek_mac(keys, phone.hmac_key))
    first, second = phone.upload(keys, certificate), phone.upload(keys, certificate)
    assert (first.inserted_exposures, first.code) == (second.inserted_exposures, second.code) == (14, "")
    assert second.revision_token
    assert PublishedKey.objects.count() == 14


# --- revisions --------------------------------------------------------------------------------------------------------


def test_a_likely_case_is_confirmed_by_its_own_phone(phone, issue):
    keys = phone.keys(3)
    token = phone.publish(issue("clinical"), keys).revision_token
    answer = phone.publish(issue("confirmed"), keys, revision_token=token)
    assert (answer.code, answer.inserted_exposures) == ("", 0)
    rows = PublishedKey.objects.all()
    assert {row.report_type for row in rows} == {ReportType.CONFIRMED_CLINICAL_DIAGNOSIS}
    assert {row.revised_report_type for row in rows} == {ReportType.CONFIRMED_TEST}


def test_known_keys_without_their_token_are_refused(phone, issue):
    keys = phone.keys(3)
    phone.publish(issue("clinical"), keys)
    phone.hmac_key = secrets.token_bytes(16)  # another phone, that knows published keys
    answer = phone.publish(issue("confirmed"), [*keys, *phone.keys(1, ending_days_ago=9)])
    assert answer.code == PublishCode.MISSING_REVISION_TOKEN
    assert PublishedKey.objects.filter(revised_at=None).count() == PublishedKey.objects.count() == 3


@pytest.mark.parametrize("token", ["AAAA", "x" * 900, "of other keys"])
def test_a_token_that_is_not_of_these_keys_revises_nothing(phone, issue, token):
    keys = phone.keys(3)
    phone.publish(issue("clinical"), keys)
    if token == "of other keys":
        token = phone.publish(issue("clinical"), phone.keys(3)).revision_token
    phone.hmac_key = secrets.token_bytes(16)
    answer = phone.publish(issue("confirmed"), keys, revision_token=token)
    assert answer.code == PublishCode.INVALID_REVISION_TOKEN
    assert not PublishedKey.objects.exclude(revised_at=None).exists()


def test_a_key_is_revised_once(phone, issue):
    keys = phone.keys(3)
    token = phone.publish(issue("clinical"), keys).revision_token
    token = phone.publish(issue("confirmed"), keys, revision_token=token).revision_token
    assert phone.publish(issue("confirmed"), keys, revision_token=token).code == ""  # no change
    assert phone.publish(issue("self"), keys, revision_token=token).code == PublishCode.KEY_ALREADY_REVISED


@pytest.mark.parametrize(("result", "becomes"), [("confirmed", 1), ("negative", 5)])
def test_a_test_decides_of_keys_that_a_person_reported_alone(phone, issue, result, becomes):
    keys = phone.keys(3)
    token = phone.publish(issue("self"), keys).revision_token
    assert phone.publish(issue(result), keys, revision_token=token).code == ""
    stored = PublishedKey.objects.values_list("report_type", "revised_report_type")
    assert set(stored) == {(3, becomes)}


def test_a_revision_may_bring_new_keys(phone, issue):
    keys = phone.keys(3, ending_days_ago=2)
    token = phone.publish(issue("clinical"), keys).revision_token
    answer = phone.publish(issue("confirmed"), [*phone.keys(1), *keys], revision_token=token)
    assert (answer.code, answer.inserted_exposures) == ("", 1)


# --- at the door ------------------------------------------------------------------------------------------------------

ENDPOINTS = ("/api/verify", "/api/certificate", "/v1/publish")


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("size", [64_001, 70_000, 1_000_000])
def test_a_body_too_large_gets_413(phone, path, size):
    response = phone.post(path, b"{" + b" " * (size - 2) + b"}")
    assert response.status_code == 413
    assert json.loads(response.content)["error"] == "request body too large"


@pytest.mark.parametrize("path", ENDPOINTS)
def test_only_post_is_answered(phone, path):
    response = phone.client.get(path)
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert json.loads(response.content)["error"]


@pytest.mark.parametrize("path", ENDPOINTS)
def test_a_decoy_is_answered_like_a_request_and_does_nothing(phone, issue, path):
    code = issue()
    response = phone.post(path, VerifyRequest(code).to_json(), HTTP_X_CHAFF="1")
    assert response.status_code == 200
    assert set(json.loads(response.content)) == {"padding"}
    assert len(response.content) == 4_096
    assert phone.verify(code).token


def test_an_api_key_is_asked_for_where_one_is_set(phone, environment, issue):
    environment(device_api_keys=("first", "second"))
    body = VerifyRequest(issue()).to_json()
    assert phone.post("/api/verify", body).status_code == 401
    assert phone.post("/api/verify", body, HTTP_X_API_KEY="fir").status_code == 401
    assert phone.post("/api/verify", body, HTTP_X_API_KEY="second").status_code == 200


def test_uploads_of_unknown_apps_are_refused_where_apps_are_listed(phone, environment, issue):
    environment(health_authorities=("vn.another",))
    assert phone.publish(issue(), phone.keys()).code == PublishCode.UNKNOWN_HEALTH_AUTHORITY
    environment(health_authorities=("vn.another", "vn.bluezone"))
    assert phone.publish(issue(), phone.keys()).inserted_exposures == 14


def test_a_failure_of_ours_is_json_without_internals(phone, monkeypatch, caplog):
    from bluezone.authority.diagnosis import device_views

    def broken(*_args, **_kwargs):
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(device_views.codes, "redeem_code", broken)
    response = phone.post("/api/verify", VerifyRequest("12345678").to_json())
    assert response.status_code == 500
    body = json.loads(response.content)
    assert (body["error"], body["errorCode"]) == ("internal error", "internal_server_error")
    assert "the disk is on fire" in caplog.text


def test_a_decoy_does_the_work_of_a_publish_and_leaves_nothing(phone, caplog, monkeypatch):
    """It is not told apart by what it costs, also where the server is so busy that an answer misses its mark."""
    stored = []

    def receive(keys, **options):
        receipt = receive_keys(keys, **options)
        stored.append((receipt.inserted, PublishedKey.objects.count()))
        return receipt

    monkeypatch.setattr(device_views, "receive", receive)
    response = phone.post("/v1/publish", b"anything", HTTP_X_CHAFF="1")
    assert (response.status_code, len(response.content) % 4_096) == (200, 0)
    assert stored == [(14, 14)]
    assert not PublishedKey.objects.exists()
    assert "published" not in caplog.text
    assert "failed" not in caplog.text
