"""Logging in: lock-out, one message for every mistake, cookies."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from bluezone.authority.officers.models import User

PASSWORD = "a long password 1"


@pytest.fixture
def officer(db) -> User:
    call_command("axes_reset", verbosity=0)
    return User.objects.create_user("lan", password=PASSWORD, full_name="Nguyễn Thị Lan", may_confirm=True)


def log_in(client, name: str = "lan", password: str = PASSWORD, **headers):
    return client.post("/officer/login", {"username": name, "password": password}, **headers)


def test_an_officer_logs_in_and_out(client, officer):
    assert log_in(client).headers["Location"] == "/officer/"
    assert "Nguyễn Thị Lan" in client.get("/officer/cases/").content.decode()
    assert client.post("/officer/logout").headers["Location"] == "/officer/login"
    assert client.get("/officer/cases/").status_code == 302


def test_every_mistake_gets_the_same_answer(client, officer):
    User.objects.create_user("closed", password=PASSWORD, is_active=False)
    messages = set()
    for name, password in [("lan", "wrong"), ("nobody", PASSWORD), ("closed", PASSWORD)]:
        page = log_in(client, name, password).content.decode()
        assert "Tên hoặc mật khẩu không đúng." in page
        messages.add(page.count("Tên hoặc mật khẩu không đúng."))
    assert len(messages) == 1


def test_five_wrong_passwords_lock_that_name_from_that_address(client, officer):
    for _ in range(4):
        assert log_in(client, password="wrong").status_code == 200
    locked = log_in(client, password="wrong")
    assert locked.status_code == 429
    assert "15 phút" in locked.content.decode()
    assert log_in(client).status_code == 429
    assert log_in(client, REMOTE_ADDR="203.0.113.8").status_code == 302  # the officer, from elsewhere


def test_logging_in_leads_nowhere_outside(client, officer):
    response = client.post("/officer/login?next=https://evil.example/", {"username": "lan", "password": PASSWORD})
    assert response.headers["Location"] == "/officer/"


def test_a_session_ends_after_half_an_hour_and_with_the_browser(client, officer, settings):
    log_in(client)
    cookie = client.cookies["bluezone_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["expires"]
    assert settings.SESSION_COOKIE_AGE == 1800


def test_behind_tls_cookies_are_secure_and_http_is_left(tmp_path):
    import os
    import subprocess
    import sys

    code = (
        "import django; django.setup(); from django.conf import settings as s;"
        "assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE and s.SECURE_SSL_REDIRECT;"
        "assert s.SECURE_HSTS_SECONDS >= 31536000 and not s.DEBUG;"
        "from django.core.checks import run_checks;"
        "found = [m.id for m in run_checks(include_deployment_checks=True)];"
        "assert set(found) <= {'security.W005', 'security.W021'}, found"  # subdomains, preload: not ours to decide
    )
    environment = os.environ | {"BLUEZONE_TLS": "on", "BLUEZONE_VAR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
