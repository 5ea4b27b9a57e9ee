"""The second factor over HTTP: nothing of the officers' pages opens on a password alone."""

from __future__ import annotations

import base64
import re

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
from django_otp.oath import totp

from bluezone.authority.officers import second_factor
from bluezone.authority.officers.models import Phone, RecoveryCodes, User
from bluezone.authority.site.encryption import LostKeyError

PASSWORD = "a long password 1"


@pytest.fixture
def officer(db, environment) -> User:
    call_command("axes_reset", verbosity=0)
    environment(second_factor=True)
    return User.objects.create_user("lan", password=PASSWORD, role="ministry", place="/", may_confirm=True)


def log_in(client):
    return client.post("/officer/login", {"username": "lan", "password": PASSWORD}, follow=True)


def code_of(user: User) -> str:
    device = Phone.objects.get(user=user)
    Phone.objects.filter(pk=device.pk).update(
        last_step=-1, throttling_failure_count=0, throttling_failure_timestamp=None
    )
    return f"{totp(device.seed):06d}"


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
    before = {each.seed for each in Phone.objects.all()}
    assert client.post("/officer/second-factor/new", {"token": code_of(officer)}).status_code == 302
    assert {each.seed for each in Phone.objects.all()} == before
    assert client.post("/officer/second-factor/codes").status_code == 302


def test_a_recovery_code_is_good_once(client, officer):
    code = set_up(client, officer)[0]
    for expected in (302, 400):
        client.logout()
        log_in(client)
        assert client.post("/officer/second-factor", {"token": code}).status_code == expected
    assert len(RecoveryCodes.objects.get().digests) == 9


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


def test_the_phones_codes_do_not_slow_down_the_recovery_codes(client, officer):
    recovery = set_up(client, officer)
    for _ in range(12):
        assert second_factor.verified_by(officer, code_of(officer))
    assert second_factor.verified_by(officer, recovery[0])


def test_a_copied_database_gives_no_session_no_seed_and_no_recovery_code(client, officer, settings, database_text):
    recovery = set_up(client, officer)
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = Session.objects.get().session_key
    assert thief.get("/officer/cases/").headers["Location"].startswith("/officer/login")
    phone = Phone.objects.get()
    seed, text = phone.seed, database_text()
    shown = [client.session.session_key, seed.hex(), base64.b32encode(seed).decode(), str(seed)[2:-1], *recovery]
    assert [each for each in shown if each in text] == []
    settings.SECRET_KEY = "of another server"
    with pytest.raises(LostKeyError):
        _ = phone.seed
    assert not second_factor.verified_by(officer, recovery[0])


def test_a_seed_belongs_to_its_officer_alone(officer):
    own, other = second_factor.pending_phone(officer), User.objects.create_user("minh")
    with pytest.raises(LostKeyError):
        _ = Phone(user=other, sealed_seed=own.sealed_seed).seed


def test_what_was_stored_before_the_secret_was_rotated_still_opens(client, officer, settings):
    recovery = set_up(client, officer)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the new one"
    assert client.get("/officer/cases/").headers["Location"].startswith("/officer/login")  # sessions end
    assert second_factor.verified_by(officer, code_of(officer))
    assert second_factor.verified_by(officer, recovery[0])


def test_a_session_that_ended_is_gone_from_the_database(client, officer):
    set_up(client, officer)
    assert Session.objects.count() == 1  # the key was changed at the login, with its row
    client.post("/officer/logout")
    assert not Session.objects.exists()


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
