from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies import EN_V1_BUCKETS, SWISSCOVID, SWISSCOVID_50_55, AttenuationBuckets
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans

DAY = 18_500 * 86400


def meeting(minutes: int, attenuation: float, start_s: float = DAY + 36000) -> list[ExposureWindow]:
    scans = [ScanInstance(start_s + 60 * m, 60, attenuation, attenuation) for m in range(minutes)]
    return [ExposureWindow(window) for window in group_scans(scans)]


@pytest.mark.parametrize(
    ("minutes", "attenuation", "score", "alert"),
    [
        (15, 40, 15, True),
        (15, 55, 15, True),
        (14, 40, 14, False),
        (15, 55.1, 7.5, False),
        (29, 63, 14.5, False),
        (30, 63, 15, True),
        (300, 63.1, 0, False),
    ],
)
def test_en_v1_buckets_counts_full_minutes_to_55_db_and_half_to_63(minutes, attenuation, score, alert):
    assessment = EN_V1_BUCKETS.assess(meeting(minutes, attenuation))
    assert (assessment.score, assessment.alert) == (score, alert)
    assert (assessment.policy, assessment.version) == ("en-v1-buckets", "1")


def test_a_single_sighting_however_strong_alerts_nobody():
    assert not EN_V1_BUCKETS.assess(meeting(1, -10)).alert


def test_meetings_of_one_day_add_up_and_those_of_two_days_do_not():
    morning, evening = meeting(10, 40), meeting(5, 40, DAY + 60000)
    next_day = meeting(5, 40, DAY + 86400)
    assert EN_V1_BUCKETS.assess(morning + evening).alert
    apart = EN_V1_BUCKETS.assess(morning + next_day)
    assert not apart.alert
    assert [(day.day_start_s, day.score) for day in apart.days] == [(DAY, 10), (DAY + 86400, 5)]


def test_nothing_seen_is_no_risk():
    assert EN_V1_BUCKETS.assess([]).score == 0
    assert not EN_V1_BUCKETS.assess([]).alert


@given(st.permutations(meeting(7, 41.5) + meeting(9, 57, DAY + 50000) + meeting(40, 60, DAY + 70000)))
def test_the_order_of_windows_does_not_matter(windows):
    assert EN_V1_BUCKETS.assess(windows) == EN_V1_BUCKETS.assess(sorted(windows, key=lambda w: w.start_s))


@pytest.mark.parametrize(
    ("edges", "weights", "threshold"),
    [((55, 63), (1,), 15), ((), (), 15), ((63, 55), (1, 1), 15), ((55,), (-1,), 15), ((55,), (1,), 0)],
)
def test_absurd_parameters_are_refused(edges, weights, threshold):
    with pytest.raises(ExposureError):
        AttenuationBuckets("bad", "1", "", edges, weights, threshold)


def test_swisscovid_counted_nearer_at_its_start():
    assert (SWISSCOVID.edges_db, SWISSCOVID_50_55.edges_db) == ((55, 63), (50, 55))
    fifteen_at_55 = meeting(15, 55)
    assert SWISSCOVID.assess(fifteen_at_55).score == 15
    assert SWISSCOVID_50_55.assess(fifteen_at_55).score == 7.5
