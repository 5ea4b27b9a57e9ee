"""Who may see and edit what, as a table; the same rule as a query's condition; the audit log over HTTP."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import (
    Jurisdiction,
    JurisdictionError,
    Role,
    code_of,
    jurisdiction_of,
    place_for,
    place_of,
)
from bluezone.authority.officers.models import User
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode

HAU_GIANG, DISTRICT, COMMUNE, SCHOOL = "/63:93/", "/63:93/63:930/", "/63:93/63:930/63:31318/", "/63:93/7K3M-Q2XD/"
PLACES = ["/", HAU_GIANG, DISTRICT, COMMUNE, SCHOOL, "/63:92/", "/63:93/63:931/", "/63:9/", "/34:92/"]
SEEN = {
    (Role.MINISTRY, "/"): set(PLACES),
    (Role.PROVINCE, HAU_GIANG): {HAU_GIANG, DISTRICT, COMMUNE, SCHOOL, "/63:93/63:931/"},
    (Role.DISTRICT, DISTRICT): {DISTRICT, COMMUNE},
    (Role.COMMUNE, COMMUNE): {COMMUNE},
    (Role.UNIT_HEAD, SCHOOL): {SCHOOL},
}


@pytest.mark.parametrize(("role", "place"), SEEN)
def test_a_role_sees_and_edits_what_lies_in_its_place_and_nothing_else(role, place):
    own = Jurisdiction(role, place)
    assert {each for each in PLACES if own.may_see(each)} == SEEN[role, place]
    assert {each for each in PLACES if own.may_edit(each)} == SEEN[role, place]


@pytest.mark.parametrize(("role", "place"), SEEN)
def test_only_a_units_head_gives_no_orders(role, place):
    assert Jurisdiction(role, place).may_direct(place) == (role is not Role.UNIT_HEAD)


def test_a_new_province_sees_what_its_parts_reported_but_does_not_rewrite_it():
    can_tho = jurisdiction_of(Role.PROVINCE, "/34:92/")
    assert can_tho.inherited == ("/63:92/", "/63:93/", "/63:94/")
    assert can_tho.may_see(DISTRICT)
    assert not can_tho.may_edit(DISTRICT)
    assert not can_tho.may_see("/63:95/")


@pytest.mark.parametrize(
    ("maker", "role", "place", "may"),
    [
        (Jurisdiction(Role.MINISTRY, "/"), Role.PROVINCE, HAU_GIANG, True),
        (Jurisdiction(Role.MINISTRY, "/"), Role.MINISTRY, "/", False),
        (Jurisdiction(Role.PROVINCE, HAU_GIANG), Role.UNIT_HEAD, SCHOOL, True),
        (Jurisdiction(Role.PROVINCE, HAU_GIANG), Role.DISTRICT, "/63:92/63:916/", False),
        (Jurisdiction(Role.PROVINCE, HAU_GIANG), Role.PROVINCE, HAU_GIANG, False),
        (Jurisdiction(Role.COMMUNE, COMMUNE), Role.DISTRICT, COMMUNE, False),
        (Jurisdiction(Role.UNIT_HEAD, SCHOOL), Role.UNIT_HEAD, SCHOOL, False),
    ],
)
def test_an_officer_appoints_lower_roles_of_the_own_place_only(maker, role, place, may):
    assert maker.may_appoint(role, place) is may


def test_places_come_from_the_gazetteer():
    assert place_of(UnitCode.parse("63:VN")) == "/"
    assert place_of(UnitCode.parse("63:93")) == HAU_GIANG
    district = catalogue.all_units().children(UnitCode.parse("63:93"), dt.date(2020, 8, 13))[0]
    assert place_of(district.code) == f"/63:93/{district.code}/"
    assert [code_of(place_of(code)) for code in (district.code, UnitCode.parse("63:93"))] == [
        district.code,
        UnitCode.parse("63:93"),
    ]
    assert code_of("/") is None


def test_a_role_needs_a_unit_of_its_level():
    with pytest.raises(JurisdictionError, match="does not fit"):
        place_for(Role.DISTRICT, UnitCode.parse("63:93"))
    with pytest.raises(JurisdictionError, match="page"):
        place_for(Role.UNIT_HEAD, UnitCode.parse("63:93"))


@pytest.fixture
def officers(db) -> dict[str, User]:
    made = {str(role): User.objects.create_user(str(role), role=role, place=place) for role, place in SEEN}
    made["other"] = User.objects.create_user("other", role=Role.PROVINCE, place="/63:92/")
    made["none"] = User.objects.create_user("none")
    return made


def names(rows) -> set[str]:
    return {row.username for row in rows}


def test_queries_keep_the_same_borders(officers):
    every = User.objects.all()
    assert names(scope.visible(every, officers["province"])) == {"province", "district", "commune", "unit-head"}
    assert names(scope.visible(every, officers["district"])) == {"district", "commune"}
    assert names(scope.editable(every, officers["other"])) == {"other"}
    assert names(scope.visible(every, officers["ministry"])) == names(every) - {"none"}
    for nobody in (officers["none"], AnonymousUser()):
        assert not scope.visible(every, nobody).exists()
        assert not scope.editable(every, nobody).exists()


@pytest.mark.parametrize(
    ("role", "place"), [("province", ""), ("province", "/"), ("ministry", HAU_GIANG), ("", HAU_GIANG), ("ministry", "")]
)
def test_the_database_keeps_no_role_without_its_place(db, role, place):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("wrong", role=role, place=place)


def test_the_audit_log_shows_each_its_own_jurisdiction(officers, client):
    """Making the accounts was logged: each officer reads of those within its borders."""
    seen = {}
    for name, user in officers.items():
        client.force_login(user)
        response = client.get("/officer/changes")
        seen[name] = {other for other in officers if f": {other}<" in response.content.decode()}
        assert response.status_code == (403 if name == "none" else 200)
    assert seen == {
        "ministry": set(officers),
        "province": {"province", "district", "commune", "unit-head"},
        "district": {"district", "commune"},
        "commune": {"commune"},
        "unit-head": {"unit-head"},
        "other": {"other"},
        "none": set(),
    }


def test_the_audit_log_keeps_neither_password_nor_address(officers, client):
    from auditlog.models import LogEntry

    client.force_login(officers["ministry"])
    officers["commune"].set_password("another long password")
    officers["commune"].full_name = "Trần Văn Bé"
    officers["commune"].save()
    entry = LogEntry.objects.order_by("-id").first()
    assert set(entry.changes_dict) == {"full_name"}
    assert entry.remote_addr is None


def test_create_officer_takes_a_role_and_a_unit_by_name(db, run_bluezone, set_clock, monkeypatch):
    import io
    import sys

    def create(*arguments: str):
        monkeypatch.setattr(sys, "stdin", io.StringIO("a long password 1\n"))
        return run_bluezone("authority", "create-officer", *arguments, "--password-stdin")

    assert create("be", "--role", "province", "--unit", "Hau Giang").code == 0
    assert User.objects.get(username="be").place == HAU_GIANG
    assert create("nam", "--role", "ministry").code == 0
    assert User.objects.get(username="nam").place == "/"
    for bad in (["--role", "province"], ["--role", "province", "--unit", "Atlantis"], ["--unit", "Hậu Giang"]):
        ended = create("x", *bad)
        assert ended.code == 2
        assert not User.objects.filter(username="x").exists()
        assert len(ended.err.strip().splitlines()) == 1
        assert sys.stdin.read() == "a long password 1\n", "a unit is judged before a password is asked for"
