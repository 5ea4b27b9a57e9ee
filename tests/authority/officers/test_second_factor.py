"""The second factor over HTTP: nothing of the officers' pages opens on a password alone."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.urls import get_resolver
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from bluezone.authority.officers.models import User

PASSWORD = "a long password 1"


@pytest.fixture
def officer(db, environment) -> User:
    call_command("axes_reset", verbosity=0)
    environment(second_factor=True)
    return User.objects.create_user("lan", password=PASSWORD, role="ministry", place="/", may_confirm=True)


def log_in(client):
    return client.post("/officer/login", {"username": "lan", "password": PASSWORD}, follow=True)


def code_of(user: User) -> str:
    device = TOTPDevice.objects.get(user=user)
    TOTPDevice.objects.filter(pk=device.pk).update(
        last_t=-1, throttling_failure_count=0, throttling_failure_timestamp=None
    )
    return f"{totp(device.bin_key):06d}"


def set_up(client, user: User) -> list[str]:
    """Log in, enrol a phone; the recovery codes shown."""
    log_in(client)
    page = client.post("/officer/second-factor/new", {"token": code_of(user)})
    assert page.status_code == 200
    return re.findall(r"<li><code>(\w+)</code>", page.content.decode())


def test_the_first_login_leads_to_setting_up_a_phone(client, officer):
    page = log_in(client)
    assert page.redirect_chain[-1][0] == "/officer/second-factor/new"
    text = page.content.decode()
    assert "<svg" in text
    assert "style=" not in text.split("<main", 1)[1]  # the policy for styles would drop it
    assert client.get("/officer/cases/").status_code == 302


def test_a_phones_code_opens_the_pages_and_shows_recovery_codes_once(client, officer):
    assert len(set(set_up(client, officer))) == 10
    assert client.get("/officer/cases/").status_code == 200


def test_every_page_of_officers_is_closed_to_a_password_alone(client, officer):
    set_up(client, officer)
    client.logout()
    log_in(client)
    open_ones = {"officer/login", "officer/logout", "officer/second-factor", "officer/second-factor/new"}
    tried = 0
    for path in _paths(get_resolver()):
        if not path.startswith("officer/") or path in open_ones:
            continue
        response = client.get(f"/{path}")
        closed = response.status_code == 403 or "/officer/second-factor" in response.headers.get("Location", "")
        assert closed, path
        tried += 1
    assert tried > 5


def _paths(resolver, prefix: str = ""):
    for each in resolver.url_patterns:
        path = prefix + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from _paths(each, path)
        else:
            yield re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", re.sub(r"<(?!uuid)[^>]+>", "1", path))


def test_who_has_a_phone_must_show_its_code_before_setting_up_another(client, officer):
    set_up(client, officer)
    client.logout()
    log_in(client)
    assert client.get("/officer/second-factor/new").headers["Location"] == "/officer/second-factor"
    before = set(TOTPDevice.objects.values_list("key", flat=True))
    assert client.post("/officer/second-factor/new", {"token": code_of(officer)}).status_code == 302
    assert set(TOTPDevice.objects.values_list("key", flat=True)) == before
    assert client.post("/officer/second-factor/codes").status_code == 302


def test_a_recovery_code_is_good_once(client, officer):
    code = set_up(client, officer)[0]
    for expected in (302, 400):
        client.logout()
        log_in(client)
        assert client.post("/officer/second-factor", {"token": code}).status_code == expected
    assert StaticToken.objects.count() == 9


def test_a_phones_code_is_good_once(client, officer):
    set_up(client, officer)
    client.logout()
    log_in(client)
    code = code_of(officer)
    assert client.post("/officer/second-factor", {"token": code}).status_code == 302
    client.logout()
    log_in(client)
    refused = client.post("/officer/second-factor", {"token": code})
    assert refused.status_code == 400
    assert "Mã không đúng" in refused.content.decode()


def test_wrong_codes_slow_down_the_right_one(client, officer):
    set_up(client, officer)
    client.logout()
    log_in(client)
    code = code_of(officer)
    for wrong in ("000000", "abc", "999999"):
        assert client.post("/officer/second-factor", {"token": wrong}).status_code == 400
    assert client.post("/officer/second-factor", {"token": code}).status_code == 400


def test_the_second_factor_leads_nowhere_outside(client, officer):
    set_up(client, officer)
    client.logout()
    log_in(client)
    response = client.post("/officer/second-factor", {"token": code_of(officer), "next": "https://evil.example/"})
    assert response.headers["Location"] == "/officer/"


def test_a_rehearsal_asks_for_the_password_only(client, officer, environment, tmp_path):
    clock = tmp_path / "clock"
    clock.write_text("1597747200")
    environment(rehearsal_clock=clock)
    assert log_in(client).redirect_chain[-1][0] == "/officer/rollout/"


def test_a_lost_phone_is_reset_from_the_command_line(client, officer, run_bluezone):
    set_up(client, officer)
    assert run_bluezone("authority", "reset-second-factor", "lan").code == 0
    client.logout()
    assert log_in(client).redirect_chain[-1][0] == "/officer/second-factor/new"
    assert run_bluezone("authority", "reset-second-factor", "nobody").code == 2


def test_files_for_phones_do_not_vary_by_cookie(client, db):
    assert "Cookie" not in client.get("/healthz").headers.get("Vary", "")
