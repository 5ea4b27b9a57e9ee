"""Advertising events come at the interval plus 0 to 10 ms, and are the same whoever reads them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.town.events import MAX_ADV_DELAY_S, EventTrain


def train(seed=1, start_s=100.0, interval_s=0.25):
    return EventTrain(np.random.default_rng(seed), start_s, interval_s)


def test_gaps_are_the_interval_plus_a_random_delay():
    gaps = np.diff(train().between(100, 5000))
    assert gaps.min() >= 0.25
    assert gaps.max() <= 0.25 + MAX_ADV_DELAY_S
    assert gaps.mean() == pytest.approx(0.255, abs=0.0005)
    assert gaps.std() == pytest.approx(MAX_ADV_DELAY_S / np.sqrt(12), rel=0.1)


def test_the_first_event_comes_within_ten_milliseconds():
    first = train().between(0, 200)[0]
    assert 100 <= first <= 100 + MAX_ADV_DELAY_S


@given(st.lists(st.tuples(st.floats(0, 3000), st.floats(0, 5)), max_size=8))
def test_the_times_do_not_depend_on_what_was_asked_before(questions):
    asked = train()
    for start_s, length_s in questions:
        asked.between(start_s, start_s + length_s)
    assert asked.between(2000, 2010).tobytes() == train().between(2000, 2010).tobytes()


@given(st.floats(0, 3000), st.floats(0, 3000), st.floats(0, 3000))
def test_neighbouring_spans_share_no_event_and_lose_none(a, b, c):
    first, middle, last = sorted((a, b, c))
    one = train()
    whole = one.between(first, last)
    assert np.concatenate((one.between(first, middle), one.between(middle, last))).tobytes() == whole.tobytes()
    assert one.count_until(last) - one.count_until(first) == len(whole)


def test_nothing_is_sent_before_the_start():
    assert len(train().between(0, 100)) == 0
    assert train().count_until(100) == 0
