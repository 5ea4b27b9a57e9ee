"""An order's page says how far people in quarantine were asked: of the part shown, as its reader may read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bluezone.authority.campaign.orders import services as orders
from bluezone.authority.campaign.orders import tree
from bluezone.authority.campaign.orders.models import Target
from bluezone.authority.campaign.orders.rules import plan
from bluezone.authority.episodes.stays import services
from bluezone.authority.episodes.stays.roster_rules import Fact, read_numbers
from bluezone.authority.episodes.stays.services import Spot
from bluezone.authority.episodes.words import Role
from bluezone.authority.officers.models import User
from bluezone.authority.units import services as units
from bluezone.authority.units.services import Facts
from bluezone.geography.units import UnitCode
from bluezone.rollout.cascade import Split
from bluezone.rollout.directives import Base

DAY = dt.date(2020, 8, 15)
HEADING = "Người đang cách ly: đã mời và chưa mời"


@pytest.fixture
def read(client, give, set_clock):
    directive = give()

    def page(role: str, place: str, query: str = "") -> str:
        user, _ = User.objects.get_or_create(username=f"{role}{place}".replace("/", "."), role=role, place=place)
        client.force_login(user)
        response = client.get(f"/officer/directives/{directive.pk}{query}")
        assert response.status_code == 200
        return response.content.decode()

    return page


@pytest.fixture
def site(db):
    """A site in Vị Thanh: 30 people, 26 of them asked."""
    made = units.register(Facts("Khu cách ly A", "quarantine", UnitCode.parse("63:31318"), 60), DAY)
    now, officer = dt.datetime(2020, 8, 15, 3, tzinfo=dt.UTC), User.objects.create(username="x")
    numbers = read_numbers("A1", "A30")
    for stay in services.arrive([Spot.at(made, each.key) for each in numbers], numbers, Role.F1, officer, now)[:26]:
        services.note_fact(stay, Fact.ASKED, value=True, now=now)
    return made


@pytest.mark.parametrize(("sectors", "is_said"), [(["state-agencies"], False), (["quarantine"], True)])
def test_an_order_to_other_sectors_says_nothing_of_it(client, letter, site, sectors, is_said):
    letter = replace(letter, base=Base.HEADCOUNT)
    root, _left_out = tree.sectors(letter.scope, sectors, DAY)
    directive = orders.give(letter, plan(root, letter.target, Split.EQUALISE), DAY, how=Split.EQUALISE)
    client.force_login(User.objects.create_user("tinh", role="province", place="/63:93/"))
    assert (HEADING in client.get(f"/officer/directives/{directive.pk}").content.decode()) is is_said


def test_a_place_without_quarantine_says_nothing_of_it(read):
    assert HEADING not in read("province", "/63:93/")


def test_the_province_reads_what_tells_of_nobody(read, site):
    page = read("province", "/63:93/")
    assert HEADING in page
    assert "Người đang cách ly: 30; đã được mời cài ứng dụng: ít nhất 26, chưa được mời: ít, không hiện số." in page
    assert "A17" not in page


def test_a_district_elsewhere_shows_only_its_own(read, site):
    other = Target.objects.get(key="63:931")
    assert HEADING not in read("province", "/63:93/", f"?at={other.pk}")
    own = Target.objects.get(key="63:930")
    assert HEADING in read("province", "/63:93/", f"?at={own.pk}")
    assert HEADING not in read("district", "/63:93/63:931/")


def test_a_site_without_a_roster_of_the_day_is_named_with_its_last(read, site, set_clock):
    set_clock.forward(days=2)
    page = read("province", "/63:93/")
    assert "Khu cách ly A, Phường I (lần cuối 15/8/2020)" in page
