"""Which series of a unit is chosen, and that nothing read from it mixes sources, kinds or both sides of a break."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.geography.figures import Measure, Vintage
from bluezone.geography.units import UnitCode
from bluezone.i18n import Language
from bluezone.rollout.counts import Count, Kind, Origin
from bluezone.rollout.series import (
    DEFAULT_ORDER,
    LEAD_DAYS,
    MAX_AGE_DAYS,
    REPORTS,
    SUM,
    Series,
    choose,
    choose_all,
    sum_of_parts,
    total_of,
)
from bluezone.rollout.sources import PEOPLE_ON_ORDER, order_sentence, source_of, source_of_people

HAU_GIANG = UnitCode("63", "93")
CAN_THO, SOC_TRANG = UnitCode("63", "92"), UnitCode("63", "94")
NEW_CAN_THO = UnitCode("34", "92")
MINISTRY, REPORTED, COUNTED = Origin.MINISTRY, Origin.REPORTED, Origin.COUNTED
DAY = dt.date(2020, 8, 20)


def on(day: int) -> dt.date:
    return dt.date(2020, 8, day)


def count(day: int, installs: int | None, origin: Origin = REPORTED, **more: object) -> Count:
    return Count(HAU_GIANG, on(day), installs=installs, origin=origin, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counts", "chosen"),
    [
        ([], None),
        ([count(20, 100_000), count(20, 120_000, COUNTED)], (100_000, REPORTED)),
        ([count(20, 120_000), count(20, 100_000, COUNTED)], (120_000, REPORTED)),
        ([count(17, 7, MINISTRY), count(20, 8), count(20, 9, COUNTED)], (7, MINISTRY)),  # its next table is due
        ([count(16, 7, MINISTRY), count(20, 8), count(20, 9, COUNTED)], (8, REPORTED)),  # outdated by reports
        ([count(13, 7, MINISTRY), count(16, 8), count(20, 9, COUNTED)], (7, MINISTRY)),  # our own count outdates none
        ([count(13, 7, MINISTRY), count(17, 8), count(20, 9, COUNTED)], (8, REPORTED)),
        ([count(13, 8), count(20, 9, COUNTED)], (8, REPORTED)),  # a week old: of the day yet
        ([count(12, 7, MINISTRY), count(20, 8), count(20, 9, COUNTED)], (8, REPORTED)),
        ([count(12, 7, MINISTRY), count(12, 8), count(20, 9, COUNTED)], (9, COUNTED)),
        ([count(12, 7, MINISTRY), count(11, 8), count(10, 9, COUNTED)], (7, MINISTRY)),  # all old: the newest
        ([count(10, 7, MINISTRY), count(11, 8), count(12, 9, COUNTED)], (9, COUNTED)),
        ([count(12, 7, MINISTRY), count(12, 8), count(12, 9, COUNTED)], (7, MINISTRY)),  # as old: the first in order
        ([count(21, 7, MINISTRY), count(20, 8)], (8, REPORTED)),  # what comes later is not known yet
        ([count(20, None, MINISTRY, with_phone=5), count(20, 8)], (8, REPORTED)),  # another kind
        ([count(20, 8, source="a"), count(20, 7, source="b")], (7, REPORTED)),  # of one class: entered last
    ],
)
def test_the_first_class_with_a_recent_figure_is_chosen(counts: list[Count], chosen: tuple[int, Origin] | None) -> None:
    series = choose(counts, DAY)
    assert (None if series.total is None else (series.total, series.origin)) == chosen


def test_a_campaign_sets_the_order_and_leaves_classes_out() -> None:
    counts = [count(20, 100_000), count(20, 120_000, COUNTED)]
    assert choose(counts, DAY, order=(COUNTED, REPORTED)).total == 120_000
    assert choose(counts, DAY, order=(MINISTRY,)).total is None


def test_an_own_count_that_stands_still_takes_no_gain_from_one_report_above_it() -> None:
    counts = [count(day, 100_000, COUNTED) for day in range(13, 21)] + [count(20, 120_000)]
    assert choose(counts, DAY).gain_per_day() is None  # one report: no pace is known
    assert choose(counts, DAY, order=(COUNTED, REPORTED)).gain_per_day() == 0


@pytest.mark.parametrize(
    ("pairs", "day", "gain"),
    [
        ([], 13, None),
        ([(13, 100)], 13, None),
        ([(6, 30), (13, 100)], 13, 10.0),
        ([(1, 5), (5, 20), (10, 70), (13, 100)], 13, 10.0),
        ([(10, 70), (13, 100)], 13, 10.0),
        ([(10, 70), (13, 100), (14, 500)], 13, 10.0),
        ([(3, 70), (5, 100)], 13, None),  # the newest figure is itself more than a week old
    ],
)
def test_the_pace_is_that_of_the_last_week_however_irregular_the_figures(
    pairs: list[tuple[int, int]], day: int, gain: float | None
) -> None:
    assert choose([count(at, installs) for at, installs in pairs], on(day)).gain_per_day() == gain


@pytest.mark.parametrize(
    ("bounds", "gain", "pace"),
    [
        ((), (on(13), 60), 10.0),
        ((20,), (on(13), 60), 10.0),  # at least so much; a pace is that of the exact counts
        ((13,), None, 10.0),  # there may have been any number more before
        ((13, 20), None, 10.0),
        ((6, 13, 19), None, None),
    ],
)
def test_no_gain_is_known_over_a_count_printed_as_more_than(
    bounds: tuple[int, ...], gain: tuple[dt.date, int] | None, pace: float | None
) -> None:
    pairs = [(6, 0), (13, 70), (19, 130), (20, 130)]
    if 19 not in bounds:
        pairs = [(6, 0), (12, 60), (13, 70), (19, 130), (20, 130)]
    series = choose([count(at, total, bound=at in bounds) for at, total in pairs], DAY)
    assert series.gain_since(on(13)) == gain
    found = series.gain_per_day()
    assert (found is None) == (pace is None)
    assert found is None or 60 / 8 <= found <= 130 / 13


def test_a_series_begins_anew_at_a_break() -> None:
    days = [dt.date(2021, 6, 25), dt.date(2021, 6, 28), dt.date(2021, 7, 1), dt.date(2021, 7, 3)]
    counts = [Count(HAU_GIANG, day, installs=5 * place) for place, day in enumerate(days)]
    after, before = choose(counts, days[3]), choose(counts, dt.date(2021, 6, 30))
    assert [day for day, _ in after.totals()] == days[2:]
    assert after.gain_since(days[0]) is None
    assert [day for day, _ in before.totals()] == days[:2]


def test_an_earlier_day_is_seen_through_the_source_of_today() -> None:
    counts = [count(10, 5, COUNTED), count(13, 100), count(20, 120), count(13, 7, COUNTED)]
    series = choose(counts, DAY)
    assert series.until(on(13)).total == 100
    assert series.until(on(12)).total is None
    assert series.gain_since(on(13)) == (on(13), 20)


def test_a_newer_share_without_a_count_is_kept_beside_the_figure() -> None:
    share = count(19, None, percent_population=Decimal("7.54"))
    assert choose([count(10, 5), share], DAY).printed == share
    assert choose([count(20, 5), share], DAY).printed is None


def test_a_sum_is_formed_of_one_class_and_of_all_parts() -> None:
    def part(unit: UnitCode, day: int, installs: int, origin: Origin) -> Count:
        return Count(unit, on(day), installs=installs, origin=origin)

    parts = [CAN_THO, HAU_GIANG, SOC_TRANG]
    counts = [
        part(CAN_THO, 10, 1, REPORTED), part(HAU_GIANG, 11, 2, REPORTED), part(SOC_TRANG, 12, 4, REPORTED),
        part(CAN_THO, 12, 100, COUNTED), part(CAN_THO, 15, 3, REPORTED), part(CAN_THO, 20, 5, REPORTED),
    ]  # fmt: skip
    made = [(each.date, each.installs, each.origin, each.source) for each in sum_of_parts(NEW_CAN_THO, parts, counts)]
    assert made == [(on(12), 7, REPORTED, SUM), (on(15), 9, REPORTED, SUM)]  # on the 20th the others are too old


def test_a_total_keeps_who_is_silent_where_it_was() -> None:
    first = choose([count(10, 5), count(12, 8)], DAY)
    second = choose([count(11, 1)], DAY)
    assert [(each.date, each.installs) for each in total_of([first, second], HAU_GIANG, DAY)] == [
        (on(10), 5), (on(11), 6), (on(12), 9),
    ]  # fmt: skip


def test_the_order_and_the_source_are_said_in_both_languages() -> None:
    vietnamese, english = Language.VIETNAMESE, Language.ENGLISH
    assert order_sentence(DEFAULT_ORDER, english) == (
        "Source of figures: the Ministry. Where it has none of the last 7 days, or a report is more than 3 days newer: "
        "reports of officers, then the sum of its parts, then our own count."
    )
    assert "Bộ" in order_sentence(DEFAULT_ORDER, vietnamese)
    assert source_of(REPORTED, "report", english) == "reported by the unit"
    assert source_of(COUNTED, "devices", english) == "our own count"
    on_order = Vintage("order-1", Measure.POPULATION, DAY, PEOPLE_ON_ORDER, "12/UBND")
    assert source_of_people(on_order, english) == "people as order 12/UBND names them"


COUNTS = st.lists(
    st.builds(
        Count,
        unit=st.sampled_from([HAU_GIANG, CAN_THO]),
        date=st.dates(dt.date(2021, 6, 10), dt.date(2021, 7, 20)),
        installs=st.none() | st.integers(0, 1000),
        with_phone=st.none() | st.integers(0, 1000),
        active=st.none() | st.integers(0, 1000),
        source=st.sampled_from(["a", "b"]),
        origin=st.sampled_from(Origin),
    ),
    max_size=30,
)


@given(
    COUNTS,
    st.dates(dt.date(2021, 6, 10), dt.date(2021, 7, 20)),
    st.permutations(list(Origin)),
    st.sampled_from(Kind),
)
def test_a_series_is_of_one_class_and_kind_one_a_day_and_on_one_side_of_a_break(
    counts: list[Count], day: dt.date, order: list[Origin], kind: Kind
) -> None:
    for unit, series in choose_all(counts, day, order=order, kind=kind).items():
        own = [each for each in counts if each.unit == unit and each.date <= day and each.value(kind) is not None]
        assert (series.figure is None) == (not own)
        if series.figure is None:
            continue
        dates = [each.date for each in series.counts]
        assert dates == sorted(set(dates))
        assert {each.origin for each in series.counts} == {series.origin}
        assert all(each in own for each in series.counts)
        assert not (dates[0] < dt.date(2021, 6, 29) <= dates[-1])
        assert series.figure.date == max(each.date for each in own if each.origin is series.origin)
        reports = [each.date for each in own if each.origin in (*REPORTS, Origin.PARTS)]
        oldest = max([day - dt.timedelta(MAX_AGE_DAYS), *(each - dt.timedelta(LEAD_DAYS) for each in reports)])
        for better in order[: order.index(Origin(series.origin))]:  # type: ignore[arg-type]
            newest = max((each.date for each in own if each.origin is better), default=dt.date.min)
            assert newest < oldest
            assert series.is_fresh() or newest < series.figure.date
        gain = series.gain_per_day()
        assert gain is None or min(dates) <= day - dt.timedelta(days=1)
        assert isinstance(series, Series)
