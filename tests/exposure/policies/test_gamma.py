from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.exposure.policies.gamma import gamma_median, log_medians


@pytest.mark.parametrize(
    ("shape", "median"),
    [
        (2.5, 2.175730095547763),  # GammaDistributionTests of ukhsa-collaboration/riskscore-swift-public
        (1.0, 0.6931471805599453),  # the exponential distribution: ln 2
        (0.5, 0.2274682115597864),  # half of the median of chi-square with 1 degree of freedom, 0.454936423119572
        (49.999, 49.66606),
        (50.001, 49.66806),
        (1e6, 1e6 - 1 / 3),
        (0.001, 0.0),
    ],
)
def test_medians_that_are_known(shape, median):
    assert gamma_median(shape, log_medians()) == pytest.approx(median, rel=1e-6, abs=1e-12)


@given(st.lists(st.floats(0.03, 500), min_size=2, max_size=30, unique=True))
def test_the_median_rises_with_the_shape_and_lies_below_the_mean(shapes):
    medians = [gamma_median(shape, log_medians()) for shape in sorted(shapes)]
    assert medians == sorted(medians)
    assert all(median < shape for median, shape in zip(medians, sorted(shapes), strict=True))
