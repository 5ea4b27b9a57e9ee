from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bluezone.exposure.alignment import learn_table
from bluezone.exposure.encounters import read_encounters
from bluezone.exposure.evaluate import cross_validated, evaluate, merged, pooled, score, transfer
from bluezone.exposure.policies import BLUEZONE, EN_V1_BUCKETS, POLICIES


@pytest.fixture(scope="module")
def data(synthetic_set):
    return read_encounters(synthetic_set)


@pytest.fixture(scope="module")
def calibration(data):
    return learn_table(data, "test", "")


def run(data, calibration, policies=(BLUEZONE, EN_V1_BUCKETS), **options):
    return evaluate(data, policies, calibration, np.random.default_rng(1), repeats=20, **options)


def test_every_policy_is_measured_and_ours_ranks_best_on_meetings_it_was_not_fitted_to(data, calibration):
    result = run(data, calibration, tuple(POLICIES.values()))
    by_name = {row.policy: row for row in result.policies}
    assert set(by_name) == set(POLICIES)
    assert by_name["bluezone"].auc == max(row.auc for row in result.policies) > 0.85
    assert result.encounters == len(data)
    assert result.unheard == int((~data.scans.heard).sum()) > 0
    assert result.base_rate == pytest.approx(data.close.mean())


def test_the_interval_holds_the_figure_and_parts_add_up(data, calibration):
    ours = run(data, calibration).policies[0]
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
    assert set(ours.probability[never]) == {BLUEZONE.unheard_probability}
    assert ours.score[~never].all()


def test_only_policies_meant_for_it_are_aligned_unless_asked(data, calibration):
    assert [row.aligned for row in run(data, calibration).policies] == [True, False]
    assert [row.aligned for row in run(data, calibration, align_policies="all").policies] == [True, True]
    assert [row.aligned for row in run(data, calibration, align_policies="none").policies] == [False, False]
    assert run(data, calibration, align_policies="none").population_db is None
    by_phone = run(data, calibration, align_policies="phone")
    assert [row.aligned for row in by_phone.policies] == [row.aligned for row in run(data, calibration).policies]
    assert by_phone.population_db is None  # no phone knows what a whole set is off by


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
    assert ours.frozen.ndcf < buckets.frozen.ndcf  # eight decibels more undo a threshold that is not aligned
    assert ours.frozen.ndcf >= ours.best.ndcf


def test_within_a_set_each_session_is_scored_by_the_others(data):
    scores = cross_validated(data, BLUEZONE, np.random.default_rng(1))
    assert not np.isnan(scores.probability).any()
    turned = replace(
        data,
        encounters=tuple(replace(e, close=not e.close) if e.session == "s0" else e for e in data.encounters),
    )
    own = data.codes("session") == 0
    again = cross_validated(turned, BLUEZONE, np.random.default_rng(1))
    np.testing.assert_array_equal(again.probability[own], scores.probability[own])


def test_policies_of_one_rule_are_one_row_for_a_reader_and_their_figures_are_the_same(data, calibration):
    result = run(data, calibration, tuple(POLICIES.values()))
    rows = merged(result.policies)
    together = [names for names, _ in rows if ", " in names]
    assert together == ["en-v1-buckets, swisscovid"]
    assert sum(len(names.split(", ")) for names, _ in rows) == len(result.policies)
    figures = {row.policy: (row.auc, row.own, row.best, row.by_scene) for row in result.policies}
    assert figures["en-v1-buckets"] == figures["swisscovid"] != figures["swisscovid-50-55"]
