"""Constants of get.immuni.gov.it of 22 June 2020 (doug-leith/dublintram_gaen_dataset, immuni_config_settings.txt)."""

from __future__ import annotations

import pytest

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies.immuni import IMMUNI, EnV1RiskScore
from bluezone.exposure.windows import ExposureWindow, ScanInstance


def window(*scans: tuple[float, float], start_s: float = 36000, encounter: int = 0) -> ExposureWindow:
    at, instances = start_s, []
    for attenuation, seconds in scans:
        at += seconds
        instances.append(ScanInstance(at, seconds, attenuation, attenuation - 10))
    return ExposureWindow(tuple(instances), encounter=encounter)


def test_the_constants_are_those_published():
    assert IMMUNI.attenuation_scores == (0, 5, 5, 5, 5, 5, 5, 5)
    assert IMMUNI.duration_scores == (0, 0, 0, 0, 5, 5, 5, 5)
    assert IMMUNI.minimum_score == 20


@pytest.mark.parametrize(
    ("scans", "score"),
    [
        ([(73, 901)], 25),
        ([(73, 900)], 0),  # up to 15 minutes score 0
        ([(73.1, 3600)], 0),
        ([(5, 3600)], 25),
        ([(90, 600), (50, 600)], 25),  # 70 dB on average over 20 minutes
        ([(90, 1200), (50, 600)], 0),  # 76.7 dB
        ([(50, 0)], 0),
    ],
)
def test_seventy_three_decibels_on_average_for_more_than_fifteen_minutes(scans, score):
    assessment = IMMUNI.assess([window(*scans)])
    assert (assessment.score, assessment.alert) == (score, score >= 20)


def test_the_windows_of_one_key_are_one_meeting_and_those_of_two_are_not():
    morning = window((60, 500))
    assert IMMUNI.assess([morning, window((60, 500), start_s=50000)]).alert
    assert not IMMUNI.assess([morning, window((60, 500), start_s=50000, encounter=1)]).alert


@pytest.mark.parametrize(
    ("attenuation", "duration", "minimum"),
    [((1,) * 7, (1,) * 8, 1), ((1,) * 8, (9,) + (1,) * 7, 1), ((1,) * 8, (1,) * 8, 0)],
)
def test_absurd_parameters_are_refused(attenuation, duration, minimum):
    with pytest.raises(ExposureError):
        EnV1RiskScore("bad", "1", "", attenuation, duration, minimum)
