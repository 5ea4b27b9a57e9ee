"""Logging in: lock-out, one message for every mistake, cookies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.management import call_command
from django.test import Client

from bluezone.authority.officers.login import written_alike
from bluezone.authority.officers.models import User
from bluezone.authority.project import login_guard

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


@pytest.fixture
def hashes(monkeypatch) -> list[str]:
    """The passwords that were looked at, which costs a third of a second each."""
    looked_at: list[str] = []
    looks = MD5PasswordHasher.encode

    def encode(self, password: str, salt: str) -> str:
        looked_at.append(password)
        return looks(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    return looked_at


@pytest.fixture
def one_moment(monkeypatch) -> Callable[[float], None]:
    """Real time stands still, and goes on as a test says."""
    moment = [dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)]

    class Stopped(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return moment[0]

    monkeypatch.setattr(login_guard, "dt", SimpleNamespace(datetime=Stopped, UTC=dt.UTC))

    def forward(seconds: float) -> None:
        moment[0] += dt.timedelta(seconds=seconds)

    return forward


def test_names_that_nobody_has_cost_no_more_than_ten_hashes_in_ten_seconds(client, officer, hashes, one_moment):
    answers = [log_in(client, f"nobody{number}") for number in range(30)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 20
    assert len(hashes) == 10
    page = answers[-1].content.decode()
    assert "Xin thử lại sau 10 giây" in page
    assert answers[-1].headers["Retry-After"] == "10"
    assert log_in(client, REMOTE_ADDR="203.0.113.8").status_code == 302
    one_moment(10)
    assert log_in(client).status_code == 302


def test_an_ipv6_network_counts_as_one_and_others_do_not_wait(client, officer, one_moment):
    asked = [log_in(client, f"n{number}", REMOTE_ADDR=f"2001:db8::{number}").status_code for number in range(1, 13)]
    assert asked == [200] * 10 + [429] * 2
    assert log_in(client, REMOTE_ADDR="2001:db8:0:1::1").status_code == 302


@pytest.mark.parametrize("name", ["lan", "nobody"])
def test_one_name_from_everywhere_is_looked_at_ten_times_a_minute(client, officer, hashes, one_moment, name):
    spellings = (name, name.upper(), f" {name} ")
    asked = [
        log_in(client, spellings[number % 3], "wrong", REMOTE_ADDR=f"203.0.113.{number}").status_code
        for number in range(30)
    ]
    assert asked == [200] * 10 + [429] * 20
    assert len(hashes) == 10


def test_whoever_sends_an_officers_name_from_everywhere_does_not_keep_the_officer_out(client, officer, one_moment):
    log_in(client)
    client.post("/officer/logout")
    strange = Client()
    for number in range(30):
        log_in(strange, password="wrong", REMOTE_ADDR=f"203.0.113.{number}")
    assert log_in(strange, REMOTE_ADDR="203.0.113.200").status_code == 429
    assert log_in(client).status_code == 302


def test_a_known_browser_is_known_for_its_officer_alone_and_cannot_be_made_up(client, officer, one_moment):
    User.objects.create_user("mai", password=PASSWORD)
    log_in(client)
    client.post("/officer/logout")
    cookie = client.cookies["bluezone_known_browser"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/officer/login")
    for number in range(10):
        log_in(Client(), "mai", "wrong", REMOTE_ADDR=f"203.0.113.{number}")
    assert log_in(client, "mai").status_code == 429
    client.cookies["bluezone_known_browser"] = cookie.value.replace(cookie.value[:6], "forged")
    for number in range(10):
        log_in(Client(), "lan", "wrong", REMOTE_ADDR=f"203.0.113.{number}")
    assert log_in(client).status_code == 429


def test_logging_in_leads_nowhere_outside(client, officer):
    response = client.post("/officer/login?next=https://evil.example/", {"username": "lan", "password": PASSWORD})
    assert response.headers["Location"] == "/officer/"


FORM = "/officer/units/7K3M-Q2XD"


@pytest.mark.parametrize(
    ("sender", "page"),
    [
        (f"http://testserver{FORM}?tab=2", f"{FORM}?tab=2"),
        ("", "/officer/"),
        ("https://elsewhere.example/officer/", "/officer/"),
        ("//elsewhere.example/officer/", "/officer/"),
    ],
)
def test_a_form_sent_too_late_leads_back_to_its_page_and_says_that_it_was_not_stored(client, officer, sender, page):
    """The address to which it was sent is no page: whoever logged in saw an empty one."""
    headers = {"Referer": sender} if sender else {}
    sent = client.post(f"{FORM}/merge", {"into": "x"}, headers=headers)
    assert sent.status_code == 302
    login = client.get(sent.headers["Location"])
    assert "chưa được lưu" in login.content.decode()
    assert login.context["next"] == page
    entered = client.post(sent.headers["Location"], {"username": "lan", "password": PASSWORD, "next": page})
    assert entered.headers["Location"] == page


def test_a_page_asked_for_leads_back_to_itself_and_says_nothing(client, officer):
    sent = client.get("/officer/cases/?page=2")
    assert sent.headers["Location"] == "/officer/login?next=/officer/cases/%3Fpage%3D2"
    assert "chưa được lưu" not in client.get(sent.headers["Location"]).content.decode()


def test_the_address_of_a_form_opened_as_a_page_leads_to_its_page(client, officer):
    client.force_login(officer)
    answer = client.get(f"{FORM}/merge")
    assert (answer.status_code, answer.headers["Allow"], answer["Location"]) == (302, "POST", FORM)


def test_a_session_ends_after_half_an_hour_and_with_the_browser(client, officer, settings):
    log_in(client)
    cookie = client.cookies["bluezone_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["expires"]
    assert settings.SESSION_COOKIE_AGE == 1800


def test_behind_tls_cookies_are_secure_and_http_is_left(tmp_path):
    import os
    import secrets
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
    environment["BLUEZONE_SECRET_KEY"] = secrets.token_urlsafe(48)
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


@pytest.mark.parametrize("written", ["Prov2", " prov2 ", "ｐrov2", "ｐｒｏｖ２"])
def test_a_name_is_limited_as_one_however_it_is_written(written):
    assert written_alike(written) == "prov2"
