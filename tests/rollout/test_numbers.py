"""Numbers and dates as bulletins print them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.rollout.errors import RolloutError
from bluezone.rollout.numbers import count_of, parse_count, parse_date, percent_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("55.289", 55_289),
        ("55,289", 55_289),
        ("55 289", 55_289),
        ("55\u00a0289", 55_289),
        ("55289", 55_289),
        ("55289.0", 55_289),
        ("3.285.799", 3_285_799),
        ("3,285,799", 3_285_799),
        ("0", 0),
        ("1,23 triệu", 1_230_000),
        ("331 nghìn", 331_000),
        ("1.23 million", 1_230_000),
    ],
)
def test_a_count_is_read_in_either_language(text: str, value: int) -> None:
    assert parse_count(text).value == value


@pytest.mark.parametrize(
    "text", ["7.54", "1.234,5", "1.23.456", "-5", "abc", "", "55.28", "1,2345", "12.345.67", "5%", "5 tỷ", "hơnthế"]
)
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(RolloutError):
        parse_count(text)


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [
        ("7,54%", "7.54", "0.01"),
        ("7.54 %", "7.54", "0.01"),
        ("7,54", "7.54", "0.01"),
        ("40,40%", "40.40", "0.01"),
        ("29%", "29", "1"),
        ("0,5", "0.5", "0.1"),
    ],
)
def test_a_percent_keeps_its_digits(text: str, value: str, step: str) -> None:
    printed = percent_of(text)
    assert (str(printed.value), printed.step) == (value, Decimal(step))


@pytest.mark.parametrize("text", ["", "abc", "7,5,4", "-1%", "1.234,5%", "%"])
def test_what_is_no_percent_is_refused(text: str) -> None:
    with pytest.raises(RolloutError):
        percent_of(text)


@pytest.mark.parametrize(
    ("value", "low", "high"), [(55_289, 55_289, 55_289), (331_000, 330_500, 331_500), (470_600, 470_550, 470_650)]
)
def test_a_round_count_may_have_been_rounded(value: int, low: int, high: int) -> None:
    assert (count_of(value).low, count_of(value).high) == (low, high)


@given(st.integers(1000, 10**9), st.sampled_from(".,"))
def test_a_grouped_count_is_read_back(value: int, mark: str) -> None:
    assert parse_count(f"{value:,}".replace(",", mark)).value == value


@pytest.mark.parametrize(
    "text", ["2020-08-13", "13/8/2020", "13/08/2020", "13-8-2020", "13.8.2020", "2020-08-13 17:00"]
)
def test_a_date_is_read_day_first_or_as_iso(text: str) -> None:
    assert parse_date(text) == dt.date(2020, 8, 13)


@pytest.mark.parametrize("text", ["08/13/2020", "31/2/2020", "13/8", "13/8/20", "yesterday", "", "2020-13-01", "44056"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(RolloutError):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        (">20.000.000", True),
        ("≥ 20.000.000", True),
        ("hơn 20 triệu", True),
        ("Trên 20 triệu", True),
        ("more than 20,000,000", True),
        ("20.000.000", False),
    ],
)
def test_a_number_printed_as_more_than_is_told_from_one_that_is_exact(text: str, bound: bool) -> None:
    found = parse_count(text, may_be_bound=True)
    assert (found.value, found.bound) == (20_000_000, bound)
    if bound:
        with pytest.raises(RolloutError):
            parse_count(text)
