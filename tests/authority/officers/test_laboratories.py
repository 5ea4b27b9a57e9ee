"""The pages on which laboratories get an account and a token, and the ministry gives them the right to confirm."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from bluezone.authority.officers.models import OfficerToken, User
from bluezone.authority.officers.tokens import laboratory_of

NOW = dt.datetime(2020, 8, 18, 5, tzinfo=dt.UTC)
HERE, THERE = "/63:93/", "/63:92/"
BACKEND = "django.contrib.auth.backends.ModelBackend"
LIST = "/officer/laboratories"
VALUES = {"full_name": "Phòng xét nghiệm CDC", "username": "cdc-lab", "place": HERE}


@pytest.fixture
def officers(db, set_clock) -> dict[str, Client]:
    """Log in the ministry, the health office of a province, one of another, and one without the right."""
    set_clock.now = NOW
    found = {}
    for name, role, place, may in (
        ("ministry", "ministry", "/", False),
        ("health", "province", HERE, True),
        ("neighbour", "province", THERE, True),
        ("province", "province", HERE, False),
    ):
        user = User.objects.create_user(name, role=role, place=place, may_confirm=may)
        found[name] = Client()
        found[name].force_login(user, BACKEND)
    return found


def made(officer: Client) -> User:
    answer = officer.post(f"{LIST}/new", VALUES)
    assert answer.status_code == 302, answer.content.decode()
    return User.objects.get(username="cdc-lab")


def test_a_health_office_makes_a_laboratory_without_the_right(officers):
    laboratory = made(officers["health"])
    assert (laboratory.role, laboratory.place, laboratory.may_confirm) == ("lab", HERE, False)
    assert not laboratory.has_usable_password()
    assert "Phòng xét nghiệm CDC" in officers["health"].get(LIST).content.decode()
    assert "Phòng xét nghiệm CDC" not in officers["health"].get("/officer/officers").content.decode()
    for officer, path in (("neighbour", ""), ("neighbour", "/token"), ("neighbour", "/change")):
        one = f"{LIST}/{laboratory.pk}{path}"
        answer = officers[officer].get(one) if not path else officers[officer].post(one, {"right": "yes"})
        assert answer.status_code == 404
    assert officers["province"].get(LIST).status_code == 403
    assert officers["health"].get(f"/officer/officers/{laboratory.pk}").status_code == 404


def test_only_the_ministry_gives_the_right(officers):
    laboratory = made(officers["health"])
    change = f"{LIST}/{laboratory.pk}/change"
    assert officers["health"].post(change, {"right": "yes"}).status_code == 403
    laboratory.refresh_from_db()
    assert not laboratory.may_confirm
    for right, held in (("yes", True), ("no", False)):
        assert officers["ministry"].post(change, {"right": right}).status_code == 302
        laboratory.refresh_from_db()
        assert laboratory.may_confirm is held


def test_a_token_is_shown_once_and_ends_the_one_before(officers):
    laboratory = made(officers["ministry"])
    page = f"{LIST}/{laboratory.pk}"
    tokens = []
    ends = "Khóa đang dùng hết hiệu lực ngay"
    assert ends not in officers["health"].get(page).content.decode()
    for _ in range(2):
        answer = officers["health"].post(f"{page}/token", {"days": "30"})
        assert answer.headers["Cache-Control"].startswith("max-age=0") or "no-store" in answer.headers["Cache-Control"]
        [token] = re.findall(r"<textarea[^>]*>([\w-]{43})</textarea>", answer.content.decode())
        tokens.append(token)
    assert laboratory_of(tokens[0], NOW) is None
    assert laboratory_of(tokens[1], NOW) == laboratory
    assert laboratory_of(tokens[1], NOW + dt.timedelta(days=30)) is None
    said = officers["health"].get(page).content.decode()
    assert tokens[1] not in said
    assert ends in said
    assert OfficerToken.objects.count() == 2


@pytest.mark.parametrize("days", ["", "0", "-1", "3650", "x"])
def test_a_token_is_good_for_a_listed_time(officers, days):
    laboratory = made(officers["ministry"])
    assert officers["ministry"].post(f"{LIST}/{laboratory.pk}/token", {"days": days}).status_code == 400
    assert not OfficerToken.objects.exists()


def test_a_closed_laboratory_is_refused_at_once(officers):
    laboratory = made(officers["ministry"])
    page = officers["ministry"].post(f"{LIST}/{laboratory.pk}/token", {"days": "30"}).content.decode()
    [token] = re.findall(r"<textarea[^>]*>([\w-]{43})</textarea>", page)
    change = f"{LIST}/{laboratory.pk}/change"
    assert officers["health"].post(change, {"active": "no"}).status_code == 302
    assert laboratory_of(token, NOW) is None
    assert (
        officers["health"].post(f"{LIST}/{laboratory.pk}/token", {"days": "30"}).content.decode().count("<textarea")
        == 0
    )
    officers["health"].post(change, {"active": "yes"})
    assert User.objects.get(pk=laboratory.pk).is_active


@pytest.mark.parametrize(
    "values",
    [
        VALUES | {"place": THERE},
        VALUES | {"place": "/63:93/63:930/"},
        VALUES | {"username": "health"},
        VALUES | {"username": "a b"},
        VALUES | {"full_name": ""},
    ],
)
def test_a_laboratory_that_cannot_be_is_refused(officers, values):
    answer = officers["health"].post(f"{LIST}/new", values)
    assert answer.status_code == 400
    assert not User.objects.filter(role="lab").exists()


def test_nothing_but_what_is_asked_is_taken(officers):
    officers["health"].post(f"{LIST}/new", VALUES | {"may_confirm": "on", "role": "ministry", "is_superuser": "1"})
    laboratory = User.objects.get(username="cdc-lab")
    assert (laboratory.may_confirm, laboratory.role, laboratory.is_superuser) == (False, "lab", False)
