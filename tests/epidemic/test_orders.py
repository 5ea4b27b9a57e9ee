"""Ways to meet an order with as many installs, judged by runs of the same seeds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bluezone.epidemic import order_words, orders
from bluezone.epidemic.effects import SHOWN
from bluezone.epidemic.words import translator
from bluezone.i18n import Language

#: Infections without the order by seed, and the share of them that happens where it is met evenly: it differs from
#: seed to seed by more than the ways to meet it do.
WITHOUT = (8000, 9000, 10_000, 9500)
EVENLY = (0.80, 1.0, 0.94, 0.86)


def rows(course: str, infections: Sequence[float]) -> list[dict[str, object]]:
    others = dict.fromkeys(SHOWN, 0)
    return [
        {**others, "course": course, "seed": seed, "installed": 0.3, "isolation_days": 0, "infections": number}
        for seed, number in enumerate(infections)
    ]


@pytest.mark.parametrize(
    ("households", "units", "said"),
    [
        ((0.75, 0.95, 0.89, 0.81), EVENLY, "met by whole households averts most: "),
        ((0.95, 0.70, 0.94, 0.81), EVENLY, "chance does not rule out that they do alike"),
        ((0.85, 1.05, 0.99, 0.91), (0.82, 1.0, 0.94, 0.88), "no way to cluster them averts more"),
    ],
)
def test_ways_to_meet_an_order_are_judged_run_by_run(
    households: tuple[float, ...], units: tuple[float, ...], said: str
) -> None:
    shares = {
        orders.NOT_GIVEN: (1.0, 1.0, 1.0, 1.0),
        orders.FORECAST: (1.0, 1.0, 1.0, 1.0),
        orders.MET: EVENLY,
        "met-households": households,
        "met-units": units,
    }
    runs = [
        row
        for course, share in shares.items()
        for row in rows(course, [base * each for base, each in zip(WITHOUT, share, strict=True)])
    ]
    found = {each.course: each for each in orders.bought(runs)}
    assert found[orders.MET].fewer_than_even is None
    even, way = found[orders.MET].averted_share, found["met-households"].averted_share
    assert max(even.low, way.low) < min(even.high, way.high)  # apart, neither says which is better
    assert said in order_words.ways(found, translator(Language.ENGLISH))
