"""Which of several sources speaks for a place and why, and what is weighed: printed shares and sums of parts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from bluezone.geography.units import UnitCode
from bluezone.i18n import Language
from bluezone.rollout import reconcile
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.reconcile import from_share, is_share, sums_of_days
from bluezone.rollout.series import Why, choose, weigh

HAU_GIANG = UnitCode("63", "93")
PARTS = [UnitCode("63", str(number)) for number in range(930, 938)]
MINISTRY, REPORTED, SUMMED, COUNTED = Origin.MINISTRY, Origin.REPORTED, Origin.PARTS, Origin.COUNTED
CENSUS = 733_017
EN = Language.ENGLISH


def on(day: int) -> dt.date:
    return dt.date(2020, 8, day)


@pytest.mark.parametrize(
    ("newest", "day", "why"),
    [
        ({}, 20, {}),
        ({MINISTRY: 13}, 15, {MINISTRY: Why.FIRST}),
        # the table of the 13th and all districts on the 20th: the sum speaks
        ({MINISTRY: 13, SUMMED: 20}, 20, {MINISTRY: Why.OUTDATED, SUMMED: Why.FIRST}),
        ({MINISTRY: 13, SUMMED: 20}, 27, {MINISTRY: Why.OLD, SUMMED: Why.FIRST}),
        ({MINISTRY: 13, SUMMED: 20}, 28, {MINISTRY: Why.OLD, SUMMED: Why.NEWEST}),
        # the table of the 28th
        ({MINISTRY: 28, SUMMED: 20}, 28, {MINISTRY: Why.FIRST, SUMMED: Why.OLD}),
        ({MINISTRY: 28, SUMMED: 27}, 28, {MINISTRY: Why.FIRST, SUMMED: Why.AFTER}),
        ({REPORTED: 20, SUMMED: 20, COUNTED: 20}, 20, {REPORTED: Why.FIRST, SUMMED: Why.AFTER, COUNTED: Why.AFTER}),
        ({REPORTED: 16, SUMMED: 20, COUNTED: 20}, 20, {REPORTED: Why.OUTDATED, SUMMED: Why.FIRST, COUNTED: Why.AFTER}),
        ({SUMMED: 12, COUNTED: 20}, 20, {SUMMED: Why.OLD, COUNTED: Why.FIRST}),
    ],
)
def test_one_source_speaks_and_each_says_why(newest: dict[Origin, int], day: int, why: dict[Origin, Why]) -> None:
    assert weigh({origin: on(date) for origin, date in newest.items()}, on(day)) == why


def test_a_class_that_the_campaign_leaves_out_does_not_speak() -> None:
    assert weigh({MINISTRY: on(20), COUNTED: on(1)}, on(20), (COUNTED,)) == {COUNTED: Why.NEWEST, MINISTRY: Why.UNUSED}


@pytest.mark.parametrize(
    ("installs", "percent", "share_of", "made"),
    [
        (None, "19.31", "installs", 141_546),
        (None, "7.5", "installs", 54_976),
        (None, "19", "installs", None),  # too coarse
        (None, "19.00", "installs", 139_273),
        (None, "19.31", "with_phone", None),
        (None, None, "installs", None),
        (55_289, "7.54", "installs", None),  # its count is printed
    ],
)
def test_a_printed_share_is_turned_into_people(
    installs: int | None, percent: str | None, share_of: str, made: int | None
) -> None:
    count = Count(HAU_GIANG, on(28), installs, percent_population=Decimal(percent) if percent else None,
                  share_of=share_of, origin=MINISTRY)  # fmt: skip
    assert is_share(count) is (made is not None)
    if made is not None:
        found = from_share(count, CENSUS)
        assert (found.installs, found.derived, found.percent_population) == (made, True, count.percent_population)
        assert from_share(count, None) == count


@pytest.mark.parametrize(
    ("figures", "sums"),
    [
        ([], []),
        ([(part, 20, REPORTED, 100) for part in PARTS], [(20, 800)]),
        ([(part, 20, REPORTED, 100) for part in PARTS[1:]], []),
        ([(part, 20 - (part == PARTS[0]), REPORTED, 100) for part in PARTS], []),  # one is a day late
        ([(part, 20, COUNTED, 100) for part in PARTS], []),  # our own count is no report
        ([(part, 20, REPORTED, 100) for part in PARTS] + [(PARTS[0], 20, REPORTED, 150)], [(20, 850)]),
        ([(PARTS[0], 20, MINISTRY, 150)] + [(part, 20, REPORTED, 100) for part in PARTS], [(20, 850)]),
        ([(part, day, REPORTED, day) for day in (19, 20) for part in PARTS], [(19, 152), (20, 160)]),
        ([(HAU_GIANG, 20, REPORTED, 5)] + [(part, 20, REPORTED, 100) for part in PARTS], [(20, 800)]),
    ],
)
def test_a_sum_is_formed_on_days_on_which_every_part_reported(
    figures: list[tuple[UnitCode, int, Origin, int]], sums: list[tuple[int, int]]
) -> None:
    made = sums_of_days(HAU_GIANG, PARTS, [(unit, on(day), *rest) for unit, day, *rest in figures])
    assert [(each.date, each.installs) for each in made] == [(on(day), number) for day, number in sums]
    assert {each.origin for each in made} <= {SUMMED}


def test_the_sources_of_hau_giang_stand_side_by_side() -> None:
    printed = Count(HAU_GIANG, on(28), percent_population=Decimal("19.31"), rank=45, origin=MINISTRY)
    summed = Count(HAU_GIANG, on(20), 61_333, origin=SUMMED)
    series = choose([summed, from_share(printed, CENSUS)], on(28))
    found = reconcile.lines(series, CENSUS, EN)
    assert [(line.origin, line.speaks, line.figure, line.share.replace("\u00a0", " ")) for line in found] == [
        (MINISTRY, True, "141,546", "printed: 19.31 %"),
        (REPORTED, False, "", ""),
        (SUMMED, False, "61,333", "8.37 %"),
        (COUNTED, False, "", ""),
    ]
    assert [line.why for line in found] == [
        "the first of the sources with a recent figure",
        "nothing so far",
        "older than 7 days",
        "nothing so far",
    ]
    assert reconcile.sentence(found, EN).replace("\u00a0", " ") == (
        "Sources beside each other: the Ministry 141,546 (printed: 19.31 %; 28 August 2020), which counts here; "
        "the sum of its parts 61,333 (8.37 %; 20 August 2020)."
    )
    assert reconcile.lines(choose([], on(28)), CENSUS, EN) == []
    assert reconcile.sentence(found[:1], EN) == ""
