"""Test randomised response: nothing is learnt of one phone, and all together are counted without bias."""

from __future__ import annotations

import datetime as dt
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tiers import first

from bluezone.protocol import warned
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.warned import Ticket, WarnedAnswer, estimate

MONDAY = dt.date(2020, 8, 17)
ENDS = dt.datetime(2020, 8, 24, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def answers(phones: int, warning: int, seed: int) -> tuple[int, int]:
    """Return how many phones of a week answered, and how many say yes, where the first `warning` of them warned."""
    draw = np.random.default_rng(seed)
    tickets = [Ticket(MONDAY, draw.bytes(16)) for _ in range(phones)]
    return phones, sum(ticket.answer(warned=number < warning).warned for number, ticket in enumerate(tickets))


@given(st.binary(min_size=16, max_size=16), st.booleans(), st.text(max_size=40))
def test_an_answer_comes_through_as_it_was_sent_and_another_copy_of_it_is_the_same(seed, truth, padding):
    ticket = Ticket(MONDAY, seed)
    sent = ticket.answer(warned=truth)
    assert WarnedAnswer.from_json(sent.to_json(padding)) == sent == Ticket(MONDAY, seed).answer(warned=truth)
    assert ticket.answer(warned=not truth).answer == sent.answer  # the id says nothing of the truth


@pytest.mark.parametrize("warning", first(1, [100, 0, 2_000, 4_000]))
def test_the_estimate_lies_within_its_stated_error_of_the_truth_and_is_off_to_neither_side(warning):
    found = [estimate(*answers(4_000, warning, seed)) for seed in range(60)]
    assert {each.error for each in found} == {1.959964 * math.sqrt(0.75 * 4_000)}
    off = [each.warned - warning for each in found]
    hits = sum(abs(each) <= found[0].error for each in off)
    assert hits >= 51  # of 60 draws at 95 %, 50 or fewer hits come once in 3,000 such tests
    mean_error = found[0].error / math.sqrt(len(found))
    assert abs(sum(off) / len(off)) < 2 * mean_error
    spread = math.sqrt(sum(each * each for each in off) / len(off))
    assert 0.7 < spread / math.sqrt(0.75 * 4_000) < 1.3


@pytest.mark.parametrize("truth", [True, False])
def test_an_answer_changes_the_odds_by_a_factor_of_three_at_most(truth):
    draw = np.random.default_rng(7)
    yes = sum(Ticket(MONDAY, draw.bytes(16)).answer(warned=truth).warned for _ in range(20_000)) / 20_000
    assert yes == pytest.approx(0.75 if truth else 0.25, abs=0.015)
    assert pytest.approx(3) == math.exp(warned.EPSILON)


@pytest.mark.parametrize(
    ("phones", "yes", "number", "low", "high"),
    [
        (0, 0, 0, 0, 0),
        (100, 25, 0, 0, 16.97),
        (100, 20, -10, 0, 6.97),  # below nobody: the coin fell so
        (100, 75, 100, 83.03, 100),
        (10_000, 2_750, 500, 330.3, 669.7),
    ],
)
def test_an_estimate_with_the_numbers_between_which_the_truth_lies(phones, yes, number, low, high):
    found = estimate(phones, yes)
    assert (found.warned, found.low, found.high) == (number, pytest.approx(low, abs=0.1), pytest.approx(high, abs=0.1))


def test_the_moment_of_sending_says_nothing_of_the_answer_and_lies_within_three_days():
    draw = np.random.default_rng(3)
    tickets = [Ticket(MONDAY, draw.bytes(16)) for _ in range(3_000)]
    assert not any(ticket.is_due(ENDS - HOUR) for ticket in tickets)
    assert all(ticket.is_due(ENDS + warned.SPREAD) for ticket in tickets)
    early = [ticket for ticket in tickets if ticket.is_due(ENDS + warned.SPREAD / 2)]
    assert len(early) / len(tickets) == pytest.approx(0.5, abs=0.04)
    yes = [sum(each.answer(warned=False).warned for each in some) / len(some) for some in (early, tickets)]
    assert yes[0] == pytest.approx(yes[1], abs=0.04)


@pytest.mark.parametrize(
    ("week", "seed", "said"),
    [
        (MONDAY - dt.timedelta(days=1), bytes(16), "week is no Monday"),
        (MONDAY + dt.timedelta(days=1), bytes(16), "week is no Monday"),
        (MONDAY, bytes(15), "seed is 15 bytes, not 16"),
        (MONDAY, bytes(17), "seed is 17 bytes, not 16"),
    ],
)
def test_a_ticket_is_of_a_week_from_monday_and_has_a_seed_of_16_bytes(week, seed, said):
    with pytest.raises(ProtocolError, match=said):
        Ticket(week, seed)


def test_answers_are_taken_for_a_week_after_the_week():
    ticket = Ticket(MONDAY, bytes(16))
    for hours, is_open in ((-1, False), (0, True), (7 * 24 - 1, True), (7 * 24, False)):
        assert warned.is_open(MONDAY, ENDS + hours * HOUR) is is_open
    assert not ticket.is_over(ENDS + 7 * 24 * HOUR - HOUR)
    assert ticket.is_over(ENDS + 7 * 24 * HOUR)
    assert not ticket.is_due(ENDS + 7 * 24 * HOUR)


@pytest.mark.parametrize(("day", "monday"), [(17, 24), (20, 24), (23, 24), (24, 31)])
def test_who_says_yes_is_asked_of_the_next_whole_week(day, monday):
    assert warned.next_week(dt.date(2020, 8, day)) == dt.date(2020, 8, monday)


@pytest.mark.parametrize(
    "change",
    [
        {"answer": "AAAA"},
        {"answer": 7},
        {"answer": None},
        {"week": "2020-08-18"},
        {"week": "20200817"},
        {"week": "2020-W34-1"},
        {"week": None},
        {"warned": 1},
        {"warned": "true"},
        {"warned": None},
    ],
)
def test_what_is_no_answer_is_refused(change):
    fields = json.loads(Ticket(MONDAY, bytes(16)).answer(warned=True).to_json()) | change
    with pytest.raises(ProtocolError):
        WarnedAnswer.from_json(json.dumps(fields).encode())


def test_neither_seed_nor_answer_is_written_into_logs():
    ticket = Ticket(MONDAY, b"secret seed here")
    assert "secret" not in repr(ticket)
    assert repr(ticket.answer(warned=True)) == f"WarnedAnswer(week={MONDAY!r})"
