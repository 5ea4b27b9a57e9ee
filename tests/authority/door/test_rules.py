"""Test the rules of taps by a table of cases."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.authority.door import rules
from bluezone.authority.door.rules import Answers, App, DoorError, Kind, PosterState, Reckoned, Tap

NOW = dt.datetime(2020, 8, 20, 3, tzinfo=dt.UTC)
S = NOW.timestamp()
HOUR, DAY = 3_600, 86_400


@pytest.mark.parametrize(
    ("at_s", "sent_at_s", "ago_s", "doubtful"),
    [
        pytest.param(S, S, 0, False, id="at once"),
        pytest.param(S - 5 * HOUR, S, 5 * HOUR, False, id="waited five hours without a network"),
        pytest.param(S - DAY, S, DAY, False, id="of yesterday"),
        pytest.param(S - 14 * DAY, S, 14 * DAY, False, id="waited two weeks"),
        pytest.param(S - 14 * DAY - 1, S, 0, True, id="waited longer than anybody remembers"),
        pytest.param(S + 9 * HOUR, S + 9 * HOUR, 0, False, id="a clock nine hours ahead"),
        pytest.param(HOUR, 3 * HOUR, 2 * HOUR, False, id="a clock of 1970"),
        pytest.param(S + 60, S, 0, False, id="a clock set back by a minute in between"),
        pytest.param(S + 3 * DAY, S, 0, True, id="a clock set back by days in between"),
        pytest.param(0, S, 0, True, id="a clock set right from 1970 in between"),
    ],
)
def test_only_the_wait_is_believed_of_a_telephones_clock(at_s, sent_at_s, ago_s, doubtful):
    assert rules.moment_of(at_s, sent_at_s, NOW) == (NOW - dt.timedelta(seconds=ago_s), doubtful)


@given(st.floats(-1e9, 3e9), st.floats(-1e9, 3e9))
def test_no_clock_makes_a_tap_of_the_future_or_of_the_far_past(at_s, sent_at_s):
    moment, _doubtful = rules.moment_of(at_s, sent_at_s, NOW)
    assert NOW - rules.LONGEST_WAIT <= moment <= NOW


def taps(text: str) -> list[Tap]:
    """`hn` is two taps: has Bluezone, was helped with it; capitals are NCOVI's; `?` before makes the day doubtful."""
    kinds = {"h": Kind.HAD, "i": Kind.HELPED, "n": Kind.REFUSED, "u": Kind.UNDO}
    found, doubtful = [], False
    for place, letter in enumerate(text):
        if letter == "?":
            doubtful = True
            continue
        app = App.NCOVI if letter.isupper() else App.BLUEZONE
        found.append(Tap(f"{place}", kinds[letter.lower()], app, doubtful))
        doubtful = False
    return found


@pytest.mark.parametrize(
    ("text", "undone", "guests", "takes", "bluezone", "ncovi"),
    [
        pytest.param("", (), 10, False, Reckoned(), Reckoned(), id="nothing"),
        pytest.param("hhin", (), 10, False, Reckoned(Answers(2, 1, 1)), Reckoned(), id="three answers"),
        pytest.param("hHiN", (), 10, False, Reckoned(Answers(1, 1, 0)), Reckoned(Answers(1, 0, 1)), id="two apps"),
        pytest.param("hhi", ("1",), 10, False, Reckoned(Answers(1, 1, 0)), Reckoned(), id="one taken back"),
        pytest.param("hhi", ("9",), 10, False, Reckoned(Answers(2, 1, 0)), Reckoned(), id="an undo of nothing"),
        pytest.param("hhin", (), 2, False, Reckoned(Answers(2, 0, 0), 2), Reckoned(), id="above what guests can be"),
        pytest.param("hhHi", (), 2, False, Reckoned(Answers(2, 0, 0), 1), Reckoned(Answers(1)), id="a bound an app"),
        pytest.param("hhin", ("0",), 2, False, Reckoned(Answers(1, 1, 0), 1), Reckoned(), id="an undo makes room"),
        pytest.param("h?hi", (), 9, False, Reckoned(Answers(1, 1, 0), 1), Reckoned(), id="doubtful: kept apart"),
        pytest.param("h?hi", (), 9, True, Reckoned(Answers(2, 1, 0)), Reckoned(), id="doubtful, somebody looked"),
        pytest.param("?h?hi", (), 2, True, Reckoned(Answers(2, 0, 0), 1), Reckoned(), id="... and still a bound"),
    ],
)
def test_a_day_is_reckoned(text, undone, guests, takes, bluezone, ncovi):
    found = rules.reckon(taps(text), undone, guests, takes_doubtful=takes)
    assert found == {App.BLUEZONE: bluezone, App.NCOVI: ncovi}


def test_a_tap_that_came_by_two_links_counts_once():
    assert rules.reckon(taps("hi") + taps("hi"), (), 10)[App.BLUEZONE] == Reckoned(Answers(1, 1, 0))


@given(st.text("hinHIN?", max_size=60), st.integers(1, 20))
def test_no_day_counts_more_guests_than_can_be_and_no_answer_is_lost(text, guests):
    found = rules.reckon(taps(text), (), guests)
    assert all(each.counted.asked <= guests for each in found.values())
    assert sum(each.counted.asked + each.apart for each in found.values()) == len(taps(text))


@pytest.mark.parametrize(
    ("counted", "looked_at", "confirmed", "standing"),
    [
        (Answers(5, 2, 1), None, None, (Answers(), Answers(5, 2, 1))),
        (Answers(5, 2, 1), Answers(5, 2, 1), Answers(5, 2, 1), (Answers(5, 2, 1), Answers())),
        (Answers(7, 2, 1), Answers(5, 2, 1), Answers(5, 2, 1), (Answers(5, 2, 1), Answers(2, 0, 0))),
        # corrected from paper: what the taps said of it is no news
        (Answers(5, 2, 1), Answers(5, 2, 1), Answers(4, 3, 1), (Answers(4, 3, 1), Answers())),
        # an undo after the look changes nothing of what was confirmed
        (Answers(4, 2, 1), Answers(5, 2, 1), Answers(5, 2, 1), (Answers(5, 2, 1), Answers())),
        # a list on paper alone
        (Answers(), Answers(), Answers(9, 0, 3), (Answers(9, 0, 3), Answers())),
    ],
)
def test_what_was_looked_over_is_confirmed_and_what_came_later_is_not(counted, looked_at, confirmed, standing):
    found = rules.standing(counted, looked_at, confirmed)
    assert (found.confirmed, found.unconfirmed) == standing


def day(number: int) -> dt.date:
    return dt.date(2020, 8, number)


@pytest.mark.parametrize(
    ("before", "told", "after"),
    [
        (None, [], None),
        (None, [(Kind.HUNG, 16)], PosterState(True, day(16))),
        (None, [(Kind.GONE, 16)], PosterState(False, day(16))),
        (PosterState(True, day(16), True), [(Kind.HUNG, 18)], PosterState(True, day(16), True)),
        (PosterState(True, day(16), True), [(Kind.GONE, 18)], PosterState(False, day(18))),
        (PosterState(False, day(18), True), [(Kind.HUNG, 17)], PosterState(False, day(18), True)),
        (None, [(Kind.HUNG, 16), (Kind.GONE, 17), (Kind.HUNG, 17)], PosterState(True, day(17))),
    ],
)
def test_the_poster_is_as_was_told_last(before, told, after):
    assert rules.poster_after(before, [(kind, day(number)) for kind, number in told]) == after


@pytest.mark.parametrize(
    ("guests", "sector", "by_head", "ok"),
    [
        (1, "hospitality", True, True),
        (1_000, "hospitality", True, True),
        (1_001, "hospitality", True, False),
        (1_001, "hospitality", False, True),
        (10_000, "stations", True, True),
        (100_000, "other", False, True),
        (100_001, "other", False, False),
        (0, "other", False, False),
        (-1, "other", True, False),
    ],
)
def test_a_head_states_guests_within_bounds(guests, sector, by_head, ok):
    if ok:
        rules.check_guests(guests, sector, by_head=by_head)
    else:
        with pytest.raises(DoorError):
            rules.check_guests(guests, sector, by_head=by_head)
