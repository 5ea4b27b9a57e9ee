"""Hold what a curve consists of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """Hold a total on a day. `at_least`: it was printed as "more than", so that it is a bound."""

    date: dt.date
    total: int
    at_least: bool = False
