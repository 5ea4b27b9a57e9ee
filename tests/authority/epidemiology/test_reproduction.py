"""Hold the reproduction number to what EpiEstim publishes, and gamma quantiles to scipy's."""

from __future__ import annotations

import pytest
from scipy import stats

from bluezone.authority.epidemiology.reproduction import estimates, gamma_cdf, gamma_quantile, serial_weights

#: EpiEstim (GPL >= 2), data set Flu2009: onsets at a school in Pennsylvania (Cauchemez et al. 2011), and the serial
#: interval of Ferguson et al. 2005
FLU_2009 = [1, 1, 0, 2, 5, 3, 3, 3, 6, 2, 5, 9, 13, 12, 13, 11, 12, 6, 6, 6, 3, 1, 0, 2, 0, 0, 0, 0, 2, 0, 2, 0]
FLU_SERIAL = [0, 0.233, 0.359, 0.198, 0.103, 0.053, 0.027, 0.014, 0.007, 0.003, 0.002, 0.001]
#: last day (from 1), mean, standard deviation, quantiles 0.025 and 0.975 in EpiEstim's tests/testthat/_snaps/
#: estimate_R.md (commit 2ca76bb6): example 1, with that interval, and example 3, mean 2.6, standard deviation 1.5
NON_PARAMETRIC = [
    (8, 1.7356089, 0.40908694, 1.02863184, 2.6244959),
    (15, 1.6156800, 0.20686663, 1.23586721, 2.0456070),
    (20, 0.9369319, 0.11446445, 0.72610935, 1.1742159),
    (28, 0.2400240, 0.12001200, 0.06539846, 0.5260890),
    (32, 1.0040161, 0.44900963, 0.32600128, 2.0565439),
]
PARAMETRIC = [
    (8, 1.7357977, 0.40913143, 1.02874370, None),
    (15, 1.6161467, 0.20692639, 1.23622420, None),
    (20, 0.9371671, 0.11449319, 0.72629165, None),
    (32, 0.9975352, 0.44611130, 0.32389696, None),
]


@pytest.mark.parametrize(
    ("weights", "published"), [(FLU_SERIAL, NON_PARAMETRIC), (serial_weights(2.6, 1.5, 32), PARAMETRIC)]
)
def test_estimates_are_those_that_epiestim_publishes(weights, published):
    found = {each.day + 1: each for each in estimates(FLU_2009, weights)}
    assert len(found) == 25
    for day, mean, deviation, low, high in published:
        each = found[day]
        assert (each.mean, each.deviation, each.low) == pytest.approx((mean, deviation, low), abs=6e-8)
        assert high is None or each.high == pytest.approx(high, abs=6e-8)


def test_the_serial_interval_is_cut_into_days_as_epiestim_does():
    # example 2 of the same file
    assert serial_weights(2.6, 1.5, 5) == pytest.approx([0, 0.2331721, 0.3585794, 0.1981108, 0.1033427], abs=5e-8)
    assert sum(serial_weights(4.7, 2.9, 60)) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("cases", [[], [0] * 30, [1], [0] * 29 + [5]])
def test_without_an_earlier_case_nothing_is_estimated(cases):
    assert estimates(cases, FLU_SERIAL) == []


@pytest.mark.parametrize("shape", [1, 1.5, 3, 20, 500, 50_000])
def test_gamma_quantiles_are_those_of_scipy(shape):
    for chance, z in ((0.025, -1.96), (0.975, 1.96)):
        exact = stats.gamma.ppf(chance, shape)
        assert gamma_quantile(chance, shape, z) == pytest.approx(exact, rel=1e-9)
        assert gamma_cdf(exact, shape) == pytest.approx(chance, rel=1e-9)
