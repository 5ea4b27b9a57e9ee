from __future__ import annotations

import numpy as np
import pytest

from bluezone.exposure import nearness_evaluation
from bluezone.exposure.errors import ExposureError
from bluezone.exposure.nearness_evaluation import Scene
from bluezone.exposure.policies import BLUEZONE_2
from bluezone.exposure.unseen_campaign import (
    UnseenCampaign,
    expected_of_an_unseen_campaign,
    from_json,
    interval,
)


def test_the_package_says_what_its_policy_would_do_elsewhere():
    found = expected_of_an_unseen_campaign()
    assert (found.policy, found.version) == (BLUEZONE_2.name, BLUEZONE_2.version)
    low, high = interval(found.missed_share)
    assert 0 < low < np.median(found.missed_share) < high < 1
    assert len(found.pairs) == len(found.missed_share) >= 100
    again = from_json(found.to_json())
    assert again == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"policy": "p"}',
        '{"policy": "p", "version": "1", "source": "", "missed_share": [0.1], "false_alarm_share": []}',
        '{"policy": "p", "version": "1", "source": "", "missed_share": [1.1], "false_alarm_share": [0]}',
        '{"policy": "p", "version": "1", "source": "", "missed_share": [NaN], "false_alarm_share": [0]}',
    ],
)
def test_what_is_no_table_is_refused(text):
    with pytest.raises(ExposureError, match="unseen campaign"):
        from_json(text)


def test_interval_holds_its_share_of_the_values():
    assert interval(range(101)) == (10, 90)
    assert interval([0.5]) == (0.5, 0.5)


def draws(spread: float) -> UnseenCampaign:
    rng = np.random.default_rng(3)
    campaigns = {}
    for number, centre in enumerate((-spread, 0.0, spread)):
        share = 1 / (1 + np.exp(-centre))
        campaigns[f"c{number}"] = [
            Scene(100, int(rng.binomial(100, share)), 100, int(rng.binomial(100, share))) for _ in range(6)
        ]
    return nearness_evaluation.expected_of_an_unseen_campaign(campaigns, BLUEZONE_2, np.random.default_rng(1))


def test_campaigns_that_differ_more_leave_more_open():
    alike, unlike = draws(0.0), draws(1.5)
    width = [np.subtract(*interval(each.missed_share)[::-1]) for each in (alike, unlike)]
    assert width[1] > 1.5 * width[0]
    assert np.median(alike.missed_share) == pytest.approx(0.5, abs=0.08)
    low, high = interval(unlike.missed_share, 0.95)
    assert low < 0.19
    assert high > 0.81
    assert alike == draws(0.0)
