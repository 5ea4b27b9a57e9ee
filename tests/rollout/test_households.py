"""Households by number: what officers write, who was met, who was never visited."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.geography.country import chosen, read
from bluezone.rollout import households
from bluezone.rollout.households import (
    Coverage,
    HouseholdError,
    Outcome,
    Team,
    Visit,
    check_day,
    check_team,
    coverage,
    format_numbers,
    has_phone_number,
    parse_numbers,
    rounds,
)

DAY = dt.date(2020, 8, 18)
HAS, HELPED, REFUSED, ABSENT = Outcome.HAS, Outcome.HELPED, Outcome.REFUSED, Outcome.ABSENT


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("41", [41]),
        ("41-43", [41, 42, 43]),
        ("41–43, 45; 41", [41, 42, 43, 45]),
        ("hộ 41 đến 43 và 50", [41, 42, 43, 50]),
        ("  nhà số 7,8 9. ", [7, 8, 9]),
        ("từ 1 tới 3", [1, 2, 3]),
        ("", []),
        (" , ", []),
    ],
)
def test_numbers_are_read_as_people_write_them(text, numbers):
    assert list(parse_numbers(text, 100)) == numbers


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("101", "no household 101"),
        ("0", "no household 0"),
        ("90-120", "no household 120"),
        ("43-41", "backwards"),
        ("nhà chú Tư", "chú"),
        ("12a", "12a"),
        ("0912 345 678", "telephone"),
        ("-5", "no number"),
    ],
)
def test_what_is_no_household_gets_one_sentence(text, sentence):
    with pytest.raises(HouseholdError, match=sentence):
        parse_numbers(text, 100)


@pytest.mark.parametrize(
    ("code", "text", "holds"),
    [
        ("vietnam", "đội 3, 0912 345 678", True),
        ("vietnam", "+84912345678", True),
        ("vietnam", "85620 55 51 23", False),
        ("laos", "856 20 5551 2345", True),
        ("laos", "020 5551 2345", True),
        ("laos", "84 912 345 678", False),
    ],
)
def test_a_telephone_number_is_known_by_the_countrys_code(monkeypatch, code, text, holds):
    monkeypatch.setattr(households, "country", lambda: read(chosen(code)))
    assert has_phone_number(text) is holds


@given(st.sets(st.integers(1, 300)))
def test_numbers_are_written_as_they_are_read(numbers):
    assert set(parse_numbers(format_numbers(numbers), 300)) == numbers


def test_a_run_is_written_as_a_range():
    assert format_numbers([3, 1, 2, 7, 9, 10]) == "1–3, 7, 9–10"


def test_a_household_has_one_outcome_a_day():
    check_day({HAS: [1, 2], ABSENT: [3]})
    with pytest.raises(HouseholdError, match="household 2–3 "):
        check_day({HAS: [1, 2, 3], REFUSED: [2, 3, 4]})


def test_the_newest_visit_counts_and_nobody_at_home_takes_nothing_back():
    def visit(number: int, ago: int, outcome: Outcome) -> Visit:
        return Visit(number, DAY - dt.timedelta(days=ago), outcome)

    state = rounds(
        [
            visit(1, 3, HAS), visit(1, 0, ABSENT),
            visit(2, 3, ABSENT), visit(2, 1, HELPED),
            visit(3, 0, REFUSED), visit(3, 2, HAS),
            visit(4, 1, ABSENT),
        ],
        6,
    )  # fmt: skip
    assert {outcome: number for outcome, number in state.counts.items() if number} == {
        HAS: 1, HELPED: 1, REFUSED: 1, ABSENT: 1,
    }  # fmt: skip
    assert (state.never, state.absent) == ((5, 6), (4,))
    assert (state.visited, state.met, state.with_app) == (4, 3, 2)


def test_without_a_number_of_households_nobody_can_say_who_was_never_visited():
    state = rounds([Visit(3, DAY, HAS)], None)
    assert (state.never, state.visited) == ((), 1)


def test_teams_go_to_every_household_once():
    teams = [Team("Tổ 1", (1, 2, 3)), Team("Tổ 2", (3, 4))]
    assert coverage(teams, 6) == Coverage(twice=(3,), nobody=(5, 6))


@pytest.mark.parametrize("name", ["", "  ", "anh Tư 0912345678", "+84 912 345 678"])
def test_a_team_is_a_function_and_no_telephone_number(name):
    with pytest.raises(HouseholdError):
        check_team(name)
    check_team("Tổ COVID cộng đồng 3")
