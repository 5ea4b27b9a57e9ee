"""Several tables of a file: the answer of one is none of another, and names of sheets are no words in short."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, asked_together, read_rows, taken

HEAD = ["TT", "Đơn vị", "Số người cài"]
KIEN_GIANG = "63:91"


def sheet(title: str, *rows: tuple[str, int]) -> list[list[object]]:
    """Return a sheet of units under a title, their numbers in column C."""
    return [[title], [], HEAD, *[[number, name, value] for number, (name, value) in enumerate(rows, 1)]]


TWO_DAYS = book(
    ("Ngày 19-8", sheet("Cài đặt Bluezone ngày 19/8/2020", ("TP Rạch Giá", 9100), ("Hòn Đất", 4100))),
    ("Ngày 20-8", sheet("Cài đặt Bluezone ngày 19/8/2020", ("Tân Hiệp", 5100), ("Giồng Riềng", 6100))),
)


def test_an_answer_about_the_day_is_none_of_a_table_whose_day_is_known() -> None:
    question = read_rows(TWO_DAYS, within=KIEN_GIANG).question
    assert question
    assert question.key == "date"
    assert str(question.text).startswith("Sheet “Ngày 20-8”: Of which day")
    reading = read_rows(TWO_DAYS, within=KIEN_GIANG, answers={"date": "2020-08-20"})
    assert [(figure.name, str(figure.date)) for figure in reading.figures] == [
        ("Thành phố Rạch Giá", "2020-08-19"),
        ("Huyện Hòn Đất", "2020-08-19"),
        ("Huyện Tân Hiệp", "2020-08-20"),
        ("Huyện Giồng Riềng", "2020-08-20"),
    ]


def test_a_day_that_a_file_does_not_say_is_that_of_all_its_tables() -> None:
    data = book(("A", sheet("Cài Bluezone", ("TP Rạch Giá", 9100))), ("B", sheet("Cài Bluezone", ("Tân Hiệp", 5100))))
    question = read_rows(data, within=KIEN_GIANG).question
    assert question
    assert question.key == "date"
    assert str(question.text) == "Of which day are the figures?"
    reading = read_rows(data, within=KIEN_GIANG, answers={"date": "2020-08-20"})
    assert {str(figure.date) for figure in reading.figures} == {"2020-08-20"}
    assert len(reading.figures) == 2


def test_tables_of_one_sheet_with_other_days_are_asked_apart() -> None:
    rows = [
        *sheet("Cài Bluezone ngày 18/8/2020 (báo cáo ngày 19/8/2020)", ("TP Rạch Giá", 9100), ("Tân Hiệp", 5100)),
        [],
        *sheet("Cài Bluezone ngày 20/8/2020 (báo cáo ngày 21/8/2020)", ("Hòn Đất", 4100), ("Giồng Riềng", 6100)),
    ]
    data = book(("Sheet1", rows))
    both = read_rows(data, within=KIEN_GIANG)
    assert asked_together(both) == {"date:Sheet1#1", "date:Sheet1#2"}
    assert "table from line 3 on (“Cài Bluezone ngày 18/8" in str(both.question and both.question.text)
    second = read_rows(data, within=KIEN_GIANG, answers={"date:Sheet1#1": "2020-08-18"}).question
    assert second
    assert second.key == "date:Sheet1#2"
    assert "line 9" in str(second.text)
    answers = {"date:Sheet1#1": "2020-08-18", "date:Sheet1#2": "2020-08-20"}
    days = {figure.name: str(figure.date) for figure in read_rows(data, within=KIEN_GIANG, answers=answers).figures}
    assert days["Huyện Tân Hiệp"] == "2020-08-18"
    assert days["Huyện Hòn Đất"] == "2020-08-20"


def test_a_table_that_gives_way_to_another_is_named() -> None:
    rows = [("TP Rạch Giá", 9100), ("Tân Hiệp", 5100)]
    data = book(
        ("Cũ", sheet("Cài Bluezone ngày 20/8/2020", *rows)),
        ("Mới", sheet("Cài Bluezone ngày 20/8/2020", ("TP Rạch Giá", 9200), ("Tân Hiệp", 5100))),
        ("Hôm trước", sheet("Cài Bluezone ngày 19/8/2020", *rows)),
    )
    question = read_rows(data, within=KIEN_GIANG).question
    assert question
    assert question.key == "table"
    assert [choice.value for choice in question.choices] == ["Cũ", "Mới"]
    reading = read_rows(data, within=KIEN_GIANG, answers={"table": "Mới"})
    assert [(notice.sheet, notice.kind) for notice in reading.notices] == [("Cũ", "twice")]
    assert [int(figure.value) for figure in reading.figures if str(figure.date) == "2020-08-20"] == [9200, 5100]
    assert sum(str(figure.date) == "2020-08-19" for figure in reading.figures) == 2


def test_two_pairs_of_tables_are_asked_about_at_once_or_one_after_the_other() -> None:
    data = book(*[(name, sheet(f"Cài Bluezone ngày {day}/8/2020", ("Tân Hiệp", value), ("Hòn Đất", 4100)))
                  for name, day, value in (("A", 19, 1), ("B", 19, 2), ("C", 20, 3), ("D", 20, 4))])  # fmt: skip
    assert asked_together(read_rows(data, within=KIEN_GIANG)) == {"table:A", "table:C"}
    assert asked(read_rows(data, within=KIEN_GIANG, answers={"table:A": "B"})) == "table:C"
    reading = read_rows(data, within=KIEN_GIANG, answers={"table:A": "B", "table:C": "C"})
    assert sorted(int(figure.value) for figure in reading.figures if figure.name == "Huyện Tân Hiệp") == [2, 3]


def test_a_question_of_a_column_names_the_sheet_it_stands_on() -> None:
    other = [["Cài Bluezone ngày 20/8/2020"], ["Đơn vị", "Số lượng"], ["Tân Hiệp", 5100], ["Hòn Đất", 4100]]
    rows = [["Bluezone ngày 20/8/2020"], ["Đơn vị", "Người nhận tin"], ["Tân Hiệp", 510], ["Hòn Đất", 410]]
    data = book(("Cài", other), ("Tin nhắn", rows))
    question = read_rows(data, within=KIEN_GIANG).question
    assert question
    assert str(question.text).startswith("Sheet “Tin nhắn”: Which column")


def test_an_answer_about_columns_is_none_of_a_table_with_another_header() -> None:
    head = ["Đơn vị", "Số người đồng ý", "Số người quan tâm"]
    rows = [["Tân Hiệp", 510, 610], ["Hòn Đất", 410, 710]]
    data = book(("A", [["Bluezone 20/8/2020"], head, *rows]),
                ("B", [["Bluezone 20/8/2020"], ["Đơn vị", "Số người nhận tin", "Số người biết"], *rows]))  # fmt: skip
    reading = read_rows(data, within=KIEN_GIANG)
    assert asked_together(reading) >= {"installs:A#1", "installs:B#1"}
    assert str(reading.question.text if reading.question else "").startswith("Sheet “A”: Which column")
    answers = {"installs:A#1": "C"}
    assert "installs:B#1" in asked_together(read_rows(data, within=KIEN_GIANG, answers=answers))
    answers |= {"installs:B#1": "none", "column:B!B": "none"}
    reading = read_rows(data, within=KIEN_GIANG, answers=answers)
    assert {(figure.sheet, int(figure.value)) for figure in reading.figures} == {("A", 610), ("A", 710)}
    alike = book(*[(f"N{day}", [[f"Bluezone {day}/8/2020"], head, *rows]) for day in (19, 20)])
    assert asked(read_rows(alike, within=KIEN_GIANG)) == "installs"


# --- names of sheets in two letters ---------------------------------------------------------------

#: communes of Kiên Hải and of An Biên
ISLANDS = (("Hòn Tre", 810), ("Lại Sơn", 1210), ("An Sơn", 640), ("Nam Du", 700))
OTHERS = (("Nam Yên", 810), ("Hưng Yên", 1210), ("Đông Thái", 640))


def test_a_sheet_that_is_called_by_the_initials_of_a_district_plans_nothing() -> None:
    data = book(("AB", sheet("Cài Bluezone 22/8/2020", *OTHERS)), ("KH", sheet("Cài Bluezone 22/8/2020", *ISLANDS)))
    reading = read_rows(data, within=KIEN_GIANG)
    assert not asked(reading)
    assert taken(reading) == {("installs", "", "2020-08-22")}
    assert len(reading.figures) == len(ISLANDS) + len(OTHERS)


@pytest.mark.parametrize("within", [KIEN_GIANG, "63:912"])
def test_nor_does_it_alone_where_its_rows_lie_in_that_district(within: str) -> None:
    reading = read_rows(book(("KH", sheet("Cài Bluezone 22/8/2020", *ISLANDS))), within=within)
    assert not asked(reading)
    assert taken(reading) == {("installs", "", "2020-08-22")}


def test_two_letters_of_nothing_known_are_asked_about() -> None:
    data = book(("KH", sheet("Cài Bluezone 22/8/2020", ("Tân Hiệp", 5100), ("Hòn Đất", 4100), ("Gò Quao", 3100))))
    assert asked(read_rows(data, within=KIEN_GIANG)) == "measure"
    done = read_rows(data, within=KIEN_GIANG, answers={"measure": "installs"})
    assert taken(done) == {("installs", "", "2020-08-22")}


def test_beside_a_sheet_of_results_they_are_those_of_the_plan() -> None:
    rows = (("Tân Hiệp", 5100), ("Hòn Đất", 4100), ("Gò Quao", 3100))
    data = book(("KH", sheet("Bluezone 22/8/2020", *rows)), ("TH", sheet("Bluezone 22/8/2020", *rows)))
    reading = read_rows(data, within=KIEN_GIANG)
    assert not asked(reading)
    assert {(figure.sheet, figure.kind) for figure in reading.figures} == {("KH", "target"), ("TH", "installs")}
