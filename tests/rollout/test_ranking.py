"""Who stands where on a day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, UnitCode
from bluezone.i18n import Language
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.history import reported_counts
from bluezone.rollout.rank_words import parts_sentence, parts_sum, rank_sentence
from bluezone.rollout.ranking import Basis, Ranking, Standing, coverage, printed_ranks, rank, standing, whole_and_parts
from bluezone.rollout.series import choose_all

DAY = dt.date(2020, 8, 20)
PROVINCES = catalogue.provinces().of_level(Level.PROVINCE, DAY)
FIGURES = catalogue.figures()


def code(digits: str) -> UnitCode:
    return UnitCode("63", digits)


def count(digits: str, installs: int | None, day: dt.date = DAY, **more: object) -> Count:
    return Count(code(digits), day, installs=installs, **more)  # type: ignore[arg-type]


def ranked(*counts: Count, **options: object) -> Ranking:
    return rank(PROVINCES, choose_all(counts, DAY), FIGURES, on=DAY, **options)  # type: ignore[arg-type]


def test_provinces_without_a_figure_are_listed_as_such() -> None:
    ranking = ranked(count("93", 55_289))
    assert len(ranking.rows) == 63
    assert [s.unit.name for s in ranking.ranked] == ["Hậu Giang"]
    assert {s.missing for s in ranking.missing} == {"no figure"}


def test_a_figure_of_last_month_is_not_one_of_the_day() -> None:
    ranking = ranked(count("93", 55_289, DAY - dt.timedelta(days=8)), count("96", 10, DAY - dt.timedelta(days=7)))
    assert [s.unit.name for s in ranking.ranked] == ["Cà Mau"]
    row = ranking.of(code("93"))
    assert (row.missing, row.count) == ("no recent figure", 55_289)
    anyway = ranked(count("93", 55_289, DAY - dt.timedelta(days=8)), basis=Basis(max_age_days=None))
    assert anyway.of(code("93")).rank == 1


def test_equal_shares_share_a_rank_and_leave_the_next_out() -> None:
    values = {"93": 733_017, "92": 1_235_171, "94": 1_199_653}
    tied = [count(digits, value // 733_017 * 0 + value) for digits, value in values.items()]
    ranking = ranked(*tied, count("96", 5))
    assert [(s.rank, s.tied) for s in ranking.ranked] == [(1, True), (1, True), (1, True), (4, False)]


def test_all_provinces_are_ranked_on_one_census() -> None:
    ranking = ranked(count("30", 398_000), count("27", 301_000))
    assert ranking.vintages == ("census-2019",)
    hai_duong = ranking.of(code("30"))
    assert hai_duong.share == Fraction(398_000, 1_892_254)
    assert hai_duong.rank == 2  # on its census of 2009 it would have been first, as was printed


def test_a_vintage_may_be_asked_for() -> None:
    ranking = ranked(count("30", 398_000), count("27", 301_000), basis=Basis(vintage="census-2009"))
    assert ranking.vintages == ("census-2009",)


def test_without_people_there_is_no_share() -> None:
    ranking = ranked(count("96", 5), basis=Basis(measure=Measure.ADULTS))
    assert ranking.of(code("96")).missing == "no figure for adults"


BEFORE = DAY - dt.timedelta(days=7)


def of_all(values: dict[str, int], day: dt.date, but: int = 0) -> list[Count]:
    """Return a count of each province but the last so many; of those not named, ever less by their place."""
    return [
        count(unit.code.digits, values.get(unit.code.digits, 500 - place), day)
        for place, unit in enumerate(PROVINCES[: len(PROVINCES) - but])
    ]


def test_movement_is_told_in_count_points_and_places() -> None:
    counts = of_all({"93": 10_000, "96": 20_000}, BEFORE) + of_all({"93": 55_289, "96": 20_100}, DAY)
    ranking = ranked(*counts, base_date=BEFORE)
    row = ranking.of(code("93"))
    assert (row.rank, row.places, row.gain) == (1, 1, 45_289)
    assert row.points == Fraction(45_289, 733_017)
    assert ranking.of(code("96")).places == -1
    assert (ranking.moves, ranking.common) == (True, 63)


def test_who_begins_to_report_moves_nobody() -> None:
    """Hậu Giang doubled; five others that had no figure a week ago stand above it now: it fell by none."""
    late = {unit.code.digits: 3_000_000 for unit in PROVINCES[:5]}
    before = [each for each in of_all({"93": 30_000}, BEFORE) if each.unit.digits not in late]  # type: ignore[union-attr]
    ranking = ranked(*before, *of_all(late | {"93": 60_000}, DAY), base_date=BEFORE)
    row = ranking.of(code("93"))
    assert (row.rank, row.places, ranking.common) == (6, 0, 58)
    assert ranking.of(PROVINCES[0].code).places is None


@pytest.mark.parametrize(("missing", "moves"), [(0, True), (6, True), (7, False)])  # 57 and 56 of 63
def test_movement_takes_figures_of_both_days_of_nine_in_ten(missing: int, moves: bool) -> None:
    ranking = ranked(*of_all({}, BEFORE, but=missing), *of_all({}, DAY), base_date=BEFORE)
    assert ranking.moves is moves
    assert all((row.places is not None) is (moves and row.points is not None) for row in ranking.rows)


def test_an_old_figure_that_counts_on_both_days_is_no_gain() -> None:
    ranking = ranked(*of_all({}, BEFORE), base_date=BEFORE)
    assert (ranking.common, ranking.rows[0].gain) == (0, None)
    assert len(ranking.old) == 63


def test_the_printed_rank_and_ours_stand_side_by_side() -> None:
    counts = [
        count("93", 55_289, dt.date(2020, 8, 13), rank=50, origin=Origin.MINISTRY),
        count("93", 55_300, dt.date(2020, 8, 13), rank=49, source="a paper"),  # not the Ministry's
        count("96", 121_909),
    ]
    ranking = rank(PROVINCES, choose_all(counts, DAY), FIGURES, on=DAY, printed=printed_ranks(counts, DAY))
    both = standing(ranking, code("93"))
    assert both.printed is not None
    assert (both.printed.rank, both.printed.of, both.printed.date) == (50, 63, dt.date(2020, 8, 13))
    assert both.own is not None
    assert (both.own.rank, both.own.of, both.own.units) == (2, 2, 63)
    assert standing(ranking, code("01")) == Standing()
    said = rank_sentence(both, Language.ENGLISH)
    assert "rank 50 of 63 as the Ministry printed it for 13 August 2020" in said
    assert "rank 2 of the 2 with figures here (of 63)" in said


def test_a_printed_rank_of_another_month_or_of_a_later_day_is_not_shown() -> None:
    counts = [count("93", 1, DAY - dt.timedelta(days=31), rank=50), count("93", 1, DAY + dt.timedelta(days=1), rank=5)]
    assert printed_ranks(counts, DAY) == {}


@pytest.mark.parametrize(
    ("whole", "parts", "known", "difference", "said"),
    [
        (100, {"01": 40, "02": 60}, 2, 0, "100 (the same; 20 Aug)"),
        (100, {"01": 40, "02": 57}, 2, -3, "97 (3 less; 20 Aug)"),
        (1_100, {"01": 4_000, "02": 57}, 2, 2_957, "4,057 (2,957 more; 20 Aug)"),
        (100, {"01": 40}, 1, None, "40 (1 of 2; 20 Aug)"),
    ],
)
def test_the_sum_of_the_parts_is_held_against_the_whole(
    whole: int, parts: dict[str, int], known: int, difference: int | None, said: str
) -> None:
    two = [unit for unit in PROVINCES if unit.code.digits in ("01", "02")]
    counts = [count(digits, installs) for digits, installs in parts.items()]
    found = whole_and_parts(whole, DAY, rank(two, choose_all(counts, DAY), FIGURES, on=DAY))
    assert found is not None
    assert (found.known, found.difference) == (known, difference)
    assert parts_sum(found, Language.ENGLISH) == said
    assert parts_sentence(found, Language.VIETNAMESE)


def test_without_parts_there_is_no_sum() -> None:
    assert whole_and_parts(5, DAY, ranked()) is None


def test_no_movement_is_told_over_a_series_break() -> None:
    counts = [count("93", 10, dt.date(2021, 6, 28)), count("93", 20, dt.date(2021, 7, 1))]
    ranking = rank(
        PROVINCES,
        choose_all(counts, dt.date(2021, 7, 1)),
        FIGURES,
        on=dt.date(2021, 7, 1),
        base_date=dt.date(2021, 6, 28),
    )
    assert ranking.of(code("93")).gain is None
    assert [each.date for each in ranking.breaks] == [dt.date(2021, 6, 29)]


def test_a_share_of_which_no_count_is_known_ranks_as_printed() -> None:
    ranking = ranked(count("48", None, percent_population=Decimal("40.4")), count("01", 2_397_000))
    first = ranking.ranked[0]
    assert (first.unit.name, first.as_printed, first.count) == ("Đà Nẵng", True, None)


def test_a_base_date_after_the_day_is_refused() -> None:
    with pytest.raises(RolloutError):
        ranked(base_date=DAY)


def test_the_five_leaders_of_20_august_2020_are_those_the_papers_printed_but_for_hai_duong() -> None:
    ranking = rank(PROVINCES, choose_all(reported_counts(), DAY), FIGURES, on=DAY)
    assert [s.unit.name for s in ranking.ranked[:4]] == ["Đà Nẵng", "Hà Nội", "Quảng Ninh", "Hồ Chí Minh"]
    assert ranking.ranked[4].unit.name == "Bắc Ninh"  # 22.0 % on the census of 2019; Hải Dương 21.0 %
    assert ranking.ranked[5].unit.name == "Hải Dương"


def test_coverage_is_that_of_those_who_report() -> None:
    whole = coverage(ranked(count("93", 55_289), count("96", 100)))
    assert (whole.installs, whole.people, whole.reporting, whole.units) == (55_389, 733_017 + 1_194_476, 2, 63)
    assert coverage(ranked()).share is None


@given(st.dictionaries(st.sampled_from([u.code.digits for u in PROVINCES]), st.integers(0, 8_000_000)))
def test_ranks_follow_shares_and_nobody_is_lost(values: dict[str, int]) -> None:
    ranking = ranked(*(count(digits, value) for digits, value in values.items()))
    assert {s.unit.code for s in ranking.rows} == {unit.code for unit in PROVINCES}
    shares = [s.share for s in ranking.ranked]
    assert shares == sorted((s for s in shares if s is not None), reverse=True)
    for row in ranking.ranked:
        assert row.rank == 1 + sum((s or 0) > (row.share or 0) for s in shares)
