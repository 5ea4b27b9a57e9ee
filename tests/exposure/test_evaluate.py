from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bluezone.exposure.calibration import Calibration
from bluezone.exposure.encounters import read_encounters
from bluezone.exposure.evaluate import evaluate, merged, pooled, score, transfer
from bluezone.exposure.policies import BLUEZONE, EN_V1_BUCKETS, POLICIES


@pytest.fixture(scope="module")
def data(synthetic_set):
    return read_encounters(synthetic_set)


def run(data, policies=(BLUEZONE, EN_V1_BUCKETS), **options):
    return evaluate(data, policies, None, np.random.default_rng(1), **{"repeats": 20} | options)


def test_every_policy_is_measured_and_ours_tells_near_from_far(data):
    result = run(data, tuple(POLICIES.values()), repeats=2)
    by_name = {row.policy: row for row in result.policies}
    assert set(by_name) == set(POLICIES)
    assert by_name["bluezone"].auc > 0.8
    assert result.encounters == len(data)
    assert result.unheard == int((~data.scans.heard).sum()) > 0
    assert result.base_rate == pytest.approx(data.close.mean())


def test_the_interval_holds_the_figure_and_parts_add_up(data):
    ours = run(data).policies[0]
    low, high = ours.auc_interval
    assert low <= ours.auc <= high
    assert sum(group.encounters for group in ours.by_scene.values()) == len(data)
    assert sum(group.positives for group in ours.by_placement.values()) == int(data.close.sum())
    assert sum(part.encounters for part in ours.reliability) == len(data)
    assert ours.own.ndcf >= ours.best.ndcf


def test_an_encounter_never_heard_scores_nothing_but_is_not_certain_to_be_far(data):
    never = ~data.scans.heard
    ours = score(BLUEZONE, data)
    assert not ours.score[never].any()
    assert not ours.alert[never].any()
    assert set(ours.probability[never]) == {BLUEZONE.unheard}
    assert ours.score[~never].all()


def test_a_phone_judges_by_its_own_meetings_and_by_nobody_elses(data):
    """One phone that hears everybody 12 dB too weakly says what it would say if it did not; the others say the same."""
    deaf = np.array([each.rx == "00" for each in data.encounters])
    off = replace(data, scans=data.scans.shifted(np.where(deaf, -12.0, 0.0)))
    here, there = score(BLUEZONE, data), score(BLUEZONE, off)
    np.testing.assert_array_equal(there.near_minutes[~deaf], here.near_minutes[~deaf])
    assert there.near_minutes[deaf].sum() == pytest.approx(here.near_minutes[deaf].sum(), rel=0.2)
    strangers = replace(off, encounters=tuple(replace(each, rx="", rx_model="") for each in off.encounters))
    assert score(BLUEZONE, strangers).near_minutes[deaf].sum() < 0.7 * here.near_minutes[deaf].sum()


def test_a_table_of_models_corrects_what_phones_read(data):
    table = Calibration("t", tx_db={"Galaxy A50": 6.0, "iPhone 7": -5.0})
    raw, corrected = (
        evaluate(data, [EN_V1_BUCKETS], each, np.random.default_rng(1), repeats=2) for each in (None, table)
    )
    assert corrected.policies[0].auc > raw.policies[0].auc


def test_what_both_phones_heard_is_pooled_in_both_directions(data):
    both = pooled(score(BLUEZONE, data), data, BLUEZONE.threshold)
    other = data.reverse()
    np.testing.assert_allclose(both.probability, both.probability[other])


def test_pooling_changes_nothing_where_no_other_direction_is_known(data):
    anonymous = replace(data, encounters=tuple(replace(e, rx="", tx="") for e in data.encounters))
    alone = score(BLUEZONE, anonymous)
    np.testing.assert_allclose(pooled(alone, anonymous, BLUEZONE.threshold).score, alone.score)


def test_a_threshold_is_frozen_where_it_was_learned(make_set, tmp_path, data):
    other = read_encounters(make_set(tmp_path, seed=3, offset_db=8))
    ours, buckets = transfer(data, other, (BLUEZONE, EN_V1_BUCKETS), np.random.default_rng(1))
    assert (ours.learned_on, ours.measured_on) == (data.name, other.name)
    assert ours.frozen.ndcf < buckets.frozen.ndcf  # eight decibels more undo a threshold of decibels
    assert ours.frozen.ndcf >= ours.best.ndcf


def test_policies_of_one_rule_are_one_row_for_a_reader_and_their_figures_are_the_same(data):
    result = run(data, tuple(POLICIES.values()))
    rows = merged(result.policies)
    together = [names for names, _ in rows if ", " in names]
    assert together == ["en-v1-buckets, swisscovid"]
    assert sum(len(names.split(", ")) for names, _ in rows) == len(result.policies)
    figures = {row.policy: (row.auc, row.own, row.best, row.by_scene) for row in result.policies}
    assert figures["en-v1-buckets"] == figures["swisscovid"] != figures["swisscovid-50-55"]
