"""Saying what a target's chance is."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.geography import catalogue
from bluezone.i18n import Language
from bluezone.rollout.chance import chance_of_target, chance_text, most_of
from bluezone.rollout.series import Point

DAY = dt.date(2020, 8, 13)
END = dt.date(2020, 8, 30)
HAU_GIANG = [Point(DAY, 55_289)]
PEOPLE = 733_017


@pytest.mark.parametrize(
    ("chance", "vietnamese", "english"),
    [
        (0.0, "dưới 1 trong 100", "under 1 in 100"),
        (0.0099, "dưới 1 trong 100", "under 1 in 100"),
        (0.01, "1 trong 100", "1 in 100"),
        (0.02, "2 trong 100", "2 in 100"),
        (0.025, "3 trong 100", "3 in 100"),
        (0.094, "9 trong 100", "9 in 100"),
        (0.095, "khoảng 1 trong 10", "about 1 in 10"),
        (0.25, "khoảng 3 trong 10", "about 3 in 10"),
        (0.58, "khoảng 6 trong 10", "about 6 in 10"),
        (0.905, "khoảng 9 trong 10", "about 9 in 10"),
        (0.91, "91 trong 100", "91 in 100"),
        (0.99, "99 trong 100", "99 in 100"),
        (0.995, "trên 99 trong 100", "over 99 in 100"),
        (1.0, "trên 99 trong 100", "over 99 in 100"),
    ],
)
def test_a_chance_is_said_in_ten_or_a_hundred_and_never_as_certain(
    chance: float, vietnamese: str, english: str
) -> None:
    assert chance_text(chance, Language.VIETNAMESE) == vietnamese
    assert chance_text(chance, Language.ENGLISH) == english


def test_the_target_of_the_letter_has_a_small_chance() -> None:
    chance = chance_of_target(HAU_GIANG, target=219_906, deadline=END, as_of=DAY, most=PEOPLE)
    assert chance is not None
    assert 0.005 < chance < 0.05


@pytest.mark.parametrize(
    ("points", "target", "deadline"),
    [
        ([], 10, END),
        ([Point(DAY, 0)], 10, END),
        (HAU_GIANG, 55_000, END),
        (HAU_GIANG, 219_906, dt.date(2020, 8, 12)),
    ],
)
def test_no_chance_is_said_where_it_is_met_past_or_nothing_is_known(
    points: list[Point], target: int, deadline: dt.date
) -> None:
    assert chance_of_target(points, target=target, deadline=deadline, as_of=DAY, most=PEOPLE) is None


def test_on_the_last_day_a_chance_is_said_until_its_figure_is_in() -> None:
    next_day = DAY + dt.timedelta(days=1)
    morning = chance_of_target(HAU_GIANG, target=219_906, deadline=next_day, as_of=next_day, most=PEOPLE)
    assert morning is not None
    assert morning < 0.01
    assert chance_of_target(HAU_GIANG, target=219_906, deadline=DAY, as_of=DAY, most=PEOPLE) is None


@pytest.mark.parametrize(
    ("name", "people", "total", "most"),
    [
        ("Hải Dương", 1_892_254, 331_000, 1_400_000),  # "1.4 million smartphones"
        ("Hải Dương", 1_892_254, 1_350_000, 1_892_254),  # so near that the figure must be old
        ("Hà Nội", 8_053_663, 2_000_000, 8_053_663),  # more phones than people
        ("Hậu Giang", PEOPLE, 55_289, PEOPLE),  # not known
        ("Hậu Giang", None, None, None),
    ],
)
def test_installs_approach_the_phones_where_they_are_known(
    name: str, people: int | None, total: int | None, most: int | None
) -> None:
    unit = catalogue.provinces().find(name, on=DAY)
    assert most_of(unit, catalogue.figures(), DAY, people, total) == most
