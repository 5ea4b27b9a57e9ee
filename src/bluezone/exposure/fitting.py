"""Fit what a policy of minutes near says of them: from how many on, and how steeply, 15 minutes within 2 m are likely.

Offline only: nothing that runs on a phone imports it. The levels that count (`near_db`, `soft_db`, `usual_db`) are set
and not fitted: they lie on a plateau (docs/measurements/exposure.md), where campaigns do not tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bluezone.exposure.encounters import EncounterSet
from bluezone.exposure.errors import ExposureError
from bluezone.exposure.evaluate import score
from bluezone.exposure.policies.near_minutes import LEAST_MINUTES, NearMinutes
from bluezone.exposure.scan_table import FloatArray

_ITERATIONS = 50


def fit(sets: Sequence[EncounterSet], start: NearMinutes, *, version: str = "fitted") -> NearMinutes:
    """Fit `even_minutes` and `slope` by a logistic regression on the logarithm of minutes near. Each campaign, and in
    it each of the two answers, weighs the same: how common near meetings are is said apart (`base_share`).

    Raises ExposureError where a set has not both kinds of encounters, or more minutes near would be less likely near.
    """
    if not sets:
        raise ExposureError("fit: there is no set to learn from")
    logs, close, weights = (
        np.concatenate(columns) for columns in zip(*(_sample(data, start) for data in sets), strict=True)
    )
    design = np.column_stack((np.ones(logs.size), logs))
    coefficients = np.zeros(2)
    for _ in range(_ITERATIONS):
        said = 1 / (1 + np.exp(-np.clip(design @ coefficients, -30, 30)))
        hessian = (design.T * (weights * said * (1 - said))) @ design
        coefficients = coefficients + np.linalg.solve(hessian, design.T @ (weights * (close - said)))
    constant, slope = coefficients.tolist()
    if slope <= 0:
        raise ExposureError("fit: by these sets more minutes near would be less likely near")
    names = ", ".join(data.name for data in sets)
    return replace(
        start,
        version=version,
        source=f"fitted by `bluezone exposure fit` on {names}",
        even_minutes=float(np.exp(-constant / slope)),
        slope=slope,
    )


def _sample(data: EncounterSet, policy: NearMinutes) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return logarithms of minutes near, labels and weights of the encounters that were heard."""
    close, heard = data.close, data.scans.heard
    if close[heard].all() or not close[heard].any():
        raise ExposureError(f"fit: all encounters of {data.name} have the same label")
    near = score(policy, data).near_minutes
    assert near is not None, "this policy says minutes near"
    answers = close[heard].astype(np.float64)
    weights = np.where(answers == 1, 0.5 / answers.mean(), 0.5 / (1 - answers.mean())) / answers.size
    return np.log(np.maximum(near[heard], LEAST_MINUTES)), answers, weights
