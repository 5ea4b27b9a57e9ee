"""Which orders are in force on a day."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.campaign.orders import queries
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.geography.units import UnitCode

HAU_GIANG = UnitCode.parse("63:93")


@pytest.fixture
def order(db) -> Directive:
    row = Directive.objects.create(
        number="1234/UBND-KGVX", issued=dt.date(2020, 8, 14), issuer="UBND tỉnh Hậu Giang", scope="63:93",
        place="/63:93/", base="population", target="3/10", deadline=dt.date(2020, 8, 30), responsible="Chủ tịch",
    )  # fmt: skip
    Target.objects.create(directive=row, kind=Kind.UNIT, key="63:93", place="/63:93/", people=733_017, installs=219_906)
    return row


@pytest.mark.parametrize(
    ("day", "ended", "in_force"),
    [(13, None, False), (14, None, True), (30, None, True), (20, 20, False), (19, 20, True)],
)
def test_an_order_is_in_force_from_its_day_until_it_is_ended(order, day, ended, in_force):
    if ended:
        Directive.objects.update(ended_on=dt.date(2020, 8, ended))
        order.refresh_from_db()
    date = dt.date(2020, 8, day)
    assert order.in_force(date) is in_force
    assert queries.in_force(date).exists() is in_force
    assert queries.targets_of_unit(HAU_GIANG, date).exists() is in_force


def test_past_its_deadline_it_is_no_target_line_any_more(order):
    assert not queries.targets_of_unit(HAU_GIANG, dt.date(2020, 8, 31)).exists()
    assert queries.in_force(dt.date(2020, 8, 31)).exists()
    assert queries.targets_of_unit(HAU_GIANG, dt.date(2020, 8, 20)).get().installs == 219_906
    assert not queries.targets_of_unit(UnitCode.parse("63:92"), dt.date(2020, 8, 20)).exists()
