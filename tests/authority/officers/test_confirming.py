"""Who may confirm cases, who gives that right, and that nobody gets it by a detour."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from bluezone.authority.officers import api_keys, confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import Role, jurisdiction_of
from bluezone.authority.officers.models import ApiKey, User

pytestmark = pytest.mark.django_db
PROVINCE, DISTRICT, SCHOOL = "/63:93/", "/63:93/63:930/", "/63:93/63:930/63:31318/7K3M-Q2XD/"


@pytest.mark.parametrize(
    ("role", "place", "holds", "gives"),
    [
        (Role.MINISTRY, "/", False, True),
        (Role.PROVINCE, PROVINCE, True, True),
        (Role.PROVINCE, PROVINCE, False, False),
        (Role.DISTRICT, DISTRICT, True, False),
        (Role.COMMUNE, "/63:93/63:930/63:31318/", True, False),
        (Role.UNIT_HEAD, SCHOOL, False, False),
    ],
)
def test_the_ministry_gives_the_right_and_a_province_that_has_it(role, place, holds, gives):
    assert confirming.may_give(jurisdiction_of(role, place), holds=holds) is gives


def test_who_has_no_role_gives_nothing():
    assert not confirming.may_give(None, holds=True)


@pytest.mark.parametrize(
    ("role", "right"),
    [(role, right) for role in ("unit-head", "checkpoint") for right in ("may_confirm", "may_read_health")]
    + [("lab", "may_read_health")],
)
def test_the_database_refuses_a_right_that_a_role_cannot_have(role, right):
    with pytest.raises((IntegrityError, ValidationError)):
        User.objects.create_user("head", role=role, place=SCHOOL, **{right: True})


#: role -> whether it reads health data with no right, with that to read, with that to confirm
READS = {
    "": (False, True, True),
    "ministry": (False, True, True),
    "province": (False, True, True),
    "district": (False, True, True),
    "commune": (False, True, True),
    "department": (False, True, True),
    "unit-head": (False, False, False),
    "checkpoint": (False, False, False),
    "lab": (False, False, False),
}


@pytest.mark.parametrize(("role", "reads"), READS.items())
def test_who_reads_health_data(role, reads):
    given = [confirming.reads_health(role, confirms=confirms, reads=right) for confirms, right in HELD]
    assert tuple(given) == reads


#: (to confirm, to read)
HELD = ((False, False), (False, True), (True, False))


def test_every_role_stands_in_the_table_of_readers():
    assert set(READS) == {"", *Role}


def test_a_closed_account_a_laboratory_and_a_key_read_nothing():
    tam = User(role="commune", place=f"{DISTRICT}63:31318/", may_read_health=True)
    assert confirming.may_read_health(Issuer(officer=tam))
    tam.is_active = False
    assert not confirming.may_read_health(Issuer(officer=tam))
    assert not confirming.may_read_health(Issuer(officer=User(role="lab", place=PROVINCE, may_confirm=True)))
    assert not confirming.may_read_health(Issuer(key=ApiKey(role=ApiKey.Role.ADMIN, place=PROVINCE)))


@pytest.fixture
def log_in(client, set_clock):
    """Logs an officer in: `log_in("province", PROVINCE, may_confirm=True)`."""
    set_clock.now = dt.datetime(2020, 8, 15, 2, tzinfo=dt.UTC)

    def as_officer(role: str, place: str, *, may_confirm: bool = False) -> User:
        user = User.objects.create_user(f"{role or 'none'}-by", role=role, place=place, may_confirm=may_confirm)
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        return user

    return as_officer


RIGHTS = {"may_confirm": "on", "may_read_health": "on"}
NEW = {"full_name": "Lê Văn Tám", "username": "tam", "role": "district", "unit": "63:930"} | RIGHTS


@pytest.mark.parametrize(
    ("role", "place", "holds", "given"),
    [("ministry", "/", False, True), ("province", PROVINCE, True, True), ("province", PROVINCE, False, False)],
)
def test_an_appointment_gives_the_right_where_who_appoints_may(client, log_in, role, place, holds, given):
    log_in(role, place, may_confirm=holds)
    assert ('name="may_confirm"' in client.get("/officer/officers/new").content.decode()) is given
    assert client.post("/officer/officers/new", NEW).status_code == 200
    tam = User.objects.get(username="tam")
    assert tam.may_confirm is tam.may_read_health is given, "a field that is not offered is not read"


def test_a_head_of_a_school_is_refused_the_right_in_words(client, log_in):
    log_in("ministry", "/")
    answer = client.post("/officer/officers/new", NEW | {"role": "unit-head"})
    assert answer.status_code == 400
    assert "không thể có quyền này" in answer.content.decode()
    assert not User.objects.filter(username="tam").exists()


@pytest.fixture
def tam() -> User:
    place = "/63:93/63:930/63:31318/"
    return User.objects.create_user("tam", role="commune", place=place, may_confirm=True, may_read_health=True)


CHANGE = {"full_name": "Tám", "role": "commune", "unit": "63:31318"}


def test_a_new_name_keeps_the_right_and_a_new_post_ends_it(client, log_in, tam):
    log_in("district", DISTRICT)
    address = f"/officer/officers/{tam.pk}"
    assert client.post(address, CHANGE).status_code == 302
    tam.refresh_from_db()
    assert tam.may_confirm
    assert tam.may_read_health
    assert client.post(address, CHANGE | {"unit": "63:31321"} | RIGHTS).status_code == 302
    tam.refresh_from_db()
    assert (tam.place, tam.may_confirm, tam.may_read_health) == ("/63:93/63:930/63:31321/", False, False)


def test_who_may_give_the_right_may_move_it_and_take_it(client, log_in, tam):
    log_in("province", PROVINCE, may_confirm=True)
    address = f"/officer/officers/{tam.pk}"
    client.post(address, CHANGE | {"unit": "63:31321"} | RIGHTS)
    tam.refresh_from_db()
    assert tam.may_confirm
    assert tam.may_read_health
    client.post(address, CHANGE | {"unit": "63:31321", "may_read_health": "on"})
    tam.refresh_from_db()
    assert (tam.may_confirm, tam.may_read_health) == (False, True)
    client.post(address, CHANGE | {"unit": "63:31321"})
    tam.refresh_from_db()
    assert not tam.may_read_health


@pytest.mark.parametrize(("holds", "taken_over"), [(True, True), (False, False)])
def test_nobody_takes_an_account_with_the_right_over_who_may_not_give_it(client, log_in, tam, holds, taken_over):
    log_in("province", PROVINCE, may_confirm=holds)
    tam.set_password("a long password 1")
    tam.save()
    page = client.get(f"/officer/officers/{tam.pk}").content.decode()
    assert (f"/officer/officers/{tam.pk}/link" in page) is taken_over
    assert (client.post(f"/officer/officers/{tam.pk}/link").status_code == 200) is taken_over
    tam.refresh_from_db()
    assert tam.has_usable_password() is not taken_over


# --- keys -------------------------------------------------------------------------------------------------------------

FORM = str(uuid.UUID(int=1))
KEY = {"form_id": FORM, "role": "admin", "place": PROVINCE, "label": "CDC laboratory", "days": "90"}


def shown(answer) -> str:
    return answer.content.decode().split('spellcheck="false">')[1].split("<")[0]


def test_a_key_is_shown_once_works_and_is_revoked(client, log_in, now, caplog):
    by = log_in("province", PROVINCE, may_confirm=True)
    answer = client.post("/officer/keys/new", KEY)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    secret, row = shown(answer), ApiKey.objects.get()
    assert secret.startswith(row.begins)
    assert (row.role, row.place, row.made_by) == ("admin", PROVINCE, by)
    assert row.expires_on == dt.date(2020, 8, 15) + dt.timedelta(days=90)
    at = dt.datetime(2020, 8, 15, 2, tzinfo=dt.UTC)
    assert api_keys.key_of(secret, at, ApiKey.Role.ADMIN) == row
    listed = client.get("/officer/keys").content.decode()
    assert row.begins in listed
    assert secret not in listed
    assert "15/8/2020" in listed, "the day of its last use"
    assert secret not in caplog.text
    assert client.post(f"/officer/keys/{row.pk}/revoke").status_code == 302
    assert api_keys.key_of(secret, at, ApiKey.Role.ADMIN) is None
    for path in ("/officer/keys", f"/officer/keys/{row.pk}"):
        assert "đã thu hồi" in client.get(path).content.decode()


def test_a_form_sent_twice_makes_one_key(client, log_in):
    log_in("province", PROVINCE, may_confirm=True)
    client.post("/officer/keys/new", KEY)
    assert client.post("/officer/keys/new", KEY)["Location"] == "/officer/keys"
    assert ApiKey.objects.count() == 1
    assert client.post("/officer/keys/new", KEY | {"form_id": str(uuid.UUID(int=2))}).status_code == 200


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, 200),
        ({"role": "statistics"}, 200),
        ({"role": "device"}, 400),  # apps' keys are the ministry's
        ({"place": "/63:92/"}, 400),  # another province
        ({"place": "/"}, 400),
        ({"label": ""}, 400),
        ({"label": "x" * 81}, 400),
        ({"days": "99999"}, 400),
        ({"days": "0"}, 200),
    ],
)
def test_a_province_makes_keys_for_its_own_offices_only(client, log_in, values, status):
    log_in("province", PROVINCE, may_confirm=True)
    assert client.post("/officer/keys/new", KEY | values).status_code == status
    assert ApiKey.objects.count() == (1 if status == 200 else 0)


def test_an_office_where_nobody_may_confirm_gets_no_admin_key(client, log_in):
    log_in("ministry", "/")
    answer = client.post("/officer/keys/new", KEY | {"place": "/"})
    assert answer.status_code == 400
    assert "Chưa ai ở cơ quan này" in answer.content.decode()


def test_an_apps_key_belongs_to_the_ministry_whatever_was_chosen(client, log_in, tam):
    log_in("ministry", "/")
    assert client.post("/officer/keys/new", KEY | {"role": "device", "place": tam.place}).status_code == 200
    assert ApiKey.objects.get().place == "/"


def test_a_province_neither_sees_nor_revokes_a_key_of_another(client, log_in, now):
    _, theirs = api_keys.make(ApiKey.Role.ADMIN, "/63:92/", "theirs", None, now)
    log_in("province", PROVINCE, may_confirm=True)
    assert "theirs" not in client.get("/officer/keys").content.decode()
    assert client.get(f"/officer/keys/{theirs.pk}").status_code == 404
    assert client.post(f"/officer/keys/{theirs.pk}/revoke").status_code == 404
    theirs.refresh_from_db()
    assert theirs.revoked_at is None


@pytest.mark.parametrize(
    ("role", "place", "holds"),
    [("province", PROVINCE, False), ("district", DISTRICT, True), ("unit-head", SCHOOL, False), ("", "", True)],
)
@pytest.mark.parametrize("path", ["/officer/keys", "/officer/keys/new", "/officer/cases/quota"])
def test_pages_of_keys_and_quota_are_closed_to_who_may_not_give_the_right(client, log_in, path, role, place, holds):
    log_in(role, place, may_confirm=holds)
    assert client.get(path).status_code == 403
    assert client.post(path).status_code in (403, 405)
