"""Codes of units in both systems, forwards and backwards."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.exchange import units
from bluezone.exchange.errors import ExchangeError
from bluezone.exchange.units import Carried
from bluezone.geography.units import Level, UnitCode

OLD, NEW = "63", "34"
BEFORE, AFTER = dt.date(2020, 8, 18), dt.date(2026, 1, 1)


@pytest.mark.parametrize(
    ("code", "system", "carried", "exact"),
    [
        ("63:93", OLD, "63:93", True),
        ("63:93", NEW, "34:92", True),  # Hậu Giang is a part of Cần Thơ
        ("63:935", NEW, "34:92", True),  # there are no districts
        ("63:31441", NEW, "34:31441", True),
        ("34:31441", OLD, "63:935", True),  # of three communes of one district
        ("34:92", OLD, "63:VN", True),  # of three provinces
        ("63:VN", NEW, "34:VN", True),
        ("63:01", NEW, "34:01", True),
    ],
)
def test_a_unit_is_carried_to_the_other_system(code, system, carried, exact):
    assert units.carried(UnitCode.parse(code), system) == Carried(UnitCode.parse(carried), exact)


def test_every_commune_of_today_and_of_before_is_known_in_both_systems():
    for day, system, size in ((AFTER, OLD, 3_000), (BEFORE, NEW, 10_000)):
        found = [units.carried(each.code, system) for each in units.below(day, Level.COMMUNE)]
        assert len(found) > size
        assert all(each.code.system == system for each in found)


@pytest.mark.parametrize(
    ("text", "day", "code"),
    [
        ("31441", BEFORE, "63:31441"),
        ("31441", AFTER, "34:31441"),
        (" 63:31441 ", AFTER, "63:31441"),
        ("935", AFTER, "63:935"),  # a district of before, though there are none now
        ("93", AFTER, "63:93"),
    ],
)
def test_a_code_is_of_the_system_in_force_else_of_the_other(text, day, code):
    assert str(units.read_code(text, day)) == code


@pytest.mark.parametrize("text", ["", "99999", "63:99999", "Hậu Giang", "12:34"])
def test_what_no_unit_has_is_refused_in_a_sentence(text):
    with pytest.raises(ExchangeError, match=r"code"):
        units.read_code(text, AFTER)
