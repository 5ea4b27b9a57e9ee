"""Bulletins over HTTP: for the unit's officers and those above, in three forms; every border tried."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.campaign.figures.store import store
from bluezone.authority.officers.models import User
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.history import reported_counts

DAY = dt.date(2020, 8, 13)
DISTRICT, SISTER = (unit.code for unit in catalogue.all_units().children(UnitCode.parse("63:93"), DAY)[:2])
COMMUNE = catalogue.all_units().children(DISTRICT, DAY)[0].code
ROLES = {
    "ministry": ("ministry", "/", {"63:93", "63:92", str(DISTRICT), str(SISTER), str(COMMUNE)}),
    "province": ("province", "/63:93/", {"63:93", str(DISTRICT), str(SISTER), str(COMMUNE)}),
    "neighbour": ("province", "/63:92/", {"63:92"}),
    "successor": ("province", "/34:92/", {"63:93", "63:92", str(DISTRICT), str(SISTER), str(COMMUNE)}),
    "district": ("district", f"/63:93/{DISTRICT}/", {str(DISTRICT), str(COMMUNE)}),
    "commune": ("commune", f"/63:93/{DISTRICT}/{COMMUNE}/", {str(COMMUNE)}),
    "school": ("unit-head", f"/63:93/{DISTRICT}/{COMMUNE}/7K3M-Q2XD/", set()),
    "without a role": ("", "", set()),
}


@pytest.fixture
def officer(db, set_clock, client):
    """Logs an officer in: `officer("province")`."""
    store(reported_counts())

    def log_in(name: str) -> None:
        role, place, _ = ROLES[name]
        client.force_login(User.objects.create_user(name, role=role, place=place))

    return log_in


@pytest.mark.parametrize("name", ROLES)
def test_an_officer_gets_the_bulletins_of_the_own_jurisdiction_and_no_other(officer, client, name):
    officer(name)
    units = ROLES["ministry"][2]
    got = {code: client.get(f"/officer/bulletins/{code}/2020-08-13.txt").status_code for code in units}
    assert got == {code: 200 if code in ROLES[name][2] else 403 for code in units}


def test_nobody_gets_one_without_login(db, client):
    assert client.get("/officer/bulletins/63:93/2020-08-13.txt").status_code == 302


def test_three_forms_say_the_same_figure(officer, client):
    officer("province")
    address = "/officer/bulletins/63:93/2020-08-13.{}?target=30%25&deadline=2020-08-30"
    text = client.get(address.format("txt")).content.decode().replace("\u00a0", " ")
    assert "55.289" in text
    assert "164.617" in text
    assert client.get(address.format("pdf")).content.startswith(b"%PDF-")
    assert client.get(address.format("xlsx")).content.startswith(b"PK")


@pytest.mark.parametrize(
    "path",
    ["63:93/2020-08-13.exe", "63:93/yesterday.txt", "93x/2020-08-13.txt", "63:93/2020-08-13.txt?target=120%25",
     "63:93/2026-01-01.txt"],
)  # fmt: skip
def test_what_cannot_be_is_no_page(officer, client, path):
    officer("ministry")
    assert client.get(f"/officer/bulletins/{path}").status_code == 404
