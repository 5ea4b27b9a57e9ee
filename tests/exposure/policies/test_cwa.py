"""Cases after exposure-windows-risk-calculation.json of corona-warn-app/cwa-app-android, with cwa-2023's constants."""

from __future__ import annotations

import pytest

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies.cwa import CWA_2023, CoronaWarnApp, transmission_risk_level
from bluezone.exposure.windows import ExposureWindow, ScanInstance
from bluezone.protocol.keys import ReportType

NOON = 43200


def window(*scans: tuple[float, float], report=ReportType.CONFIRMED_TEST, onset: int | None = 0, risk=0):
    """Scans of (minimum attenuation, seconds); the typical one is 25 dB throughout, as in the app's cases."""
    instances, at = [], NOON
    for minimum, seconds in scans:
        at += seconds
        instances.append(ScanInstance(at, seconds, 25, minimum))
    return ExposureWindow(tuple(instances), report, onset, risk)


def test_the_constants_are_those_published():
    assert CWA_2023.edges_db == (63, 73, 79)
    assert CWA_2023.weights == (0.8, 1.0, 0.1)
    assert (CWA_2023.drop_below_minutes, CWA_2023.drop_levels_to) == (5, 2)
    assert (CWA_2023.level_multiplier, CWA_2023.high_from) == (0.2, 13)


@pytest.mark.parametrize(
    ("scans", "minutes"),
    [
        ([(62.9, 600)], 8.0),
        ([(63, 600)], 10.0),
        ([(72.9, 600)], 10.0),
        ([(73, 600)], 1.0),
        ([(78.9, 600)], 1.0),
        ([(79, 600)], 0.0),
        ([(65, 299)], 0.0),  # under five minutes below 79 dB: dropped
        ([(65, 300)], 5.0),
        ([(65, 299), (79, 600)], 0.0),  # what is above 79 dB does not keep a window
        ([(65, 150), (30, 150)], 4.5),
    ],
)
def test_seconds_weigh_by_the_minimum_attenuation(scans, minutes):
    assert CWA_2023.assess([window(*scans)]).score == pytest.approx(minutes * 1.6)  # level 8 x 0.2


@pytest.mark.parametrize(
    ("report", "onset", "level"),
    [
        (ReportType.CONFIRMED_TEST, 0, 8),
        (ReportType.CONFIRMED_TEST, 6, 7),
        (ReportType.CONFIRMED_TEST, None, 7),
        (ReportType.CONFIRMED_CLINICAL_DIAGNOSIS, 0, 6),
        (ReportType.CONFIRMED_CLINICAL_DIAGNOSIS, 6, 5),
        (ReportType.SELF_REPORT, 0, 4),
        (ReportType.SELF_REPORT, 6, 3),
        (ReportType.RECURSIVE, 0, 2),
        (ReportType.REVOKED, 0, 0),
    ],
)
def test_the_transmission_risk_level_encodes_report_and_infectiousness(report, onset, level):
    assert transmission_risk_level(window((65, 600), report=report, onset=onset)) == level


def test_a_level_that_the_key_states_is_taken():
    assert transmission_risk_level(window((65, 600), risk=5)) == 5
    assert CWA_2023.assess([window((65, 600), risk=5)]).score == pytest.approx(10)


def test_levels_one_and_two_are_dropped():
    assert CWA_2023.assess([window((65, 3000), report=ReportType.RECURSIVE)]).score == 0


@pytest.mark.parametrize(("seconds", "alert"), [(487, False), (488, True)])  # 13 / 1.6 minutes are 487.5 seconds
def test_high_from_thirteen_normalised_minutes_a_day_on(seconds, alert):
    assert CWA_2023.assess([window((65, seconds))]).alert is alert


def test_windows_of_a_day_add_up():
    half = window((65, 300))
    assert CWA_2023.assess([half, half]).score == pytest.approx(16)


@pytest.mark.parametrize(
    "change",
    [
        {"edges_db": (73.0, 63.0, 79.0)},
        {"weights": (1.0,)},
        {"weights": (1.0, 1.0, float("inf"))},
        {"high_from": 0.0},
        {"level_multiplier": -1.0},
    ],
)
def test_absurd_parameters_are_refused(change):
    good = {**CWA_2023.parameters(), "edges_db": CWA_2023.edges_db, "weights": CWA_2023.weights}
    with pytest.raises(ExposureError):
        CoronaWarnApp("bad", "1", "", **(good | change))
