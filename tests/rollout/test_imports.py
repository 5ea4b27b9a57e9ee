"""A file of counts: every row's problems before anything is stored."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.geography import catalogue
from bluezone.geography.units import Level, UnitCode
from bluezone.rollout.checks import Member
from bluezone.rollout.counts import Count, OrganisationCode, Origin
from bluezone.rollout.imports import Preview, Scope, judge, of_cells, of_file
from bluezone.rollout.levels import Beside
from bluezone.rollout.problems import Severity
from bluezone.spreadsheets.draft import Context
from bluezone.spreadsheets.errors import TableError
from bluezone.spreadsheets.mapping import Mapping
from bluezone.spreadsheets.opening import open_book
from bluezone.spreadsheets.propose import NOTHING, propose
from bluezone.spreadsheets.results import Proposal

TODAY = dt.date(2021, 7, 1)
HAU_GIANG = UnitCode("63", "93")
HEADER = "date,unit,installs,percent_population\n"


def proposal_of(text: str, decided: Mapping = NOTHING, **scope: object) -> Proposal:
    """Return a text of comma-separated cells below the names of their roles, taken for just these."""
    roles = {chr(65 + at): {"date": "day"}.get(name, name) for at, name in enumerate(text.splitlines()[0].split(","))}
    within = scope.get("within")
    assert within is None or isinstance(within, UnitCode)
    members = scope.get("organisations", lambda _codes: {})
    context = Context(
        catalogue.all_units(),
        TODAY,
        within,
        catalogue.figures(),
        lambda codes: {code: "" for code in codes if f"{code[:4]}-{code[4:]}" in members(codes)},  # type: ignore[operator]
    )
    return propose(open_book(text.encode(), "t.csv"), context, decided.over(Mapping(header=(1, 1), roles=roles)))


def previewed(text: str, stored: list[Count] | None = None, **scope: object) -> Preview:
    wanted = Scope(**{"today": TODAY, "level": Level.PROVINCE, **scope})  # type: ignore[arg-type]
    return judge(of_file(proposal_of(text, **scope), catalogue.all_units(), wanted), catalogue.figures(), stored or ())


@pytest.mark.parametrize(
    ("row", "kind", "column"),
    [
        ("2020-08-13,Hậu Giang,55289,abc", "bad-number", "percent_population"),
        ("2020-08-13,Hậu Giang,abc,7.54", "bad-number", "installs"),
        ("2020-08-13,Hậu Giang,55289,120", "over-100", "percent_population"),
        ("2020-08-13,Hậu Giang,55289,8.54", "share-does-not-fit", "percent_population"),
        ("31/02/2020,Hậu Giang,55289,", "no-date", "date"),
        ("2022-08-13,Hậu Giang,55289,", "future-date", "date"),
        ("2019-08-13,Hậu Giang,55289,", "early-date", "date"),
        ("2020-06-19,Hải Dương,688900,40.40", "other-vintage", "percent_population"),
    ],
)
def test_a_bad_row_is_shown_with_line_column_and_reason(row: str, kind: str, column: str) -> None:
    result = previewed(f"{HEADER}2020-08-12,Cà Mau,1000,1.0\n{row}\n")
    of_row = [(p.line, p.column, p.kind) for p in result.problems if p.line == 3]
    assert of_row == [(3, column, kind)]
    assert result.problems[-1].sentence()


@pytest.mark.parametrize(
    "row",
    [
        "2020-08-13,Atlantis,5,",
        "2020-08-13,34:92,5,",
        "2020-08-13,Hậu Giang,55.28,",
        "2020-08-13,Hậu Giang,5528900,",
        "2020-08-13,Hậu Giang,99999999999999999999,",
        "2020-08-13,Hậu Giang,-5,",
        pytest.param(f"2020-08-13,Hậu Giang,{'9' * 9_000},", id="9,000 digits"),
        "2020-08-13,Hậu Giang,,",
        "2020-08-13,Hậu Giang,=5*11057,",
        "2020-08-13,Tổng cộng,1000,",
        "2020-08-13,Tổng cộng,=SUM(C2:C9),",
    ],
)
def test_a_row_without_a_unit_or_a_figure_is_left_out_with_its_reason(row: str) -> None:
    text = f"{HEADER}2020-08-12,Cà Mau,1000,1.0\n{row}\n"
    (left,) = [each for each in proposal_of(text).rows if each.left_out is not None]
    assert (left.line, bool(str(left.left_out))) == (3, True)
    assert [row.line for row in previewed(text).rows] == [2]


@pytest.mark.parametrize(
    ("cells", "kind", "column"),
    [
        ({"unit": "Atlantis", "installs": "5"}, "unknown-unit", "unit"),
        ({"unit": "", "installs": "5"}, "unknown-unit", "unit"),
        ({"unit": "34:92", "installs": "5"}, "unit-not-in-force", "unit"),
        ({"unit": "Châu Thành", "installs": "5"}, "ambiguous-unit", "unit"),
        ({"installs": "55.28"}, "bad-number", "installs"),
        ({"installs": "-5"}, "bad-number", "installs"),
        ({"installs": "55289", "percent_population": "abc"}, "bad-number", "percent_population"),
        ({"installs": "55289", "percent_population": "120"}, "over-100", "percent_population"),
        ({"installs": "55289", "percent_population": "8.54"}, "share-does-not-fit", "percent_population"),
        ({"installs": "55289", "percent_population": "7.5430000000000001"}, "bad-number", "percent_population"),
        ({"installs": "5528900"}, "too-many", "installs"),
        ({"date": "31/02/2020", "installs": "55289"}, "bad-date", "date"),
        ({"date": "13/8/2022", "installs": "55289"}, "future-date", "date"),
        ({"date": "13/8/2019", "installs": "55289"}, "early-date", "date"),
        ({"date": "", "installs": "55289"}, "no-date", "date"),
        ({"installs": "9" * 20}, "bad-number", "installs"),
        ({"installs": "9" * 9_000}, "bad-number", "installs"),
        ({}, "no-count", "installs"),
    ],
)
def test_a_figure_typed_in_wrongly_is_said_at_its_field(cells: dict[str, str], kind: str, column: str) -> None:
    file = of_cells({"unit": "Hậu Giang", "date": "13/8/2020"} | cells, catalogue.all_units(), Scope(today=TODAY))
    result = judge(file, catalogue.figures())
    assert [(each.kind, each.column) for each in result.problems] == [(kind, column)]


@pytest.mark.parametrize(("installs", "kinds"), [("950000", ["too-many"]), ("70000", [])])
def test_a_commune_has_not_more_than_the_people_of_its_district(installs: str, kinds: list[str]) -> None:
    cells = {"unit": "63:31333", "date": "13/8/2020", "installs": installs}
    file = of_cells(cells, catalogue.all_units(), Scope(today=TODAY))
    district = catalogue.all_units().unit(UnitCode.parse("63:930"))
    found = judge(file, catalogue.figures(), beside=Beside({district.code: district})).problems
    assert [each.kind for each in found] == kinds
    assert all("Vị Thanh" in each.sentence() for each in found)


def test_of_columns_of_several_days_a_problem_names_its_own() -> None:
    text = "Xã,19/8/2020,20/8/2020\nVị Tân,100,1e9\nHỏa Lựu,10,12"
    proposal = propose(
        open_book(text.encode(), "a.csv"),
        Context(catalogue.all_units(), TODAY, UnitCode.parse("63:930"), catalogue.figures()),
        Mapping(roles={"B": "installs"}),
    )
    file = of_file(proposal, catalogue.all_units(), Scope(today=TODAY))
    assert [(each.line, each.column) for each in file.problems] == [(2, "20/8/2020")]


def test_a_figure_typed_in_is_taken_as_people_write_it() -> None:
    cells = {"unit": "Hậu Giang", "date": "13/8/2020", "installs": "hơn 55.289", "percent_population": "7,54%"}
    (count,) = judge(of_cells(cells, catalogue.all_units(), Scope(today=TODAY)), catalogue.figures()).to_store()
    assert (count.unit, count.installs, count.bound, str(count.percent_population)) == (HAU_GIANG, 55_289, True, "7.54")


GAIN = "date,unit,gain\n2020-08-14,Hậu Giang,100\n2020-08-15,Hậu Giang,20\n"


def test_a_gain_is_stored_as_the_total_it_leads_to() -> None:
    held = [
        Count(HAU_GIANG, dt.date(2020, 8, day), installs=installs) for day, installs in ((10, 50_000), (13, 55_289))
    ]
    result = previewed(GAIN, held, before=lambda _units, _day: held)
    assert [count.installs for count in result.to_store()] == [55_389, 55_409]
    assert [(each.line, each.kind, each.severity) for each in result.problems] == [
        (2, "gain", Severity.NOTE),
        (3, "gain", Severity.NOTE),
    ]


def test_a_gain_without_a_total_before_it_is_not_stored() -> None:
    assert [(each.line, each.kind) for each in previewed(GAIN).problems] == [(2, "gain"), (3, "gain")]
    assert previewed(GAIN).to_store() == []


def test_two_columns_with_unlike_totals_of_one_day_are_refused() -> None:
    text = "date,unit,installs,installs\n2020-08-13,Hậu Giang,55289,50000\n2020-08-13,Cà Mau,7,7\n"
    result = previewed(text)
    assert [(each.line, each.kind) for each in result.problems] == [(2, "twice")]
    assert [count.installs for count in result.to_store()] == [7]


@pytest.mark.parametrize(
    ("printed", "stored"),
    [("7.54", "7.54"), ("7.54%", "7.54"), ('"7,50%"', "7.50"), ("0.0754", "7.54"), ("7.543211119", "7.5432")],
)
def test_a_share_keeps_the_decimals_it_is_printed_with(printed: str, stored: str) -> None:
    rows = "\n".join(f"2020-08-{day},Hậu Giang,{printed}" for day in (13, 14, 15))
    counts = previewed(f"date,unit,percent_population\n{rows}\n").to_store()
    assert str(counts[0].percent_population) == stored


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
    assert {problem.line for problem in result.problems} == {4002}
    assert len(result.to_store()) == 4997


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
    assert len(result.to_store(confirmed=[3])) == 2
    assert len(result.to_store()) == 1


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


@pytest.mark.parametrize("name", ["Cà Mau", "Cả nước", "Atlantis"])
def test_a_file_may_not_speak_of_another_jurisdiction(name: str) -> None:
    text = f"{HEADER}2020-08-12,Hậu Giang,5,\n2020-08-13,{name},5,\n"
    assert [row.line for row in previewed(text, within=HAU_GIANG, level=None).rows] == [2]
    # what a mapping would bring in from outside, the judge refuses
    everywhere = proposal_of(text, decided=Mapping(units={3: "63:VN"} if name == "Cả nước" else {}))
    scope = Scope(today=TODAY, within=HAU_GIANG)
    result = judge(of_file(everywhere, catalogue.all_units(), scope), catalogue.figures())
    assert [(each.line, each.kind) for each in result.problems] == ([] if name == "Atlantis" else [(3, "outside")])


def test_a_name_that_many_bear_is_that_of_the_own_jurisdiction() -> None:
    text = 'date,unit,installs\n2020-08-13,Châu Thành,5\n2020-08-13,"Châu Thành, Long An",5\n'
    result = previewed(text, within=HAU_GIANG, level=None)
    assert [str(count.unit) for count in result.to_store()] == ["63:933"]


def test_only_the_figure_of_the_same_source_is_replaced() -> None:
    held = [
        Count(HAU_GIANG, dt.date(2020, 8, 13), installs=55_289, source="https://a"),
        Count(HAU_GIANG, dt.date(2020, 8, 13), installs=55_000, source="https://b"),
    ]
    text = f"{HEADER}2020-08-13,Hậu Giang,55300,\n"
    assert [row.change for row in previewed(text, held).rows] == ["new"]
    (row,) = previewed(text, held, source="https://b").rows
    assert (row.change, row.held) == ("changed", held[1])


@pytest.mark.parametrize("source", ["=HYPERLINK(A1)", "-1+cmd", "@sum", "+1"])
def test_a_source_that_a_spreadsheet_would_run_is_refused(source: str) -> None:
    result = previewed(f"date,unit,installs,source\n2020-08-13,Hậu Giang,55289,{source}\n")
    assert [problem.kind for problem in result.problems] == ["formula"]


def test_the_nation_may_stand_in_a_table_of_provinces() -> None:
    decided = Mapping(units={3: "63:VN"}, taken=frozenset({3}))
    text = f"{HEADER}2020-08-20,Hậu Giang,1000,\n2020-08-20,Cả nước,20000000,\n"
    file = of_file(proposal_of(text, decided), catalogue.all_units(), Scope(today=TODAY, level=Level.PROVINCE))
    result = judge(file, catalogue.figures())
    assert [str(count.unit) for count in result.to_store()] == ["63:93", "63:VN"]


def test_a_table_of_provinces_has_no_district() -> None:
    result = previewed("date,code,installs\n2020-08-20,63:93,1000\n2020-08-20,63:933,100\n")
    assert [(each.line, each.kind) for each in result.problems] == [(3, "other-level")]


def test_a_better_rank_with_a_smaller_share_is_noted() -> None:
    text = "date,unit,rank,percent_population\n2020-08-20,Đà Nẵng,1,30.4\n2020-08-20,Hà Nội,2,40.8\n"
    assert [(p.line, p.kind) for p in previewed(text).problems] == [(2, "rank-out-of-order")]


cell = st.text(st.characters(exclude_characters='",\n\r', exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(cell, cell, cell, cell), max_size=5))
def test_any_cells_give_problems_and_never_a_crash(rows: list[tuple[str, str, str, str]]) -> None:
    try:
        result = previewed(HEADER + "\n".join(",".join(row) for row in rows))
    except TableError:
        return
    assert len(result.to_store()) <= len(rows)


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
