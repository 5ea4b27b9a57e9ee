"""Does a printed share fit its count?"""

from __future__ import annotations

import datetime as dt
import importlib.util
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.geography import catalogue
from bluezone.geography.figures import Figure, Measure, Vintage
from bluezone.geography.units import Level
from bluezone.rollout.audit import MEASURES, Claim, Finding, OtherRow, Verdict, audit, fits, fits_cut
from bluezone.rollout.checks import audit_problems
from bluezone.rollout.numbers import count_of, parse_count, percent_of

REPOSITORY = Path(__file__).resolve().parents[2]
JUNE_2021 = dt.date(2021, 6, 19)


def claim(line: int, name: str, count: str, percent: str = "", smart: str = "", date: dt.date = JUNE_2021) -> Claim:
    return Claim(
        line=line,
        unit=catalogue.provinces().find(name, on=JUNE_2021, level=Level.PROVINCE),
        date=date,
        counts={"with_phone": parse_count(count)},
        percent_population=percent_of(percent) if percent else None,
        percent_smartphones=percent_of(smart) if smart else None,
    )


def audited(*claims: Claim) -> list[Finding]:
    provinces = catalogue.provinces().of_level(Level.PROVINCE, JUNE_2021)
    named = [claim.unit for claim in claims if claim.unit is not None]
    return audit(claims, catalogue.figures().of_units([*named, *provinces], MEASURES), provinces)


@pytest.mark.parametrize(
    ("name", "count", "percent", "verdict", "vintage"),
    [
        ("Bắc Ninh", "610.578", "44,61%", Verdict.AGREES, "census-2019"),
        ("Đà Nẵng", "505.551", "44,57%", Verdict.AGREES, "census-2019"),
        ("Hà Nội", "3.275.589", "40,67%", Verdict.AGREES, "census-2019"),
        ("Hải Dương", "688.900", "40,40%", Verdict.OTHER_VINTAGE, "census-2009"),
        ("Hải Dương", "676.000", "39,65%", Verdict.OTHER_VINTAGE, "census-2009"),
        ("Hậu Giang", "55.289", "7,54%", Verdict.AGREES, "census-2019"),
        ("Cà Mau", "121.909", "10,2%", Verdict.AGREES, "census-2019"),
        # 121,909 of 1,194,476 are 10.206 %: 10.20 is cut off, 10.21 is rounded
        ("Cà Mau", "121.909", "10,20%", Verdict.AGREES_CUT, "census-2019"),
    ],
)
def test_a_share_agrees_with_the_census_it_used(
    name: str, count: str, percent: str, verdict: Verdict, vintage: str
) -> None:
    (finding,) = audited(claim(2, name, count, percent))
    assert finding.verdict is verdict
    assert finding.fits[0].vintage.id == vintage


def test_two_counts_printed_in_each_others_row_are_found() -> None:
    findings = audited(
        claim(2, "Bắc Ninh", "505.551", "44,61%"),
        claim(3, "Đà Nẵng", "610.578", "44,57%"),
        claim(4, "Quảng Ninh", "516.575", "39,12%"),
    )
    assert [finding.verdict for finding in findings] == [Verdict.OTHER_ROW, Verdict.OTHER_ROW, Verdict.AGREES]
    assert findings[0].other_rows == ((3, OtherRow.COUNT),)
    assert findings[1].other_rows == ((2, OtherRow.COUNT),)


def test_a_row_under_the_wrong_name_fits_the_people_of_another() -> None:
    wrong = audited(claim(2, "Long An", "516.575", "39,12%"), claim(3, "Quảng Ninh", "400.123"))[0]
    assert wrong.verdict is Verdict.OTHER_ROW
    assert wrong.other_rows == ((3, OtherRow.NAME),)


def test_a_row_that_fits_a_unit_outside_the_table_names_it() -> None:
    (finding,) = audited(claim(2, "Long An", "516.575", "39,12%"))
    assert "Quảng Ninh" in [unit.name for unit in finding.other_units]


def test_rows_of_another_day_explain_nothing() -> None:
    finding = audited(
        claim(2, "Bắc Ninh", "505.551", "44,61%"),
        claim(3, "Đà Nẵng", "505.551", "44,57%", date=dt.date(2021, 6, 26)),
    )[0]
    assert finding.other_rows == ()


@pytest.mark.parametrize(
    ("count", "percent", "corrects", "value", "kind"),
    [
        ("610.578", "44,16%", "percent", "44.61", "two digits swapped"),
        ("601.578", "44,61%", "count", "610578", "two digits swapped"),
        ("61.578", "44,61%", "count", "610578", "one digit missing"),
        ("6.105.787", "44,61%", "count", "610578", "one digit too many"),
        ("610.578", "45,61%", "percent", "44.61", "one digit wrong"),
    ],
)
def test_a_slip_of_one_digit_is_named(count: str, percent: str, corrects: str, value: str, kind: str) -> None:
    (finding,) = audited(claim(2, "Bắc Ninh", count, percent))
    assert finding.verdict is Verdict.SLIP
    assert (corrects, value, kind) in [(slip.corrects, str(slip.value), slip.kind) for slip in finding.slips]


def test_a_share_of_people_printed_as_one_of_smartphones_is_found() -> None:
    (finding,) = audited(claim(2, "Bắc Ninh", "610.578", smart="44,61%"))
    assert finding.verdict is Verdict.OTHER_MEASURE


def test_what_no_slip_explains_just_does_not_fit() -> None:
    (finding,) = audited(claim(2, "Bắc Ninh", "123.457", "88,88%"))
    assert finding.verdict is Verdict.DOES_NOT_FIT
    assert str(finding.expected[0][1]) == "9.02"


def test_without_a_denominator_there_is_nothing_to_check() -> None:
    (finding,) = audited(claim(2, "Cà Mau", "121.909", smart="15,50%"))
    assert finding.verdict in (Verdict.NOTHING_TO_CHECK, Verdict.OTHER_MEASURE)
    assert finding.implied_base is not None
    low, high = finding.implied_base
    assert low <= 121_909 / 0.155 <= high


def test_a_count_in_whole_millions_agrees_but_says_little() -> None:
    (finding,) = audited(claim(2, "Hà Nội", "3.000.000", "37,74%"))
    assert (finding.verdict, finding.weak) == (Verdict.AGREES, True)


@given(st.integers(1, 10_000_000), st.integers(1000, 10_000_000), st.integers(0, 3))
def test_a_share_rounded_from_its_count_always_fits(count: int, base: int, digits: int) -> None:
    exact = Decimal(count) * 100 / base
    rounded = round(exact, digits)
    assert fits(count_of(count), percent_of(f"{rounded:.{digits}f}"), base)
    cut = (exact * 10**digits) // 1 / Decimal(10) ** digits
    assert fits_cut(count_of(count), percent_of(f"{cut:.{digits}f}"), base)


@given(st.integers(1, 10_000_000), st.integers(1000, 10_000_000))
def test_a_share_that_is_off_by_two_last_digits_never_fits_an_exact_count(count: int, base: int) -> None:
    off = round(Decimal(count) * 100 / base, 2) + Decimal("0.02")
    exact = count_of(count * 10 + 1)
    assert not fits(exact, percent_of(f"{off:.2f}"), base * 10) or exact.value * 10 != count


@pytest.mark.parametrize("printed", ["0,0754", "0,754", "75,4", "754"])
def test_a_misplaced_decimal_mark_is_told(printed: str) -> None:
    (finding,) = audited(claim(2, "Hậu Giang", "55.289", printed))
    slip = finding.slips[0]
    assert (slip.corrects, slip.kind) == ("percent", "the decimal mark misplaced")
    assert Decimal("7.5") <= slip.value <= Decimal("7.54")


def test_shares_printed_in_each_others_row_are_found() -> None:
    findings = audited(
        claim(2, "Bắc Ninh", "610.578", "42,29%"),
        claim(3, "Hải Phòng", "857.843", "44,61%"),
    )
    for finding, other in zip(findings, (3, 2), strict=True):
        assert finding.verdict is Verdict.OTHER_ROW
        assert finding.other_rows == ((other, OtherRow.PERCENT),)


def test_a_share_copied_from_the_row_above_is_found() -> None:
    _, finding = audited(claim(2, "Hậu Giang", "55.289", "7,54%"), claim(3, "Đà Nẵng", "368.917", "7,54%"))
    assert finding.other_rows == ((2, OtherRow.PERCENT),)


def test_a_whole_percent_or_a_round_count_proves_no_copy() -> None:
    _, whole = audited(claim(2, "Hậu Giang", "55.289", "8%"), claim(3, "Đà Nẵng", "368.917", "8%"))
    assert whole.other_rows == ()
    _, of_round = audited(claim(2, "Hậu Giang", "60.000", "8,19%"), claim(3, "Đà Nẵng", "368.917", "8,25%"))
    assert of_round.other_rows == ()


# --- other days, bases of the day, and what a slip must say -----------------------------------------------------------

DAYS = [dt.date(2021, 5, 26), dt.date(2021, 5, 27), dt.date(2021, 5, 28)]


def test_a_share_that_belongs_to_the_unit_s_count_of_the_line_above_is_found() -> None:
    """Bắc Giang printed its new count beside the share of the day before."""
    before, after = audited(
        claim(2, "Bắc Giang", "412.345", "22,86%", date=DAYS[1]),
        claim(3, "Bắc Giang", "433.021", "22,86%", date=DAYS[2]),
    )
    assert before.verdict is Verdict.AGREES
    assert after.verdict is Verdict.OTHER_ROW
    assert after.other_rows == ((2, OtherRow.DAY_SHARE),)


def test_a_count_left_from_the_day_before_is_found() -> None:
    _, after = audited(
        claim(2, "Bắc Giang", "412.345", "22,86%", date=DAYS[1]),
        claim(3, "Bắc Giang", "412.345", "24,01%", date=DAYS[2]),
    )
    assert after.other_rows == ((2, OtherRow.DAY_COUNT),)


def test_no_base_of_a_later_date_is_used() -> None:
    (early,) = audited(claim(2, "Hải Dương", "66.552", smart="4,76%", date=dt.date(2020, 8, 5)))
    assert [figure.vintage.id for figure, _ in early.expected] == ["smartphones-2020-08"]
    (before_any,) = audited(claim(2, "Bắc Ninh", "244.201", smart="17,74%", date=dt.date(2020, 8, 11)))
    assert before_any.expected == ()


def test_phones_may_be_those_of_subscribers_or_of_persons() -> None:
    """Nobody counted Cà Mau's phones: more than its people (subscribers) or fewer (persons), but not ten times more."""
    for smart, verdict in (
        ("9,05%", Verdict.NOTHING_TO_CHECK),
        ("15,50%", Verdict.NOTHING_TO_CHECK),
        ("1,02%", Verdict.DOES_NOT_FIT),
    ):
        (finding,) = audited(claim(2, "Cà Mau", "121.909", smart=smart))
        assert finding.verdict is verdict, smart


def test_phones_that_the_unit_s_other_days_imply_are_its_base() -> None:
    first, second, third = audited(
        *(claim(2 + n, "Cà Mau", str(101_909 + 10_000 * n), smart=smart, date=DAYS[n])
          for n, smart in enumerate(("12,74%", "13,99%", "12,74%")))
    )  # fmt: skip
    assert first.verdict is second.verdict is Verdict.OTHER_BASE
    assert third.other_rows == ((2, OtherRow.DAY_SHARE),)


def test_an_estimate_that_a_unit_uses_every_day_is_a_note() -> None:
    findings = audited(
        *(claim(2 + n, "Long An", str(120_123 + 1_111 * n), share, date=DAYS[n])
          for n, share in enumerate(("6,97%", "7,03%", "7,10%")))
    )  # fmt: skip
    assert {finding.verdict for finding in findings} == {Verdict.OTHER_BASE}
    assert {finding.fits for finding in findings} == {()}


@pytest.mark.parametrize(
    ("people", "verdict"),
    [(1_722_000, Verdict.OTHER_BASE), (1_500_000, Verdict.DOES_NOT_FIT), (17_220_000, Verdict.DOES_NOT_FIT)],
)
def test_a_share_may_be_of_the_people_that_its_row_states(people: int, verdict: Verdict) -> None:
    (finding,) = audited(replace(claim(2, "Long An", "120.123", "6,976%"), people=people))
    assert finding.verdict is verdict


def test_an_estimate_that_was_counted_later_is_named() -> None:
    later = Vintage("estimate-2021", Measure.POPULATION, dt.date(2021, 12, 31), "an estimate", "a yearbook")
    claims = [
        claim(2 + n, "Long An", str(120_123 + 1_111 * n), share, date=DAYS[n])
        for n, share in enumerate(("6,97%", "7,03%", "7,10%"))
    ]
    unit = claims[0].unit
    assert unit is not None
    known = catalogue.figures().with_figures([Figure(unit.code, 1_723_800, later)])
    findings = audit(claims, known.of_units([unit], MEASURES))
    assert {finding.verdict for finding in findings} == {Verdict.OTHER_BASE}
    assert {each.vintage for finding in findings for each in finding.fits} == {later}
    (said, *_) = audit_problems(findings, {"percent_population": "Tỷ lệ"})
    assert said.sentence() == (
        "6.97 % of 120,123 is of the people counted on 2021-12-31: that is later than the figure"
    )


@pytest.mark.parametrize(
    ("others", "verdict"),
    [
        ((), Verdict.DOES_NOT_FIT),  # alone, too many other mistakes would look like this one
        ((("69.200", "9,44%"), ("71.500", "9,75%")), Verdict.SLIP),
    ],
)
def test_a_wrong_digit_is_named_where_the_unit_s_other_days_leave_nothing_else(others, verdict) -> None:
    rows = [claim(2, "Hậu Giang", "70.300", "9,79%", date=DAYS[1])]  # 9,59 was meant
    days = (DAYS[0], DAYS[2])
    rows += [
        claim(3 + n, "Hậu Giang", count, percent, date=days[n]) for n, (count, percent) in enumerate(others)
    ]  # fmt: skip
    finding = audited(*rows)[0]
    assert finding.verdict is verdict
    if verdict is Verdict.SLIP:
        slip = finding.slips[0]
        assert (slip.corrects, slip.kind, str(slip.value)) == ("percent", "one digit wrong", "9.59")


def test_phones_are_not_judged_by_a_row_whose_own_count_is_wrong() -> None:
    wrong, right = audited(
        claim(2, "Ninh Bình", "160.705", "11,1%", "14,8%", date=DAYS[0]),
        claim(3, "Ninh Bình", "109.311", "11,1%", "14,8%", date=DAYS[1]),
    )[::2]
    assert wrong.verdict is not Verdict.AGREES
    assert right.verdict in (Verdict.AGREES, Verdict.AGREES_CUT, Verdict.NOTHING_TO_CHECK)


def test_shares_of_about_as_many_phones_as_people_are_not_mixed_up_where_the_table_cuts() -> None:
    findings = audited(
        *(claim(2 + n, "Nam Định", count, share, smart, date=DAYS[n])
          for n, (count, share, smart) in enumerate((("73.911", "4,1%", "4,2%"), ("75.805", "4,2%", "4,3%"))))
    )  # fmt: skip
    assert Verdict.OTHER_MEASURE not in {finding.verdict for finding in findings}


@pytest.mark.parametrize(("count", "percent"), [("456.000", "40,4%"), ("431.555", "36,9%"), ("402.000", "41%")])
def test_a_slip_that_would_fit_anyway_is_not_proposed(count: str, percent: str) -> None:
    (finding,) = audited(claim(2, "Đà Nẵng", count, percent))
    assert (finding.verdict, finding.slips) == (Verdict.DOES_NOT_FIT, ())


def test_few_pairs_that_have_nothing_to_do_with_each_other_are_explained_by_a_slip() -> None:
    rng = np.random.default_rng(7)
    unit = catalogue.provinces().find("Hậu Giang", on=JUNE_2021)
    explained = 0
    for _ in range(300):
        count, percent = int(rng.integers(20_000, 300_000)), f"{rng.uniform(3, 40):.1f}"
        (finding,) = audit(
            [Claim(2, unit, JUNE_2021, {"installs": count_of(count)}, percent_of(percent))],
            catalogue.figures().of_units([unit], MEASURES),
        )
        explained += bool(finding.slips)
    assert explained < 300 / 25  # one in thirteen would be, if every slip that fits were named


@pytest.mark.parametrize(
    ("count", "percent", "value"), [("331", "19,4%", "331000"), ("331.000.000", "19,4%", "331000")]
)
def test_thousands_taken_for_units_are_told(count: str, percent: str, value: str) -> None:
    (finding,) = audited(claim(2, "Thái Nguyên", count, percent.replace("19,4", "25,7")))
    assert [(slip.kind, str(slip.value)) for slip in finding.slips[:1]] == [("thousands and units mixed up", value)]


def test_tables_with_mistakes_put_in_are_audited_without_a_false_alarm() -> None:
    """A small run of benchmarks/bench_audit.py on seeds that nothing was tuned on."""
    spec = importlib.util.spec_from_file_location("bench_audit", REPOSITORY / "benchmarks" / "bench_audit.py")
    assert spec is not None
    assert spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = bench
    spec.loader.exec_module(bench)
    result = bench.measure(range(900, 902))
    found = sum(each["found"] for each in result["mistakes"].values())
    assert found >= 0.97 * sum(each["put"] for each in result["mistakes"].values()) > 100
    assert result["false_alarms_per_1000"] < 2


def test_one_wrong_row_of_a_unit_is_not_taken_for_its_people() -> None:
    """Row 4 is another province's under this name; it implied people of whom no digit of row 3 was swapped."""
    findings = audited(
        claim(2, "Hà Tĩnh", "107.169", "8,31%", date=DAYS[0]),
        claim(3, "Hà Tĩnh", "111.612", "6,86%", date=DAYS[1]),
        claim(4, "Hà Tĩnh", "114.566", "8,31%", date=DAYS[2]),
    )
    assert findings[1].verdict is Verdict.SLIP
    assert [(slip.kind, str(slip.value)) for slip in findings[1].slips] == [("two digits swapped", "8.66")]


def test_yesterday_s_share_printed_again_is_found_though_counts_are_round() -> None:
    findings = audited(
        claim(2, "Kon Tum", "34.000", "6,23%", date=DAYS[0]), claim(3, "Kon Tum", "36.000", "6,23%", date=DAYS[1])
    )
    assert findings[0].verdict is Verdict.AGREES
    assert (findings[1].verdict, findings[1].other_rows) == (Verdict.OTHER_ROW, ((2, OtherRow.DAY_SHARE),))


def test_a_table_that_cuts_its_shares_off_is_of_the_census_in_use() -> None:
    """Of 1,022,791 people 47,116 are 4.607 %; of those of 2009 they would be 4.60, rounded."""
    cut = (("Cà Mau", "121.909", "10,20%"), ("Hà Tĩnh", "107.960", "8,37%"), ("Thái Bình", "130.749", "7,02%"))
    findings = audited(*(claim(2 + n, *row) for n, row in enumerate(cut)), claim(5, "Vĩnh Long", "47.116", "4,60%"))
    assert [finding.verdict for finding in findings] == [Verdict.AGREES_CUT] * 4
    assert findings[3].fits[0].vintage.id == "census-2019"


def test_phones_about_as_many_as_people_nobody_printed_are_not_taken_for_another_census() -> None:
    findings = audited(
        claim(2, "Lạng Sơn", "58.861", "7,8%", "8,0%", date=DAYS[0]),
        claim(3, "Lạng Sơn", "60.181", "8,0%", "8,2%", date=DAYS[1]),
    )
    assert Verdict.OTHER_MEASURE not in {finding.verdict for finding in findings}
