"""Test columns of the period before, and parts of a column in a period."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading import wholes
from bluezone.rollout.reading.days import Said, days_in
from bluezone.rollout.reading.results import Reading
from bluezone.rollout.reading.roles import PART_IN_A_PERIOD

UNITS = ["Thành phố Vị Thanh", "Thành phố Ngã Bảy", "Thị xã Long Mỹ"]
BOTH = "BÁO CÁO SỐ NGƯỜI CÀI BLUEZONE (kỳ báo cáo 20/8/2020, kỳ trước 13/8/2020)"
HELD_AGAINST = "BÁO CÁO SỐ NGƯỜI CÀI BLUEZONE đến 20/8/2020 (so với ngày 13/8/2020)"
PEOPLE = {"population", "headcount"}
ONE = "BÁO CÁO SỐ NGƯỜI CÀI BLUEZONE đến 20/8/2020"


def _read(title: str, heads: list[str], *numbers: int) -> Reading:
    rows = [[unit, *(number + 10 * at * (number > 500) for number in numbers)] for at, unit in enumerate(UNITS)]
    return read_rows(book(("S", [[title], ["Đơn vị", *heads], *rows])))


@pytest.mark.parametrize("title", [BOTH, HELD_AGAINST])
@pytest.mark.parametrize(
    "heads",
    [
        ["Kỳ trước", "Kỳ này"],
        ["Số kỳ trước", "Số kỳ này"],
        ["Tuần trước", "Tuần này"],
        ["Lũy kế kỳ trước", "Lũy kế kỳ này"],
    ],
)
def test_a_title_dates_both_periods(title: str, heads: list[str]) -> None:
    reading = _read(title, [*heads, "Tăng"], 1000, 1200, 200)
    assert not asked(reading)
    assert not reading.notices
    assert {(kind, day) for kind, _, day in taken(reading)} >= {("installs", "2020-08-13"), ("installs", "2020-08-20")}
    days = {int(figure.value): str(figure.date) for figure in reading.figures if figure.kind == "installs"}
    assert days[1000] == "2020-08-13"
    assert days[1200] == "2020-08-20"


@pytest.mark.parametrize("heads", [["Kỳ trước", "Kỳ này"], ["Đầu kỳ", "Cuối kỳ"], ["Tuần trước", "Tuần này"]])
def test_the_number_before_without_a_day_is_left_out_and_said(heads: list[str]) -> None:
    reading = _read(ONE, [*heads, "Tăng"], 1000, 1200, 200)
    assert taken(reading) == {("installs", "", "2020-08-20"), ("increase", "", "2020-08-20")}
    (said,) = reading.notices
    assert wholes.OF_BEFORE in str(said.text)


@pytest.mark.parametrize(
    "part",
    ["Trong đó: trong ngày 20/8", "Trong ngày 20/8", "Riêng ngày 20/8", "Trong đó: hôm nay", "Trong đó: trong tuần"],
)
def test_a_part_in_a_period_is_of_the_column_before(part: str) -> None:
    heads = ["Số đoàn viên", "ĐV đã cài", "Người dân được ĐVTN hướng dẫn cài", part]
    reading = _read(ONE, heads, 900, 700, 300, 40)
    assert not asked(reading)
    assert "increase" not in {kind for kind, _, _ in taken(reading)}
    (said,) = (notice for notice in reading.notices if notice.kind == "column")
    assert PART_IN_A_PERIOD.partition("{")[0] in str(said.text)
    heads[2] = "Số người dân đã cài"
    of = {of for kind, of, _ in taken(_read(ONE, heads, 900, 700, 300, 40)) if kind == "increase"}
    assert of == {"residents"}


def test_a_gain_that_is_said_to_be_one_stays_one() -> None:
    reading = _read(ONE, ["Đã cài", "Được hướng dẫn", "Tăng trong ngày"], 900, 300, 40)
    assert "increase" in {kind for kind, _, _ in taken(reading)}


def test_posts_beside_patients_are_of_staff() -> None:
    rows = [["Khoa Nội", 30, 25, 60], ["Khoa Ngoại", 28, 20, 40], ["Khoa Nhi", 22, 19, 55]]
    head = ["Khoa, phòng", "Biên chế", "Đã cài", "Lượt người bệnh được hướng dẫn"]
    reading = read_rows(book(("S", [["BỆNH VIỆN: CÀI BLUEZONE ĐẾN 20/8/2020"], head, *rows])))
    assert {(kind, of) for kind, of, _ in taken(reading)} >= {("headcount", "staff"), ("installs", "staff")}


def test_people_of_places_and_posts_of_offices_stand_in_one_column() -> None:
    rows = [
        ["TP. Vị Thanh", 73000, 8000],
        ["TX. Long Mỹ", 64000, 5000],
        ["H. Vị Thủy", 80000, 6000],
        ["Sở Y tế", 44, 40],
    ]
    for head in ("Dân số/biên chế", "Dân số (biên chế)", "Dân số hoặc biên chế"):
        reading = read_rows(book(("S", [[ONE], ["Địa phương, đơn vị", head, "Đã cài"], *rows])))
        found = {
            figure.written: figure.kind for figure in reading.figures if figure.kind in {"population", "headcount"}
        }
        assert found == {**dict.fromkeys((row[0] for row in rows[:3]), "population"), "Sở Y tế": "headcount"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Tuần 17-23/8/2020 (chốt chiều thứ Sáu 21/8)", Said.AS_OF),
        ("số liệu tính đến chiều thứ 6, ngày 21/8", Said.AS_OF),
        ("Chốt chiều T6 (21/8)", Said.AS_OF),
        ("Số liệu đến CN 21/8", Said.AS_OF),
        ("Vị Thanh, thứ Sáu ngày 21/8/2020", Said.SIGNED),
        ("KCN 21/8", Said.LOOSE),
    ],
)
def test_weekdays_before_a_day_say_no_more(text: str, said: Said) -> None:
    assert (days_in(text)[-1].day, days_in(text)[-1].said) == (21, said)


@pytest.mark.parametrize(
    ("note", "last"),
    [
        ("(*) Số liệu kỳ này của Ngã Bảy tính đến ngày 17/8", "2020-08-17"),
        ("(*) cột ngày 20/8 là số liệu ngày 17/8/2020", "2020-08-17"),
        ("(*) lấy lại số của kỳ trước (17/8/2020)", "2020-08-17"),
        ("(*) chưa gồm phường Lái Hiếu", "2020-08-20"),
    ],
)
def test_a_note_dates_the_column_after_its_day(note: str, last: str) -> None:
    rows = [[f"{unit} (*)" if "Ngã Bảy" in unit else unit, 1000 + at, 1200 + at] for at, unit in enumerate(UNITS)]
    head = ["Đơn vị", "Đã cài đến 13/8/2020", "Đã cài đến 20/8/2020"]
    reading = read_rows(book(("S", [["KẾT QUẢ CÀI BLUEZONE"], head, *rows, [], [note]])))
    days = {int(figure.value): str(figure.date) for figure in reading.figures}
    assert days == {1000: "2020-08-13", 1001: "2020-08-13", 1002: "2020-08-13",
                    1200: "2020-08-20", 1201: last, 1202: "2020-08-20"}  # fmt: skip


@pytest.mark.parametrize(
    "heads", [["CBQL, GV đã cài/Tổng số"], ["Học sinh đã cài/Tổng số"], ["Học sinh (đã cài/tổng số)"]]
)
def test_a_bare_whole_of_a_pair_is_of_the_people_before_it(heads: list[str]) -> None:
    rows = [["THPT Vị Thanh", "38/40"], ["THPT Tây Đô", "73/80"], ["THPT Long Mỹ", "45/45"]]
    reading = read_rows(book(("S", [[ONE], ["Trường", *heads], *rows])))
    assert not reading.notices
    kinds = {kind for kind, of, _ in taken(reading) if of in {"staff", "pupils"}}
    assert kinds == {"installs", "headcount"}


def test_all_people_above_those_with_a_smartphone_are_asked_about() -> None:
    reading = _read(ONE, ["Tổng số người", "Số người có ĐTTM", "Số người đã cài"], 70000, 40000, 9000)
    assert asked(reading).startswith("column:")


def test_smartphones_are_of_those_whom_the_title_counts() -> None:
    title = "KẾT QUẢ CÀI BLUEZONE CỦA NGƯỜI NHẬP CẢNH ĐẾN 20/8/2020"
    rows = [["Chốt 1", 40, 30], ["Chốt 2", 35, 31], ["Chốt 3", 28, 20]]
    reading = read_rows(book(("S", [[title], ["Chốt", "Có điện thoại thông minh", "Đã cài"], *rows])))
    assert {of for kind, of, _ in taken(reading) if kind in {"smartphones", "installs"}} == {"Người nhập cảnh"}
