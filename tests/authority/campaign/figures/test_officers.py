"""Officers appointed, changed, suspended over HTTP; the set-up link; every border; what the audit log says."""

from __future__ import annotations

import logging
import re

import pytest
from auditlog.models import LogEntry
from django.test import Client
from tests.tiers import first

from bluezone.authority.officers import tokens
from bluezone.authority.officers.models import User

OFFICERS = "/officer/officers"
PASSWORD = "một câu thật dài 2020"


def link_of(response) -> str:
    return re.search(r"http://testserver(/officer/setup/[^<\s]+)", response.content.decode())[1]


def wanted(role: str = "district", unit: str = "63:932", name: str = "minh") -> dict[str, str]:
    return {"full_name": "Đỗ Văn Minh", "username": name, "role": role, "unit": unit}


def set_password(address: str, password: str = PASSWORD) -> tuple[Client, object]:
    client = Client()
    form = client.get(address, follow=True)
    if not form.redirect_chain:
        return client, form
    sent = {"new_password1": password, "new_password2": password}
    return client, client.post(form.redirect_chain[-1][0], sent)


def test_an_officer_is_appointed_sets_the_own_password_and_logs_in(signed_in):
    response = signed_in("province").post(f"{OFFICERS}/new", wanted())
    made = User.objects.get(username="minh")
    assert (made.role, made.place, made.full_name) == ("district", "/63:93/63:932/", "Đỗ Văn Minh")
    assert not made.has_usable_password()
    client, done = set_password(link_of(response))
    assert done.headers["Location"] == "/officer/login"
    client.post("/officer/login", {"username": "minh", "password": PASSWORD})
    assert "Châu Thành A" in client.get("/officer/rollout/").content.decode()


def test_the_token_leaves_the_address_before_the_form_is_shown(signed_in):
    address = link_of(signed_in("province").post(f"{OFFICERS}/new", wanted()))
    response = Client().get(address)
    assert response.status_code == 302
    assert address.rsplit("/", 1)[-1] not in response.headers["Location"]


def test_a_link_works_once(signed_in):
    address = link_of(signed_in("province").post(f"{OFFICERS}/new", wanted()))
    set_password(address)
    _, again = set_password(address, "another long sentence 1")
    assert again.status_code == 200
    assert "không còn dùng được" in again.content.decode()
    assert User.objects.get(username="minh").check_password(PASSWORD)


def test_a_link_runs_out_after_three_days(signed_in, set_clock):
    address = link_of(signed_in("province").post(f"{OFFICERS}/new", wanted()))
    set_clock.forward(days=3, minutes=1)
    _, late = set_password(address)
    assert "không còn dùng được" in late.content.decode()


def test_a_newer_link_ends_the_older_one_the_password_and_every_session(signed_in, officer):
    boss, district = signed_in("province"), officer("district")
    first = link_of(boss.post(f"{OFFICERS}/{district.pk}/link"))
    at_work, _ = set_password(first)
    at_work.post("/officer/login", {"username": "district", "password": PASSWORD})
    assert at_work.get("/officer/rollout/").status_code == 200
    second = link_of(boss.post(f"{OFFICERS}/{district.pk}/link"))
    assert at_work.get("/officer/rollout/").status_code == 302
    assert "không còn dùng được" in set_password(first)[1].content.decode()
    assert set_password(second)[1].status_code == 302


def test_a_short_or_common_password_is_refused(signed_in):
    address = link_of(signed_in("province").post(f"{OFFICERS}/new", wanted()))
    for password in ("short", "1qaz2wsx3edc", "minh"):
        assert set_password(address, password)[1].status_code == 200
    assert not User.objects.get(username="minh").has_usable_password()


def test_neither_link_nor_password_is_in_a_log_or_in_the_audit_log(signed_in, caplog):
    with caplog.at_level(logging.DEBUG):
        address = link_of(signed_in("province").post(f"{OFFICERS}/new", wanted()))
        set_password(address)
    token = address.rsplit("/", 1)[-1]
    assert token not in caplog.text
    assert PASSWORD not in caplog.text
    kept = [str((entry.changes, entry.additional_data, entry.object_repr)) for entry in LogEntry.objects.all()]
    assert not [text for text in kept if token in text or PASSWORD in text or "pbkdf2" in text or "'!" in text]
    assert [text for text in kept if "set_up_link" in text]


@pytest.mark.parametrize(
    ("by", "role", "unit", "made"),
    [
        ("ministry", "province", "Hậu Giang", "/63:93/"),
        ("ministry", "commune", "63:31318", None),  # depends on the unit, below
        ("province", "district", "Châu Thành A", "/63:93/63:932/"),
        ("province", "province", "Hậu Giang", False),
        ("province", "district", "63:916", False),  # of Cần Thơ
        ("province", "ministry", "63:VN", False),
        ("district", "district", "63:930", False),
        ("district", "commune", "63:932", False),  # not a commune
        ("commune", "commune", "63:31318", False),
        ("neighbour", "district", "63:930", False),
    ],
)
def test_officers_are_appointed_below_and_within_the_own_jurisdiction_only(signed_in, by, role, unit, made):
    response = signed_in(by).post(f"{OFFICERS}/new", wanted(role, unit))
    found = User.objects.filter(username="minh").first()
    if made is False:
        assert response.status_code == 400
        assert found is None
    else:
        assert found is not None
        assert made in (None, found.place)


def test_the_head_of_a_school_is_appointed_by_name_or_poster_code(signed_in, school, other_school):
    client = signed_in("commune")
    client.post(f"{OFFICERS}/new", wanted("unit-head", f"{school.name} · {school.code}"))
    assert User.objects.get(username="minh").place == school.place
    client.post(f"{OFFICERS}/new", wanted("unit-head", school.name, "hai"))
    assert User.objects.get(username="hai").place == school.place
    assert client.post(f"{OFFICERS}/new", wanted("unit-head", other_school.code, "ba")).status_code == 400
    assert not User.objects.filter(username="ba").exists()


def test_a_name_that_is_taken_or_cannot_be_is_refused_at_its_field(signed_in, officer):
    officer("district")
    client = signed_in("province")
    for name in ("district", "hai người", ""):
        response = client.post(f"{OFFICERS}/new", wanted(name=name))
        assert response.status_code == 400
        assert "username" in response.context["form"].errors


EVERYBODY = ["ministry", "province", "neighbour", "district", "sister", "commune", "other_commune", "head"]
BELOW = {
    "ministry": {"province", "neighbour", "district", "sister", "commune", "other_commune", "head"},
    "province": {"district", "sister", "commune", "other_commune", "head"},
    "neighbour": set(),
    "district": {"commune", "other_commune", "head"},
    "sister": set(),
    "commune": {"head"},
    "other_commune": set(),
    "head": set(),
}


#: the list says by the same rule whom everybody may change; of all of it by HTTP, two
@pytest.mark.parametrize("by", first(2, ["province", "commune", *sorted(set(EVERYBODY) - {"province", "commune"})]))
def test_who_may_change_suspend_and_reset_whom(signed_in, officer, by):
    people = {name: officer(name) for name in EVERYBODY}
    client = signed_in(by)
    for name, user in people.items():
        may = name in BELOW[by]
        address = f"{OFFICERS}/{user.pk}"
        assert client.get(address).status_code == (200 if may else 404)
        for action in ("link", "lost-phone", "suspend"):
            status = client.post(f"{address}/{action}", {"active": "no"}).status_code
            assert status in ((200, 302) if may else (404,))
        assert User.objects.get(pk=user.pk).is_active is not may


@pytest.mark.parametrize("by", EVERYBODY)
def test_the_list_shows_the_own_jurisdiction(signed_in, officer, by):
    for name in EVERYBODY:
        officer(name)
    response = signed_in(by).get(OFFICERS)
    seen = {line["officer"].username for line in response.context["rows"]}
    assert seen == BELOW[by] | {by}
    assert {line["officer"].username for line in response.context["rows"] if line["may_change"]} == BELOW[by]


def test_an_officer_cannot_be_moved_out_of_the_jurisdiction_or_up(signed_in, officer):
    district = officer("district")
    client = signed_in("province")
    for role, unit in (("district", "63:916"), ("province", "63:93"), ("ministry", "")):
        assert client.post(f"{OFFICERS}/{district.pk}", wanted(role, unit)).status_code == 400
    client.post(f"{OFFICERS}/{district.pk}", wanted("district", "63:932"))
    district.refresh_from_db()
    assert (district.place, district.username) == ("/63:93/63:932/", "district")


def test_a_suspended_officer_is_out_at_once_and_so_is_the_machine(signed_in, officer, set_clock, client):
    district = officer("district")
    token, _ = tokens.issue(district, set_clock.now)
    at_work, boss = signed_in("district"), signed_in("province")
    assert at_work.get("/officer/rollout/").status_code == 200
    boss.post(f"{OFFICERS}/{district.pk}/suspend", {"active": "no"})
    assert at_work.get("/officer/rollout/").status_code == 302
    assert tokens.officer_of(token, set_clock.now) is None
    boss.post(f"{OFFICERS}/{district.pk}/suspend", {"active": "yes"})
    assert tokens.officer_of(token, set_clock.now) is None
    assert not User.objects.get(pk=district.pk).has_usable_password()
    entry = LogEntry.objects.filter(content_type__model="user", object_id=district.pk).latest("id")
    assert entry.actor == officer("province")


def test_no_link_is_made_for_a_suspended_officer(signed_in, officer):
    district = officer("district")
    boss = signed_in("province")
    boss.post(f"{OFFICERS}/{district.pk}/suspend", {"active": "no"})
    assert boss.post(f"{OFFICERS}/{district.pk}/link").status_code == 302


def test_every_form_wants_a_csrf_token(officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer("ministry"))
    district = officer("district")
    for address in ("new", f"{district.pk}", *(f"{district.pk}/{name}" for name in ("link", "lost-phone", "suspend"))):
        assert client.post(f"{OFFICERS}/{address}", wanted()).status_code == 403
    assert not User.objects.filter(username="minh").exists()


def test_a_machine_is_in_the_audit_log_under_its_officers_name(officer, set_clock, client, phone):
    district = officer("district")
    district.may_confirm = True
    district.save()
    token, _ = tokens.issue(district, set_clock.now)
    body = '{"report_type": "confirmed", "test_date": "2020-08-18"}'
    headers = {"Authorization": f"Bearer {token}"}
    sent = client.post("/officer/api/cases", body, content_type="application/json", headers=headers)
    assert sent.status_code == 201
    entry = LogEntry.objects.get(content_type__model="case")
    assert (entry.actor, entry.additional_data["place"]) == (officer("district"), "/63:93/63:930/")
    assert set(entry.changes) == {"report_type", "place", "status"}


def test_the_audit_log_says_old_and_new_value_and_can_be_narrowed(signed_in, officer, text_of):
    client = signed_in("province")
    client.post("/officer/rollout/figures/new", {"unit": "63:93", "date": "13/8/2020", "installs": "55.289"})
    page = text_of(client.get("/officer/changes?kind=dailycount"))
    assert "Tỉnh Hậu Giang, 13/8/2020" in page
    assert "<ins>55.289</ins>" in page
    assert "Officer province" in page
    assert "55.289" not in text_of(client.get("/officer/changes?kind=user"))
    assert "55.289" not in text_of(signed_in("neighbour").get("/officer/changes"))
