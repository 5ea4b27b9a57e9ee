"""The rules between a place, its parts, the place above, its people and its day before: tables of cases."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout import levels
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.levels import RULES, Beside, Side, between, broken, likely
from bluezone.rollout.series import Series, choose

DAY = dt.date(2020, 8, 20)
GAZETTEER = catalogue.all_units()
HAU_GIANG = GAZETTEER.unit(UnitCode.parse("63:93"))
DISTRICTS = GAZETTEER.children(HAU_GIANG.code, DAY)
VI_THANH = DISTRICTS[0]
UNITS = {each.code: each for each in (HAU_GIANG, *DISTRICTS)}
PARTS = {HAU_GIANG.code: [each.code for each in DISTRICTS]}


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({}, []),
        ({Side.FIGURE: 98_500, Side.PARTS: 106_845}, ["below-parts"]),
        ({Side.FIGURE: 106_845, Side.PARTS: 106_845}, []),
        ({Side.FIGURE: 15_000, Side.WHOLE: 11_826}, ["above-whole"]),
        ({Side.FIGURE: 50_000, Side.BEFORE: 55_289}, ["falls"]),
        ({Side.FIGURE: 613_330, Side.LIKELY: 98_000}, ["jumps"]),
        ({Side.FIGURE: 800_000, Side.PEOPLE: 733_017}, ["too-many"]),
        ({Side.IN_USE: 21, Side.FIGURE: 20}, ["more-in-use"]),
        ({Side.PARTS: 106_845}, []),  # nothing to compare it with
    ],
)
def test_a_rule_compares_two_sides_that_are_known(values: dict[Side, int], names: list[str]) -> None:
    assert [rule.name for rule in broken(values)] == names


def test_every_rule_has_a_name_of_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize(
    ("before", "days", "people", "most"),
    [
        (55_289, 15, 733_017, 1_571_408),
        (6_133, 1, 94_000, 10_833),  # one zero too many is more
        (100, 1, 10_000, 600),
        (100, 1, None, 500),
        (1_500, 1, None, 7_500),
        (100, 22, 10_000, None),  # after three weeks anything is possible
    ],
)
def test_how_far_a_total_may_grow(before: int, days: int, people: int | None, most: int | None) -> None:
    assert likely(before, days, people) == most


def count(unit: object, installs: int, day: dt.date = DAY, origin: Origin = Origin.REPORTED) -> Count:
    return Count(unit.code, day, installs, origin=origin)  # type: ignore[attr-defined]


def districts(installs: int, but: int = 0) -> list[Count]:
    return [count(each, installs) for each in DISTRICTS[but:]]


@pytest.mark.parametrize(
    ("new", "stored", "kinds"),
    [
        ([count(HAU_GIANG, 61_333)], districts(8_000), [["below-parts"]]),
        ([count(HAU_GIANG, 61_333)], districts(7_000, but=1), [[]]),
        ([count(HAU_GIANG, 40_000)], districts(7_000, but=1), [["below-parts"]]),  # seven are more already
        ([count(HAU_GIANG, 61_333, DAY + dt.timedelta(1))], districts(9_000), [[]]),  # of another day
        ([count(VI_THANH, 15_000)], [count(HAU_GIANG, 11_826)], [["above-whole"]]),
        ([count(VI_THANH, 7_000)], [count(HAU_GIANG, 50_000), *districts(7_000, but=1)], [["below-parts"]]),
        ([count(VI_THANH, 7_000), count(HAU_GIANG, 60_000)], districts(7_000, but=1), [[], []]),
        ([count(HAU_GIANG, 5), *districts(10)], [], [["below-parts"], *[["above-whole"]] * 8]),
        (districts(7_000), [count(HAU_GIANG, 50_000)], [["below-parts"], *[[]] * 7]),  # said once
        ([count(HAU_GIANG, 5)], [count(VI_THANH, 9, origin=Origin.COUNTED)], [[]]),  # our own count is no report
    ],
)
def test_new_figures_are_held_against_those_around_them(
    new: list[Count], stored: list[Count], kinds: list[list[str]]
) -> None:
    found = between(new, Beside(UNITS, PARTS, stored))
    assert [[each.kind for each in own] for own in found] == kinds


def series(unit: object, installs: int, origin: Origin = Origin.REPORTED) -> Series:
    return choose([count(unit, installs, origin=origin)], DAY)


@pytest.mark.parametrize(
    ("own", "parts", "above", "kinds"),
    [
        (series(HAU_GIANG, 98_500), {each: series(each, 14_000) for each in DISTRICTS}, None, ["below-parts"]),
        (series(HAU_GIANG, 98_500, Origin.PARTS), {each: series(each, 14_000) for each in DISTRICTS}, None, []),
        (series(HAU_GIANG, 98_500, Origin.COUNTED), {each: series(each, 14_000) for each in DISTRICTS}, None, []),
        (series(HAU_GIANG, 9_000), {VI_THANH: series(VI_THANH, 9_500)}, None, ["below-parts", "above-whole"]),
        (series(VI_THANH, 15_000), {}, series(HAU_GIANG, 11_826), ["above-whole"]),
        (Series(DAY), {VI_THANH: series(VI_THANH, 9_500)}, None, []),
    ],
)
def test_a_page_says_what_does_not_fit(own: Series, parts: dict, above: Series | None, kinds: list[str]) -> None:  # type: ignore[type-arg]
    unit = VI_THANH if above is not None else HAU_GIANG
    found = levels.of_series(unit, own, parts, HAU_GIANG if above else None, above)
    assert [each.kind for each in found] == kinds
    for each in found:
        assert "{" not in each.sentence()
