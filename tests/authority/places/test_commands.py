"""`bluezone authority places`: what the codes of a unit say, and the package that is due."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers.models import User
from bluezone.authority.places import services
from bluezone.authority.places.models import Place
from bluezone.authority.signing import services as signing
from bluezone.authority.units import services as units
from bluezone.authority.units.models import Organisation
from bluezone.cli.authority.running import places_command
from bluezone.cli.errors import CommandError
from bluezone.errors import BluezoneError
from bluezone.geography.units import UnitCode
from bluezone.protocol.check_ins import read_place_address


@pytest.fixture
def market(db: None, environment: Any, set_clock: Any) -> Organisation:
    facts = units.Facts("Chợ Vị Thanh", "markets", UnitCode.parse("63:31318"), headcount=12)
    found = units.register(facts, set_clock.now.date())
    officer = User.objects.create_user("opens", role="province", place="/63:93/")
    services.open_place(found, Place.Kind.SHOP, "Phường I", 45, None, officer, set_clock.now, confirmed=True)
    return found


def run(*arguments: str) -> Result:
    return CliRunner().invoke(places_command, arguments)


def test_the_codes_of_a_unit_are_printed_as_a_camera_reads_them(market):
    services.add_entrance(market.open_place, "Cổng 2", market.open_place.opened_at)
    codes = json.loads(run("codes", market.code, "--origin", "https://hg.example", "--json").output)["codes"]
    assert [each["entrance"] for each in codes] == ["", "Cổng 2"]
    scanned = [read_place_address(each["text"]) for each in codes]
    assert [each.place.description for each in scanned] == ["Chợ Vị Thanh", "Chợ Vị Thanh, Cổng 2"]
    assert {each.unit_code for each in scanned} == {market.code}
    assert all(each["text"].startswith("https://hg.example/p/") for each in codes)


@pytest.mark.parametrize("code", ["?", "7K3M-Q2XD", ""])
def test_a_unit_without_a_place_has_none_and_one_sentence_says_so(market, code):
    refused = run("codes", code).exception
    assert isinstance(refused, BluezoneError)
    assert "\n" not in str(refused)


def test_what_is_not_confirmed_or_closed_is_not_printed(market):
    Place.objects.update(confirmed_at=None)
    assert isinstance(run("codes", market.code).exception, CommandError)


def test_the_package_of_the_hour_is_published_once(market, set_clock):
    assert json.loads(run("publish", "--json").output) == {"published": False}
    now = set_clock.now
    signing.ensure(now)
    case = Case.objects.create(
        report_type="confirmed", test_date=now.date(), file_number="HG-17", created_at=now, place="/63:93/",
        status="confirmed",
    )  # fmt: skip
    first, second = (
        User.objects.create_user(name, role="province", place="/63:93/", may_confirm=True) for name in "ab"
    )
    stay = services.mark(case, market.open_place.entrances.get(), now - dt.timedelta(hours=2), now, first, now)
    services.decide(stay, second, now, publish=True)
    assert json.loads(run("publish", "--json").output) == {"published": True}
    assert "no stay is due" in run("publish").output
