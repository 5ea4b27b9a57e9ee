"""Rows that are parts of the row above, days said at a row or by `hôm qua`, slips without a header, units by cells."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.results import Reading

TITLE = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
NAMES = ["TP Vị Thanh", "TP Ngã Bảy", "H. Phụng Hiệp"]
COUNTS = [7200, 6100, 18_800]


def read(*rows: list[object], **more: object) -> Reading:
    return read_rows(book(("Sheet1", list(rows))), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "parts",
    [
        ["Trong đó: - CB, CC, VC", "- Nhân dân"],
        ["Trong đó: Công nhân KCN"],
        ["Tr.đó: CBCCVC", "- Khác"],
        ["- Cán bộ, công chức", "- Nhân dân"],
        ["+ Thành thị", "+ Nông thôn"],
        ["Bao gồm: Học sinh", "- Phụ huynh"],
    ],
)
def test_rows_of_parts_are_no_units(parts: list[str]) -> None:
    rows = [row for name, count in zip(NAMES, COUNTS, strict=True)
            for row in ([name, count], *([part, 1500] for part in parts))]  # fmt: skip
    reading = read(TITLE, ["Địa phương", "Đã cài"], *rows)
    assert not asked(reading)
    assert [figure.written for figure in reading.figures] == NAMES
    assert [notice.kind for notice in reading.notices] == ["parts"]


@pytest.mark.parametrize("dash", ["- ", "+ ", ""])
def test_places_behind_dashes_stay_units(dash: str) -> None:
    rows = [["H. Vị Thủy", 3000], *([f"{dash}{name}", 1000] for name in ("Vị Trung", "Vị Đông", "Vị Thắng"))]
    assert len(read(TITLE, ["Địa phương", "Đã cài"], *rows).figures) == 4


@pytest.mark.parametrize("header", ["Kết quả đến 20/8/2020", "Lũy kế đến 20/8", "Đã cài"])
@pytest.mark.parametrize("said", ["số liệu ngày 18/8", "lấy số ngày 18/8"])
def test_a_rows_own_day_goes_before_that_of_its_column(header: str, said: str) -> None:
    rows = [[name, count, said if at == 1 else None]
            for at, (name, count) in enumerate(zip(NAMES, COUNTS, strict=True))]  # fmt: skip
    reading = read(TITLE, ["Địa phương", header, "Ghi chú"], *rows)
    assert [str(figure.date) for figure in reading.figures] == ["2020-08-20", "2020-08-18", "2020-08-20"]


def test_beside_columns_of_several_days_such_a_row_is_left_out() -> None:
    rows = [[name, count - 100, count, "số liệu ngày 18/8" if at == 1 else None]
            for at, (name, count) in enumerate(zip(NAMES, COUNTS, strict=True))]  # fmt: skip
    reading = read(["BLUEZONE HẬU GIANG"], ["Địa phương", "Lũy kế đến 19/8/2020", "Lũy kế đến 20/8/2020", "Ghi chú"],
                   *rows)  # fmt: skip
    assert {figure.written for figure in reading.figures} == {NAMES[0], NAMES[2]}
    assert any("a day that no column has" in str(notice.text) for notice in reading.notices)


@pytest.mark.parametrize(
    "heads",
    [
        ("Hôm qua", "Hôm nay", "Tăng"),
        ("Số đã cài hôm qua", "Số đã cài hôm nay", "Tăng"),
        ("Lũy kế hôm qua", "Lũy kế hôm nay", "Tăng"),
        ("Hôm qua (19/8)", "Hôm nay (20/8)", "Tăng"),
        ("Ngày hôm trước", "Ngày hôm nay", "Chênh lệch"),
    ],
)
def test_today_and_yesterday_are_days(heads: tuple[str, ...]) -> None:
    rows = [[name, count, count + 120 + at, 120 + at]
            for at, (name, count) in enumerate(zip(NAMES, COUNTS, strict=True))]  # fmt: skip
    reading = read(TITLE, ["Huyện", *heads], *rows)
    assert not asked(reading)
    assert taken(reading) == {("installs", "", "2020-08-19"), ("installs", "", "2020-08-20"),
                              ("increase", "", "2020-08-20")}  # fmt: skip


@pytest.mark.parametrize("head", ["Cài mới hôm nay", "Hôm nay tăng", "Trong ngày"])
def test_what_is_new_today_stays_a_gain(head: str) -> None:
    rows = [[name, count, 120] for name, count in zip(NAMES, COUNTS, strict=True)]
    assert ("increase", "", "2020-08-20") in taken(read(TITLE, ["Huyện", "Lũy kế", head], *rows))


@pytest.mark.parametrize("number", [True, False])
@pytest.mark.parametrize("unit", [True, False])
def test_a_slip_without_a_header_is_read(number: bool, unit: bool) -> None:
    labels = ["Dân số trên địa bàn", "Số người có điện thoại thông minh", "Số người đã cài đặt Bluezone"]
    rows: list[list[object]] = [
        [f"{at}. {label}" if number else label, value, *(["người"] if unit else [])]
        for at, (label, value) in enumerate(zip(labels, [86_000, 51_000, 9120], strict=True), 1)
    ]
    reading = read(["PHIẾU BÁO CÁO"], ["Đơn vị báo cáo:", "Huyện Vị Thủy"], ["Ngày báo cáo:", "20/08/2020"], *rows)
    assert not asked(reading)
    assert {str(figure.unit and figure.unit.code) for figure in reading.figures} == {"63:935"}
    assert {(figure.kind, int(figure.value), str(figure.date)) for figure in reading.figures} == {
        ("population", 86_000, "2020-08-20"),
        ("smartphones", 51_000, "2020-08-20"),
        ("installs", 9120, "2020-08-20"),
    }


@pytest.mark.parametrize("head", ["Anh/chị báo cáo cho đơn vị nào?", "Bạn ở đâu", "Nơi công tác"])
def test_cells_tell_which_column_holds_the_units_whatever_is_answered(head: str) -> None:
    rows = [[f"19/08/2020 16:0{at}:11", name, "A B", "0912345678", 900 + at]
            for at, name in enumerate(("TT Nàng Mau", "xã Vị Trung", "xã Vị Đông"))]  # fmt: skip
    heads = ["Dấu thời gian", head, "Họ tên người báo cáo", "Số điện thoại", "Toàn xã có bao nhiêu người đã cài"]
    table = [heads, *rows]
    reading = read(*table, within="63:935")
    assert not asked(reading)
    assert {figure.date for figure in reading.figures} == {dt.date(2020, 8, 19)}
    assert [notice.kind for notice in reading.notices] == ["date"]
    assert [int(figure.value) for figure in reading.figures if figure.unit] == [900, 901, 902]


@pytest.mark.parametrize("part", ["Tr.đó: Nữ", "Tr. đó: nữ", "T.đó nữ", "Trong đó: nữ", "of which: nữ"])
def test_of_which_is_written_short(part: str) -> None:
    assert guess(["Đã cài Bluezone", part]).kind == "unknown"


@pytest.mark.parametrize(("short", "people"), [("Số ĐV đã cài", "Tổng số đoàn viên"), ("Số HV đã cài", "Số hội viên")])
def test_initials_stand_for_people_of_the_form(short: str, people: str) -> None:
    rows = [["Huyện đoàn Vị Thủy", 2000, 900], ["Thành đoàn Ngã Bảy", 3000, 1200]]
    reading = read(TITLE, ["Đơn vị", people, short], *rows)
    assert {figure.of for figure in reading.figures} == {"members"}


def test_households_under_an_app_are_not_all_households() -> None:
    heads = [["Xã", "Tổng số hộ", "NCOVI", None, "BLUEZONE", None],
             [None, None, "Số hộ", "Số người", "Số hộ", "Số người"]]  # fmt: skip
    rows = [[name, 2000, 300, 500, 400, 1700] for name in ("Vị Trung", "Vị Đông", "Vị Thắng")]
    data = book(("Sheet1", [TITLE, *heads, *rows], ["A2:A3", "B2:B3", "C2:D2", "E2:F2"]))
    reading = read_rows(data, within="63:935")
    assert not asked(reading)
    assert {(figure.kind, int(figure.value)) for figure in reading.figures} == {
        ("households", 2000), ("ncovi", 500), ("households_with_app", 400), ("installs", 1700)}  # fmt: skip


def test_a_pair_says_its_people_beside_its_share() -> None:
    head = ["TT", "Địa điểm", "Số người đang cách ly", "Đã cài/ có ĐTTM (tỷ lệ)"]
    rows = [[1, "Khu cách ly Trường Quân sự", 120, "98/104 (94%)"], [2, "Khu cách ly Trường CĐ", 86, "60/71 (85%)"]]
    reading = read(TITLE, head, *rows)
    assert not asked(reading)
    assert {(figure.kind, figure.of) for figure in reading.figures} == {
        (kind, "quarantined") for kind in ("headcount", "installs", "smartphones")
    }


def test_lines_of_text_are_refused_for_what_they_are() -> None:
    lines = [[f"{name} báo cáo đã cài {count} người"] for name, count in zip(NAMES, COUNTS, strict=True)]
    with pytest.raises(TableError, match="only lines of text"):
        read(*lines)


def test_texts_without_a_header_are_said_to_be_left_out() -> None:
    rows = [[name, count, f"tang {at + 100}"] for at, (name, count) in enumerate(zip(NAMES, COUNTS, strict=True))]
    reading = read(["Bluezone 20/8/2020"], *rows)
    assert any("has no header" in str(notice.text) for notice in reading.notices)


@pytest.mark.parametrize(
    ("header", "of"),
    [("Người nhà cán bộ đã cài", "families"), ("Người nhà của nhân viên đã cài", "families"),
     ("Người nhà bệnh nhân đã cài", "patients"), ("Người nhà đã cài", "patients")],
)  # fmt: skip
def test_whose_relatives_they_are_is_heard(header: str, of: str) -> None:
    assert (guess([header]).kind, guess([header]).of) == ("installs", of)


@pytest.mark.parametrize("head", ["Ngày vào", "Ngày đến", "Vào ngày"])
def test_the_day_on_which_people_came_is_asked_about(head: str) -> None:
    reading = read(
        ["BÁO CÁO NGƯỜI CÁCH LY CÀI BLUEZONE LÚC 7H NGÀY 24/8/2020"],
        ["Phòng", head, "Số người đang cách ly", "Đã cài Bluezone"],
        *[[f"Phòng {n}", dt.date(2020, 8, 11 + n), 4, 3] for n in range(1, 5)],
    )
    assert asked(reading)
