from __future__ import annotations

import numpy as np
import pytest

from bluezone.exposure.policies import BLUEZONE_2
from bluezone.exposure.unseen_campaign import Scene, expected_of_an_unseen_campaign
from bluezone.operating_point import UnseenCampaign, interval


def draws(spread: float) -> UnseenCampaign:
    rng = np.random.default_rng(3)
    campaigns = {}
    for number, centre in enumerate((-spread, 0.0, spread)):
        share = 1 / (1 + np.exp(-centre))
        campaigns[f"c{number}"] = [
            Scene(100, int(rng.binomial(100, share)), 100, int(rng.binomial(100, share))) for _ in range(6)
        ]
    return expected_of_an_unseen_campaign(campaigns, BLUEZONE_2, np.random.default_rng(1))


def test_campaigns_that_differ_more_leave_more_open():
    alike, unlike = draws(0.0), draws(1.5)
    width = [np.subtract(*interval(each.missed_share)[::-1]) for each in (alike, unlike)]
    assert width[1] > 1.5 * width[0]
    assert np.median(alike.missed_share) == pytest.approx(0.5, abs=0.08)
    low, high = interval(unlike.missed_share, 0.95)
    assert low < 0.19
    assert high > 0.81
    assert alike == draws(0.0)
