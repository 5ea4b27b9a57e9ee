"""Carrying a curve forward."""

from __future__ import annotations

import datetime as dt
import importlib.util
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.geography import catalogue
from bluezone.geography.units import NATION_63
from bluezone.rollout.backtest import METHODS, Trial, coverage, scores, trials
from bluezone.rollout.forecast import ForecastError, Point, arrival, clean, forecast
from bluezone.rollout.history import reported_counts, reported_series, series_of

DAY = dt.date(2020, 8, 13)
REPOSITORY = Path(__file__).resolve().parents[2]


def steady(days: int = 30, start: int = 100_000, gain: int = 1_000) -> list[Point]:
    return [Point(DAY + dt.timedelta(days=n), start + n * gain) for n in range(days)]


def test_a_steady_pace_goes_on() -> None:
    series = steady()
    days = forecast(series, as_of=series[-1].date, horizon_days=7).days
    assert [day.date for day in days] == [series[-1].date + dt.timedelta(days=n) for n in range(1, 8)]
    gain = days[-1].total - series[-1].total
    assert 4_000 < gain < 9_000
    assert days[-1].low < series[-1].total + 7_000 < days[-1].high


def test_a_burst_fades_and_never_falls() -> None:
    totals = [1000, 50_000, 250_000, 400_000, 480_000]
    series = [Point(DAY + dt.timedelta(days=3 * n), total) for n, total in enumerate(totals)]
    days = forecast(series, as_of=series[-1].date, horizon_days=30).days
    gains = [after.total - before.total for before, after in itertools.pairwise(days)]
    assert gains == sorted(gains, reverse=True)
    assert all(gain > 0 for gain in gains)


def test_the_days_since_the_last_figure_are_bridged() -> None:
    series = steady()
    late = forecast(series, as_of=series[-1].date + dt.timedelta(days=5), horizon_days=2).days
    whole = forecast(series, as_of=series[-1].date, horizon_days=7).days
    assert late == whole[5:]


def test_figures_after_the_day_asked_about_are_not_known() -> None:
    series = steady()
    assert forecast(series, as_of=series[9].date, horizon_days=3) == forecast(
        series[:10], as_of=series[9].date, horizon_days=3
    )


def test_a_falling_and_repeated_series_is_mended_and_says_so() -> None:
    raw = [Point(DAY, 100), Point(DAY, 120), Point(DAY + dt.timedelta(days=2), 110)]
    series, notes = clean(raw, DAY + dt.timedelta(days=9))
    assert [point.total for point in series] == [120, 120]
    assert len(notes) == 2


def test_one_figure_gives_a_wide_band_and_says_so() -> None:
    result = forecast([Point(DAY, 55_289)], as_of=DAY, horizon_days=17)
    assert result.notes == ("only one figure: the forecast knows nothing of the pace",)
    assert result.days[-1].high > 1.1 * result.days[-1].low


@pytest.mark.parametrize(
    ("points", "horizon"),
    [([], 7), ([Point(DAY + dt.timedelta(days=1), 5)], 7), ([Point(DAY, 0)], 7), ([Point(DAY, -1)], 7)]
    + [([Point(DAY, 5)], bad) for bad in (0, -1, 10_000)],
)
def test_what_cannot_be_forecast_is_refused(points: list[Point], horizon: int) -> None:
    with pytest.raises(ForecastError):
        forecast(points, as_of=DAY, horizon_days=horizon)


point = st.builds(Point, st.dates(dt.date(2020, 4, 18), dt.date(2021, 12, 31)), st.integers(0, 90_000_000))


@settings(max_examples=60, deadline=None)
@given(st.lists(point, min_size=1, max_size=12), st.integers(1, 60), st.integers(1, 100_000_000))
def test_no_forecast_falls_or_passes_the_population(points: list[Point], horizon: int, ceiling: int) -> None:
    as_of = max(p.date for p in points)
    try:
        result = forecast(points, as_of=as_of, horizon_days=horizon, ceiling=ceiling)
    except ForecastError:
        assert all(p.total == 0 for p in points)
        return
    last = result.last.total
    for value in ("low", "total", "high"):
        path = [last, *(getattr(day, value) for day in result.days)]
        assert path == sorted(path)
        assert path[-1] <= max(ceiling, last)
    assert all(day.low <= day.total <= day.high for day in result.days)


def test_a_target_is_met_where_the_path_reaches_it() -> None:
    series = steady()
    met = arrival(series, target=135_000, as_of=series[-1].date, deadline=series[-1].date + dt.timedelta(days=60))
    assert met.earliest is not None
    assert met.middle is not None
    assert met.latest is not None
    assert series[-1].date < met.earliest < met.middle < met.latest
    days = forecast(series, as_of=series[-1].date, horizon_days=60).days
    assert next(day.date for day in days if day.total >= 135_000) == met.middle
    assert met.chance_by_deadline is not None
    assert met.chance_by_deadline > 0.8


def test_a_target_reached_already_was_met_on_its_day() -> None:
    met = arrival(steady(), target=105_000, as_of=DAY + dt.timedelta(days=20), deadline=DAY)
    assert (met.middle, met.chance_by_deadline) == (DAY + dt.timedelta(days=5), 1.0)


def test_a_target_over_the_population_is_never_met() -> None:
    series = steady()
    met = arrival(series, target=200_000, as_of=series[-1].date, deadline=dt.date(2021, 8, 1), ceiling=150_000)
    assert (met.middle, met.earliest, met.latest, met.chance_by_deadline) == (None, None, None, 0.0)


def test_the_chance_grows_with_the_deadline() -> None:
    series = steady()
    chances = [
        arrival(
            series, target=140_000, as_of=series[-1].date, deadline=series[-1].date + dt.timedelta(days=days)
        ).chance_by_deadline
        for days in (0, 3, 10, 30, 100)
    ]
    assert chances[0] == 0.0
    assert chances == sorted(c for c in chances if c is not None)


def test_on_the_real_curves_the_process_beats_both_baselines_at_every_horizon() -> None:
    made = trials(reported_series())
    assert len(made) >= 40
    result = {name: scores(method, made) for name, method in METHODS.items()}
    for horizon in (3, 7, 14):
        ours = result["growth process"][horizon].mean_error
        assert all(ours < other[horizon].mean_error for name, other in result.items() if name != "growth process")


def test_on_the_real_curves_the_bands_hold_what_they_promise() -> None:
    made = trials(reported_series())
    assert coverage(made, 0.8)[0].share >= 0.8
    assert coverage(made, 0.95)[0].share >= 0.95


def test_a_truth_is_only_read_off_a_narrow_gap() -> None:
    gap = [Point(DAY, 100), Point(DAY + dt.timedelta(days=1), 110), Point(DAY + dt.timedelta(days=100), 500)]
    assert trials({"A": gap}) == []
    near = [*gap[:2], Point(DAY + dt.timedelta(days=9), 190)]
    assert trials({"A": near}) == [
        Trial("A", tuple(near[:2]), 3, 140.0),
        Trial("A", tuple(near[:2]), 7, 180.0),
    ]


def test_the_published_table_is_what_the_backtest_gives() -> None:
    spec = importlib.util.spec_from_file_location("bench_forecast", REPOSITORY / "benchmarks" / "bench_forecast.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.tables() in module.DOCUMENT.read_text(encoding="utf-8")


def test_every_reported_figure_becomes_a_count() -> None:
    counts = reported_counts()
    assert all(count.date for count in counts)
    assert [c.installs for c in counts if str(c.unit) == "63:93"] == [55_289]
    assert max(c.installs or 0 for c in counts if c.unit == NATION_63.code) == 37_900_000


def test_a_province_known_by_shares_alone_gets_its_totals_from_them() -> None:
    da_nang = catalogue.provinces().find("Đà Nẵng", on=DAY)
    assert Point(dt.date(2020, 8, 11), 387_140) in series_of(da_nang)  # 34.13 % of 1,134,310
    hai_duong = catalogue.provinces().find("Hải Dương", on=DAY)
    assert Point(dt.date(2021, 5, 11), 676_000) in series_of(hai_duong)
