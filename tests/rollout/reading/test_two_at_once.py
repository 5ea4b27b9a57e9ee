"""Two things that a file leaves open asked at once; people named beside each other; titles of tables side by side."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading import combining
from bluezone.rollout.reading.certainty import guess_surely
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.results import Reading

DAY = "2020-08-20"
TITLE = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
APPS = ["Tổng hợp số người cài đặt ứng dụng NCOVI, Bluezone"]
UNITS: list[list[object]] = [["TP Vị Thanh", 5_600], ["TP Ngã Bảy", 4_500], ["H. Vị Thủy", 3_400]]


def read(*rows: list[object], merged: Sequence[str] = (), **more: object) -> Reading:
    return read_rows(book(("Sheet1", list(rows), list(merged))), **more)  # type: ignore[arg-type]


def two_open(**more: object) -> Reading:
    """Return a table under a title of two apps that names no day."""
    return read(APPS, ["Đơn vị", "Số người đã cài đặt"], *UNITS, **more)


def test_two_open_questions_are_asked_as_one_of_whole_readings() -> None:
    question = two_open().question
    assert question
    assert (question.key, question.free) == ("readings", "date")
    values = [choice.value for choice in question.choices]
    assert values == ["app=bluezone;date=2020-08-31", "app=ncovi;date=2020-08-31", "app=none;date=2020-08-31"]
    assert "(3 figures)" in question.choices[0].text.text()


ANSWERS = [
    ("app=bluezone;date=2020-08-31", {("installs", "", "2020-08-31")}),
    ("app=ncovi;date=2020-08-20", {("ncovi", "", DAY)}),
    ("app=bluezone;date=20/8/2020", {("installs", "", DAY)}),
]


@pytest.mark.parametrize(("answer", "found"), ANSWERS)
def test_one_answer_settles_both(answer: str, found: set[tuple[str, str, str]]) -> None:
    reading = two_open(answers={"readings": answer})
    assert not asked(reading)
    assert taken(reading) == found


def test_either_may_be_answered_alone() -> None:
    assert asked(two_open(answers={"date": DAY})) == "app"
    assert asked(two_open(answers={"app": "bluezone"})) == "date"


def test_an_answer_that_is_no_choice_of_either_is_refused() -> None:
    with pytest.raises(TableError):
        two_open(answers={"readings": "app=zalo;date=2020-08-20"})


PARTS = [
    ("app=bluezone;date=2020-08-20", {"app": "bluezone", "date": "2020-08-20"}),
    ("column:A=B!C=installs", {"column:A": "B!C=installs"}),
    ("none", {}),
    ("app=;date=2020-08-20", {}),
    ("", {}),
]


@pytest.mark.parametrize(("answer", "parts"), PARTS)
def test_joined_answers_are_told_apart(answer: str, parts: dict[str, str]) -> None:
    assert combining.parts_of(answer) == parts


TYPED = [
    ("app=bluezone;date=2020-08-31", {"app": "bluezone", "date": "20/8"}),
    ("app=ncovi;date:Sheet1=2020-08-31", {"app": "ncovi", "date:Sheet1": "20/8"}),
    ("", {"date": "20/8"}),
]


@pytest.mark.parametrize(("chosen", "parts"), TYPED)
def test_a_day_that_is_typed_takes_the_place_of_the_one_chosen(chosen: str, parts: dict[str, str]) -> None:
    assert combining.with_day(chosen, "20/8") == parts


@pytest.mark.parametrize(("schools", "key"), [(6_100, "readings"), (18_100, "readings"), (37_000, "app")])
def test_a_large_file_is_not_read_once_more_for_each_choice(schools: int, key: str) -> None:
    """From 24,000 cells on the day is taken to be open whatever else is answered, from 72,000 each is asked alone."""
    rows: list[list[object]] = [[f"Trường số {n}", n % 90 + 10] for n in range(1, schools)]
    assert asked(read(APPS, ["Trường", "Số người đã cài đặt"], *rows)) == key


def test_more_readings_than_can_be_offered_end_with_something_else() -> None:
    """Eight columns may hold the installations, of no day: the likeliest are offered, then each is asked alone."""
    header = ["Đơn vị", *(f"Cột {n}" for n in range(1, 9))]
    rows = [[name, *(number + 10 * n for n in range(8))] for name, number in UNITS]  # type: ignore[operator]
    question = read(["TỔNG HỢP CÀI ĐẶT BLUEZONE"], header, *rows).question
    assert question
    values = [choice.value for choice in question.choices]
    assert question.key == "readings"
    assert len(values) <= 12
    assert values[0] == "installs=B;date=2020-08-31"
    assert values[-1] == combining.ONE_BY_ONE
    one_by_one = read(["TỔNG HỢP CÀI ĐẶT BLUEZONE"], header, *rows, answers={"readings": combining.ONE_BY_ONE})
    assert asked(one_by_one) == "installs"
    assert one_by_one.question
    assert len(one_by_one.question.choices) == 9
    assert "readings" not in one_by_one.answered


def test_three_open_questions_are_one() -> None:
    """Which app, whether all or those added, and of which day: each choice settles all three."""
    table: list[list[object]] = [APPS, ["Tuần 3"], ["Đơn vị", "Số người đã cài đặt"], *UNITS]
    question = read(*table).question
    assert question
    assert question.key == "readings"
    values = [choice.value for choice in question.choices]
    assert values[0] == "app=bluezone;flow=cumulative;date=2020-08-31"
    assert not any(asked(read(*table, answers=combining.parts_of(value))) for value in values)


PEOPLE = [
    ("Công nhân", "Nhân viên văn phòng", ""),
    ("Giáo viên", "Nhân viên phục vụ", ""),
    ("Lao động", "Công nhân", "installs"),  # the first may be all of them
    ("Cán bộ", "Cán bộ nữ", "installs"),
]


@pytest.mark.parametrize(("one", "other", "key"), PEOPLE)
def test_people_with_a_whole_each_are_kept_apart(one: str, other: str, key: str) -> None:
    header: list[object] = ["Công ty", f"Tổng số {one.lower()}", f"{one} đã cài", f"Tổng số {other.lower()}",
                            f"{other} đã cài"]  # fmt: skip
    reading = read(TITLE, header, ["Công ty Lạc Tỷ", 800, 300, 90, 40], ["Công ty Casuco", 400, 200, 60, 50])
    assert bool(asked(reading)) == bool(key)
    of = {} if key else {(kind, who, DAY) for kind in ("headcount", "installs") for who in (one, other)}
    assert taken(reading) == set(of)


ABOVE = [("Cán bộ, công chức", "Nhân dân", "staff", ""), ("Học sinh", "Phụ huynh", "pupils", "parents")]


@pytest.mark.parametrize(("left", "right", "of_left", "of_right"), ABOVE)
def test_tables_beside_each_other_have_a_title_each(left: str, right: str, of_left: str, of_right: str) -> None:
    rows = [["Phường Ngã Bảy", 32, 27, "", "Phường Ngã Bảy", 7_887, 1_369],
            ["Phường Lái Hiếu", 27, 23, "", "Phường Lái Hiếu", 6_356, 1_679]]  # fmt: skip
    whole = "Dân số" if not of_right else "Tổng số"
    reading = read(
        ["SỐ LIỆU BLUEZONE NGÀY 20/8/2020"], [], [left, "", "", "", right],
        ["Phường/xã", "Tổng số", "Đã cài", "", "Phường/xã", whole, "Đã cài"], *rows,
        merged=("A3:C3", "E3:G3"), within="63:931",
    )  # fmt: skip
    installs = {(figure.of, figure.value) for figure in reading.figures if figure.kind == "installs"}
    assert not asked(reading)
    assert installs == {(of_left, 27), (of_left, 23), (of_right, 1_369), (of_right, 1_679)}


@pytest.mark.parametrize("title", ["SỐ NGƯỜI ĐÃ CÀI BLUEZONE", "Tổng số lượt cài đặt Bluezone ở các xã, phường"])
def test_people_below_days_are_installs_under_a_title_of_their_number(title: str) -> None:
    reading = read(
        [title], ["STT", "Đơn vị", "Ngày 19/8/2020", "", "Ngày 20/8/2020", ""],
        ["", "", "Người dân", "CBCC", "Người dân", "CBCC"],
        [1, "TP Vị Thanh", 5_600, 36, 5_700, 37], [2, "TP Ngã Bảy", 4_500, 21, 4_600, 25],
        merged=("C2:D2", "E2:F2"),
    )  # fmt: skip
    assert not asked(reading)
    assert taken(reading) == {("installs", of, day) for of in ("residents", "staff") for day in ("2020-08-19", DAY)}


WHOLES = [("Tổng số", "Kết quả", True), ("TS", "Thực hiện", True), ("Tổng số", "Số lượt khác", False)]


@pytest.mark.parametrize(("whole", "result", "read_as_one"), WHOLES)
def test_a_result_beside_the_whole_counts_those_who_installed(whole: str, result: str, read_as_one: bool) -> None:
    rows: list[list[object]] = [["Trường THCS Lê Lợi", 592, 382], ["Trường TH Kim Đồng", 300, 120]]
    reading = read(TITLE, ["Trường", whole, result], *rows)
    kinds = {kind for kind, _, _ in taken(reading)}
    assert (kinds == {"headcount", "installs"}) == read_as_one


HELPERS = [
    ("Nhân viên cài giúp", "helped", ""),
    ("NV hỗ trợ cài", "helped", ""),
    ("Lễ tân hướng dẫn cài", "helped", ""),
    ("Khách được nhân viên cài giúp", "helped", "guests"),
    ("Nhân viên đã cài", "installs", "staff"),
    ("Khách cài tại quầy", "installs", "guests"),
    ("Số khách vào mua", "headcount", "guests"),
    ("Số khách phục vụ trong tuần", "headcount", "guests"),
    ("Hành khách qua bến", "headcount", "guests"),
]


@pytest.mark.parametrize(("header", "kind", "of"), HELPERS)
def test_those_who_help_are_not_those_who_are_helped(header: str, kind: str, of: str) -> None:
    found = guess_surely([header])
    assert (found.kind, found.of) == (kind, of)


@pytest.mark.parametrize(("done", "key"), [("Số người được hướng dẫn cài", ""), ("ĐVTN đã cài", "column:Sheet1!B")])
def test_those_who_take_part_are_not_asked_about_beside_those_whom_they_reached(done: str, key: str) -> None:
    reading = read(TITLE, ["Cơ sở Đoàn", "Số ĐVTN tham gia", done], ["Đoàn xã A", 12, 90], ["Đoàn xã B", 9, 80])
    assert asked(reading).partition("!")[0] == key.partition("!")[0]


def test_a_row_with_too_many_people_is_not_said_to_have_no_figures() -> None:
    rows: list[list[object]] = [["TP Vị Thanh", 5_600], ["TP Ngã Bảy", 4_500], ["H. Vị Thủy", 4_500_000]]
    assert [notice.kind for notice in read(TITLE, ["Đơn vị", "Đã cài"], *rows).notices] == ["too-many"]


@pytest.mark.parametrize("total", ["Tổng số người dùng Bluezone đến 20/8/2020", "Tổng số cài đến 20/8/2020"])
def test_kinds_of_telephones_are_parts_of_their_sum_of_a_day(total: str) -> None:
    rows: list[list[object]] = [["TP Vị Thanh", 2_610, 1_202, 3_812], ["TP Ngã Bảy", 5_731, 532, 6_263]]
    reading = read(["STT", "Địa phương", "Android", "iOS", total], *[[n, *row] for n, row in enumerate(rows, 1)])
    assert not asked(reading)
    assert taken(reading) == {("installs", "", DAY)}


@pytest.mark.parametrize(
    "sender", ["NHÀ THUỐC LONG CHÂU 15 - VỊ THỦY", "KHU DU LỊCH SINH THÁI VỊ THỦY", "Cửa hàng Số 3"]
)
def test_a_diary_of_a_house_is_of_that_house(sender: str) -> None:
    rows: list[list[object]] = [["19/8/2020", 60, 22, 5], ["20/8/2020", 50, 20, 8]]
    header: list[object] = ["Ngày", "Số khách", "Khách đã có sẵn Bluezone", "Khách được cài giúp"]
    reading = read([sender], header, *rows, within="63:935")
    assert not asked(reading)
    assert {(figure.unit, figure.name) for figure in reading.figures} == {(None, sender)}
