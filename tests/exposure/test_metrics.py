from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.metrics import (
    auc,
    best_operating_point,
    brier,
    operating_point,
    reliability,
    session_bootstrap,
)

CLOSE = np.array([True, True, False, False, False])
SCORES = np.array([0.9, 0.4, 0.4, 0.2, 0.1])

labelled_scores = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), min_size=2, max_size=40).filter(
    lambda rows: len({close for close, _ in rows}) == 2
)


def arrays(rows):
    return np.array([close for close, _ in rows]), np.array([float(score) for _, score in rows])


@given(labelled_scores)
def test_auc_is_the_share_of_pairs_in_order_with_ties_counted_half(rows):
    close, scores = arrays(rows)
    pairs = [(p > n) + 0.5 * (p == n) for p in scores[close] for n in scores[~close]]
    assert auc(close, scores) == pytest.approx(np.mean(pairs))


@given(labelled_scores)
def test_the_best_operating_point_is_the_best_of_all_thresholds(rows):
    close, scores = arrays(rows)
    best = best_operating_point(close, scores).ndcf
    assert best == pytest.approx(min(operating_point(close, scores, threshold).ndcf for threshold in scores))


def test_auc_without_both_kinds_is_not_a_number_and_says_no_more():
    assert math.isnan(auc(np.array([True, True]), np.array([1.0, 2.0])))


def test_an_operating_point_counts_a_score_at_the_threshold_as_warned():
    point = operating_point(CLOSE, SCORES, 0.4)
    assert (point.p_miss, point.p_false_alarm, point.precision) == (0, pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert point.ndcf == pytest.approx(1 / 3)


def test_warning_nobody_has_no_precision_and_misses_all():
    point = operating_point(CLOSE, SCORES, 2.0)
    assert math.isnan(point.precision)
    assert (point.p_miss, point.p_false_alarm) == (1, 0)


def test_brier_of_the_base_rate_is_its_variance():
    assert brier(CLOSE, np.full(5, 0.4)) == pytest.approx(0.24)


def test_reliability_puts_what_was_said_beside_what_was():
    bins = reliability(np.array([True, False, True, True]), np.array([0.05, 0.05, 0.95, 1.0]))
    assert [(b.low, b.encounters, b.said, b.was) for b in bins] == [(0.0, 2, 0.05, 0.5), (0.9, 2, 0.975, 1.0)]


def test_the_bootstrap_draws_whole_sessions():
    sessions = np.array([0, 0, 0, 1, 1])
    seen = set()

    def sizes(rows):
        seen.add(tuple(np.bincount(rows, minlength=5)))
        return float(len(rows))

    low, high = session_bootstrap(sizes, sessions, np.random.default_rng(1), repeats=50)
    assert seen <= {(2, 2, 2, 0, 0), (0, 0, 0, 2, 2), (1, 1, 1, 1, 1)}
    assert (low, high) == (4, 6)


def test_one_session_gives_no_interval():
    assert all(map(math.isnan, session_bootstrap(len, np.zeros(5, dtype=np.int64), np.random.default_rng(1))))


def test_scores_that_do_not_fit_or_are_not_numbers_are_refused():
    with pytest.raises(ExposureError, match="5 labels"):
        auc(CLOSE, SCORES[:3])
    with pytest.raises(ExposureError, match="not a number"):
        auc(CLOSE, np.array([1, 2, 3, 4, np.nan]))
