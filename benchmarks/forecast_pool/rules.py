"""Forecast by statsmodels' ETS and Theta, on the straight lines between the figures known."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel

from bluezone.rollout.points import Point

#: No more of the past than this is taken: older days tell less and cost more.
PAST_DAYS = 150


def daily(known: Sequence[Point]) -> pd.Series:
    """Return a total for every day of the last five months."""
    days = np.array([point.date.toordinal() for point in known], dtype=float)
    first = max(days[0], days[-1] - PAST_DAYS)
    every = np.arange(first, days[-1] + 1)
    totals = np.interp(every, days, [float(point.total) for point in known])
    index = pd.date_range(dt.date.fromordinal(int(first)), periods=len(every))
    return pd.Series(totals, index=index)


def ets(known: Sequence[Point], horizons: Sequence[int]) -> list[float]:
    """Forecast by exponential smoothing with a damped trend, fitted; by persistence where it cannot be."""
    series = daily(known)
    if len(series) < 5:
        return [float(known[-1].total)] * len(horizons)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = ETSModel(series, error="add", trend="add", damped_trend=True).fit(disp=False, maxiter=60)
        path = np.asarray(fitted.forecast(max(horizons)))
    return [max(float(path[horizon - 1]), float(known[-1].total)) for horizon in horizons]


def theta(known: Sequence[Point], horizons: Sequence[int]) -> list[float]:
    """Forecast by the Theta method; by persistence where it cannot be fitted."""
    series = daily(known)
    if len(series) < 5:
        return [float(known[-1].total)] * len(horizons)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = np.asarray(ThetaModel(series, period=1, deseasonalize=False).fit(disp=0).forecast(max(horizons)))
    return [max(float(path[horizon - 1]), float(known[-1].total)) for horizon in horizons]
