"""Test the line list: columns that R's linelist knows, one row a person, pseudonyms alone, no cell that is computed."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from tests.authority.epidemiology.test_tables import day, line, tie

from bluezone.authority.epidemiology import line_list
from bluezone.authority.epidemiology.tables import Outbreak
from bluezone.authority.episodes.words import FollowUp, FoundBy, Setting

#: a case with a course, whose wife is followed; somebody whom both met and fell ill; a hidden source
OUTBREAK = Outbreak(
    [
        line("a", name="P-AAAA-AAA", role="f0", classification="confirmed", place="/63:93/", onset=day(11),
             tested=day(12), reported=day(13), admitted=day(13), ended=day(20), outcome="died", sex="male",
             birth_year=1948),
        line("b", 1, 12, name="P-BBBB-BBB", role="f1", first_contact=day(12), last_contact=day(14), isolated=day(15),
             follow_up=FollowUp.RUNNING, follow_up_until=day(26), found_by=FoundBy.HAND, found="hand",
             occupation="=giáo viên", sex="female", birth_year=1991),
        line("c", on=16, name="P-CCCC-CCC", role="f0", ended=day(28), outcome="recovered"),
        line("other-1", hidden=True),
    ],
    [
        tie("a", "b", 12, setting=Setting.HOUSEHOLD, relation="vợ"),
        tie("a", "b", 14, setting=Setting.HOUSEHOLD, relation="vợ"),
        tie("b", "c", 14, setting=Setting.WORK, relation="đồng nghiệp"),
        tie("other-1", "c", 20),
    ],
)  # fmt: skip
PLACES = {"/63:93/": "Hậu Giang"}


def rows() -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in csv.DictReader(io.StringIO(line_list.csv(OUTBREAK, PLACES)))}


def test_a_row_has_the_days_of_a_case_and_the_exposure_that_stands_for_it():
    found = rows()
    assert list(found) == ["P-AAAA-AAA", "P-BBBB-BBB", "P-CCCC-CCC"]  # by day; of another office's person nothing
    known = {name: value for name, value in found["P-AAAA-AAA"].items() if value}
    assert known == {
        "id": "P-AAAA-AAA", "date_onset": "2020-08-11", "date_reporting": "2020-08-13", "date_admission": "2020-08-13",
        "date_outcome": "2020-08-20", "date_death": "2020-08-20", "gender": "male", "age": "70", "age_group": "70-79",
        "location": "Hậu Giang", "outcome": "died", "role": "f0", "classification": "confirmed",
        "date_test": "2020-08-12",
    }  # fmt: skip
    wife = found["P-BBBB-BBB"]
    assert (wife["source_id"], wife["relation"], wife["setting"]) == ("P-AAAA-AAA", "vợ", "household")
    assert (wife["date_exposure"], wife["date_first_contact"]) == ("2020-08-14", "2020-08-12")
    assert (wife["follow_up"], wife["date_follow_up_until"]) == ("running", "2020-08-26")
    assert (wife["found_by"], wife["date_isolation"], wife["age_group"]) == ("hand", "2020-08-15", "20-29")
    ill = found["P-CCCC-CCC"]
    assert (wife["source_link"], ill["source_link"]) == ("", "known")  # hidden people met c after the illness began
    assert (ill["source_id"], ill["relation"], ill["date_death"]) == ("P-BBBB-BBB", "đồng nghiệp", "")


def test_no_cell_is_a_formula():
    assert rows()["P-BBBB-BBB"]["occupation"] == "'=giáo viên"


@pytest.mark.parametrize(
    ("birth_year", "first", "group"),
    [(None, None, ""), (2020, 0, "0-9"), (2021, 0, "0-9"), (2011, 0, "0-9"), (2010, 10, "10-19"), (1941, 70, "70-79"),
     (1940, 80, "80+"), (1900, 80, "80+")],
)  # fmt: skip
def test_ages_are_groups_of_ten_years(birth_year, first, group):
    on = dt.date(2020, 8, 13)
    assert line_list.youngest(birth_year, on) == first
    assert line_list.age_group(birth_year, on) == group


def test_parquet_holds_the_same_with_days_and_numbers_as_such():
    parquet = pytest.importorskip("pyarrow.parquet")
    found = parquet.read_table(io.BytesIO(line_list.parquet(OUTBREAK, PLACES))).to_pylist()
    as_text = [{name: "" if value is None else str(value) for name, value in row.items()} for row in found]
    expected = [row | {"occupation": row["occupation"].removeprefix("'")} for row in rows().values()]
    assert as_text == expected
    assert found[0]["date_onset"] == day(11)
    assert found[0]["age"] == 70


def test_an_empty_outbreak_is_a_head():
    assert line_list.csv(Outbreak([], []), {}).count("\n") == 1
