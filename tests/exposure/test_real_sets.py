"""The floors that the task sets, on the two real sets. Skipped where the sets are not on the machine."""

from __future__ import annotations

import numpy as np
import pytest

from bluezone.exposure.calibration import default_calibration
from bluezone.exposure.evaluate import cross_validated, evaluate, transfer
from bluezone.exposure.metrics import auc
from bluezone.exposure.policies import BLUEZONE, POLICIES


@pytest.fixture(scope="module")
def sets(recorded_sets):
    return recorded_sets


@pytest.mark.parametrize(
    ("learn", "test", "auc_floor", "ndcf_floor"), [("mitll", "exp05", 0.790, 0.561), ("exp05", "mitll", 0.856, 0.485)]
)
def test_fitted_on_one_and_frozen_the_default_policy_beats_the_floors_on_the_other(
    sets, learn, test, auc_floor, ndcf_floor
):
    [row] = transfer(sets[learn], sets[test], (BLUEZONE,), np.random.default_rng(1))
    assert row.auc > auc_floor
    assert row.frozen.ndcf < ndcf_floor


@pytest.mark.thorough
def test_sessions_scored_by_other_sessions_beat_the_floor_on_mitll(sets):
    scores = cross_validated(sets["mitll"], BLUEZONE, np.random.default_rng(1))
    assert auc(sets["mitll"].close, scores.score) > 0.856


def test_no_published_policy_does_better_than_the_default_on_either_set(sets):
    for data in sets.values():
        result = evaluate(data, list(POLICIES.values()), default_calibration(), np.random.default_rng(1), repeats=2)
        best = max(result.policies, key=lambda row: row.auc)
        safest = min(result.policies, key=lambda row: row.own.ndcf)
        assert (best.policy, safest.policy) == ("bluezone", "bluezone")
