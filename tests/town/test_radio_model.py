"""The radio model: what must hold of any, and the figures it was fitted to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.town.radio_model import (
    RadioModel,
    SlowFading,
    blocks,
    chance_key,
    gauss_markov_db,
    mean_rssi_dbm,
    packet_chance,
    path_loss_db,
    reception_probability,
    rician_db,
    standard_normals,
)

MODEL, METRES = RadioModel(), 2.0


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
    for metres in (0.5, 2.0, 10.0):
        k_db = float(MODEL.rician_k.at(metres))
        gains = rician_db(k_db, *np.random.default_rng(1).standard_normal((2, 100_000)))
        assert np.mean(10 ** (gains / 10)) == pytest.approx(1.0, abs=0.01)
        assert np.sum(gains < -5) > np.sum(gains > 5)


@pytest.mark.parametrize(
    ("metres", "scan_to_scan_db", "within_a_scan_db"),
    # amid three campaigns of recordings (docs/measurements/fading.md), which differ by more than the tolerance
    [(0.7, 4.7, 4.0), (1.25, 4.5, 3.8), (2.5, 3.7, 3.2), (3.5, 3.0, 3.0), (5.0, 2.3, 2.8), (7.5, 1.6, 2.5)],
)
def test_reception_varies_less_the_farther_as_in_recordings(metres, scan_to_scan_db, within_a_scan_db):
    times, rng = np.arange(600.0, 3000.0, 27.0), np.random.default_rng(1)
    slow = np.stack(
        [
            SlowFading(MODEL, seed).pairs_db(0, [1], np.zeros(times.size, int), times, np.full(times.size, metres))
            for seed in range(60)
        ]
    )
    fast = rician_db(float(MODEL.rician_k.at(metres)), *rng.standard_normal((2, 20_000)))
    assert np.sqrt(slow.var(axis=1).mean()) == pytest.approx(scan_to_scan_db, abs=0.6)
    assert fast.std() == pytest.approx(within_a_scan_db, abs=0.5)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.95])
def test_gauss_markov_series_have_the_spread_and_the_memory_asked_for(correlation):
    series = gauss_markov_db(np.random.default_rng(3).standard_normal(200_000), 3.0, correlation)
    assert series.std() == pytest.approx(3.0, rel=0.05)
    assert np.corrcoef(series[:-1], series[1:])[0, 1] == pytest.approx(correlation, abs=0.02)


def pair_db(fading: SlowFading, a: int, b: int, times_s):
    """Ask for a pair at times of any hour."""
    one, metres = np.zeros(1, dtype=int), np.full(1, METRES)
    return np.concatenate([fading.pairs_db(a, [b], one, np.array([time_s]), metres) for time_s in times_s])


def test_a_pair_fades_alike_in_both_directions():
    fading, times, channels = SlowFading(MODEL, 1), np.linspace(0, 86_400, 500), np.arange(3)
    assert pair_db(fading, 3, 8, times).tobytes() == pair_db(fading, 8, 3, times).tobytes()
    both = [fading.channels_db(a, [b], np.zeros(3, dtype=int), channels).tolist() for a, b in ((3, 8), (8, 3))]
    assert both[0] == both[1]
    assert len(set(both[0])) == 3


@given(st.lists(st.floats(0, 86_000), max_size=6))
def test_slow_fading_does_not_depend_on_what_was_asked_before(earlier):
    asked, times = SlowFading(MODEL, 1), np.array([7190.0, 7199.9, 7200.1, 7210.0])
    for time_s in earlier:
        pair_db(asked, 1, 2, [time_s, time_s + 4])
    assert pair_db(asked, 1, 2, times).tobytes() == pair_db(SlowFading(MODEL, 1), 1, 2, times).tobytes()


def test_many_senders_at_once_fade_as_each_alone_also_where_one_is_there_twice():
    """A sender whose identifier changes within a scan is there with two trains of events."""
    times, owner = np.array([10.0, 10.5, 11.0, 11.5, 12.0]), np.array([0, 0, 1, 2, 3])
    others = [4, 4, 7, 9]
    together = SlowFading(MODEL, 1).pairs_db(5, others, owner, times, np.full(5, METRES))
    alone = [pair_db(SlowFading(MODEL, 1), 5, others[one], [at_s])[0] for one, at_s in zip(owner, times, strict=True)]
    assert together.tolist() == alone


def test_slow_fading_has_the_spread_of_real_encounters_and_changes_slowly():
    fading = SlowFading(MODEL, 5)
    all_pairs = np.array(
        [
            fading.pairs_db(a, range(a), np.arange(a), np.full(a, time_s), np.full(a, METRES))
            for time_s in np.arange(0, 86_400, 600.0)
            for a in range(1, 12)
        ],
        dtype=object,
    )
    expected = np.sqrt(2 * MODEL.carrying_sigma_db**2 + float(MODEL.shadowing.at(METRES)) ** 2)
    assert np.concatenate(all_pairs).astype(float).std() == pytest.approx(expected, rel=0.1)
    steps = np.abs(np.diff([pair_db(fading, 0, 1, np.array([t, t + 0.25])) for t in range(0, 3500, 60)]))
    assert steps.max() < 1.0


def test_another_pair_and_another_seed_fade_otherwise():
    times = np.arange(0, 3600, 60.0)
    one = pair_db(SlowFading(MODEL, 1), 0, 1, times)
    assert np.abs(one - pair_db(SlowFading(MODEL, 1), 0, 2, times)).max() > 1
    assert np.abs(one - pair_db(SlowFading(MODEL, 2), 0, 1, times)).max() > 1


# --- the chance of one packet ---------------------------------------------------------------------


def test_the_chance_of_packets_is_uniform_and_independent():
    """Successive events, successive trains and successive listeners: each alone and beside each other."""
    numbers, trains = np.meshgrid(np.arange(300), np.arange(60))
    keys = np.array([chance_key(1, 6, 0, train) for train in range(60)], dtype=np.uint64)[trains.ravel()]
    chance = np.stack([packet_chance(chance_key(1, 4, one), keys, numbers.ravel()) for one in (0, 1)])  # (2, 3, n)
    flat = chance.reshape(6, -1)
    assert 0 < flat.min() < flat.max() < 1
    counts = np.stack([np.histogram(one, 20, (0, 1))[0] for one in flat])
    assert (((counts - 900) ** 2 / 900).sum(axis=1) < 50).all()  # chi-square of 19 degrees: 50 is exceeded in 1 of 7000
    shifted = np.concatenate((flat, np.roll(flat, 1, axis=1), np.roll(flat, 300, axis=1)))
    off_diagonal = np.corrcoef(shifted)[~np.eye(18, dtype=bool)]
    assert np.abs(off_diagonal).max() < 5 / np.sqrt(18_000)


def test_normals_of_uniform_numbers_are_standard_and_uncorrelated():
    x, y = standard_normals(*np.random.default_rng(2).random((2, 100_000)))
    assert [x.mean(), y.mean()] == pytest.approx([0, 0], abs=0.02)
    assert [x.std(), y.std()] == pytest.approx([1, 1], abs=0.01)
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.02


@pytest.mark.parametrize(
    ("start_s", "until_s", "pieces"),
    [
        (0.0, 10.0, [(0.0, 10.0)]),
        (590.0, 600.0, [(590.0, 600.0)]),
        (600.0, 602.0, [(600.0, 602.0)]),
        (595.0, 601.0, [(595.0, 600.0), (600.0, 601.0)]),
        (3599.0, 4801.0, [(3599.0, 3600.0), (3600.0, 4200.0), (4200.0, 4800.0), (4800.0, 4801.0)]),
    ],
)
def test_a_span_is_cut_where_a_block_ends(start_s, until_s, pieces):
    assert list(blocks(start_s, until_s)) == pieces
