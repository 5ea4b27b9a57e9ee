"""Compute the truth: for how long any two people were within two metres of each other.

Paths are straight between waypoints, so the time spent within a radius is the length of the solutions of a quadratic
inequality per piece: exact, not sampled.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bluezone.town.paths import Path

CLOSE_M = 2.0
#: a close contact: within two metres for at least a quarter of an hour in all (WHO, ECDC; Vietnam's F1 of 2020)
CLOSE_CONTACT_MIN = 15.0


def seconds_within(a: Path, b: Path, radius_m: float, start_s: float, end_s: float) -> float:
    """Return the total time in [start_s, end_s] during which `a` and `b` are at most `radius_m` apart."""
    inner = np.concatenate((a.times_s, b.times_s))
    times = np.unique(np.concatenate(([start_s], inner[(inner > start_s) & (inner < end_s)], [end_s])))
    apart = a.at(times) - b.at(times)
    here, move = apart[:-1], np.diff(apart, axis=0)
    # |here + u * move|^2 <= radius^2 for u in [0, 1]: a quadratic in u
    square = np.einsum("ij,ij->i", move, move)
    half = np.einsum("ij,ij->i", here, move)
    constant = np.einsum("ij,ij->i", here, here) - radius_m**2
    still = square < 1e-18
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(np.maximum(half * half - square * constant, 0.0)) / square
        middle = -half / square
    enters = np.clip(middle - root, 0.0, 1.0)
    leaves = np.clip(middle + root, 0.0, 1.0)
    crosses = half * half > square * constant
    share = np.where(still, (constant <= 0).astype(float), np.where(crosses, leaves - enters, 0.0))
    return float(np.sum(np.where(np.isnan(share), 0.0, share) * np.diff(times)))


def minutes_near(
    paths: Sequence[Path], person: int, start_s: float, end_s: float, radius_m: float = CLOSE_M
) -> NDArray[np.float64]:
    """Return the minutes (n,) of everybody within `radius_m` of one person; of that person 0."""
    one = paths[person]
    return np.array(
        [
            0.0 if number == person else seconds_within(one, other, radius_m, start_s, end_s) / 60.0
            for number, other in enumerate(paths)
        ]
    )


def minutes_within(
    paths: Sequence[Path], start_s: float, end_s: float, radius_m: float = CLOSE_M
) -> NDArray[np.float64]:
    """Return the symmetric matrix (n, n) of minutes within `radius_m`; the diagonal is 0."""
    minutes = np.zeros((len(paths), len(paths)))
    for i, a in enumerate(paths):
        for j in range(i):
            minutes[i, j] = minutes[j, i] = seconds_within(a, paths[j], radius_m, start_s, end_s) / 60.0
    return minutes
