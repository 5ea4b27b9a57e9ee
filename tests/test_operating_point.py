from __future__ import annotations

import json

import numpy as np
import pytest

from bluezone.exposure.policies import DEFAULT_POLICY, POLICIES
from bluezone.operating_point import (
    OperatingPointError,
    UnseenCampaign,
    from_json,
    interval,
    operating_points,
    to_json,
)


def test_the_package_says_what_the_default_policy_would_do_elsewhere():
    points = operating_points()
    assert points.default == DEFAULT_POLICY.name
    for each in points.campaigns:
        assert each.version == POLICIES[each.policy].version
        low, high = interval(each.missed_share)
        assert 0 <= low <= np.median(each.missed_share) <= high <= 1
        assert len(each.missed_share) == 5  # one of each campaign
    assert from_json(to_json(points)) == points


def test_a_policy_that_was_not_measured_is_named():
    with pytest.raises(OperatingPointError, match="none of policy 'astrology', only of bluezone"):
        operating_points().of("astrology")


def test_the_first_pair_is_the_usual_one():
    for each in operating_points().campaigns:
        assert each.missed_share[0] == pytest.approx(np.median(each.missed_share))


def test_after_the_last_pair_comes_the_first():
    campaign = UnseenCampaign("p", "1", "", (0.1, 0.2, 0.3), (0.4, 0.5, 0.6))
    assert [campaign.pair(number) for number in (0, 2, 3)] == [(0.1, 0.4), (0.3, 0.6), (0.1, 0.4)]


PAIRED = {"policy": "p", "version": "1", "source": "", "missed_share": [0.1], "false_alarm_share": [0.2]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"policy": "p"}',
        json.dumps({"version": "3", "default": "p", "policies": [PAIRED]}),
        json.dumps({"version": "2", "default": "q", "policies": [PAIRED]}),
        *(
            json.dumps({"version": "2", "default": "p", "policies": [PAIRED | change]})
            for change in ({"false_alarm_share": []}, {"missed_share": [1.1]}, {"missed_share": [float("nan")]})
        ),
    ],
)
def test_what_is_no_table_is_refused(text):
    with pytest.raises(OperatingPointError, match="operating point"):
        from_json(text)


def test_interval_holds_its_share_of_the_values():
    assert interval(range(101)) == (10, 90)
    assert interval([0.5]) == (0.5, 0.5)
