"""Which identifier followed which: by time and strength, and never more than a guess."""

from __future__ import annotations

import numpy as np
import pytest
from tests.phone.contacts import sightings

from bluezone.phone.matching.linking import Streams, chain_of, scan_period_s, streams_of, successors

PERIOD_S = 27.0


def streams(*rows: tuple[float, float, float]) -> Streams:
    """Return streams, each its first scan, its last (numbers of scans) and its strength (dBm)."""
    first, last, dbm = zip(*rows, strict=True)
    levels, shares = list(dbm), [0.95] * len(rows)
    return Streams([PERIOD_S * at for at in first], [PERIOD_S * at for at in last], levels, levels, levels, shares)


@pytest.mark.parametrize(
    ("rows", "after"),
    [
        pytest.param([(0, 20, -60)], [-1], id="one alone"),
        pytest.param([(0, 20, -60), (21, 40, -62)], [1, -1], id="one ends, another begins"),
        pytest.param([(0, 20, -60), (20, 40, -60)], [1, -1], id="both in one scan, as it changes"),
        pytest.param([(0, 20, -60), (19, 40, -60)], [-1, -1], id="both in two scans are two phones"),
        pytest.param([(0, 20, -60), (40, 60, -60)], [-1, -1], id="a silence of nine minutes"),
        pytest.param([(0, 20, -50), (0, 20, -80), (21, 40, -79), (21, 40, -52)], [3, 2, -1, -1], id="by strength"),
        pytest.param(
            [(0, 20, -60), (0, 21, -61), (21, 40, -61), (22, 40, -60)], [2, 3, -1, -1], id="by the scan they change in"
        ),
        pytest.param([(0, 20, -60), (21, 40, -61), (21, 40, -75)], [1, -1, -1], id="one is continued by one only"),
        pytest.param(
            [(0, 20, -60), (0, 20, -66), (21, 40, -63), (21, 40, -57)], [3, 2, -1, -1], id="the least unlikely together"
        ),
    ],
)
def test_which_follows_which(rows: list[tuple[float, float, float]], after: list[int]) -> None:
    assert successors(streams(*rows), PERIOD_S) == after


def test_a_chain_is_named_by_its_first_stream() -> None:
    assert chain_of([2, -1, 3, -1]) == [0, 1, 0, 0]


def test_ends_and_beginnings_weigh_by_how_near_they_are() -> None:
    count = 21
    heard = sightings([(bytes(16), PERIOD_S * scan) for scan in range(count)], range(-80, -59), since_s=PERIOD_S)
    found, row = streams_of(heard)
    assert scan_period_s(heard) == PERIOD_S
    assert row == [0] * count
    assert found.begins_dbm[0] < -79
    assert found.ends_dbm[0] > -61
    assert found.mean_dbm[0] == pytest.approx(-70, abs=0.5)
    assert found.heard_share[0] > 0.9


def test_phones_that_all_change_at_once_are_mostly_told_apart_by_strength() -> None:
    """Draw a room of ten phones for an hour, each with a strength of its own and little noise."""
    rng = np.random.default_rng(3)
    level = rng.uniform(-90, -55, 10)
    rows, owner = [], []
    for slot in range(6):
        for who in range(10):
            changes = rng.integers(0, 2)
            rows.append((22 * slot + changes, 22 * slot + 21, level[who] + rng.normal(0, 0.7)))
            owner.append(who)
    order = sorted(range(len(rows)), key=lambda row: rows[row][0])
    owner = np.array(owner)[order]
    after = np.array(successors(streams(*[rows[row] for row in order]), PERIOD_S))
    linked = after >= 0
    assert linked.sum() >= 45
    assert (owner[linked] == owner[after[linked]]).mean() > 0.6
