from __future__ import annotations

import numpy as np
import pytest

from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.quantiles import (
    gamma_cdf,
    gamma_quantiles,
    lognormal_quantiles,
    negative_binomial_quantiles,
    whole_days,
)


@pytest.mark.parametrize(("mean", "sd"), [(5.5, 2.14), (8.75, 8.75), (1.0, 1.4), (60.0, 1.0)])
def test_tables_keep_mean_and_spread(mean: float, sd: float) -> None:
    for table in (gamma_quantiles(mean, sd), lognormal_quantiles(mean, sd)):
        assert table.mean() == pytest.approx(mean, rel=0.01)
        assert table.std() == pytest.approx(sd, rel=0.08)  # the last half of a thousandth is cut


@pytest.mark.parametrize(
    ("mean", "sd", "variance"), [(4, 4, 16), (2, 2, 4), (1, 1.5, 2.25), (3, 0.1, 3), (7, 0, 0), (0, 5, 0)]
)
def test_numbers_of_contacts_keep_their_mean(mean: float, sd: float, variance: float) -> None:
    table = negative_binomial_quantiles(mean, sd)
    assert table.mean() == pytest.approx(mean, abs=0.001)
    assert table.var() == pytest.approx(variance, rel=0.1)


def test_the_gamma_distribution_is_the_exponential_where_mean_is_spread() -> None:
    at = np.array([0.0, 1.0, 5.0])
    assert gamma_cdf(2.0, 2.0, at) == pytest.approx(1 - np.exp(-at / 2))


def test_no_duration_is_shorter_than_a_day() -> None:
    assert whole_days(gamma_quantiles(1.0, 2.0)).min() == 1


@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (1.0, 0.0), (-1.0, 1.0), (float("nan"), 1.0)])
def test_a_duration_without_length_is_refused(mean: float, sd: float) -> None:
    for make in (gamma_quantiles, lognormal_quantiles):
        with pytest.raises(EpidemicError, match="above 0"):
            make(mean, sd)
