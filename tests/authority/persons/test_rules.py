"""Check identities, write pseudonyms with their check sign, and decide who may open one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from bluezone.authority.persons import rules
from bluezone.authority.persons.rules import Identity, IdentityError

TODAY = dt.date(2020, 8, 18)


def chance(seed: int) -> Callable[[int], int]:
    """A source of numbers under n, the same each time."""
    generator = np.random.default_rng(seed)
    return lambda n: int(generator.integers(n))


def test_a_pseudonym_is_read_however_it_is_typed():
    drawn = rules.draw_pseudonym(chance(7))
    assert len(drawn) == 10
    assert rules.read_pseudonym(drawn) == drawn
    assert rules.read_pseudonym(f"  {drawn.lower().replace('-', ' ')} ") == drawn
    zeros = rules.written("000000" + rules.ALPHABET[rules._check("000000")])
    assert rules.read_pseudonym(zeros.replace("0", "o")) == zeros


def test_a_sign_mistyped_is_found_wherever_it_stands():
    drawn = rules.draw_pseudonym(chance(8))
    for at in (2, 3, 4, 5, 7, 8, 9):
        for sign in set(rules.ALPHABET) - {drawn[at]}:
            assert rules.read_pseudonym(drawn[:at] + sign + drawn[at + 1 :]) is None


def test_nearly_all_neighbours_swapped_are_found():
    below, missed, tried = chance(9), 0, 0
    for _ in range(300):
        drawn = rules.draw_pseudonym(below)
        for one, two in ((2, 3), (3, 4), (4, 5), (5, 7), (7, 8), (8, 9)):
            signs = list(drawn)
            signs[one], signs[two] = signs[two], signs[one]
            swapped = "".join(signs)
            tried += swapped != drawn
            missed += swapped != drawn and rules.read_pseudonym(swapped) is not None
    assert missed < tried / 100


@pytest.mark.parametrize("text", ["", "P", "HG-114", "P-7K3M-Q2", "Q-0000-000", "P-7K3M-Q2XX", "P-7K3U-Q2X", "ca bệnh"])
def test_what_is_no_pseudonym_is_not_taken_for_one(text):
    assert rules.read_pseudonym(text) is None


@pytest.mark.parametrize(
    ("identity", "field"),
    [
        (Identity(name="Mai"), None),
        (Identity(telephone="+84912345678"), None),
        (Identity(document="092180001234"), None),
        (Identity(), "name"),
        (Identity(address="ấp 3", birth_year=1980), "name"),
        (Identity(name="Mai", birth_year=2021), "birth_year"),
        (Identity(name="Mai", birth_year=1889), "birth_year"),
        (Identity(name="Mai", birth_year=1890), None),
        (Identity(name="x" * 121), "name"),
        (Identity(name="Mai", address="x" * 201), "address"),
    ],
)
def test_an_identity_needs_something_to_find_the_person_by(identity, field):
    if field is None:
        rules.check(identity, TODAY)
        return
    with pytest.raises(IdentityError) as caught:
        rules.check(identity, TODAY)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0912 345 678", "+84912345678"),
        ("+84 912.345.678", "+84912345678"),
        ("(0293) 3878 888", "+842933878888"),  # a landline: officers call
        ("+852 6123 4567", "+85261234567"),
        ("", ""),
        ("12", None),
        ("mai", None),
        ("0912 345 67", None),
    ],
)
def test_a_telephone_number_is_stored_in_one_form(text, number):
    if number is None:
        with pytest.raises(IdentityError):
            rules.telephone(text, "84")
    else:
        assert rules.telephone(text, "84") == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("092 180 001234", "092180001234"), ("b-1234567", "B1234567"), ("", ""), ("12345", None), ("x" * 21, None),
     ("Ố1234567", None)],
)  # fmt: skip
def test_a_document_number_is_stored_in_one_form(text, number):
    if number is None:
        with pytest.raises(IdentityError):
            rules.document(text)
    else:
        assert rules.document(text) == number


@pytest.mark.parametrize(
    ("office", "owner", "right", "allowed"),
    [
        ("/63:93/", "/63:93/", True, True),
        ("/63:93/", "/63:93/", False, False),
        ("/", "/63:93/", True, False),
        ("/63:93/", "/63:93/63:930/", True, False),
        ("/63:93/63:930/", "/63:93/", True, False),
        ("/63:92/", "/63:93/", True, False),
    ],
)
def test_an_identity_is_open_to_the_owning_office_alone(office, owner, right, allowed):
    assert rules.may_open(office, owner, reads_health=right) is allowed


OPENED = dt.datetime(2020, 8, 20, 2, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("minutes", "closed", "office", "right", "runs"),
    [
        (0, None, "/63:93/", True, True),
        (119, None, "/63:93/", True, True),
        (120, None, "/63:93/", True, False),
        (-1, None, "/63:93/", True, False),  # a rehearsal's clock was set back
        (30, 29, "/63:93/", True, False),
        (30, 30, "/63:93/", True, False),
        (30, None, "/63:93/", False, False),  # the right ended
        (30, None, "/63:92/", True, False),  # the officer was moved
        (30, None, "/", True, False),
        (30, None, "/63:93/63:930/", True, False),
    ],
)
def test_a_shift_runs_two_hours_while_its_officer_has_the_right_and_the_post(minutes, closed, office, right, runs):
    closed_at = None if closed is None else OPENED + dt.timedelta(minutes=closed)
    shift = rules.Shift("/63:93/", OPENED, OPENED + rules.SHIFT, closed_at)
    assert rules.shift_runs(shift, office, OPENED + dt.timedelta(minutes=minutes), reads_health=right) is runs


@pytest.mark.parametrize("text", ["", "   ", "xem", "x" * 201])
def test_a_reason_says_something(text):
    with pytest.raises(IdentityError):
        rules.check_reason(text)
