from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bluezone.exposure import nearness_evaluation as evaluation
from bluezone.exposure.errors import DatasetError, ExposureError
from bluezone.exposure.evaluate import score
from bluezone.exposure.nearness_fitting import (
    Recording,
    fit_nearness,
    judge_as_one,
    judge_as_phones,
    read_recording,
)
from bluezone.exposure.policies import BLUEZONE_2, NearnessPolicy


def with_truth(directory: Path) -> Path:
    """The set with a dose that suits its labels: a minute each at 1.4 m for close encounters, at 5 m for others."""
    with (directory / "encounters.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    with (directory / "truth.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["enc", "dose"])
        writer.writerows([row["enc"], 15.0 if row["label"] == "1" else 1.2] for row in rows)
    return directory


@pytest.fixture
def recording(make_set, tmp_path) -> Recording:
    return read_recording(with_truth(make_set(tmp_path / "set", name="mitll")))


def test_a_fit_finds_the_level_and_that_near_is_strong(recording):
    found = fit_nearness([recording])
    assert found.level_slope > 0
    assert found.source.endswith("mitll")
    assert found.threshold_probability == found.prior_share
    assert found.log_odds_slope > 0
    shifted = fit_nearness([recording.shifted(10.0)])
    assert shifted.level_db - found.level_db == pytest.approx(10, abs=0.02)
    assert shifted.fine == pytest.approx(found.fine, rel=1e-3, abs=1e-3)


def test_fitted_it_ranks_close_encounters_above_others(recording):
    found = evaluation.measured(fit_nearness([recording]), recording, "phone", (-8.0, 8.0))
    assert found.auc > 0.8
    assert found.most_changed < 0.15
    assert found.dose_ratio == pytest.approx(1, abs=0.3)
    assert 0 <= found.cost < 0.6


@pytest.mark.parametrize("off_db", [-8.0, 8.0])
@pytest.mark.parametrize("judge", [judge_as_one, judge_as_phones])
def test_shifted_as_a_whole_a_recording_is_judged_much_the_same(recording, judge, off_db):
    policy = fit_nearness([recording])

    def changed(policy: NearnessPolicy) -> float:
        before, after = (judge(policy, each.data).alert for each in (recording, recording.shifted(off_db)))
        return float(np.mean(before != after))

    assert changed(policy) < 0.7 * changed(replace(policy, scales=((1.0, 0.01),)))


def test_one_phone_of_a_set_is_judged_by_its_own_log_only(recording):
    receivers = np.array([each.rx for each in recording.data.encounters])
    rows = receivers == receivers[0]
    alone, among = judge_as_phones(BLUEZONE_2, recording.subset(rows).data), judge_as_phones(BLUEZONE_2, recording.data)
    assert alone.probability == pytest.approx(among.probability[rows], rel=1e-12)


def test_the_evaluation_judges_it_as_phones_would(recording):
    found = score(BLUEZONE_2, recording.data)
    assert np.array_equal(found.score, judge_as_phones(BLUEZONE_2, recording.data).score)


def test_never_heard_scores_nothing_and_says_how_probable_that_is(recording):
    found = judge_as_phones(BLUEZONE_2, recording.data)
    unheard = ~recording.data.scans.heard
    assert unheard.any()
    assert not found.score[unheard].any()
    assert set(found.probability[unheard]) == {BLUEZONE_2.unheard_probability}
    assert np.isnan(found.probability_low[unheard]).all()


def test_what_cannot_be_fitted_is_refused(recording, tmp_path, make_set):
    with pytest.raises(ExposureError, match="both close and other"):
        fit_nearness([recording.subset(recording.data.close)])
    with pytest.raises(ExposureError, match="both close and other"):
        fit_nearness([])
    unknown = Recording(replace(recording.data, name="elsewhere"), recording.dose)
    with pytest.raises(ExposureError, match="known scale"):
        fit_nearness([unknown])
    bare = make_set(tmp_path / "bare")
    with pytest.raises(DatasetError, match=r"truth\.csv"):
        read_recording(bare)
    (bare / "truth.csv").write_text("enc,dose\nnobody,1\n")
    with pytest.raises(DatasetError, match=r"truth\.csv"):
        read_recording(bare)
