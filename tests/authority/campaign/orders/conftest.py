"""Hậu Giang on 15 August 2020, two days after the figure its order speaks of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from bluezone.authority.campaign.figures.store import store
from bluezone.authority.campaign.orders import services, tree
from bluezone.authority.campaign.orders.models import Directive
from bluezone.authority.campaign.orders.rules import plan
from bluezone.authority.units import services as organisations
from bluezone.authority.units.services import Facts
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import UnitCode
from bluezone.rollout.cascade import Split
from bluezone.rollout.directives import Base, Letter
from bluezone.rollout.history import reported_counts

DAY = dt.date(2020, 8, 15)


@pytest.fixture
def hau_giang(db: None, set_clock: Any) -> Any:
    """The printed figures, and the clock on that day."""
    set_clock.now = dt.datetime(2020, 8, 15, 2, tzinfo=dt.UTC)
    store(reported_counts())
    return catalogue.all_units().unit(UnitCode.parse("63:93"), DAY)


@pytest.fixture
def letter(hau_giang: Any) -> Letter:
    """The order of August 2020."""
    return Letter(
        number="1234/UBND-KGVX",
        issued=dt.date(2020, 8, 14),
        issuer="UBND tỉnh Hậu Giang",
        scope=hau_giang,
        base=Base.POPULATION,
        target=Fraction(3, 10),
        deadline=dt.date(2020, 8, 30),
        responsible="Chủ tịch UBND tỉnh Hậu Giang",
    )


@pytest.fixture
def give(letter: Letter) -> Callable[..., Directive]:
    """Gives the order down to the districts."""

    def order(**options: Any) -> Directive:
        root = tree.territory(letter.scope, Measure.POPULATION, tree.Depth.ONE, DAY, {})
        made = plan(root, letter.target, Split.EQUALISE)
        return services.give(letter, made, DAY, how=Split.EQUALISE, **options)

    return order


@pytest.fixture
def schools(hau_giang: Any) -> list[Any]:
    """A school in each of two communes of two districts, and an office of the province."""
    return [
        organisations.register(Facts("Trường A", "schools", UnitCode.parse("63:31318"), 60, headed_by="Cô An"), DAY),
        organisations.register(Facts("Trường B", "schools", UnitCode.parse("63:31340"), 40), DAY),
        organisations.register(Facts("Sở TTTT", "state-agencies", UnitCode.parse("63:93"), 30, True), DAY),
    ]
