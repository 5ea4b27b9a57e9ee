"""One-time codes: what a person mistypes is noticed before it is sent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol.letters import ALPHABET, check_digit, check_letter
from bluezone.protocol.one_time_codes import (
    SHORT_LENGTHS,
    Draw,
    Kind,
    Problem,
    combinations,
    draw_long,
    draw_short,
    groups,
    read_code,
    read_link,
)


def _drawn(write: Callable[[int, Draw], str], length: int, seed: int) -> str:
    chance = np.random.default_rng(seed)
    return write(length, lambda below: int(chance.integers(below)))


_seeds = st.integers(0, 2**32)
short_codes = st.builds(_drawn, st.just(draw_short), st.sampled_from(SHORT_LENGTHS), _seeds)
long_codes = st.builds(_drawn, st.just(draw_long), st.integers(12, 32), _seeds)


def test_the_check_digit_is_damms():
    """The example of Damm's thesis."""
    assert check_digit("572") == "4"


@given(short_codes | long_codes)
def test_a_drawn_code_is_read_again(code):
    kind = Kind.SHORT if code.isdecimal() else Kind.LONG
    assert read_code(code) == read_code(f" {'-'.join(groups(code)).lower()}\n")
    assert (read_code(code).text, read_code(code).kind) == (code, kind)


@given(short_codes.filter(lambda code: len(code) > 8), st.data())
def test_one_wrong_digit_is_always_found(code, data):
    place = data.draw(st.integers(0, len(code) - 1))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != code[place]))
    assert read_code(code[:place] + digit + code[place + 1 :]).problem is Problem.CHECK


@given(short_codes.filter(lambda code: len(code) > 8), st.data())
def test_two_exchanged_digits_are_always_found(code, data):
    place = data.draw(st.integers(0, len(code) - 2))
    exchanged = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert exchanged == code or read_code(exchanged).problem is Problem.CHECK


@given(long_codes, st.data())
def test_one_wrong_letter_is_always_found(code, data):
    place = data.draw(st.integers(0, len(code) - 1))
    letter = data.draw(st.sampled_from(ALPHABET).filter(lambda letter: letter != code[place]))
    wrong = code[:place] + letter + code[place + 1 :]
    assert wrong.isdecimal() or read_code(wrong).problem is Problem.CHECK


@given(short_codes, st.data())
def test_a_digit_too_many_or_too_few_is_always_found(code, data):
    place = data.draw(st.integers(0, len(code) - 1))
    digit = data.draw(st.sampled_from("0123456789"))
    assert read_code(code[:place] + code[place + 1 :]).problem is Problem.LENGTH
    assert read_code(code[:place] + digit + code[place:]).problem is Problem.LENGTH


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", Problem.EMPTY),
        (" - ", Problem.EMPTY),
        ("1", Problem.LENGTH),
        ("1234567", Problem.LENGTH),
        ("12345678", None),  # as of the reference server: nothing to check
        ("1234 5678 9012", Problem.CHECK),
        ("1234 5678 9018", None),
        ("１２３４ ５６７８ ９０１８", None),
        ("1234\u200b5678\u00a09018", None),
        ("l234 S678 9OI8", Problem.CHECK),  # a letter: a long code, and none of ours
        ("l234 5678 9OI8", None),  # as people write digits
        ("1234 5678 901?", Problem.SIGNS),
        ("١٢٣٤٥٦٧٨", Problem.SIGNS),
        ("mã của tôi", Problem.SIGNS),
        ("7K3M Q2XD", Problem.LENGTH),
        ("9" * 10_000, Problem.LENGTH),
    ],
)
def test_what_is_wrong_is_named(text, problem):
    assert read_code(text).problem is problem


@given(st.text())
def test_any_text_is_a_code_or_has_a_problem(text):
    read = read_code(text)
    assert (read.kind is None) != (read.problem is None)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("12345678", "1234 5678"),
        ("1234567890", "1234 567 890"),
        ("123456789012", "1234 5678 9012"),
        ("12345678901234", "1234 5678 901 234"),
        ("7K3MQ2XD7K3MQ2XD", "7K3M Q2XD 7K3M Q2XD"),
        ("", ""),
    ],
)
def test_a_code_is_shown_in_groups_that_can_be_read_out(code, shown):
    assert " ".join(groups(code)) == shown


def test_a_long_code_is_never_all_digits():
    draws = iter([0] * 11 + [31] + [0] * 10)
    code = draw_long(12, lambda _: next(draws))
    assert not code.isdecimal()
    assert check_letter(code[:-1]) == code[-1]


@pytest.mark.parametrize(
    ("kind", "length", "count"),
    [(Kind.SHORT, 8, 10**8), (Kind.SHORT, 12, 10**11), (Kind.SHORT, 16, 10**15), (Kind.LONG, 16, 2**75)],
)
def test_a_check_adds_nothing_to_what_is_guessed(kind, length, count):
    assert combinations(kind, length) == count


@pytest.mark.parametrize(
    ("text", "code", "problem"),
    [
        ("https://bluezone.example.vn/v?c=7K3MQ2XD9ABCDEF0", "7K3MQ2XD9ABCDEF0", None),
        (" ens://v?c=7k3mq2xd9abcdef0&r=452\n", "7K3MQ2XD9ABCDEF0", None),
        ("7K3M-Q2XD-9ABC-DEF0", "7K3MQ2XD9ABCDEF0", None),
        ("https://bluezone.example.vn/v?c=7K3MQ2XD9ABCDEF1", "7K3MQ2XD9ABCDEF1", Problem.CHECK),
        ("https://bluezone.example.vn/v?c=", "", Problem.EMPTY),
        ("https://bluezone.example.vn/v", "", Problem.EMPTY),
        ("https://[", "", Problem.EMPTY),
    ],
)
def test_a_link_gives_its_code(text, code, problem):
    assert (read_link(text).text, read_link(text).problem) == (code, problem)
