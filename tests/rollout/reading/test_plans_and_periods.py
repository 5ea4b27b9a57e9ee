"""A plan is no result once its day has passed, and what was added in named days is not all there is."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.results import Reading

NAMES = ("Vị Thủy", "Phụng Hiệp", "Châu Thành")
COUNTS = ((21200, 30), (21000, 30), (4000, 30))


def read(title: str, *heads: str, name: str = "bieu.xlsx", **more: str) -> Reading:
    """Return a form of three districts, read on 2 September, with as many counts as headers."""
    rows = [[n, unit, *counts[: len(heads)]] for n, (unit, counts) in enumerate(zip(NAMES, COUNTS, strict=True), 1)]
    answers = {key: value for key, value in more.items() if key == "measure"}
    return read_rows(
        book(("Sheet1", [[title], ["TT", "Địa phương", *heads], *rows])), name=name, today="2020-09-02", answers=answers
    )


PLANNED = "Số người cài đặt đến 30/8/2020"


@pytest.mark.parametrize(
    "title",
    [
        "PHÂN BỔ CHỈ TIÊU CÀI ĐẶT BLUEZONE",
        "GIAO CHỈ TIÊU CÀI ĐẶT BLUEZONE CHO CÁC ĐỊA PHƯƠNG",
        "BẢNG PHÂN KHAI CHỈ TIÊU CÀI ĐẶT BLUEZONE",
        "Phụ lục: chỉ tiêu vận động cài đặt Bluezone",
        "BẢNG GIAO NHIỆM VỤ CÀI ĐẶT BLUEZONE",
        "Danh sách phân công chỉ tiêu Bluezone",
        "LỘ TRÌNH CÀI ĐẶT BLUEZONE",
    ],
)
def test_what_a_title_allots_is_a_target(title: str) -> None:
    assert taken(read(title, PLANNED, "Tỷ lệ tối thiểu (%)")) == {("target", "", "2020-08-30")}


@pytest.mark.parametrize(
    "title",
    [
        "GIAO SỐ LƯỢNG CÀI ĐẶT BLUEZONE CHO CÁC HUYỆN ĐẾN 30/8/2020",
        "BẢNG PHÂN KHAI SỐ LƯỢNG CÀI ĐẶT BLUEZONE ĐẾN 30/8/2020",
        "PHÂN CÔNG SỐ LƯỢNG CÀI ĐẶT BLUEZONE ĐẾN 30/8/2020",
        "SỐ LƯỢNG GIAO CÁC HUYỆN CÀI ĐẶT BLUEZONE ĐẾN 30/8/2020",
    ],
)
@pytest.mark.parametrize("head", ["Số lượng", "Số người", "Số người cài"])
def test_a_number_under_a_title_that_allots_is_a_target(title: str, head: str) -> None:
    assert taken(read(title, head)) == {("target", "", "2020-08-30")}


@pytest.mark.parametrize("title", ["ĐĂNG KÝ CHỈ TIÊU CÀI ĐẶT BLUEZONE", "BIỂU ĐĂNG KÝ SỐ NGƯỜI CÀI ĐẶT BLUEZONE"])
def test_what_a_title_registers_is_no_result(title: str) -> None:
    reading = read(title, PLANNED)
    assert not reading.figures
    assert [notice.kind for notice in reading.notices] == ["column"]


@pytest.mark.parametrize("title", ["Danh sách đơn vị, chỉ tiêu Bluezone", "Cài đặt Bluezone theo chỉ tiêu tỉnh giao"])
def test_a_title_that_may_plan_is_asked_about(title: str) -> None:
    assert asked(read(title, PLANNED)) == "measure"
    assert taken(read(title, PLANNED, measure="target")) == {("target", "", "2020-08-30")}
    assert taken(read(title, PLANNED, measure="installs")) == {("installs", "", "2020-08-30")}
    assert not read(title, PLANNED, measure="none").figures


def test_a_files_name_that_may_plan_is_asked_about() -> None:
    assert asked(read("Bluezone các huyện", PLANNED, name="PL phan bo chi tieu.xlsx")) == "measure"


@pytest.mark.parametrize(
    "title",
    ["KẾT QUẢ THỰC HIỆN CHỈ TIÊU CÀI BLUEZONE", "TÌNH HÌNH CÀI BLUEZONE SO VỚI CHỈ TIÊU", "BLUEZONE CÁC HUYỆN"],
)
def test_a_title_of_results_is_none_of_a_plan(title: str) -> None:
    assert taken(read(title, PLANNED)) == {("installs", "", "2020-08-30")}


DONE = "CÀI ĐẶT BLUEZONE ĐẾN NGÀY 21/8/2020"


@pytest.mark.parametrize(
    "header",
    [
        "Số người cài trong 3 ngày 19, 20, 21/8",
        "Số người cài trong tuần",
        "Số người cài trong ngày",
        "Số lượt cài trong đợt cao điểm",
        "Số người cài 3 ngày qua",
        "Cài được trong 2 ngày cuối tuần",
        "Số cài trong 24 giờ",
    ],
)
def test_what_was_added_in_named_days_is_not_all(header: str) -> None:
    assert taken(read(DONE, header)) == {("increase", "", "2020-08-21")}


@pytest.mark.parametrize(
    "header",
    [
        "Số người cài từ ngày 14/8 đến ngày 20/8",
        "Số người cài các ngày 19, 20, 21/8",
        "Số người cài 14-20/8",
        "Số người cài (từ 15/8-21/8)",
        "Kết quả từ 15 đến 21/8",
    ],
)
def test_what_may_have_been_added_between_two_days_is_asked(header: str) -> None:
    assert asked(read(DONE, header)) == "flow"


@pytest.mark.parametrize("header", ["Lũy kế từ ngày 14/8 đến ngày 20/8", "Lũy kế trong tuần đến nay"])
def test_a_sum_up_to_a_day_is_all(header: str) -> None:
    assert {kind for kind, _, _ in taken(read(DONE, header))} == {"installs"}


@pytest.mark.parametrize(
    "header", ["Lượt cài/1.000 dân", "Lượt cài/1000 dân", "Số máy trên 100 người", "Số cài trên một nghìn dân"]
)
def test_a_rate_is_no_count(header: str) -> None:
    assert guess([header]).kind == "unknown"


def test_a_table_of_targets_is_not_asked_for_a_day() -> None:
    reading = read("GIAO CHỈ TIÊU CÀI ĐẶT BLUEZONE", "Chỉ tiêu")
    assert not asked(reading)
    assert {(figure.kind, figure.date) for figure in reading.figures} == {("target", None)}
    assert taken(read("CHỈ TIÊU CÀI ĐẶT BLUEZONE ĐẾN NGÀY 30/8/2020", "Chỉ tiêu")) == {("target", "", "2020-08-30")}


def test_a_target_of_thirty_beside_thousands_is_a_share() -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE ĐẾN NGÀY 20/8/2020"], ["Huyện", "Chỉ tiêu", "Đã cài"],
            *[[name, 30, 6000 + n] for n, name in enumerate(NAMES)]]  # fmt: skip
    assert taken(read_rows(book(("Sheet1", rows)))) == {("installs", "", "2020-08-20")}


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("CT 30% DS", "target"),
        ("Số người được cấp điện thoại", "unknown"),
        ("Số người/máy", "unknown"),
        ("Tổng số ĐT kiểm tra", "unknown"),
        ("Đã cài (hộ)", "unknown"),
        ("Tổng số (hộ)", "households"),
        ("Số người từ 18-60", "unknown"),
        ("Số TB di động", "unknown"),
        ("Hoạt động 7 ngày qua", "active"),
    ],
)
def test_what_is_no_count_of_installations(header: str, kind: str) -> None:
    assert guess([header]).kind == kind


@pytest.mark.parametrize(
    "title",
    [
        "KẾT QUẢ CÀI BLUEZONE (tính từ 0h ngày 20/8/2020)",
        "KẾT QUẢ CÀI BLUEZONE NGÀY 20 VÀ 21/8/2020",
        "KẾT QUẢ CÀI BLUEZONE TRONG 5 NGÀY QUA, ĐẾN 20/8/2020",
        "KẾT QUẢ CÀI BLUEZONE BUỔI SÁNG 20/8/2020",
        "KẾT QUẢ NGÀY HỘI CÀI BLUEZONE 20/8/2020",
    ],
)
def test_a_title_of_some_days_or_hours_leaves_open_whether_all_are_counted(title: str) -> None:
    assert asked(read(title, "Số người cài")) == "flow"


def test_a_files_name_names_the_month_of_days() -> None:
    rows = [["BÁO CÁO BLUEZONE"], ["Huyện", "Ngày 19", "Ngày 20", "Tăng"],
            *[[name, 6000 + n, 6050 + n, 50] for n, name in enumerate(NAMES)]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)), name="Bluezone tháng 8-2020.xlsx")
    days = {str(figure.date) for figure in reading.figures if figure.kind == "installs"}
    assert days == {"2020-08-19", "2020-08-20"}


def test_days_whose_sum_stands_beside_or_below_them_are_gains() -> None:
    head = ["Huyện", "17/8", "18/8", "19/8", "Cộng"]
    rows = [["KẾT QUẢ CÀI BLUEZONE ĐẾN NGÀY 20/8/2020"], head, *[[name, 10, 20, 30, 60] for name in NAMES]]
    assert {kind for kind, _, _ in taken(read_rows(book(("Sheet1", rows))))} == {"increase"}
    rows = [["KẾT QUẢ CÀI BLUEZONE HUYỆN VỊ THỦY"], ["Ngày", "Số người cài"], ["17/8/2020", 10], ["18/8/2020", 20],
            ["19/8/2020", 30], ["Cộng", 60]]  # fmt: skip
    assert {kind for kind, _, _ in taken(read_rows(book(("Sheet1", rows))))} == {"increase"}


def test_days_beside_a_sum_of_all_days_are_gains_and_it_is_all() -> None:
    head = ["Huyện", "17/8", "18/8", "19/8", "Cộng", "Lũy kế"]
    rows = [["KẾT QUẢ CÀI BLUEZONE ĐẾN NGÀY 19/8/2020"], head, *[[name, 10, 20, 30, 60, 900] for name in NAMES]]
    assert {kind for kind, _, _ in taken(read_rows(book(("Sheet1", rows))))} == {"increase", "installs"}


@pytest.mark.parametrize(
    ("title", "days"),
    [
        ("KẾT QUẢ CÀI BLUEZONE TUẦN 3 THÁNG 8/2020", ["2020-08-16", "2020-08-21", "2020-08-23"]),
        ("BLUEZONE TUẦN THỨ BA THÁNG 8 NĂM 2020", ["2020-08-16", "2020-08-21", "2020-08-23"]),
        ("KẾT QUẢ CÀI BLUEZONE TUẦN 34 NĂM 2020", ["2020-08-21", "2020-08-23"]),
    ],
)
def test_a_week_without_a_day_needs_one_question(title: str, days: list[str]) -> None:
    reading = read(title, "Số người cài")
    assert reading.question is not None
    assert reading.question.key == "period"
    values = [choice.value for choice in reading.question.choices]
    assert values == [f"{flow} {day}" for day in days for flow in ("cumulative", "increase")]
    rows = [["TT", "Huyện", "Số người cài"], *[[n, name, 6000 + n] for n, name in enumerate(NAMES, 1)]]
    data = book(("Sheet1", [[title], *rows]))
    found = read_rows(data, answers={"period": f"increase {days[-1]}"})
    assert taken(found) == {("increase", "", days[-1])}
    assert taken(read_rows(data, answers={"period": "cumulative 22/8/2020"})) == {("installs", "", "2020-08-22")}
    assert asked(read_rows(data, answers={"period": "22/8/2020"})) == "flow"


@pytest.mark.parametrize(
    ("above", "heads"),
    [
        ("KẾ HOẠCH ĐẾN 30/8/2020", ("Số người",)),
        ("II. KẾ HOẠCH GIAO CÁC ĐỊA PHƯƠNG ĐẾN NGÀY 30/8/2020", ("Số người cài", "Tỷ lệ/dân số (%)")),
        ("PHẤN ĐẤU ĐẾN NGÀY 30/8/2020", ("Số người cài",)),
        ("CHỈ TIÊU GIAO ĐẾN 30/8/2020", ("Số lượng",)),
    ],
)
@pytest.mark.parametrize("gap", [True, False])
def test_a_plan_below_results_is_none_of_them(above: str, heads: tuple[str, ...], gap: bool) -> None:
    done = [[n, unit, 2500 * n, 3.5 * n][: 2 + len(heads)] for n, unit in enumerate(NAMES, 1)]
    aims = [[n, unit, 6000 * n, 30][: 2 + len(heads)] for n, unit in enumerate(NAMES, 1)]
    rows = [["I. KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"], ["TT", "Đơn vị", *heads], *done, *([[]] if gap else []),
            [above], ["TT", "Đơn vị", *heads], *aims]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert {each for each in taken(reading) if each[0] in {"installs", "target"}} == {
        ("installs", "", "2020-08-20"),
        ("target", "", "2020-08-30"),
    }


@pytest.mark.parametrize("header", ["So sánh (người)", "(3)-(2)", "Biến động"])
def test_the_difference_of_two_days_is_what_was_added(header: str) -> None:
    rows = [["TT", "Đơn vị", "Lũy kế đến 16/8/2020", "Lũy kế đến 23/8/2020", header],
            *[[n, unit, 900 * n, 1000 * n, 100 * n] for n, unit in enumerate(NAMES, 1)]]  # fmt: skip
    reading = read_rows(book(("Bluezone", rows)))
    assert taken(reading) == {
        ("installs", "", "2020-08-16"),
        ("installs", "", "2020-08-23"),
        ("increase", "", "2020-08-23"),
    }


def test_people_on_a_sheet_without_a_day_are_of_the_results_first() -> None:
    people = [["DÂN SỐ HUYỆN"], ["Đơn vị", "Dân số"], *[[unit, 60000 + n] for n, unit in enumerate(NAMES)]]
    done = [["BLUEZONE"], ["Đơn vị", "Lũy kế đến 19/8/2020", "Lũy kế đến 20/8/2020"],
            *[[unit, 900 + n, 950 + n] for n, unit in enumerate(NAMES)]]  # fmt: skip
    reading = read_rows(book(("Dân số", people), ("Kết quả", done)))
    assert taken(reading) == {
        ("population", "", "2020-08-19"),
        ("installs", "", "2020-08-19"),
        ("installs", "", "2020-08-20"),
    }


def test_a_table_laid_across_may_give_shares_only() -> None:
    rows = [["HẬU GIANG - BLUEZONE 20/8/2020"], ["Chỉ tiêu", "Vị Thanh", "Ngã Bảy", "Châu Thành"],
            ["Tỷ lệ/dân số (%)", 8.65, 12.61, 9.22]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert taken(reading) == {("percent_population", "", "2020-08-20")}


@pytest.mark.parametrize("how", ["nhà mạng", "giới tính", "hệ điều hành", "loại hình"])
def test_how_a_table_is_laid_out_is_no_order(how: str) -> None:
    rows = [[f"SỐ LIỆU CÀI ĐẶT BLUEZONE THEO {how.upper()} NGÀY 20/8/2020"], ["Đơn vị", "Đã cài"],
            *[[unit, 900 + n] for n, unit in enumerate(NAMES)]]  # fmt: skip
    assert taken(read_rows(book(("Sheet1", rows)))) == {("installs", "", "2020-08-20")}


@pytest.mark.parametrize("sheet", ["Chỉ tiêu", "Sheet1"])
def test_shares_beside_what_was_done_are_its_own_in_a_sheet_called_after_indicators(sheet: str) -> None:
    rows = [["Đến ngày 22/8/2020"], ["TT", "Đơn vị", "Số người đã cài", "Tỷ lệ %/dân số"],
            [1, "Huyện Vị Thủy", 6120, "6,79"], [2, "Huyện Phụng Hiệp", 9012, "4,65"]]  # fmt: skip
    reading = read_rows(book((sheet, rows)))
    assert not reading.notices
    assert taken(reading) == {("installs", "", "2020-08-22"), ("percent_population", "", "2020-08-22")}


@pytest.mark.parametrize("header", ["Nội dung", "Chỉ tiêu"])
@pytest.mark.parametrize("sheet", ["Chỉ tiêu", "Sheet1"])
def test_days_across_and_indicators_down_need_no_other_day(header: str, sheet: str) -> None:
    rows = [["UBND HUYỆN VỊ THỦY"], ["TT", header, "19/8/2020", "20/8/2020"],
            [1, "Tổng số người đã cài Bluezone", 6120, 6377], [2, "Tỷ lệ người cài/dân số", "6,79", "7,08"],
            [None, None, None, "Vị Thủy, ngày 23 tháng 8 năm 2020"]]  # fmt: skip
    reading = read_rows(book((sheet, rows)), within="63:935")
    assert not asked(reading)
    assert taken(reading) == {
        (kind, "", day) for kind in ("installs", "percent_population") for day in ("2020-08-19", "2020-08-20")
    }
    assert {column.date for column in reading.columns} == {None}
