"""The officer API for machines."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers import tokens
from bluezone.authority.officers.models import OfficerToken, User

PATH = "/officer/api/cases"


@pytest.fixture
def officer(phone) -> User:
    return User.objects.create_user("lan", password="a long password 1", may_confirm=True)


@pytest.fixture
def token(officer, phone) -> str:
    return tokens.issue(officer, phone.clock.now)[0]


def post(client, body: object, token: str | None = None):
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(PATH, data, content_type="application/json", **headers)


def test_a_machine_opens_a_case_and_gets_its_code(phone, client, officer, token):
    response = post(client, {"report_type": "confirmed", "test_date": "2020-08-18"}, token)
    assert response.status_code == 201
    assert response["Cache-Control"] == "no-store"
    body = response.json()
    assert set(body) == {"case", "code", "expires_at", "long_code", "long_expires_at"}
    assert dt.datetime.fromisoformat(body["expires_at"]) == phone.clock.now + dt.timedelta(hours=1)
    assert dt.datetime.fromisoformat(body["long_expires_at"]) == phone.clock.now + dt.timedelta(hours=24)
    assert str(Case.objects.get(created_by=officer).id) == body["case"]
    assert phone.verify(body["code"]).token


@pytest.mark.parametrize("given_token", [None, "", "wrong", "Bearer"])
def test_without_a_token_nothing_happens(phone, client, given_token):
    response = post(client, {"report_type": "confirmed", "test_date": "2020-08-18"}, given_token)
    assert response.status_code == 401
    assert response.json()["code"] == "unauthorized"
    assert not Case.objects.exists()


def test_a_token_runs_out_and_dies_with_its_officer(phone, client, officer, token):
    body = {"report_type": "confirmed", "test_date": "2020-08-18"}
    officer.is_active = False
    officer.save()
    assert post(client, body, token).status_code == 401
    officer.is_active = True
    officer.save()
    assert post(client, body, token).status_code == 201
    phone.clock.forward(days=30)
    assert post(client, body, token).status_code == 401


def test_a_token_is_not_kept_in_clear(token):
    assert token not in repr(list(OfficerToken.objects.values_list()))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{", "request body is not JSON"),
        (b"[]", "body: "),
        ({}, "report_type: "),
        ({"report_type": "sure", "test_date": "2020-08-18"}, "report_type: "),
        ({"report_type": "confirmed"}, "onset_date: give the day of first symptoms or the day of the test"),
        ({"report_type": "confirmed", "test_date": "18/8/2020"}, "test_date: "),
        ({"report_type": "confirmed", "test_date": "2020-08-18", "name": "Lan"}, "name: "),
    ],
)
def test_a_bad_case_gets_one_error_that_names_the_field(client, token, body, error):
    response = post(client, body, token)
    assert response.status_code == 400
    assert response.json()["code"] == "bad_request"
    assert response.json()["error"].startswith(error)
    assert not Case.objects.exists()


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=60)
    | _json.map(lambda value: json.dumps(value).encode())
    | st.fixed_dictionaries(
        {}, optional={"report_type": _json, "onset_date": _json, "test_date": _json, "x": _json}
    ).map(lambda value: json.dumps(value).encode())
)
def test_garbage_never_breaks_and_opens_no_case(client, token, body):
    response = post(client, body, token)
    assert response.status_code == 400
    assert response.json()["error"]
    assert not Case.objects.exists()


def test_a_logged_in_officer_needs_the_csrf_token_too(phone, officer):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    assert post(client, {"report_type": "confirmed", "test_date": "2020-08-18"}).status_code == 401
    relaxed = Client()
    relaxed.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    assert post(relaxed, {"report_type": "confirmed", "test_date": "2020-08-18"}).status_code == 201


def test_only_post_is_known(client, token):
    assert client.get(PATH, HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 405


def test_a_failure_of_ours_is_json_without_internals(client, token, monkeypatch, caplog):
    from bluezone.authority.diagnosis import api

    def broken(*_values):
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(api.services, "open_case", broken)
    response = post(client, {"report_type": "confirmed", "test_date": "2020-08-18"}, token)
    assert (response.status_code, response.json()["error"]) == (500, "internal error")
    assert "the disk is on fire" in caplog.text


def test_a_body_too_large_gets_413(client, token):
    assert post(client, b"{" + b" " * 70_000 + b"}", token).status_code == 413
    assert not Case.objects.exists()
