"""Organisations: registered with a code of their own, changed, closed, reopened; the audit log keeps it."""

from __future__ import annotations

import datetime as dt

import pytest
from auditlog.models import LogEntry

from bluezone.authority.officers.jurisdiction import Jurisdiction, Role
from bluezone.authority.units import queries, services
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.rules import OrganisationError
from bluezone.authority.units.services import Facts
from bluezone.geography.units import UnitCode
from bluezone.rollout.sectors import read_code

DAY = dt.date(2020, 8, 15)
COMMUNE = UnitCode.parse("63:31318")
SCHOOL = Facts("Trường THPT Vị Thanh", "schools", COMMUNE, 60, with_families=True)


def test_a_new_organisation_has_a_code_and_lies_where_its_commune_lies(db):
    school = services.register(SCHOOL, DAY)
    assert read_code(school.code) == school.code
    assert school.place == f"/63:93/63:930/63:31318/{school.code}/"
    assert school.people == 216  # 3.6 a household
    assert LogEntry.objects.get(object_id=school.pk, action=0).additional_data == {"place": school.place}


@pytest.mark.parametrize(
    ("name", "headcount", "sentence"), [("  ", 5, "name"), ("A", 0, "headcount"), ("A", 600_000, "headcount")]
)
def test_what_cannot_be_is_a_sentence_and_nothing_is_stored(db, name, headcount, sentence):
    with pytest.raises(OrganisationError, match=sentence):
        services.register(Facts(name, "schools", COMMUNE, headcount), DAY)
    assert not Organisation.objects.exists()


def test_two_of_a_name_in_one_place_and_sector_are_refused_until_one_is_closed(db):
    first = services.register(SCHOOL, DAY)
    with pytest.raises(OrganisationError, match="already"):
        services.register(SCHOOL, DAY)
    services.close(first, DAY)
    second = services.register(SCHOOL, DAY)
    with pytest.raises(OrganisationError, match="already"):
        services.reopen(first)
    services.close(second, DAY)
    services.reopen(first)
    assert Organisation.objects.get(closed_on=None) == first


def test_a_change_keeps_the_code_of_the_posters(db):
    school = services.register(SCHOOL, DAY)
    code = school.code
    services.change(school, Facts("Trường THPT Vị Thanh 2", "schools", UnitCode.parse("63:31321"), 70))
    school.refresh_from_db()
    assert (school.code, school.headcount) == (code, 70)
    assert school.place.endswith(f"/63:31321/{code}/")


@pytest.mark.parametrize("text", ["", "7K3M-Q2XA", "zzzz", "0000-0000"])
def test_only_an_open_organisations_code_is_one(db, text):
    school = services.register(SCHOOL, DAY)
    assert services.open_code(text) == ""
    assert services.open_code(school.code.lower().replace("-", " ")) == school.code
    services.close(school, DAY)
    assert services.open_code(school.code) == ""


@pytest.mark.parametrize(
    ("place", "written"),
    [
        # of the district that the path names, the gazetteer knows only the town it became in 2025
        ("/63:14/63:123/63:03997/", "Xã Tân Lập, Thị xã Mộc Châu, Tỉnh Sơn La"),
        ("/63:93/63:930/63:31318/", "Phường I"),
        ("/63:93/63:930/63:31318/", "Phường I, Thành phố Vị Thanh, Tỉnh Hậu Giang"),
        ("/63:45/63:461/63:19333/", "1"),  # what a ward is called is no code to its own officer
    ],
)
def test_what_a_page_writes_of_the_own_unit_is_read_as_it(place, written):
    own = Jurisdiction(Role.COMMUNE, place)
    found = queries.find_unit(written, own, DAY)
    assert str(found.code) == place.split("/")[-2]
