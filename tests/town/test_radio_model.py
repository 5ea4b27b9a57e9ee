"""The radio model: what must hold of any, and the figures it was fitted to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.town.radio_model import (
    RadioModel,
    SlowFading,
    gauss_markov_db,
    mean_rssi_dbm,
    path_loss_db,
    reception_probability,
    rician_db,
)

MODEL = RadioModel()


@given(st.floats(0, 2000), st.floats(0, 2000))
def test_farther_is_never_stronger(a, b):
    near, far = sorted((a, b))
    assert path_loss_db(near) <= path_loss_db(far)


@pytest.mark.parametrize(
    ("distance_m", "loss_db"), [(1, 40.15), (2, 45.36), (10, 57.45), (32.55, 66.31), (325.5, 106.31)]
)
def test_path_loss_of_tr_38_901_and_forty_db_a_decade_beyond_the_breakpoint(distance_m, loss_db):
    assert path_loss_db(distance_m) == pytest.approx(loss_db, abs=0.05)


def test_the_middle_attenuation_is_that_of_real_phones():
    """56 dB between phones within 2 m (about 1.2 m apart in the middle), 63 dB farther away in the same room."""
    assert -mean_rssi_dbm(MODEL, 0, 1.2) == pytest.approx(56, abs=1)
    assert -mean_rssi_dbm(MODEL, 0, 3.5) == pytest.approx(63, abs=1)


def test_functions_take_arrays_and_give_arrays_of_their_shape():
    distances = np.full((3, 4), 2.0)
    assert path_loss_db(distances).shape == mean_rssi_dbm(MODEL, 0, distances, 5.0).shape == (3, 4)
    assert reception_probability(MODEL, distances).shape == (3, 4)


def test_half_of_the_packets_are_lost_at_the_sensitivity_and_hardly_any_ten_db_above():
    at, above, below = reception_probability(MODEL, MODEL.sensitivity_dbm + np.array([0, 10, -10]))
    assert at == 0.5
    assert above > 0.9999
    assert below < 0.0001


@given(st.floats(-1000, 1000), st.floats(-1000, 1000))
def test_reception_probability_is_a_probability_and_grows_with_strength(a, b):
    weak, strong = sorted((a, b))
    assert 0 <= reception_probability(MODEL, weak) <= reception_probability(MODEL, strong) <= 1


def test_fading_keeps_the_mean_power_and_is_deep_more_often_than_high():
    gains = rician_db(MODEL.rician_k_db, *np.random.default_rng(1).standard_normal((2, 100_000)))
    assert np.mean(10 ** (gains / 10)) == pytest.approx(1.0, abs=0.01)
    assert 2.0 < gains.std() < 3.5
    assert np.sum(gains < -6) > np.sum(gains > 6)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.95])
def test_gauss_markov_series_have_the_spread_and_the_memory_asked_for(correlation):
    series = gauss_markov_db(np.random.default_rng(3).standard_normal(200_000), 3.0, correlation)
    assert series.std() == pytest.approx(3.0, rel=0.05)
    assert np.corrcoef(series[:-1], series[1:])[0, 1] == pytest.approx(correlation, abs=0.02)


def test_a_pair_fades_alike_in_both_directions():
    fading, times = SlowFading(MODEL, 1), np.linspace(0, 86_400, 500)
    assert fading.pair_db(3, 8, times).tobytes() == fading.pair_db(8, 3, times).tobytes()
    assert fading.channels_db(3, 8).tobytes() == fading.channels_db(8, 3).tobytes()


@given(st.lists(st.floats(0, 86_000), max_size=6))
def test_slow_fading_does_not_depend_on_what_was_asked_before(earlier):
    asked, times = SlowFading(MODEL, 1), np.array([7190.0, 7199.9, 7200.1, 7210.0])
    for time_s in earlier:
        asked.pair_db(1, 2, np.array([time_s, time_s + 4]))
    assert asked.pair_db(1, 2, times).tobytes() == SlowFading(MODEL, 1).pair_db(1, 2, times).tobytes()


def test_slow_fading_has_the_spread_of_real_encounters_and_changes_slowly():
    fading = SlowFading(MODEL, 5)
    all_pairs = np.array(
        [
            fading.pair_db(a, b, np.array([time_s, time_s + 4.0]))[0]
            for time_s in np.arange(0, 86_400, 600.0)
            for a in range(12)
            for b in range(a)
        ]
    )
    expected = np.sqrt(2 * MODEL.carrying_sigma_db**2 + MODEL.shadowing_sigma_db**2)
    assert all_pairs.std() == pytest.approx(expected, rel=0.1)
    steps = np.abs(np.diff([fading.pair_db(0, 1, np.array([t, t + 0.25])) for t in range(0, 3500, 60)]))
    assert steps.max() < 1.0


def test_another_pair_and_another_seed_fade_otherwise():
    times = np.arange(0, 3600, 60.0)
    one = SlowFading(MODEL, 1).pair_db(0, 1, times)
    assert np.abs(one - SlowFading(MODEL, 1).pair_db(0, 2, times)).max() > 1
    assert np.abs(one - SlowFading(MODEL, 2).pair_db(0, 1, times)).max() > 1
