"""A file of counts: every row's problems before anything is stored."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.geography import catalogue
from bluezone.geography.units import Level, System, UnitCode
from bluezone.rollout.checks import Member
from bluezone.rollout.counts import Count, OrganisationCode, Origin
from bluezone.rollout.imports import Preview, Scope, UndecidedError, preview
from bluezone.rollout.problems import Severity
from bluezone.rollout.tables import Row, Table

TODAY = dt.date(2021, 7, 1)
HAU_GIANG = UnitCode(System.PROVINCES_63, "93")
HEADER = "date,unit,installs,percent_population\n"


def table_of(text: str) -> Table:
    """Return the table of a text of comma-separated cells, below the names of its fields."""
    names, *lines = csv.reader(io.StringIO(text))
    rows = [Row(line, dict(zip(names, cells, strict=False))) for line, cells in enumerate(lines, start=2) if cells]
    return Table({name: name for name in names}, (), tuple(rows))


def previewed(text: str, stored: list[Count] | None = None, **scope: object) -> Preview:
    wanted = Scope(**{"today": TODAY, "level": Level.PROVINCE, **scope})  # type: ignore[arg-type]
    return preview(table_of(text), catalogue.provinces(), catalogue.figures(), wanted, stored or ())


@pytest.mark.parametrize(
    ("row", "kind", "column"),
    [
        ("2020-08-13,Atlantis,5,", "unknown-unit", "unit"),
        ("2020-08-13,,5,", "unknown-unit", "unit"),
        ("2020-08-13,34:92,5,", "unit-not-in-force", "unit"),
        ("2020-08-13,Hậu Giang,55.28,", "bad-number", "installs"),
        ("2020-08-13,Hậu Giang,-5,", "bad-number", "installs"),
        ("2020-08-13,Hậu Giang,55289,abc", "bad-number", "percent_population"),
        ("2020-08-13,Hậu Giang,55289,120", "over-100", "percent_population"),
        ("2020-08-13,Hậu Giang,55289,8.54", "share-does-not-fit", "percent_population"),
        ("2020-08-13,Hậu Giang,5528900,", "too-many", "installs"),
        ("31/02/2020,Hậu Giang,55289,", "bad-date", "date"),
        ("2022-08-13,Hậu Giang,55289,", "future-date", "date"),
        ("2019-08-13,Hậu Giang,55289,", "early-date", "date"),
        (",Hậu Giang,55289,", "no-date", "date"),
        ("2020-08-13,Hậu Giang,99999999999999999999,", "bad-number", "installs"),
        pytest.param(f"2020-08-13,Hậu Giang,{'9' * 9_000},", "bad-number", "installs", id="9,000 digits"),
        ("2020-08-13,Hậu Giang,55289,7.5430000000000001", "bad-number", "percent_population"),
        ("2020-08-13,Hậu Giang,,", "no-count", "installs"),
        ("2020-06-19,Hải Dương,688900,40.40", "other-vintage", "percent_population"),
    ],
)
def test_a_bad_row_is_shown_with_line_column_and_reason(row: str, kind: str, column: str) -> None:
    result = previewed(f"{HEADER}2020-08-12,Cà Mau,1000,\n{row}\n")
    assert [(p.line, p.column, p.kind) for p in result.problems] == [(3, column, kind)]
    assert result.problems[0].sentence()


def test_a_good_row_is_stored() -> None:
    (count,) = previewed(f'{HEADER}13/8/2020,Hậu Giang,55.289,"7,54%"\n').to_store()
    assert (count.unit, count.date, count.installs) == (HAU_GIANG, dt.date(2020, 8, 13), 55_289)


def test_three_bad_rows_of_5000_hold_back_all_until_the_officer_decides() -> None:
    names = [unit.name for unit in catalogue.provinces().of_level(Level.PROVINCE, TODAY)]
    rows = [
        f"{dt.date(2020, 8, 1) + dt.timedelta(days=i // 63)},{names[i % 63]},{1000 + i // 63 * 7}," for i in range(5000)
    ]
    rows[10] = "2020-08-01,Atlantis,1,"
    rows[2000] = rows[2000].replace(",1", ",x1", 1)
    rows[4000] = rows[4000].replace("2020", "2031", 1)
    result = previewed(HEADER + "\n".join(rows))
    assert [problem.line for problem in result.problems] == [12, 2002, 4002]
    with pytest.raises(UndecidedError, match=r"rows with problems: 3 \(lines 12, 2002, 4002\)"):
        result.to_store()
    assert len(result.to_store(leave_out_errors=True)) == 4997


def test_a_count_that_falls_is_doubted_against_file_and_store() -> None:
    text = f"{HEADER}2020-08-13,Hậu Giang,55289,\n2020-08-14,Hậu Giang,50000,\n"
    assert [(p.line, p.kind) for p in previewed(text).problems] == [(3, "falls")]
    held = [Count(HAU_GIANG, dt.date(2020, 8, 12), installs=60_000)]
    assert [(p.line, p.kind) for p in previewed(f"{HEADER}2020-08-13,Hậu Giang,55289,\n", held).problems] == [
        (2, "falls")
    ]
    later = [Count(HAU_GIANG, dt.date(2020, 8, 20), installs=40_000)]
    assert [p.line for p in previewed(f"{HEADER}2020-08-13,Hậu Giang,55289,\n", later).problems] == [2]


def test_a_fall_over_a_series_break_is_none() -> None:
    text = f"{HEADER}2021-06-28,Hậu Giang,155289,\n2021-06-30,Hậu Giang,120000,\n"
    assert previewed(text).problems == ()


def test_a_doubt_is_stored_only_when_confirmed() -> None:
    result = previewed(f"{HEADER}2020-08-13,Hậu Giang,55289,\n2020-08-14,Hậu Giang,50000,\n")
    with pytest.raises(UndecidedError):
        result.to_store()
    assert len(result.to_store(confirmed=[3])) == 2
    assert len(result.to_store(leave_out_errors=True)) == 1


def test_the_same_unit_and_day_twice_is_refused() -> None:
    result = previewed(f"{HEADER}2020-08-13,Hậu Giang,55289,\n13/8/2020,tỉnh Hau Giang,55289,\n")
    (problem,) = result.problems
    assert (problem.line, problem.kind, problem.severity) == (3, "duplicate", Severity.ERROR)


def test_importing_again_changes_nothing() -> None:
    text = f"{HEADER}2020-08-13,Hậu Giang,55289,7.54\n2020-08-14,Hậu Giang,60000,\n"
    stored = previewed(text).to_store()
    again = previewed(text, stored)
    assert [row.change for row in again.rows] == ["unchanged", "unchanged"]
    assert again.to_store() == []


def test_a_corrected_figure_is_a_change() -> None:
    stored = previewed(f"{HEADER}2020-08-13,Hậu Giang,55289,\n").to_store()
    (row,) = previewed(f"{HEADER}2020-08-13,Hậu Giang,55290,\n", stored).rows
    assert row.change == "changed"


@pytest.mark.parametrize(
    ("name", "kind"), [("Cà Mau", "outside"), ("Cả nước", "outside"), ("Atlantis", "unknown-unit")]
)
def test_a_file_may_not_speak_of_another_jurisdiction(name: str, kind: str) -> None:
    result = previewed(f"{HEADER}2020-08-13,{name},5,\n", within=HAU_GIANG, level=None)
    assert [problem.kind for problem in result.problems] == [kind]


def test_a_name_that_many_bear_is_that_of_the_own_jurisdiction() -> None:
    table = table_of('date,unit,installs\n2020-08-13,Châu Thành,5\n2020-08-13,"Châu Thành, Long An",5\n')
    scope = Scope(today=TODAY, within=HAU_GIANG)
    result = preview(table, catalogue.all_units(), catalogue.figures(), scope)
    assert [(p.line, p.kind) for p in result.problems] == [(3, "outside")]
    assert [str(count.unit) for count in result.to_store(leave_out_errors=True)] == ["63:933"]


def test_only_the_figure_of_the_same_source_is_replaced() -> None:
    held = [
        Count(HAU_GIANG, dt.date(2020, 8, 13), installs=55_289, source="https://a"),
        Count(HAU_GIANG, dt.date(2020, 8, 13), installs=55_000, source="https://b"),
    ]
    text = f"{HEADER}2020-08-13,Hậu Giang,55300,\n"
    assert [row.change for row in previewed(text, held).rows] == ["new"]
    (row,) = previewed(text, held, source="https://b").rows
    assert (row.change, row.held) == ("changed", held[1])


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        ("2020-08-13,Hậu Giang,=5*11057,,", ["formula"]),
        ("2020-08-13,Hậu Giang,55289,=C2/733017,", ["formula"]),
        ("2020-08-13,Hậu Giang,55289,,=HYPERLINK(A1)", ["formula"]),
        ("2020-08-13,Hậu Giang,55289,,-1+cmd", ["formula"]),
        ("2020-08-13,Tổng cộng,=SUM(C2:C9),,", ["total-row"]),
    ],
)
def test_a_formula_is_no_figure(row: str, kinds: list[str]) -> None:
    result = previewed(f"date,unit,installs,percent_population,source\n{row}\n")
    assert [problem.kind for problem in result.problems] == kinds
    assert result.to_store(leave_out_errors=True) == []


def test_a_row_of_totals_and_one_of_the_nation_are_understood() -> None:
    result = previewed(f"{HEADER}2020-08-20,Tổng cộng,1000,\n2020-08-20,Cả nước,20000000,\n")
    assert [(p.kind, p.severity) for p in result.problems] == [("total-row", Severity.NOTE)]
    assert [str(count.unit) for count in result.to_store()] == ["63:VN"]


def test_shares_between_0_and_1_are_read_as_such() -> None:
    (count,) = previewed(f"{HEADER}2020-08-13,Hậu Giang,55289,0.0754\n").to_store()
    assert str(count.percent_population) == "7.5400"


def test_grouped_counts_in_a_column_with_decimals_are_undecidable() -> None:
    result = previewed(f"{HEADER}2020-08-13,Hậu Giang,55.289,\n2020-08-13,Cà Mau,7.5,\n")
    assert [(p.line, p.kind) for p in result.problems] == [(2, "ambiguous-number"), (3, "bad-number")]


def test_a_count_grouped_with_the_decimal_mark_is_read_and_noted() -> None:
    result = previewed(f"{HEADER}2020-08-13,Hậu Giang,55.289,7.54\n")
    assert [(p.kind, p.severity) for p in result.problems] == [("ambiguous-number", Severity.NOTE)]
    assert result.to_store()[0].installs == 55_289


def test_dates_that_may_be_american_are_held_back() -> None:
    result = previewed(f"{HEADER}08/13/2020,Hậu Giang,5,\n05/06/2020,Cà Mau,5,\n")
    assert [(p.line, p.kind) for p in result.problems] == [(2, "bad-date"), (3, "ambiguous-date")]


def test_a_date_that_can_only_be_day_first_is_not_held_back_with_the_others() -> None:
    result = previewed(f"{HEADER}08/13/2020,Hậu Giang,5,\n13/8/2020,Cà Mau,5,\n")
    assert [(p.line, p.kind) for p in result.problems] == [(2, "bad-date")]


def test_a_better_rank_with_a_smaller_share_is_noted() -> None:
    text = "date,unit,rank,percent_population\n2020-08-20,Đà Nẵng,1,30.4\n2020-08-20,Hà Nội,2,40.8\n"
    assert [(p.line, p.kind) for p in previewed(text).problems] == [(2, "rank-out-of-order")]


cell = st.text(st.characters(exclude_characters='",\n\r', exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=60)
@given(st.lists(st.tuples(cell, cell, cell, cell), max_size=5))
def test_any_cells_give_problems_and_never_a_crash(rows: list[tuple[str, str, str, str]]) -> None:
    result = previewed(HEADER + "\n".join(",".join(row) for row in rows))
    assert len(result.to_store(leave_out_errors=True)) <= len(rows)


CODE = OrganisationCode("0000-0000")
SCHOOL = {CODE: Member("Trường THPT Vị Thanh", 30)}


@pytest.mark.parametrize(
    ("row", "stored", "kinds"),
    [
        (f"2020-08-13,{CODE},30,", [], []),
        (f"2020-08-13,{CODE},31,", [], ["too-many"]),
        (f"2020-08-13,{CODE},30,31", [], ["too-many", "more-in-use"]),
        (f"2020-08-13,{CODE},20,21", [], ["more-in-use"]),
        (f"2020-08-13,{CODE},20,", [(12, 21)], ["falls"]),
        (f"2020-08-13,{CODE},20,", [(14, 19)], ["falls"]),
        (f"2020-08-13,{CODE},20,", [(12, 20)], []),
        (f"2030-08-13,{CODE},20,", [], ["future-date"]),
        ("2020-08-13,0000-0001,20,", [], ["unknown-unit"]),  # a typing mistake
        ("2020-08-13,1111-1110,20,", [], ["unknown-unit"]),  # of nobody in the jurisdiction
    ],
)
def test_a_row_may_speak_of_a_school_by_its_code(row: str, stored: list[tuple[int, int]], kinds: list[str]) -> None:
    held = [Count(CODE, dt.date(2020, 8, day), installs=installs) for day, installs in stored]
    result = previewed(f"date,code,installs,active\n{row}\n", held, organisations=lambda _codes: SCHOOL)
    assert [problem.kind for problem in result.problems] == kinds
    if "unknown-unit" not in kinds and "future-date" not in kinds:
        (made,) = result.rows
        assert made.count is not None
        assert (made.text, made.count.unit, made.count.origin) == ("Trường THPT Vị Thanh", CODE, Origin.REPORTED)


@pytest.mark.parametrize(("exact", "said"), [(True, "from 3 on"), (False, "is lower than that of")])
def test_a_stored_count_that_is_not_disclosed_is_not_said_in_a_problem(exact: bool, said: str) -> None:
    held = [Count(CODE, dt.date(2020, 8, 12), installs=3)]
    members = {CODE: Member("Trường", 30, exact)}
    (problem,) = previewed(
        f"date,code,installs\n2020-08-13,{CODE},2\n", held, organisations=lambda _codes: members
    ).problems
    assert said in problem.sentence()
    assert ("3" in problem.sentence().replace("2020-08-13", "")) is exact


def test_a_fall_against_another_class_of_source_is_none() -> None:
    held = [Count(HAU_GIANG, dt.date(2020, 8, 12), installs=60_000, origin=Origin.MINISTRY)]
    assert not previewed(f"{HEADER}2020-08-13,Hậu Giang,55289,\n", held).problems
