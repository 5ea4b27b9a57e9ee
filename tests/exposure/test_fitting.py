from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bluezone.exposure.encounters import read_encounters
from bluezone.exposure.errors import ExposureError
from bluezone.exposure.fitting import fit
from bluezone.exposure.policies import BLUEZONE


def test_a_fit_finds_that_nearer_is_riskier_and_where_two_metres_are(make_set, tmp_path):
    data = read_encounters(make_set(tmp_path, sessions=15))
    fitted = fit([data], BLUEZONE, np.random.default_rng(1), version="x", repeats=20).policy
    assert fitted.version == "x"
    assert fitted.level_slope < -0.1
    assert fitted.near_db == pytest.approx(55, abs=6)  # what 2 m were made of, less what fading takes off the low tail
    assert np.all(np.linalg.eigvalsh(np.array(fitted.covariance)) > -1e-9)


def test_a_fit_is_the_same_twice(synthetic_set):
    data = read_encounters(synthetic_set)
    first, second = (fit([data], BLUEZONE, np.random.default_rng(7), repeats=10) for _ in range(2))
    assert first == second


def test_a_set_of_one_answer_teaches_nothing(synthetic_set):
    data = read_encounters(synthetic_set)
    for close in (True, False):
        all_alike = replace(data, encounters=tuple(replace(e, close=close) for e in data.encounters))
        with pytest.raises(ExposureError, match="same label"):
            fit([all_alike], BLUEZONE, np.random.default_rng(1))


def test_labels_turned_around_are_refused_rather_than_learned(synthetic_set):
    data = read_encounters(synthetic_set)
    turned = replace(data, encounters=tuple(replace(e, close=not e.close) for e in data.encounters))
    with pytest.raises(ExposureError, match="farther must not be riskier"):
        fit([turned], BLUEZONE, np.random.default_rng(1), repeats=10)


def test_no_set_is_refused():
    with pytest.raises(ExposureError, match="no set"):
        fit([], BLUEZONE, np.random.default_rng(1))
