"""The colour of a pass, how long it is good, when its keys rotate and its list is signed: tables of cases."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.authority.passes import rules
from bluezone.authority.signing import rotation
from bluezone.forms.definition import Level
from bluezone.protocol.passes import Colour, draw_pseudonym

NOW = dt.datetime(2020, 8, 20, 3, tzinfo=dt.UTC)
MIDNIGHT = dt.datetime(2020, 8, 20, 17, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("level", "colour"), [(Level.ADVICE, Colour.GREEN), (Level.CALL, Colour.YELLOW), (Level.URGENT, Colour.RED)]
)
def test_the_colour_follows_the_level_that_the_forms_rules_found(level, colour):
    assert rules.colour_of(level) is colour


@pytest.mark.parametrize(
    ("hours", "day_ends", "until"),
    [
        (24, MIDNIGHT, NOW + DAY),  # declared today
        (24, MIDNIGHT + DAY, NOW + DAY),  # by a telephone whose clock is ahead
        (24, MIDNIGHT - DAY, MIDNIGHT),  # filled in yesterday, sent today
        (24, MIDNIGHT - 2 * DAY, None),  # filled in two days ago
        (72, MIDNIGHT - 2 * DAY, MIDNIGHT + DAY),
        (1, MIDNIGHT - DAY, None),
    ],
)
def test_a_pass_is_good_from_the_day_that_the_declaration_speaks_of(hours, day_ends, until):
    assert rules.valid_until(hours, day_ends, NOW) == until


@pytest.mark.parametrize(
    ("begins", "now", "expected"),
    [
        ([], NOW, NOW),
        ([NOW], NOW, None),
        ([NOW], NOW + 83 * DAY - dt.timedelta(seconds=1), None),
        ([NOW], NOW + 83 * DAY, NOW + 90 * DAY),
        ([NOW, NOW + 90 * DAY], NOW + 83 * DAY, None),  # made already
        ([NOW], NOW + 120 * DAY, NOW + 127 * DAY),  # the server stood still: known before it signs all the same
    ],
)
def test_the_next_key_is_known_a_week_before_it_signs(begins, now, expected):
    assert rotation.next_from(begins, now) == expected


@pytest.mark.parametrize(
    ("ended", "now", "trusted"),
    [(None, NOW, True), (NOW, NOW + 14 * DAY - dt.timedelta(seconds=1), True), (NOW, NOW + 14 * DAY, False)],
)
def test_passes_of_an_ended_key_are_trusted_until_the_last_has_run_out(ended, now, trusted):
    assert rotation.is_trusted(ended, now) is trusted


@given(st.randoms(use_true_random=False))
def test_a_pseudonym_is_read_however_it_is_typed(random):
    drawn = draw_pseudonym(random.randrange)
    assert rules.read_pseudonym(drawn) == drawn
    assert rules.read_pseudonym(f" {drawn.lower().replace('-', ' ')} ".replace("0", "o").replace("1", "l")) == drawn
    wrong = drawn[:-1] + ("A" if drawn[-1] != "A" else "B")
    assert rules.read_pseudonym(wrong) is None


@given(st.text(max_size=12))
def test_what_is_no_pseudonym_is_none(typed):
    found = rules.read_pseudonym(typed)
    assert found is None or rules.read_pseudonym(found) == found
