"""Curves: where their labels stand, and what those say."""

from __future__ import annotations

import datetime as dt

from bluezone.rollout.charts import curve
from bluezone.rollout.forecast import outlook
from bluezone.rollout.series import Point
from bluezone.vega import svg


def test_a_newest_number_that_is_a_bound_is_labelled_as_one():
    points = [Point(dt.date(2020, 8, 8), 10_000), Point(dt.date(2020, 8, 20), 20_000, at_least=True)]
    assert "hơn 20.000" in svg(curve(points)).replace("\u00a0", " ")
    assert "hơn" not in svg(curve([points[0], Point(points[1].date, 20_000)]))


def test_the_newest_number_stands_below_the_line_of_a_target_just_above_it():
    first = dt.date(2020, 8, 1)
    points = [Point(first + dt.timedelta(days=day), 10_000 + 1_000 * day) for day in range(15)]
    ahead = outlook(points, as_of=points[-1].date).days(14)

    def baseline(target: int) -> str:
        drawn = curve(points, ahead, target=(target, dt.date(2020, 8, 30)))
        marks = [each["mark"] for each in drawn["layer"] if each["mark"]["type"] == "text"]
        return marks[0]["baseline"]

    assert baseline(24_500) == "top"
    assert baseline(24_000) == "top"  # met exactly
    assert baseline(60_000) == "bottom"
    assert baseline(12_000) == "bottom"
