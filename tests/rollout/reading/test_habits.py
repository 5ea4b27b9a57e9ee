"""Habits of offices that are no faults: carried sums, units of measure, numbers in words, pairs either way round."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.pairs import said_by, whole_first
from bluezone.rollout.reading.rows import is_carried

DISTRICTS = ("TP Vị Thanh", "TP Ngã Bảy", "H. Châu Thành A", "H. Phụng Hiệp")
TITLE = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN 20/8/2020"]


@pytest.mark.parametrize("text", ["Cộng mang sang", "Mang sang", "Trang trước chuyển sang", "Cộng trang 1"])
def test_a_sum_carried_to_the_next_page_is_known(text: str) -> None:
    assert is_carried(text)


@pytest.mark.parametrize("text", ["Cộng", "Mang Yang", "Sang", "Tổng cộng", "Chuyển"])
def test_other_rows_are_no_carried_sums(text: str) -> None:
    assert not is_carried(text)


@pytest.mark.parametrize("carried", [True, False])
@pytest.mark.parametrize("gap", [True, False])
def test_a_table_may_go_on_below_its_header_written_again(carried: bool, gap: bool) -> None:
    first, second = (
        [[name, 500 + n] for n, name in enumerate(DISTRICTS[:2])],
        [[DISTRICTS[2], 700], [DISTRICTS[3], 800]],
    )
    head = ["Đơn vị", "Đã cài"]
    rows = [TITLE, head, *first, *([["Cộng mang sang", 1001]] if carried else []), *([[]] if gap else []), head,
            *([["Mang sang", 1001]] if carried else []), *second, ["Tổng cộng", 2501]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert [figure.value for figure in reading.figures] == [500, 501, 700, 800]
    assert not reading.notices


def test_parts_of_people_are_in_thousands_as_the_unit_of_measure_says() -> None:
    rows = [TITLE, [None, None, "Đơn vị: nghìn người"], ["Đơn vị", "Dân số", "Số người cài"],
            *[[name, 73.3 + n, 8.5 + n] for n, name in enumerate(DISTRICTS)]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert {figure.value for figure in reading.figures if figure.kind == "installs"} == {8500, 9500, 10500, 11500}
    assert {figure.value for figure in reading.figures if figure.kind == "population"} == {73300, 74300, 75300, 76300}


def test_whole_numbers_below_such_a_unit_are_asked_about() -> None:
    rows = [
        TITLE,
        ["Đơn vị tính: nghìn người"],
        ["Đơn vị", "Số người cài"],
        *[[name, 8 + n] for n, name in enumerate(DISTRICTS)],
    ]
    assert asked(read_rows(book(("Sheet1", rows)))) == "scale"


@pytest.mark.parametrize(
    ("written", "within", "code"),
    [
        ("TT. 1 Ngàn", "63:932", "63:31342"),
        ("TT 7 Ngàn", "63:932", "63:31346"),
        ("Phường Bảy", "63:815", "63:28255"),
        ("Quận Nhất", "63:79", "63:760"),
        ("Quận Tư", "63:79", "63:773"),
    ],
)
def test_the_number_of_a_name_is_written_either_way(written: str, within: str, code: str) -> None:
    reading = read_rows(book(("Sheet1", [TITLE, ["Đơn vị", "Đã cài"], [written, 812]])), within=within)
    assert [str(figure.unit.code) for figure in reading.figures if figure.unit] == [code]


@pytest.mark.parametrize(
    ("header", "of"), [("Học sinh (sĩ số/đã cài)", "pupils"), ("Phụ huynh (tổng số/đã cài)", "parents")]
)
def test_the_whole_of_a_pair_may_stand_first(header: str, of: str) -> None:
    assert said_by([header]) is None
    assert said_by(whole_first([header])) is not None
    rows = [["TRƯỜNG THPT VỊ THANH - BLUEZONE 20/8/2020"], ["Lớp", header], ["10A1", "45/31"], ["10A2", "44/20"]]
    reading = read_rows(book(("Sheet1", rows)), within="63:930")
    assert taken(reading) == {("headcount", of, "2020-08-20"), ("installs", of, "2020-08-20")}
    assert [figure.value for figure in reading.figures if figure.kind == "installs"] == [31, 20]


def test_an_apostrophe_before_a_number_is_none_of_it() -> None:
    reading = read_rows(
        book(("Sheet1", [TITLE, ["Đơn vị", "Đã cài"], [DISTRICTS[0], "'7.240"], [DISTRICTS[1], "4.810"]]))
    )
    assert [figure.value for figure in reading.figures] == [7240, 4810]


@pytest.mark.parametrize("serial", [44063, 44063.5])
def test_a_log_of_one_place_may_have_days_as_serials(serial: float) -> None:
    rows = [["DIỄN BIẾN CÀI BLUEZONE TỈNH HẬU GIANG"], ["Ngày", "Lũy kế toàn tỉnh", "Tăng"], [serial - 1, 55289, 900],
            [serial, 57389, 2100]]  # fmt: skip
    reading = read_rows(book(("Toàn tỉnh", rows)))
    assert taken(reading) == {
        (kind, "", day) for kind in ("installs", "increase") for day in ("2020-08-19", "2020-08-20")
    }


@pytest.mark.parametrize("sheet", ["KH 30-8", "Kế hoạch", "Chỉ tiêu", "KH tháng 8"])
def test_a_sheet_of_aims_beside_that_of_results_is_of_aims(sheet: str) -> None:
    done = [["BLUEZONE ĐẾN 20/8/2020"], ["Đơn vị", "Số người"], *[[name, 800 + n] for n, name in enumerate(DISTRICTS)]]
    aims = [["BLUEZONE ĐẾN 30/8/2020"], ["Đơn vị", "Số người"], *[[name, 9000 + n] for n, name in enumerate(DISTRICTS)]]
    reading = read_rows(book(("KQ", done), (sheet, aims)), today="2020-08-24")
    assert not asked(reading)
    assert {each[0] for each in taken(reading)} == {"installs", "target"}


def test_a_sheet_called_a_plan_may_give_results() -> None:
    done = [
        ["KẾT QUẢ BLUEZONE ĐẾN 20/8/2020"],
        ["Đơn vị", "Số người"],
        *[[name, 800 + n] for n, name in enumerate(DISTRICTS)],
    ]
    assert taken(read_rows(book(("Kế hoạch", done)))) == {("installs", "", "2020-08-20")}


def test_headers_may_name_weekdays_beside_their_days() -> None:
    rows = [["LŨY KẾ SỐ NGƯỜI CÀI BLUEZONE"], ["Đơn vị", "T2 17/8", "T3 18/8", "CN 23/8"],
            *[[name, 500 + n, 540 + n, 590 + n] for n, name in enumerate(DISTRICTS)]]  # fmt: skip
    assert taken(read_rows(book(("Sheet1", rows)))) == {("installs", "", f"2020-08-{day}") for day in (17, 18, 23)}


@pytest.mark.parametrize("word", ["Thực hiện", "Kết quả", "Đạt"])
def test_a_number_of_two_days_has_their_days(word: str) -> None:
    rows = [["BLUEZONE"], ["Đơn vị", f"{word} 19/8", f"{word} 20/8", "Tăng/giảm (người)"],
            *[[name, 500 + n, 577 + n, 77] for n, name in enumerate(DISTRICTS)]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert taken(reading) == {
        ("installs", "", "2020-08-19"),
        ("installs", "", "2020-08-20"),
        ("increase", "", "2020-08-20"),
    }


@pytest.mark.parametrize("header", ["Bình quân cài/ngày", "Số người cài mỗi ngày"])
def test_a_mean_of_a_day_is_no_count(header: str) -> None:
    rows = [TITLE, ["Đơn vị", "Lũy kế", header], *[[name, 500 + n, 40 + n] for n, name in enumerate(DISTRICTS)]]
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert taken(reading) == {("installs", "", "2020-08-20")}


@pytest.mark.parametrize("header", ["Tỷ lệ/dân số {} (%)", "% dân số ngày {}"])
def test_a_share_of_the_people_may_name_its_day(header: str) -> None:
    rows = [["BLUEZONE HẬU GIANG"], ["Đơn vị", header.format("19/8/2020"), header.format("20/8/2020"), "Tăng (điểm %)"],
            *[[name, 7.1 + n / 10, 7.5 + n / 10, 0.4] for n, name in enumerate(DISTRICTS)]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert taken(reading) == {("percent_population", "", "2020-08-19"), ("percent_population", "", "2020-08-20")}


@pytest.mark.parametrize("numbers", [("1.", "1.1.", "1.2."), ("1", "1.1", "1.2"), ("2.", "2.1", "2.2")])
def test_numbers_of_two_levels_are_none_of_the_names(numbers: tuple[str, str, str]) -> None:
    city, one, two = numbers
    rows = [TITLE, ["Đơn vị", "Đã cài"], [f"{city} Thành phố Ngã Bảy", 1500], [f"{one} Phường Lái Hiếu", 700],
            [f"{two} Phường Hiệp Thành", 800]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    units = {str(figure.unit.code) for figure in reading.figures if figure.unit}
    assert {"63:31341", "63:31343"} <= units <= {"63:931", "63:31341", "63:31343"}


def test_a_pivot_table_is_read() -> None:
    rows = [["Ngày", "20/08/2020"], [], ["Row Labels", "Sum of Số lượt cài", "Sum of Dân số"],
            *[[name, 500 + n, 95000 + n] for n, name in enumerate(DISTRICTS)], ["(blank)"],
            ["Grand Total", 2006, 380006]]  # fmt: skip
    reading = read_rows(book(("Pivot", rows)))
    assert not reading.notices
    assert taken(reading) == {("installs", "", "2020-08-20"), ("population", "", "2020-08-20")}


def test_headers_of_a_program_are_read() -> None:
    lines = ["district_code,district_name,population,install_count,report_date"]
    lines += [f"93{n},{name},{60000 + n},{500 + n},2020-08-20" for n, name in enumerate(("Vị Thanh", "Ngã Bảy"))]
    reading = read_rows("\n".join(lines).encode(), name="export.csv")
    assert taken(reading) == {("installs", "", "2020-08-20"), ("population", "", "2020-08-20")}


def test_more_than_those_beside_it_are_others() -> None:
    """A daily report of many things: who installed it are none of those in quarantine."""
    rows = [["BÁO CÁO NHANH COVID-19 NGÀY 20/8/2020"],
            ["Địa phương", "Đang cách ly tập trung", "Cài Bluezone (lũy kế)"],
            *[[name, 10 + n, 5000 + n] for n, name in enumerate(DISTRICTS)]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert ("installs", "", "2020-08-20") in taken(reading)
    assert ("installs", "quarantined", "2020-08-20") not in taken(reading)


def test_so_many_percent_of_the_people_are_the_target() -> None:
    rows = [TITLE, ["Đơn vị", "Dân số", "30% dân số", "Bluezone"],
            *[[name, 60000 + 10 * n, 18000 + 3 * n, 5000 + n] for n, name in enumerate(DISTRICTS)]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert {each[0] for each in taken(reading)} == {"population", "target", "installs"}


def test_today_is_the_total_where_yesterday_and_the_gain_make_it() -> None:
    rows = [TITLE, ["Đơn vị", "Hôm nay", "Hôm qua", "Chênh lệch"],
            *[[name, 5055 + 2 * n, 5000 + n, 55 + n] for n, name in enumerate(DISTRICTS)]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert taken(reading) == {
        ("installs", "", "2020-08-19"),
        ("installs", "", "2020-08-20"),
        ("increase", "", "2020-08-20"),
    }


def test_rows_that_can_be_no_unit_of_the_place_are_not_asked_about() -> None:
    every = (
        "Vị Thanh",
        "Ngã Bảy",
        "Châu Thành A",
        "H. Châu Thành",
        "Phụng Hiệp",
        "Vị Thủy",
        "H. Long Mỹ",
        "TX Long Mỹ",
    )
    rows = [
        TITLE,
        ["Đơn vị", "Đã cài"],
        *[[name, 500 + n] for n, name in enumerate(every)],
        ["Lực lượng vũ trang", 800],
    ]
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert [notice.kind for notice in reading.notices] == ["unknown-unit"]


def test_the_families_of_members_are_no_members() -> None:
    rows = [TITLE, ["Đơn vị", "Tổng số hội viên", "Hội viên đã cài", "Người thân hội viên đã cài"],
            *[[name, 900 + n, 300 + n, 100 + n] for n, name in enumerate(DISTRICTS)]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert {(kind, of) for kind, of, _ in taken(reading)} == {
        ("headcount", "members"),
        ("installs", "members"),
        ("installs", "families"),
    }


def test_a_commune_may_stand_behind_its_district() -> None:
    rows = [TITLE, ["Xã", "Đã cài"], ["Vị Thủy - Nàng Mau", 301], ["Vị Thủy - Vị Trung", 302]]
    reading = read_rows(book(("Sheet1", rows)))
    assert {str(figure.unit.code) for figure in reading.figures if figure.unit} == {"63:31441", "63:31444"}


@pytest.mark.parametrize("share", [7.2, 0.072])
def test_labels_over_several_columns_stay_so_where_a_file_lost_its_merged_cells(share: float) -> None:
    lines = ["Đơn vị,Tính đến 19/8/2020,,Tính đến 20/8/2020,,Ghi chú", ",Số lượng,Tỷ lệ,Số lượng,Tỷ lệ,"]
    for name, people in (("Thành phố Vị Thanh", 73322), ("Thành phố Ngã Bảy", 56182), ("Huyện Vị Thủy", 90126)):
        counts = [round(people * 0.072), round(people * 0.074)]
        lines.append(f"{name},{counts[0]},{share:.4f},{counts[1]},{share / 72 * 74:.4f},")
    reading = read_rows("\n".join(lines).encode(), name="bluezone.csv")
    assert not asked(reading)
    days = ("2020-08-19", "2020-08-20")
    assert taken(reading) == {(kind, "", day) for kind in ("installs", "percent_population") for day in days}


def test_bare_days_of_the_month_in_the_title_head_columns() -> None:
    rows = [["Lũy kế cài Bluezone tháng 8/2020"], ["Đơn vị", 18, 19, 20],
            *[[name, 500 + n, 540 + n, 590 + n] for n, name in enumerate(DISTRICTS)]]  # fmt: skip
    assert taken(read_rows(book(("Sheet1", rows)))) == {("installs", "", f"2020-08-{day}") for day in (18, 19, 20)}


def test_a_day_alone_in_brackets_is_one() -> None:
    rows = [
        ["BẢNG TỔNG HỢP BLUEZONE (20/8)"],
        ["Đơn vị", "Đã cài"],
        *[[name, 500 + n] for n, name in enumerate(DISTRICTS)],
    ]
    assert taken(read_rows(book(("Sheet1", rows)))) == {("installs", "", "2020-08-20")}


def test_names_that_no_place_of_the_level_bears_are_said() -> None:
    rows = [TITLE, ["Xã", "Đã cài"], ["Vạn Phúc Lộc", 301], ["Thiên Lộc Tài", 302]]
    reading = read_rows(book(("Sheet1", rows)))
    assert asked(reading) or "organisations" in {notice.kind for notice in reading.notices}


def test_a_share_of_columns_of_staff_is_of_staff() -> None:
    head = ["Đơn vị", "Tổng số CBCC", "Có ĐTTM", "Đã cài Bluezone", "Tỷ lệ (%) đã cài/có ĐTTM"]
    rows = [TITLE, head, ["Sở Nội vụ", 76, 73, 68, "93,2"], ["Sở Tài chính", 55, 52, 49, "94,2"]]
    assert taken(read_rows(book(("Sheet1", rows)))) == {
        (kind, "staff", "2020-08-20") for kind in ("headcount", "smartphones", "installs", "percent_smartphones")
    }


def test_a_share_of_the_smartphones_of_places_is_of_nobody_in_particular() -> None:
    head = ["Đơn vị", "Số ĐTTM", "Đã cài", "Tỷ lệ/ĐTTM (%)", "Cán bộ đã cài"]
    rows = [TITLE, head, *[[name, 1000, 250 + 10 * n, 25 + n, 20 + n] for n, name in enumerate(DISTRICTS)]]
    assert ("percent_smartphones", "", "2020-08-20") in taken(read_rows(book(("Sheet1", rows))))


@pytest.mark.parametrize("gone", ["Đã hoàn thành cách ly trong ngày", "Số người hết thời gian cách ly"])
def test_those_who_have_left_are_none_of_those_who_are_there(gone: str) -> None:
    rows = [TITLE, ["Khu cách ly", "Số đang cách ly", "Đã cài", gone], ["Trung đoàn 123", 129, 66, 30],
            ["Trường Quân sự tỉnh", 65, 49, 18]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert {figure.value for figure in reading.figures if figure.kind == "headcount"} == {129, 65}
    assert any("is not known" in str(notice.text.template) for notice in reading.notices)


def _two_tables(day: str, signed: str) -> list[list[object]]:
    """Return a sheet of two tables under one day, a signature of another below the second."""
    return [
        [f"Số liệu cài Bluezone đến ngày {day}"],
        ["I. BẾN XE"],
        ["TT", "Tên bến", "Số nhân viên", "Nhân viên đã cài"],
        [1, "Bến xe Vị Thanh", 24, 19],
        [2, "Bến xe Ngã Bảy", 16, 12],
        ["II. ĐƠN VỊ VẬN TẢI"],
        ["TT", "Tên đơn vị", "Số lái xe", "Lái xe đã cài"],
        [1, "Công ty CP Văn Minh", 222, 198],
        [2, "HTX Phúc Lợi", 51, 44],
        [None, None, None, f"Vị Thanh, {signed}"],
    ]


def test_the_day_of_the_title_reaches_the_last_table_above_a_signature() -> None:
    reading = read_rows(book(("Sheet1", _two_tables("25/8/2020", "ngày 26 tháng 8 năm 2020"))))
    assert not asked(reading)
    assert {day for _, _, day in taken(reading)} == {"2020-08-25"}
    assert {of for _, of, _ in taken(reading)} == {"staff", "drivers"}


def test_a_signature_before_the_day_of_the_title_is_asked_about() -> None:
    assert asked(read_rows(book(("Sheet1", _two_tables("25/8/2020", "ngày 20 tháng 8 năm 2020"))))) == "date"
