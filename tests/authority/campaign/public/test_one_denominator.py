"""Every page and document forms a commune's share on the same number of people, and says where it comes from."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.campaign.bulletins.services import report_of, with_target
from bluezone.authority.campaign.figures.store import store
from bluezone.authority.campaign.orders import queries, services
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.public import curves
from bluezone.authority.simulations.places import known_of
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.i18n import Language, format_share
from bluezone.rollout.bulletin import Wanted
from bluezone.rollout.counts import Count
from bluezone.rollout.wording import words

DAY = dt.date(2020, 8, 20)
DISTRICT = catalogue.all_units().unit(UnitCode.parse("63:935"), DAY)
COMMUNES = catalogue.all_units().children(DISTRICT.code, DAY)


@pytest.fixture
def ordered(db, set_clock) -> Directive:
    """An order of a district that names the people of its communes, of which no census is known."""
    set_clock.now = dt.datetime(2020, 8, 20, 5, tzinfo=dt.UTC)
    order = Directive.objects.create(
        number="320/UBND-VX", issued=dt.date(2020, 8, 15), issuer="UBND", scope="63:935", place="/63:93/63:935/",
        base="population", target="3/10", deadline=dt.date(2020, 8, 30), responsible="Chủ tịch",
    )  # fmt: skip
    whole = Target.objects.create(
        directive=order, kind=Kind.UNIT, key="63:935", place=order.place, people=90_126, installs=27_038
    )
    for number, each in enumerate(COMMUNES):
        Target.objects.create(
            directive=order, parent=whole, kind=Kind.UNIT, key=str(each.code), place=f"{order.place}{each.code}/",
            people=9_000 + number, installs=2_704,
        )  # fmt: skip
    week = [DAY - dt.timedelta(days=back) for back in (8, 1, 0)]
    store(
        Count(each.code, day, installs=600 + 90 * number + 40 * step, source="a")
        for number, each in enumerate(COMMUNES)
        for step, day in enumerate(week)
    )
    return order


def said(client, path: str) -> str:
    response = client.get(path, headers={"Accept-Language": "vi"})
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


def test_a_commune_that_an_order_counts_has_one_share_and_one_rank_everywhere(client, ordered):
    report = report_of(DISTRICT, DAY, with_target(DISTRICT.code, DAY, Wanted(forecast=False)))
    page = said(client, "/rollout/63:935?date=2020-08-20")
    for line in report.lines:
        share = format_share(line.row.share, Language.VIETNAMESE)
        assert share in page, line.unit.full_name
        own = said(client, f"/rollout/{line.unit.code}?date=2020-08-20")
        assert share in own
        assert "320/UBND-VX" in own
        assert known_of(line.unit, DAY).adoption == float(line.row.share)
    assert [line.row.rank for line in report.lines] == list(range(1, len(COMMUNES) + 1))
    first = report.lines[0].unit
    assert page.index(first.name) < page.index(report.lines[-1].unit.name, page.index("table-title"))
    assert "số người ghi trong công văn 320/UBND-VX" in page
    assert any("320/UBND-VX" in each for each in words(report.bulletin, Language.VIETNAMESE).sources)
    assert curves.curve_of(first, DAY).most == queries.people_of(first, DAY).value


def test_people_that_only_an_order_names_are_known_while_it_is_in_force(ordered):
    commune = COMMUNES[0]
    found = queries.people_of(commune, DAY)
    assert (found.value, found.vintage.source) == (9_000, "320/UBND-VX")
    assert queries.title_of_people(found.vintage.id, Language.VIETNAMESE) == "số người ghi trong công văn 320/UBND-VX"
    assert queries.people_of(commune, dt.date(2020, 8, 14)) is None
    services.end(ordered, DAY)
    assert queries.people_of(commune, DAY) is None


def test_a_census_counts_before_an_order(ordered):
    found = queries.people_of(DISTRICT, DAY)
    assert found is not None
    assert "320" not in found.vintage.title + found.vintage.source
