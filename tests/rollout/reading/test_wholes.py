"""Tell what a column of a table counts: from columns that add up, the header above it, notes below and its cells."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

TITLE = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
NAMES = ["TP Vị Thanh", "TP Ngã Bảy", "H. Phụng Hiệp"]
DAY = "2020-08-20"


def form(heads: list[list[object]], *columns: list[object], below: tuple[str, ...] = ()) -> bytes:
    rows = [list(row) for row in zip(NAMES, *columns, strict=True)]
    return book(("Sheet1", [TITLE, *heads, *rows, [], *([text] for text in below)]))


@pytest.mark.parametrize("heads", [("Tổng số", "Xong", "Chưa xong"), ("Tổng số người", "Đã thực hiện", "Còn lại"),
                                   ("Tổng số người", "Số người đã thực hiện", "Số người còn lại")])  # fmt: skip
def test_a_part_and_the_rest_make_the_whole(heads: tuple[str, ...]) -> None:
    data = form([["Đơn vị", *heads]], [36_000, 30_000, 90_000], [7000, 6000, 20_000], [29_000, 24_000, 70_000])
    reading = read_rows(data)
    assert not asked(reading)
    assert [(figure.kind, int(figure.value)) for figure in reading.figures] == [
        ("installs", 7000), ("installs", 6000), ("installs", 20_000)]  # fmt: skip


@pytest.mark.parametrize("heads", [("Đầu tuần", "Phát sinh trong tuần", "Cuối tuần"), ("Kỳ I", "Tăng", "Kỳ II")])
def test_what_was_before_and_what_was_added_make_all(heads: tuple[str, ...]) -> None:
    reading = read_rows(form([["Đơn vị", *heads]], [7000, 6000, 20_000], [310, 320, 330], [7310, 6320, 20_330]))
    assert not asked(reading)
    assert taken(reading) == {("increase", "", DAY), ("installs", "", DAY)}
    assert {int(figure.value) for figure in reading.figures if figure.kind == "installs"} == {7310, 6320, 20_330}


def test_bare_numbers_count_what_stands_above_them() -> None:
    head: list[list[object]] = [
        ["Đơn vị", "Kết quả", None],
        [None, "Trong ngày", "Lũy kế"],
        [None, "Số lượng", "Số lượng"],
    ]
    rows = [[name, *values] for name, *values in zip(NAMES, [310, 320, 330], [7310, 6320, 20_330], strict=True)]
    data = book(("Sheet1", [TITLE, *head, *rows], ["A2:A4", "B2:C2"]))
    reading = read_rows(data)
    assert not asked(reading)
    assert taken(reading) == {("increase", "", DAY), ("installs", "", DAY)}


@pytest.mark.parametrize("note", ["Ghi chú: số liệu trên là số ước tính", "Số liệu trên là kế hoạch"])
def test_a_note_below_says_that_nothing_was_done(note: str) -> None:
    reading = read_rows(
        form([["Đơn vị", "Dân số", "Đã cài"]], [73_000, 61_000, 188_000], [7000, 6000, 20_000], below=(note,))
    )
    assert "installs" not in {kind for kind, _, _ in taken(reading)}
    assert any(note in str(notice.text) for notice in reading.notices)


def test_a_note_below_leaves_open_what_is_counted() -> None:
    note = "Ghi chú: số liệu trên là số cài mới trong tuần"
    assert asked(read_rows(form([["Đơn vị", "Số người cài"]], [700, 600, 2000], below=(note,)))) == "flow"


@pytest.mark.parametrize("cell", ["{} (+{})", "{} (tăng {})", "{} người (+{})"])
def test_what_was_added_stands_in_brackets(cell: str) -> None:
    cells: list[object] = [cell.format(all_, more) for all_, more in ((7000, 120), (6000, 90), (20_000, 310))]
    reading = read_rows(form([["Đơn vị", "Số người cài (tăng so với hôm trước)"]], cells))
    assert [(figure.kind, int(figure.value)) for figure in reading.figures] == [
        ("installs", 7000), ("installs", 6000), ("installs", 20_000)]  # fmt: skip


@pytest.mark.parametrize("headings", [("I. Chỉ tiêu giao", "II. Kết quả"), ("Chỉ tiêu giao", "Đã cài")])
def test_headings_between_rows_tell_targets_from_results(headings: tuple[str, str]) -> None:
    rows = [row for at, heading in enumerate(headings)
            for row in ([heading], *([name, 20_000 // (1 + 2 * at) + n] for n, name in enumerate(NAMES)))]  # fmt: skip
    reading = read_rows(book(("Sheet1", [TITLE, ["Đơn vị", "Số người"], *rows])))
    assert not asked(reading)
    assert {kind for kind, _, _ in taken(reading)} == {"target", "installs"}


@pytest.mark.parametrize("text", ["ngày 20 tháng Tám năm 2020", "20 tháng tám năm 2020"])
def test_a_month_is_written_in_words(text: str) -> None:
    rows = [[name, 7000 + n] for n, name in enumerate(NAMES)]
    reading = read_rows(book(("Sheet1", [[f"Bluezone {text}"], ["Đơn vị", "Lũy kế"], *rows])))
    assert {str(figure.date) for figure in reading.figures} == {DAY}


def test_an_office_of_today_writes_its_units_of_today() -> None:
    rows = [["Phường Vị Thanh", 900], ["Phường Vị Tân", 800], ["Xã Hỏa Lựu", 700]]
    data = book(("Sheet1", [TITLE, ["Xã, phường", "Đã cài"], *rows]))
    reading = read_rows(data, within="34:92", today="2026-01-20")
    assert [str(figure.unit.code)[:3] for figure in reading.figures if figure.unit] == ["34:"] * 3


def test_a_total_is_the_sum_of_before_and_since_a_day() -> None:
    heads: list[object] = ["Đơn vị", "Cài từ 15/8 đến 20/8", "Cài trước 15/8", "Tổng đến 20/8/2020"]
    reading = read_rows(form([heads], [900, 800, 2000], [6100, 5200, 18_000], [7000, 6000, 20_000]))
    assert not asked(reading)
    assert {int(figure.value) for figure in reading.figures if figure.kind == "installs"} == {7000, 6000, 20_000}


@pytest.mark.parametrize("before", ["Đến hết ngày 19/8", "Tính đến 19/8", "Kỳ trước (19/8)"])
def test_a_count_of_the_day_before_stays_beside_the_sum_of_it_and_the_gain(before: str) -> None:
    heads = [before, "Trong ngày 20/8", "Lũy kế đến hết ngày 20/8"]
    rows = [["BIỂU TỔNG HỢP ĐẾN HẾT NGÀY 20/8/2020"], ["Đơn vị", "Số người đã cài đặt", None, None], [None, *heads],
            *[[unit, 300 + n, 50, 350 + n] for n, unit in enumerate(("Vị Thủy", "Châu Thành", "Ngã Bảy"))]]  # fmt: skip
    reading = read_rows(book(("S", rows, ("A2:A3", "B2:D2"))))
    assert not asked(reading)
    installs = [(figure.date.day, int(figure.value)) for figure in reading.figures if figure.kind == "installs"]
    assert sorted(installs) == [(19, 300), (19, 301), (19, 302), (20, 350), (20, 351), (20, 352)]


@pytest.mark.parametrize("head", ["Hạng hôm nay", "Thứ hạng ngày 20/8", "Xếp hạng tuần này"])
def test_the_rank_of_a_day_is_no_gain(head: str) -> None:
    reading = read_rows(form([["Đơn vị", head, "Đã cài"]], [1, 2, 3], [7000, 6000, 20_000]))
    assert {kind for kind, _, _ in taken(reading)} == {"rank", "installs"}


def test_those_of_both_apps_are_none_of_one() -> None:
    heads: list[object] = ["Đơn vị", "Số người cài Bluezone", "Số người cài cả 2 ứng dụng"]
    reading = read_rows(form([heads], [7000, 6000, 20_000], [3000, 2000, 9000]))
    assert not asked(reading)
    assert {int(figure.value) for figure in reading.figures} == {7000, 6000, 20_000}


def test_a_table_of_other_things_beside_that_of_installations_is_not_asked_about() -> None:
    rows = [TITLE, ["Đơn vị", "Đã cài"], *[[name, 7000 + n] for n, name in enumerate(NAMES)], [],
            ["Bảng 2. Kết quả tuyên truyền"], ["Đơn vị", "Số buổi", "Lượt người nghe"],
            *[[name, 5, 900 + n] for n, name in enumerate(NAMES)]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert {kind for kind, _, _ in taken(reading)} == {"installs"}


@pytest.mark.parametrize("head", ["Tỷ trọng (%)", "Cơ cấu (%)", "Chiếm tỷ lệ (%)", "% so với tổng số toàn tỉnh"])
def test_shares_of_the_sum_of_a_column_are_none_of_the_people(head: str) -> None:
    data = form([["Đơn vị", "Dân số", "Số đã cài", head]], [73_000, 61_000, 188_000], [7000, 6000, 20_000],
                [21.21, 18.18, 60.61])  # fmt: skip
    reading = read_rows(data)
    assert not asked(reading)
    assert taken(reading) == {("population", "", DAY), ("installs", "", DAY)}


COMPANIES: tuple[list[int], ...] = ([3000, 4000, 5000], [2000, 1500, 3500], [500, 400, 800])


def test_the_sum_of_known_and_unknown_columns_below_one_text_is_their_whole() -> None:
    heads: list[list[object]] = [
        ["Đơn vị", "Số thuê bao đã cài Bluezone", None, None, None],
        [None, "Viettel", "VNPT", "Khác", "Cộng"],
    ]
    rows = [[name, *counts, sum(counts)] for name, *counts in zip(NAMES, *COMPANIES, strict=True)]
    reading = read_rows(book(("Sheet1", [TITLE, *heads, *rows], ["A2:A3", "B2:E2"])))
    assert not asked(reading)
    assert taken(reading) == {("installs", "", DAY)}
    assert [int(figure.value) for figure in reading.figures] == [5500, 5900, 9300]


def test_sums_right_below_a_header_without_a_word_over_the_units_leave_it_the_header() -> None:
    heads: list[list[object]] = [[None, "Dân số", "Số lượt cài đặt"], ["TỔNG SỐ", 322_000, 33_000]]
    reading = read_rows(form(heads, [73_000, 61_000, 188_000], [7000, 6000, 20_000]))
    assert not asked(reading)
    assert taken(reading) == {("population", "", DAY), ("installs", "", DAY)}


def test_a_row_that_says_a_header_in_english_is_no_header_of_its_own() -> None:
    heads: list[list[object]] = [
        [None, "Dân số (Người)", "Số lượt cài đặt (Lượt)"],
        [None, "Population (Persons)", "Number of installations (Times)"],
        ["TỔNG SỐ - TOTAL", 322_000, 33_000],
    ]
    reading = read_rows(form(heads, [73_000, 61_000, 188_000], [7000, 6000, 20_000]))
    assert not asked(reading)
    assert taken(reading) == {("population", "", DAY), ("installs", "", DAY)}


@pytest.mark.parametrize("head", ["Số thành viên", "Số xã viên", "Tổng số thành viên HTX"])
def test_members_of_cooperatives_are_members_by_their_letters_too(head: str) -> None:
    rows: list[list[object]] = [["HTX Evergrowth", 412, 260, 188], ["HTX Hưng Lợi", 96, 71, 40]]
    data = book(("Sheet1", [TITLE, ["Tên HTX", head, "TV có điện thoại thông minh", "TV đã cài"], *rows]))
    reading = read_rows(data)
    assert not asked(reading)
    assert taken(reading) == {(kind, "members", DAY) for kind in ("headcount", "smartphones", "installs")}


def test_a_helper_in_brackets_does_not_say_of_whom_a_column_counts() -> None:
    heads: list[list[object]] = [
        ["Khoa, phòng", "Viên chức", None, "Người bệnh", None],
        [None, "Tổng số", "Đã cài", "Được tư vấn cài", "Đồng ý cài (có NV hỗ trợ)"],
    ]
    rows: list[list[object]] = [["Khoa Nội", 22, 22, 205, 64], ["Khoa Ngoại", 27, 26, 188, 70]]
    reading = read_rows(book(("Sheet1", [TITLE, *heads, *rows], ["A2:A3", "B2:C2", "D2:E2"])))
    assert not asked(reading)
    assert ("installs", "patients", DAY) in taken(reading)


def test_the_rank_as_such_goes_before_ranks_by_a_measure() -> None:
    reading = read_rows(
        form([["Đơn vị", "Đã cài", "Hạng", "Hạng theo smartphone"]], [7000, 6000, 20_000], [2, 3, 1], [1, 2, 3])
    )
    assert not asked(reading)
    assert [int(figure.value) for figure in reading.figures if figure.kind == "rank"] == [2, 3, 1]


@pytest.mark.parametrize("name", ["Đội Quản lý trật tự đô thị", "Hạt Kiểm lâm", "Nhà Thiếu nhi"])
def test_a_table_of_offices_beside_one_of_places_holds_offices_only(name: str) -> None:
    places = form([["Đơn vị", "Đã cài"]], [7000, 6000, 20_000])
    assert not asked(read_rows(places))
    offices: list[list[object]] = [["Phòng Nội vụ", 31, 31], ["Văn phòng HĐND và UBND", 12, 12], [name, 36, 33]]
    below = [[], ["Cơ quan, đơn vị", "Tổng số CBCCVC", "Đã cài"], *offices]
    reading = read_rows(
        book(("Sheet1", [TITLE, ["Đơn vị", "Đã cài"], *zip(NAMES, [7000, 6000, 20_000], strict=True), *below]))
    )
    assert (name, "installs", "staff", 33) in {
        (each.name, each.kind, each.of, int(each.value)) for each in reading.figures
    }


@pytest.mark.parametrize("households", ["Số hộ kinh doanh", "Số hộ tiểu thương", "Số hộ KD"])
def test_households_of_a_market_are_no_traders_beside_traders_and_their_workers(households: str) -> None:
    rows: list[list[object]] = [
        ["Chợ Cầu Kè", 268, 340, 171],
        ["Chợ An Phú Tân", 68, 90, 41],
        ["Chợ Tam Ngãi", 58, 70, 31],
    ]
    data = book(
        ("Sheet1", [TITLE, ["Tên chợ", households, "Số tiểu thương, NLĐ", "Số tiểu thương, NLĐ đã cài"], *rows])
    )
    reading = read_rows(data)
    assert {int(each.value) for each in reading.figures if each.kind == "headcount"} == {340, 90, 70}
    assert any(households in str(notice.text) for notice in reading.notices)


@pytest.mark.parametrize("head", ["Xếp thứ (theo số tăng)", "Xếp hạng theo tỷ lệ tăng", "Hạng theo số cài mới"])
def test_a_rank_by_what_was_added_is_no_rank_of_a_place(head: str) -> None:
    reading = read_rows(form([["Đơn vị", "Đã cài", head]], [7000, 6000, 20_000], [2, 3, 1]))
    assert taken(reading) == {("installs", "", DAY)}


@pytest.mark.parametrize("head", ["Số TB đã cài Bluezone", "Số lượng TB đã cài"])
def test_devices_in_letters_are_no_people_of_their_own(head: str) -> None:
    reading = read_rows(form([["Đơn vị", head]], [7000, 6000, 20_000]))
    assert not asked(reading)
    assert taken(reading) == {("installs", "", DAY)}
