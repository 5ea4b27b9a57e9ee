"""Vectors of the NHS library: ukhsa-collaboration/riskscore-swift-public, UnscentedKalmanSmootherTests,
RiskScoreCalculatorTests and ExampleData; klinker41/riskscore-kt-public, RiskScoreCalculatorTest and ExampleData."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies.nhs_uks import NHS_UKS, SmootherParameters, kalman_filter, risk_score, smooth
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans

OBSERVATIONS = [
    math.nan, 4.17411483628451, 4.4031070780507395, 4.328546097488628, 4.2601062473100395, 4.220570477970699,
    4.16624909786391, 4.201804139521874, 4.279699043501633, 4.265813830062009, 4.17482861142975, 4.240065076412635,
    4.272051055120574, 4.15668386886749, 4.146032357856017,
]  # fmt: skip
FILTERED_MEAN = [
    2.0, 3.11281975, 3.25116568, 3.25039652, 3.21769892, 3.16948161, 3.10003209, 3.04646132, 3.02735491, 3.00281025,
    2.94367877, 2.91109234, 2.89179044, 2.83036511, 2.76550021,
]  # fmt: skip
FILTERED_VARIANCE = [
    10.0, 3.9988494, 3.1987703, 3.09336277, 3.00792226, 2.92810349, 2.84944893, 2.7664405, 2.68386272, 2.61095034,
    2.54398901, 2.47451309, 2.40897963, 2.34940361, 2.28631914,
]  # fmt: skip
SMOOTHED_MEAN = [
    1.50730615, 2.61527532, 2.77742298, 2.77594196, 2.77440818, 2.77293444, 2.77158016, 2.77042747, 2.76942968,
    2.76846866, 2.76757112, 2.76687887, 2.76629608, 2.76577513, 2.76550021,
]  # fmt: skip
SMOOTHED_VARIANCE = [
    8.92273898, 2.71790844, 2.2085437, 2.21234272, 2.21663732, 2.22136724, 2.22653173, 2.23215186, 2.23828224,
    2.24495561, 2.25214671, 2.25984783, 2.26810931, 2.27693734, 2.28631914,
]  # fmt: skip

#: attenuation and seconds since the last scan, in the order of time
EXAMPLE = [
    (97.03021291, 201.06532745872457),
    (85.81504891, 225.75565160910116),
    (83.44136722, 279.3777909268962),
    (64.5678367, 215.4689826255009),
    (78.41303166, 263.05165262029305),
    (83.62187329, 211.07091989780974),
    (73.51912742, 228.45034015853247),
    (76.64553678, 183.48910595748023),
    (66.65088196, 189.9994479121982),
    (70.27063972, 190.48134624246617),
]
#: the order in which the Kotlin library's example holds the same scans
KOTLIN_ORDER = [0, 1, 2, 3, 5, 6, 7, 4, 8, 9]


def test_filter_and_smoother_agree_with_the_library():
    filtered = kalman_filter(OBSERVATIONS, SmootherParameters(observation_variance=0.49476144))
    assert filtered.mean == pytest.approx(FILTERED_MEAN, abs=2e-6)
    assert filtered.variance == pytest.approx(FILTERED_VARIANCE, abs=2e-6)
    means, variances = smooth(filtered)
    assert means == pytest.approx(SMOOTHED_MEAN, abs=2e-6)
    assert variances == pytest.approx(SMOOTHED_VARIANCE, abs=2e-6)


def test_the_risk_score_is_the_librarys():
    score = risk_score([attenuation for attenuation, _ in EXAMPLE], [since for _, since in EXAMPLE])
    assert score == pytest.approx(2.149345279234102, abs=1e-8)


def test_the_risk_score_is_the_librarys_for_the_order_of_its_kotlin_example():
    rows = [EXAMPLE[row] for row in KOTLIN_ORDER]
    score = risk_score([attenuation for attenuation, _ in rows], [since for _, since in rows])
    assert score == pytest.approx(2.1528634510939413, abs=1e-8)


#: what the model's first implementation, in Python, scored (tests/exposure/data/README.md)
PYTHON_SCORES = {"nhs-high-1712.csv": 3.186938342326354, "nhs-low-2779.csv": 1.2639523251703757}


def scenario(name: str) -> tuple[list[float], list[float]]:
    """Attenuations, and seconds since the last scan."""
    text = (Path(__file__).parents[1] / "data" / name).read_text(encoding="ascii")
    rows = [tuple(map(float, line.split(","))) for line in text.splitlines()]
    return [attenuation for _, attenuation in rows], [since for since, _ in rows]


@pytest.mark.parametrize(("name", "published"), PYTHON_SCORES.items())
def test_the_published_reference_scores_are_met_within_the_librarys_own_tolerance(name, published):
    assert risk_score(*scenario(name)) == pytest.approx(published, rel=0.05)


@pytest.mark.parametrize(("name", "published"), PYTHON_SCORES.items())
def test_the_difference_to_them_is_the_time_before_the_first_scan_which_only_the_python_counted(name, published):
    attenuation, since = scenario(name)
    with_the_time_before = risk_score([0, *attenuation], [0, *since])  # 0 dB: a second in which nothing was seen
    assert with_the_time_before == pytest.approx(published, rel=1e-9)


def test_an_attenuation_of_zero_is_not_seen_and_neither_very_near_nor_an_error():
    with_zero = risk_score([60, 0, 60], [0, 100, 100])
    assert with_zero == pytest.approx(risk_score([60, 60], [0, 200]), rel=1e-9)


def test_two_scans_in_one_second_are_two_seconds():
    assert risk_score([60, 60], [0, 0.4]) == pytest.approx(risk_score([60, 60], [0, 1]))


def test_a_clock_that_jumped_does_not_make_a_grid_of_years():
    assert risk_score([60, 60], [0, 1e12]) == pytest.approx(risk_score([60, 60], [0, 3600]))


def test_no_scan_and_uneven_rows_are_refused():
    with pytest.raises(ExposureError):
        risk_score([], [])
    with pytest.raises(ExposureError):
        risk_score([60], [0, 1])


def window(minutes: int, attenuation: float, days_since_onset: int | None, start_s: float = 36000) -> ExposureWindow:
    scans = [ScanInstance(start_s + 240 * n, 240, attenuation, attenuation) for n in range(minutes // 4)]
    [scans] = group_scans(scans)
    return ExposureWindow(scans, days_since_onset=days_since_onset)


def test_the_app_multiplies_by_sixty_and_by_infectiousness_and_takes_the_worst_window():
    near = window(28, 45, 0)
    library = risk_score([45] * 7, [240] * 7)
    assert NHS_UKS.assess([near]).score == pytest.approx(library * 60)
    assert NHS_UKS.assess([window(28, 45, 6)]).score == pytest.approx(library * 60 * 0.4)
    assert NHS_UKS.assess([window(28, 45, None)]).score == pytest.approx(library * 60)
    assert NHS_UKS.assess([window(28, 45, 14)]).score == 0
    assert NHS_UKS.assess([near, window(12, 80, 0, 50000)]).score == pytest.approx(library * 60)


def test_the_app_warns_from_a_hundred_and_twenty_on():
    assert NHS_UKS.threshold == 120
    assert NHS_UKS.assess([window(28, 45, 0)]).alert
    assert not NHS_UKS.assess([window(4, 75, 0)]).alert


def test_scans_without_time_since_the_one_before_are_left_out():
    first = ScanInstance(36000, 0, 40, 40)
    rest = tuple(ScanInstance(36000 + 60 * n, 60, 60, 60) for n in range(1, 6))
    assert NHS_UKS.assess([ExposureWindow((first, *rest))]).score == NHS_UKS.assess([ExposureWindow(rest)]).score
    assert NHS_UKS.assess([ExposureWindow((first,))]).score == 0
