"""An order that names a unit counts all in it once: not the unit and its parts, not in the sum over a sector."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from django.urls import reverse

from bluezone.authority.campaign.orders import services, tree
from bluezone.authority.campaign.orders.models import Directive, Kind
from bluezone.authority.campaign.orders.progress import lines
from bluezone.authority.campaign.orders.rules import plan
from bluezone.authority.officers.models import User
from bluezone.authority.units import services as organisations
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.services import Facts
from bluezone.geography.units import UnitCode
from bluezone.rollout.cascade import Split
from bluezone.rollout.directives import Base

DAY = dt.date(2020, 8, 15)


@pytest.fixture
def zone(hau_giang):
    """A zone of three companies, one of them with two workshops, and a company that lies in no zone."""

    def add(name: str, people: int | None, sector: str = "companies", holder: Organisation | None = None):
        facts = Facts(name, sector, UnitCode.parse("63:31318"), people, parent=holder.code if holder else "")
        return organisations.register(facts, DAY)

    made = add("KCN", 1_500, "zones")
    firms = [add(f"Công ty {letter}", 300, holder=made) for letter in "ABC"]
    for number in (1, 2):
        add(f"Xưởng {number}", 150, holder=firms[0])
    add("Công ty D", 400)
    return made


@pytest.fixture
def give(letter):
    def to(*sectors: str) -> Directive:
        heads = replace(letter, base=Base.HEADCOUNT, target=Fraction(1, 2))
        root, _ = tree.sectors(letter.scope, sectors, DAY)
        return services.give(heads, plan(root, heads.target, Split.EQUALISE), DAY, how=Split.EQUALISE)

    return to


def names(directive: Directive) -> set[str]:
    return {each.organisation.name for each in directive.targets.filter(kind=Kind.ORGANISATION)}


@pytest.mark.parametrize(
    ("sectors", "named", "people"),
    [
        (["zones", "companies"], {"KCN", "Công ty D"}, 1_900),
        (["companies"], {"Công ty A", "Công ty B", "Công ty C", "Công ty D"}, 1_300),
        (["zones"], {"KCN"}, 1_500),
    ],
)
def test_what_lies_in_a_unit_of_the_order_is_counted_with_it(zone, give, sectors, named, people):
    directive = give(*sectors)
    assert names(directive) == named
    assert directive.targets.get(parent=None).people == people


def test_without_a_headcount_of_the_zone_its_companies_are_asked_themselves(zone, give):
    organisations.change(zone, replace(organisations.facts_of(zone), headcount=None))
    assert names(give("zones", "companies")) == {"Công ty A", "Công ty B", "Công ty C", "Công ty D"}


def test_the_sum_of_the_order_counts_the_zone_as_the_sum_of_its_companies(zone, give, put_figure):
    firms = list(zone.children.order_by("name"))
    put_figure(zone, DAY, 700)  # its own report, which its companies' take the place of
    for firm, count in zip(firms, (100, 80, 60), strict=True):
        put_figure(firm, DAY, count)
    put_figure(Organisation.objects.get(name="Công ty D"), DAY, 30)
    directive = give("zones", "companies")
    (top,) = lines(directive, list(directive.targets.all()), DAY)
    sums = {each.target.key: each.pace.installs for each in top.walk()}
    assert top.pace.installs == 270
    assert (sums["zones"], sums["companies"], sums[zone.code]) == (240, 30, 240)


def test_a_small_company_does_not_follow_from_the_sum(zone, give, put_figure):
    for firm, count in zip(zone.children.order_by("name"), (100, 80, 3), strict=True):
        put_figure(firm, DAY, count)
    directive = give("zones", "companies")
    (top,) = lines(directive, list(directive.targets.all()), DAY)
    line = next(each for each in top.walk() if each.target.key == zone.code)
    assert (line.pace.installs, line.at_least, top.pace.installs, top.at_least) == (180, True, 180, True)


def test_the_page_of_the_order_says_of_how_many_companies_the_zone_is_the_sum(zone, give, put_figure, client):
    put_figure(zone.children.order_by("name")[0], DAY, 100)
    directive = give("zones")
    client.force_login(User.objects.create_user("board", role="province", place="/63:93/"))
    sector = directive.targets.get(kind=Kind.SECTOR)
    page = client.get(reverse("orders:directive", args=[directive.pk]), {"at": sector.pk}).content.decode()
    assert "tổng của 1 trong 3" in page


def test_the_page_of_the_zone_says_that_not_all_companies_have_reported(zone, give, put_figure, client):
    """It has a sum, so "no figure yet" would be wrong."""
    give("zones", "companies")
    firm = Organisation.objects.get(name="Công ty B")
    put_figure(firm, DAY, 120)
    client.force_login(User.objects.create_user("tinh", role="province", place="/63:93/"))
    text = client.get(reverse("units:unit", args=[zone.code])).content.decode()
    assert "chưa đủ các đơn vị trực thuộc báo cáo" in text


def test_the_page_of_a_unit_that_came_late_says_why_it_has_longer(give, client):
    give("zones", "companies")
    facts = Facts("Công ty E", "companies", UnitCode.parse("63:31318"), 80)
    late = organisations.register(facts, DAY)
    services.give_time(Directive.objects.get(), dt.date(2020, 8, 31))
    client.force_login(User.objects.create_user("tinh", role="province", place="/63:93/"))
    text = client.get(reverse("units:unit", args=[late.code])).content.decode()
    assert "tham gia từ 15/8/2020, có thời hạn đến 31/8/2020" in text


def test_a_company_says_for_which_unit_of_the_order_it_counts(zone, give, client):
    give("zones", "companies")
    firm = zone.children.order_by("name")[0]
    client.force_login(User.objects.create_user("firm", role="unit-head", place=firm.place))
    page = client.get(reverse("units:unit", args=[firm.code])).content.decode()
    assert "1234/UBND-KGVX" in page
    assert "KCN" in page
