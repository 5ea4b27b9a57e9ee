"""Orders, progress under them, and who is due a reminder."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count
from bluezone.rollout.directives import Base, Letter, behind, check, is_late, progress
from bluezone.rollout.errors import TargetError
from bluezone.rollout.pace import Status
from bluezone.rollout.series import Series, choose

HAU_GIANG = UnitCode("63", "93")
AUGUST_13, AUGUST_30 = dt.date(2020, 8, 13), dt.date(2020, 8, 30)
UNIT = catalogue.provinces().find("Hậu Giang", on=AUGUST_13)


def order(**changes: Any) -> Letter:
    fields: dict[str, Any] = {
        "number": "1/UBND-KGVX",
        "issued": dt.date(2020, 8, 14),
        "issuer": "UBND tỉnh Hậu Giang",
        "scope": UNIT,
        "base": Base.POPULATION,
        "target": Fraction(3, 10),
        "deadline": AUGUST_30,
        "responsible": "Chủ tịch UBND tỉnh",
    }
    return Letter(**(fields | changes))


def test_the_order_of_hau_giang_can_be_carried_out() -> None:
    check(order(), 733_017, today=dt.date(2020, 8, 15))


@pytest.mark.parametrize(
    ("changes", "base", "today", "reason"),
    [
        ({"target": Fraction(6, 5)}, 733_017, AUGUST_13, "120 % cannot be met"),
        ({"target": Fraction(0)}, 733_017, AUGUST_13, "0 % cannot be met"),
        ({}, 733_017, dt.date(2020, 9, 1), "has gone by"),
        ({"deadline": AUGUST_13}, 733_017, AUGUST_13, "is before the order"),
        ({}, None, AUGUST_13, "has no figure for population"),
        ({}, 0, AUGUST_13, "has no figure for population"),
        ({"deadline": dt.date(2025, 8, 1)}, 733_017, AUGUST_13, "does not exist on 2025-08-01"),
        ({"number": " "}, 733_017, AUGUST_13, "needs its number"),
        ({"responsible": ""}, 733_017, AUGUST_13, "answers for it"),
    ],
)
def test_an_order_nobody_could_carry_out_is_refused(
    changes: dict[str, Any], base: int | None, today: dt.date, reason: str
) -> None:
    with pytest.raises(TargetError, match=reason):
        check(order(**changes), base, today)


def series(day: dt.date, *pairs: tuple[int, int]) -> Series:
    return choose([Count(HAU_GIANG, dt.date(2020, 8, on), installs=installs) for on, installs in pairs], day)


def test_progress_tells_pace_gap_and_silence() -> None:
    made = progress(
        "Hậu Giang", series(dt.date(2020, 8, 15), (6, 20_000), (13, 55_289)), base=733_017, target=Fraction(3, 10),
        deadline=AUGUST_30, last_report=AUGUST_13,
    )  # fmt: skip
    assert made.pace.recent_per_day == pytest.approx(5041.3, abs=0.1)
    assert (made.pace.status, made.silent_days, made.reminder_due) == (Status.BEHIND, 2, True)
    assert made.gap == made.pace.per_day - 5041  # type: ignore[operator]


def test_those_behind_come_largest_gap_first() -> None:
    def one(key: str, *pairs: tuple[int, int]) -> Any:
        own, last = series(AUGUST_13, *pairs), dt.date(2020, 8, pairs[-1][0]) if pairs else None
        return progress(key, own, base=1000, target=Fraction(1, 2), deadline=AUGUST_30, last_report=last)

    everyone = [one("met", (6, 1), (13, 600)), one("slow", (6, 90), (13, 100)), one("never"), one("quiet", (9, 10))]
    assert [p.key for p in behind(everyone)] == ["never", "quiet", "slow"]
    assert [p.key for p in everyone if p.reminder_due] == ["never", "quiet"]
    assert [p.pace.status for p in everyone].count(Status.MET) == 1


@pytest.mark.parametrize(("silent_days", "late"), [(None, True), (0, False), (1, False), (2, True), (9, True)])
def test_who_reported_yesterday_is_late_at_no_hour_of_today(silent_days: int | None, late: bool) -> None:
    assert is_late(silent_days) is late
