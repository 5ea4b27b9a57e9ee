"""Carrying a curve forward."""

from __future__ import annotations

import datetime as dt
import importlib
import itertools
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.geography import catalogue
from bluezone.geography.units import nation_on
from bluezone.rollout.forecast import LIFT, LONE_DAYS, Day, ForecastError, Outlook, clean, outlook
from bluezone.rollout.history import reported_counts, series_of
from bluezone.rollout.series import Point

DAY = dt.date(2020, 8, 13)
REPOSITORY = Path(__file__).resolve().parents[2]


def after(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


def steady(days: int = 30, start: int = 100_000, gain: int = 1_000) -> list[Point]:
    return [Point(after(n), start + n * gain) for n in range(days)]


def seen(points: list[Point], ceiling: int | None = None, orders: tuple[dt.date, ...] = ()) -> Outlook:
    """Look ahead from the last point."""
    return outlook(points, as_of=max(point.date for point in points), ceiling=ceiling, orders=orders)


def last_day(points: list[Point], days: int, ceiling: int | None = None) -> Day:
    return seen(points, ceiling).days(days)[-1]


def test_a_steady_pace_goes_on() -> None:
    series = steady()
    days = seen(series).days(7)
    assert [day.date for day in days] == [series[-1].date + dt.timedelta(days=n) for n in range(1, 8)]
    gain = days[-1].total - series[-1].total
    assert 4_000 < gain < 9_000
    assert days[-1].low < series[-1].total + 7_000 < days[-1].high


@pytest.mark.parametrize(
    ("gains", "pace", "held"),
    [
        ([100] * 20, 100, 20),
        ([10] * 20 + [100] * 5, 100, 5),  # a leap is a break
        ([100] * 20 + [10] * 5, 10, 5),  # and so is an end
        ([16] * 10 + [40] * 10 + [100] * 10, 100, 30),  # a slow rise is none
        ([100] * 10 + [0] * 8, 100 / 9, 9),  # of a curve that stands still back to its last change
        ([0] * 20, 0, 20),
        ([70], 70, 1),
    ],
)
def test_a_pace_is_that_of_five_days_and_holds_while_it_changes_less_than_threefold(
    gains: list[int], pace: float, held: int
) -> None:
    totals = [1000, *(1000 + total for total in itertools.accumulate(gains))]
    found = seen([Point(after(n), total) for n, total in enumerate(totals)])
    assert (found.pace, found.held) == (pytest.approx(pace), held)


def test_of_a_pace_that_has_held_for_so_long_so_much_is_believed() -> None:
    found = seen(steady(15))
    assert found.held == 14
    assert found.days(7)[-1].total == pytest.approx(114_000 + 7_000 * 14 / (14 + 3 + 7 / 3))


def test_after_a_leap_less_is_foretold_and_the_band_is_wider() -> None:
    leapt = [*steady(25, start=121_600, gain=100), *(Point(after(25 + n), 125_000 + n * 1_000) for n in range(5))]
    old_day, new_day = (last_day(series, 14) for series in (steady(30), leapt))
    assert leapt[-1].total == steady(30)[-1].total
    assert new_day.total < old_day.total
    assert new_day.high - new_day.low > old_day.high - old_day.low


def test_a_burst_fades_and_never_falls() -> None:
    totals = [1000, 50_000, 250_000, 400_000, 480_000]
    days = seen([Point(after(3 * n), total) for n, total in enumerate(totals)]).days(30)
    gains = [later.total - before.total for before, later in itertools.pairwise(days)]
    assert gains == sorted(gains, reverse=True)
    assert all(gain > 0 for gain in gains)


def test_the_band_widens_with_the_horizon() -> None:
    days = seen(steady()).days(60)
    widths = [day.high - day.low for day in days]
    assert widths == sorted(widths)
    assert (days[59].high - days[59].total) / (days[59].total - 129_000) > (days[2].high - days[2].total) / 3_000


def test_the_days_since_the_last_figure_are_bridged() -> None:
    series = steady()
    late = outlook(series, as_of=series[-1].date + dt.timedelta(days=5)).days(2)
    assert late == seen(series).days(7)[5:]


def test_figures_after_the_day_asked_about_are_not_known() -> None:
    series = steady()
    assert outlook(series, as_of=series[9].date) == seen(series[:10])


def test_a_falling_and_repeated_series_is_mended_and_says_so() -> None:
    series, notes = clean([Point(DAY, 100), Point(DAY, 120), Point(after(2), 110)], after(9))
    assert [point.total for point in series] == [120, 120]
    assert len(notes) == 2


def test_a_total_that_falls_keeps_the_bound_of_the_one_it_is_held_at() -> None:
    series, _ = clean([Point(DAY, 100, at_least=True), Point(after(1), 90)], after(1))
    assert series[1] == Point(after(1), 100, at_least=True)


@pytest.mark.parametrize(
    ("points", "note"),
    [
        ([Point(DAY, 55_289)], "only one figure: the forecast knows nothing of the pace"),
        (steady(4), "the present pace is known for less than a week: the band is wide"),
        (steady(30), None),
    ],
)
def test_a_band_of_too_few_reports_is_wide_and_says_so(points: list[Point], note: str | None) -> None:
    found = seen(points)
    assert list(found.notes) == ([note] if note else [])
    day = found.days(17)[-1]
    assert (day.high - points[-1].total > 5 * (day.total - points[-1].total)) == bool(note)


@pytest.mark.parametrize(
    ("points", "days", "level"),
    [([], 7, 0.8), ([Point(after(1), 5)], 7, 0.8), ([Point(DAY, 0)], 7, 0.8), ([Point(DAY, -1)], 7, 0.8)]
    + [([Point(DAY, 5)], bad, 0.8) for bad in (0, -1, 10_000)]
    + [([Point(DAY, 5)], 7, bad) for bad in (0.0, 1.0)],
)
def test_what_cannot_be_forecast_is_refused(points: list[Point], days: int, level: float) -> None:
    with pytest.raises(ForecastError):
        outlook(points, as_of=DAY).days(days, level)


point = st.builds(Point, st.dates(dt.date(2020, 4, 18), dt.date(2021, 12, 31)), st.integers(0, 90_000_000))


@given(st.lists(point, min_size=1, max_size=12), st.integers(1, 60), st.integers(1, 100_000_000), st.floats(0.01, 0.99))
def test_no_forecast_falls_or_passes_the_population(
    points: list[Point], horizon: int, ceiling: int, level: float
) -> None:
    try:
        found = seen(points, ceiling)
    except ForecastError:
        assert all(p.total == 0 for p in points)
        return
    days = found.days(horizon, level)
    last = found.last.total
    for path in ([day.low for day in days], [day.total for day in days], [day.high for day in days]):
        assert [last, *path] == pytest.approx(sorted([last, *path]))
        assert path[-1] <= max(ceiling, last) * (1 + 1e-12)
    assert all(day.low <= day.total <= day.high for day in days)


@given(
    st.lists(point, min_size=1, max_size=8), st.integers(1, 90_000_000), st.sampled_from([0.5, 0.8, 0.95]), st.data()
)
def test_chance_and_days_of_arrival_are_of_one_distribution(
    points: list[Point], more: int, level: float, data: st.DataObject
) -> None:
    """By the earliest day shown the chance is that of the band's upper edge, and no day before has so much."""
    try:
        found = seen(points, 96_000_000)
    except ForecastError:
        return
    target = found.last.total + more
    met = found.arrival(target, level)
    edge = (1 - level) / 2
    if met.earliest is None:
        assert found.chance(target, found.last.date + dt.timedelta(days=700)) < edge + 1e-9
        return
    if met.middle != met.earliest:  # where the path foretold lies above the band's edge, that is shown
        assert found.chance(target, met.earliest) >= edge - 1e-9
    assert found.chance(target, met.earliest - dt.timedelta(days=1)) < edge + 1e-9
    deadline = met.earliest - dt.timedelta(days=data.draw(st.integers(1, 60)))
    assert found.chance(target, deadline) < edge + 1e-9


def test_a_target_is_met_where_the_path_reaches_it() -> None:
    series = steady()
    found = seen(series)
    met = found.arrival(135_000)
    assert met.earliest is not None
    assert met.middle is not None
    assert met.latest is not None
    assert series[-1].date < met.earliest < met.middle < met.latest
    assert next(day.date for day in found.days(60) if day.total >= 135_000) == met.middle
    assert found.chance(135_000, after(89)) > 0.8


def test_a_target_reached_already_was_met_on_its_day() -> None:
    found = outlook(steady(), as_of=after(20))
    met = found.arrival(105_000)
    assert {met.middle, met.earliest, met.latest} == {after(5)}
    assert found.chance(105_000, DAY) == 1.0


def test_a_target_over_the_population_is_never_met() -> None:
    found = seen(steady(), ceiling=150_000)
    met = found.arrival(200_000)
    assert (met.middle, met.earliest, met.latest) == (None, None, None)
    assert found.chance(200_000, dt.date(2021, 8, 1)) == 0.0


def test_the_chance_grows_with_the_deadline() -> None:
    found = seen(steady())
    chances = [found.chance(140_000, after(29 + days)) for days in (0, 3, 10, 30, 100)]
    assert chances[0] == 0.0
    assert chances == sorted(chances)


def test_the_chance_is_even_where_half_of_the_band_lies_below() -> None:
    found = seen(steady())
    day = found.days(20)[-1]
    for total, chance in ((day.low, 0.9), (day.high, 0.1)):
        assert found.chance(round(total), day.date) == pytest.approx(chance, abs=0.01)


def test_one_unchanged_day_does_not_make_the_band_collapse() -> None:
    series = [*steady(20, gain=400), Point(after(20), 100_000 + 19 * 400)]
    before, later = (last_day(s, 14) for s in (series[:-1], series))
    assert later.high - later.low > 0.7 * (before.high - before.low)
    assert later.total - series[-1].total > 0.5 * (before.total - series[-1].total)


def test_the_band_of_a_commune_s_few_installs_holds_chance() -> None:
    """Two installs a day: that none or six come in three days is nothing strange."""
    third = last_day([Point(after(n), 400 + 2 * n) for n in range(0, 20, 2)], 3)
    assert third.low <= 436 + 3
    assert third.high >= 436 + 9


def test_a_commune_that_may_gain_none_is_not_promised_one() -> None:
    assert last_day([Point(DAY, 500), Point(after(7), 501), Point(after(14), 502)], 2).low == 502


def test_few_installs_near_their_phones_are_never_more_than_those() -> None:
    found = seen([Point(DAY, 180), Point(after(3), 192), Point(after(6), 197)], ceiling=200)
    days = found.days(60)
    assert all(197 <= day.low <= day.total <= day.high <= 200 for day in days)
    assert found.chance(201, days[-1].date) == 0
    assert seen([Point(DAY, 200)], ceiling=200).days(5)[-1].high == 200


def test_a_curve_that_stood_still_for_weeks_may_wake() -> None:
    day = last_day([Point(after(n), 12_345) for n in range(20)], 60)
    assert day.total < 12_345 * 1.02
    assert day.high > 12_345 * 1.01


def test_growth_slows_where_nearly_every_phone_has_it() -> None:
    free, near = (last_day(steady(), 60, ceiling) for ceiling in (None, 135_000))
    assert near.total < near.high <= 135_000
    assert near.total < free.total


def test_paces_from_before_an_order_tell_nothing() -> None:
    slow, order = steady(30, gain=100), after(29)
    series = [*slow, Point(after(32), slow[-1].total + 9_000)]
    told, alone = seen(series, orders=(order,)), seen([slow[-1], series[-1]])
    assert told.days(14) == alone.days(14)


def test_on_the_day_of_an_order_the_pace_before_it_is_lifted() -> None:
    told, plain = (seen(steady(), orders=orders).days(10)[-1] for orders in ((after(29),), ()))
    assert told.total - 129_000 == pytest.approx(LIFT * (plain.total - 129_000))


def test_an_order_to_come_lifts_what_is_gained_after_it_and_widens_the_band_upwards() -> None:
    plain, told = (seen(steady(), orders=orders).days(30) for orders in ((), (after(39),)))
    assert told[:10] == plain[:10]
    gained, lifted = (days[-1].total - days[9].total for days in (plain, told))
    assert lifted == pytest.approx(LIFT * gained)
    assert told[-1].high - told[-1].total > plain[-1].high - plain[-1].total


def test_a_lone_figure_goes_on_as_if_it_had_come_evenly_within_a_factor_of_15() -> None:
    day = last_day([Point(DAY, 3_000_000)], 30)
    assert day.total == pytest.approx(3_000_000 * (1 + 30 / LONE_DAYS))
    assert (day.high - 3_000_000) / 300_000 == pytest.approx(15.4, abs=0.3)


def test_a_forecast_needs_no_library() -> None:
    code = (
        "import datetime as dt, sys; from bluezone.rollout.forecast import outlook;"
        "from bluezone.rollout.series import Point;"
        "outlook([Point(dt.date(2020, 8, 13), 55289)], as_of=dt.date(2020, 8, 13)).days(3);"
        "print(sorted({'numpy', 'scipy', 'pandas', 'vl_convert'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def benchmark(name: str) -> ModuleType:
    folder = str(REPOSITORY / "benchmarks")
    if folder not in sys.path:
        sys.path.append(folder)
    return importlib.import_module(name)


def test_on_campaigns_abroad_errors_are_less_than_simple_rules_make_and_the_band_holds_what_it_promises() -> None:
    bench = benchmark("bench_forecast")
    series = [(campaign, name, points[::7]) for campaign, name, points in bench.read_series([bench.SERIES])]
    table = bench.Table(bench.trials(series), {})
    totals, held = bench.shipped(table.made)
    ours = table.by_horizon(table.errors(totals))
    for rule in bench.RULES.values():
        others = table.by_horizon(table.errors([rule(trial.known, trial.horizon) for trial in table.made]))
        assert (ours < others).all()
    shares = table.by_horizon(held.astype(float))
    assert (shares > 0.75).all()
    assert (shares < 0.88).all()


def test_a_truth_is_only_read_off_a_narrow_gap() -> None:
    bench = benchmark("bench_forecast")
    gap = [Point(DAY, 100), Point(after(1), 110), Point(after(100), 500)]
    assert bench.trials([("A", "a", gap)]) == []
    near = [*gap[:2], Point(after(9), 190)]
    known = tuple(near[:2])
    assert bench.trials([("A", "a", near)]) == [bench.Trial("A", known, 3, 140.0), bench.Trial("A", known, 7, 180.0)]


def test_every_reported_figure_becomes_a_count() -> None:
    counts = reported_counts()
    assert all(count.date for count in counts)
    assert [c.installs for c in counts if str(c.unit) == "63:93"] == [55_289]
    assert max(c.installs or 0 for c in counts if c.unit == nation_on(dt.date(2020, 8, 13)).code) == 37_900_000


def test_a_province_known_by_shares_alone_gets_its_totals_from_them() -> None:
    da_nang = catalogue.provinces().find("Đà Nẵng", on=DAY)
    assert Point(dt.date(2020, 8, 11), 387_140) in series_of(da_nang)  # 34.13 % of 1,134,310
    hai_duong = catalogue.provinces().find("Hải Dương", on=DAY)
    assert Point(dt.date(2021, 5, 11), 676_000) in series_of(hai_duong)
