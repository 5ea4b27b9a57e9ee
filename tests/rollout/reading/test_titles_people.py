# ruff: noqa: E501 - forms are tables
"""People whom a title or a text above names, those named in two words, gains since two days, and rows that have not
come."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.certainty import guess_surely

TITLE = "KẾT QUẢ CÀI BLUEZONE ĐẾN NGÀY 24/8/2020"
DAY = "2020-08-24"
COMMUNES = ("Xã Vị Bình", "Xã Vị Đông", "Xã Vị Thắng")


@pytest.mark.parametrize(
    ("path", "kind", "of"),
    [
        (["Số khách lưu trú cài NCOVI"], "ncovi", "guests"), (["Số SV nội trú cài NCOVI"], "ncovi", "pupils"),
        (["Đã cài (trừ NCOVI)"], "installs", ""), (["Số khách khai báo y tế"], "unknown", "guests"),
        (["Số hành khách quét mã QR"], "unknown", "guests"), (["Đoàn viên, thanh niên từ chối"], "refused", "members"),
        (["Lái xe, phụ xe từ chối"], "refused", "drivers"), (["Học sinh, phụ huynh từ chối"], "joined", "parents"),
        (["Khách từ chối, không có ĐT"], "joined", "guests"), (["Con cái đã cài"], "installs", "families"),
        (["Vợ chồng, con cái CBCC đã cài"], "installs", "families"), (["% bà con cài"], "percent_headcount", ""),
        (["Học sinh từ lớp 6 trở lên", "Số học sinh"], "headcount", "pupils"), (["Học sinh từ lớp 6 trở lên", "Số đã cài"], "installs", "pupils"),
        (["Số HS từ lớp 10 trở lên"], "headcount", "pupils"), (["Người từ 15 tuổi trở lên", "Số đã cài"], "unknown", ""),
    ],
)  # fmt: skip
def test_whom_headers_name(path: list[str], kind: str, of: str) -> None:
    found = guess_surely(path)
    assert (found.kind, found.of) == (kind, of)


@pytest.mark.parametrize(
    ("title", "header", "of"),
    [
        ("TỔNG HỢP CÔNG DÂN ĐANG CÁCH LY CÀI ĐẶT BLUEZONE ĐẾN NGÀY 24/8/2020", "Số công dân", "quarantined"),
        ("NGƯỜI NHẬP CẢNH CÀI ĐẶT BLUEZONE ĐẾN NGÀY 24/8/2020", "Tổng số người nhập cảnh", "Người nhập cảnh"),
    ],
)
def test_a_number_of_those_whom_the_title_names_is_that_of_its_people(title: str, header: str, of: str) -> None:
    head = ["TT", "Khu cách ly", header, "Có smartphone", "Đã cài Bluezone", "Từ chối"]
    rows = [[1, "Trung đoàn 114", 40, 38, 30, 2], [2, "Trường Cao đẳng Cộng đồng", 50, 44, 40, 4]]
    reading = read_rows(book(("S", [[title], head, *rows], [])))
    assert taken(reading) == {(kind, of, DAY) for kind in ("headcount", "smartphones", "installs", "refused")}


@pytest.mark.parametrize("numbers", [(20, 5), (28, 15)])
def test_fewer_than_installed_it_are_not_all_of_them(numbers: tuple[int, int]) -> None:
    head = ["TT", "Khu cách ly", "Số công dân", "Đã cài Bluezone"]
    rows = [[1, "Trung đoàn 114", numbers[0], 30], [2, "Trường Cao đẳng Cộng đồng", numbers[1], 40]]
    title = "TỔNG HỢP CÔNG DÂN ĐANG CÁCH LY CÀI ĐẶT BLUEZONE ĐẾN NGÀY 24/8/2020"
    reading = read_rows(book(("S", [[title], head, *rows], [])))
    assert ("headcount", "quarantined", DAY) not in taken(reading)


SCHOOLS = ("THCS Vị Thanh", "THCS Vị Bình", "TH Vị Thủy 1")


def _of_schools(last: str, below: str = "") -> bytes:
    heads = [["TT", "Trường", "CB, GV, NV", "", "Học sinh", "", last], ["", "", *["Tổng số", "Đã cài"] * 2, below]]
    rows = [[n + 1, name, 40 + n, 38 + n, 600 + n, 200 + n, 430 + n] for n, name in enumerate(SCHOOLS)]
    merged = ["A2:A3", "B2:B3", "C2:D2", "E2:F2", *([] if below else ["G2:G3"])]
    return book(("S", [[TITLE], *heads, *rows], merged))


def test_people_alone_beside_others_over_two_columns_are_asked_about() -> None:
    reading = read_rows(_of_schools("Phụ huynh"))
    assert asked(reading) == "column:S!G"
    answered = read_rows(_of_schools("Phụ huynh"), answers={"column:S!G": "installs:parents"})
    assert ("installs", "parents", DAY) in taken(answered)


@pytest.mark.parametrize(("last", "below"), [("Số phụ huynh", ""), ("Phụ huynh", "Đã cài"), ("Ghi chú", "")])
def test_those_of_whom_more_is_said_are_not(last: str, below: str) -> None:
    assert asked(read_rows(_of_schools(last, below))) == ""


@pytest.mark.parametrize(
    ("gains", "kept"),
    [
        (["Tăng so với ngày 20/8/2020", "Tăng trong ngày"], {5, 6, 7}), (["Tăng so với hôm qua", "Tăng từ ngày 13/8"], {30, 31, 32}),
        (["Tăng so với 13/8", "Tăng so với 20/8"], {5, 6, 7}), (["Tăng so với ngày 31/7", "Tăng so với ngày 20/8"], {5, 6, 7}),
        (["Tăng từ 24/12/2019", "Tăng từ 20/01/2020"], {5, 6, 7}), (["Tăng từ 24/12/2019", "Tăng từ 20/8"], set()),
        (["Tăng so với ngày 23/8", "Tăng so với tuần trước"], set()), (["Tăng so với 20/8", "Tăng từ 20/8"], set()),
    ],
)  # fmt: skip
def test_of_gains_since_two_days_the_later_is_kept(gains: list[str], kept: set[int]) -> None:
    rows = [[n + 1, name, 400 + n, 30 + n, 5 + n] for n, name in enumerate(COMMUNES)]
    reading = read_rows(book(("S", [[TITLE], ["TT", "Xã", "Đã cài", *gains], *rows], [])))
    assert {int(figure.value) for figure in reading.figures if figure.kind == "increase"} == kept
    assert len(reading.notices) == 1  # which says what was left out


@pytest.mark.parametrize(("note", "named"), [("Chưa báo cáo", 1), ("chưa gửi BC", 1), ("Đã báo cáo", 0), ("", 0)])
def test_a_note_that_a_row_has_not_come_is_said(note: str, named: int) -> None:
    rows = [[1, COMMUNES[0], 9000, 300, ""], [2, COMMUNES[1], 8000, None, note], [3, COMMUNES[2], 7000, 200, ""]]
    reading = read_rows(book(("S", [[TITLE], ["TT", "Xã", "Dân số", "Đã cài", "Ghi chú"], *rows], [])))
    assert len([notice for notice in reading.notices if notice.kind == "remark"]) == named
    assert len(reading.figures) == 5


def test_a_row_with_its_figures_is_not_said_to_lack_them() -> None:
    rows = [[n + 1, name, 9000 + n, 300 + n, "Chưa báo cáo NCOVI"] for n, name in enumerate(COMMUNES)]
    reading = read_rows(book(("S", [[TITLE], ["TT", "Xã", "Dân số", "Đã cài", "Ghi chú"], *rows], [])))
    assert not reading.notices


def test_customers_of_a_telephone_company_are_no_guests() -> None:
    head = ["TT", "Huyện", "Khách hàng đã cài", "Khách hàng cài mới"]
    rows = [[1, "Vị Thủy", 400, 30], [2, "Châu Thành A", 401, 31]]
    reading = read_rows(book(("S", [["VNPT HẬU GIANG"], [TITLE], head, *rows], [])))
    assert asked(reading) == "whom"
    hotel = read_rows(book(("S", [["KHÁCH SẠN VỊ THANH"], [TITLE], ["TT", "Bộ phận", *head[2:]], *rows], [])))
    assert ("installs", "guests", DAY) in taken(hotel)


def test_a_quarantine_post_below_its_centre_is_what_all_rows_are_of() -> None:
    head = ["TT", "Ngày", "Số người nhập cảnh", "Đã cài đặt", "Từ chối"]
    rows = [[n + 1, dt.date(2020, 8, 15 + n), 40 + n, 30 + n, 6] for n in range(3)]
    over = [
        ["TRUNG TÂM KIỂM SOÁT BỆNH TẬT TỈNH HẬU GIANG"],
        ["KIỂM DỊCH Y TẾ CẢNG VỊ THANH"],
        ["TỔNG HỢP NGƯỜI NHẬP CẢNH CÀI ĐẶT BLUEZONE"],
    ]
    reading = read_rows(book(("S", [*over, head, *rows], [])))
    assert {figure.name for figure in reading.figures} == {f"{over[1][0]}, {over[0][0]}"}
    assert {(figure.kind, figure.of) for figure in reading.figures} == {
        (kind, "Người nhập cảnh") for kind in ("headcount", "installs", "refused")
    }
