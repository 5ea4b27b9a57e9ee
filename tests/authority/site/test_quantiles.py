"""Quantiles by nearest rank: numbers that were there."""

from __future__ import annotations

import pytest

from bluezone.authority.site.quantiles import nearest_rank


@pytest.mark.parametrize(
    ("numbers", "half", "most"), [([], None, None), ([5], 5, 5), ([1, 2], 1, 2), (list(range(1, 101)), 50, 95)]
)
def test_quantiles_are_numbers_that_were_there(numbers, half, most):
    assert (nearest_rank(numbers, 0.5), nearest_rank(numbers, 0.95)) == (half, most)
