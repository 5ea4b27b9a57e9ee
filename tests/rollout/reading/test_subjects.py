"""Titles of something else, headers of what people did besides, and days of an order are no installations."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.days import Said, days_in, is_range
from bluezone.rollout.reading.headers import guess

ROWS = [[1, "Vị Thanh", 7240], [2, "Ngã Bảy", 4810], [3, "Vị Thủy", 6120]]
TITLE = "KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN 20/8/2020"
ALL = {("installs", "", "2020-08-20")}


def table(header: str, title: str = TITLE, *lines: str) -> bytes:
    """Return a form of three districts with one column under a title."""
    return book(("Sheet1", [[title], *[[line] for line in lines], ["TT", "Huyện", header], *ROWS]))


@pytest.mark.parametrize(
    "title",
    [
        "Số liệu điện thoại thông minh phục vụ cài Bluezone",
        "Nhu cầu tờ rơi hướng dẫn cài Bluezone",
        "Số điểm hỗ trợ cài đặt Bluezone",
        "Số tổ COVID cộng đồng hướng dẫn cài Bluezone",
        "Số F1, F2 phát hiện qua Bluezone",
        "Số ca nhiễm phát hiện nhờ Bluezone",
        "Số lượt cảnh báo Bluezone",
        "Tin nhắn Bluezone đã gửi",
        "Kinh phí tuyên truyền Bluezone",
        "Số băng rôn, áp phích tuyên truyền Bluezone",
        "Kết quả kiểm tra việc cài đặt Bluezone",
        "Danh sách thi đua cài Bluezone - điểm thưởng",
        "Rà soát số người có smartphone để cài Bluezone",
    ],
)
def test_a_title_of_something_else_is_asked(title: str) -> None:
    assert asked(read_rows(table("Số lượng", f"{title} đến 20/8/2020"))) == "measure"


@pytest.mark.parametrize(
    "title",
    [
        "Kết quả cài đặt ứng dụng Bluezone",
        "Báo cáo số người cài Bluezone trên địa bàn tỉnh Hậu Giang",
        "Tổng hợp kết quả triển khai, vận động người dân cài đặt Bluezone",
        "Tiến độ cài Bluezone các huyện, thị xã, thành phố",
        "BIỂU TỔNG HỢP TÌNH HÌNH TRIỂN KHAI CÀI ĐẶT BLUEZONE",
        "Số điện thoại di động đã cài Bluezone",
        "Thống kê số lượt tải Bluezone",
        "Kết quả hưởng ứng cài đặt Bluezone",
        "Tổng số thuê bao đã cài Bluezone",
        "Mẫu số 02: Kết quả cài Bluezone",
        "Số lượng tài khoản Bluezone",
    ],
)
def test_a_title_of_installations_is_not_asked(title: str) -> None:
    assert taken(read_rows(table("Số lượng", f"{title} đến 20/8/2020"))) == ALL


@pytest.mark.parametrize(
    "header",
    [
        "Số người nhận tin nhắn",
        "Số người nhận thư ngỏ",
        "Số người xét nghiệm",
        "Số người đồng ý",
        "Số người đồng ý cài",
        "Số người quan tâm",
        "Số người biết đến Bluezone",
        "Số người được cấp mã",
        "Số người quét QR",
        "Số người đã khai báo",
        "Kết quả giao",
        "Không còn sử dụng",
    ],
)
def test_what_people_did_besides_is_no_installation(header: str) -> None:
    assert guess([header]).kind == "unknown"
    assert asked(read_rows(table(header))) == "installs"


@pytest.mark.parametrize("header", ["Số người", "Số lượng", "Kết quả", "Số người đạt được", "Tổng số người đến nay"])
def test_a_bare_number_of_people_is_one_of_installations(header: str) -> None:
    assert taken(read_rows(table(header))) == ALL


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Số người cần tiếp tục vận động", "missing"),
        ("Số người tiếp tục vận động", "missing"),
        ("Số người cần hỗ trợ cài", "missing"),
        ("Số cán bộ đi vận động", "unknown"),
        ("Số người hướng dẫn", "unknown"),
        ("Số người được hướng dẫn", "asked"),
        ("Số người đã được vận động", "asked"),
        ("Số người được hỗ trợ cài", "helped"),
        ("Số khách đồng ý cài Bluezone", "installs"),
    ],
)
def test_who_is_left_and_who_guides_are_not_those_asked(header: str, kind: str) -> None:
    assert guess([header]).kind == kind


@pytest.mark.parametrize(
    "header", ["Lũy kế tăng", "Số cài mới lũy kế", "Số người cài từ 14/8 đến nay", "Số lượt cài tháng 7"]
)
def test_a_header_of_all_or_of_a_gain_is_asked(header: str) -> None:
    assert asked(read_rows(table(header))) == "flow"


@pytest.mark.parametrize(
    "title",
    [
        "KẾT QUẢ CÀI BLUEZONE TỪ 0H ĐẾN 17H NGÀY 20/8/2020",
        "KẾT QUẢ CÀI BLUEZONE SAU 5 NGÀY (15-20/8/2020)",
        "KẾT QUẢ CÀI BLUEZONE TRONG TUẦN (tính đến ngày 20/8/2020)",
    ],
)
def test_a_title_of_a_period_is_asked(title: str) -> None:
    assert asked(read_rows(table("Số người cài", title))) == "flow"
    assert not is_range("KẾT QUẢ CÀI BLUEZONE ĐẾN 20/8/2020")


ORDERED = (
    "theo chỉ đạo của Chủ tịch UBND tỉnh ngày",
    "theo Kế hoạch ngày",
    "theo Kết luận của Bí thư Tỉnh ủy ngày",
    "theo yêu cầu của UBND tỉnh ngày",
    "theo tinh thần cuộc họp ngày",
    "theo Thư kêu gọi ngày",
    "theo Hướng dẫn của Bộ TTTT ngày",
    "(thực hiện chỉ đạo ngày",
    "(Biểu mẫu ban hành ngày",
    "từ ngày phát động",
    "kể từ ngày",
    "gửi về Sở trước 16h00 ngày",
    "trước ngày",
)


@pytest.mark.parametrize("words", ORDERED)
def test_the_day_of_an_order_is_none_of_the_figures(words: str) -> None:
    assert {day.said for day in days_in(f"KẾT QUẢ CÀI BLUEZONE {words} 14/8/2020")} == {Said.OTHER}
    assert not taken(read_rows(table("Đã cài", f"KẾT QUẢ CÀI BLUEZONE {words} 14/8/2020")))


@pytest.mark.parametrize("words", ORDERED[:9])
def test_the_files_name_goes_before_the_day_of_an_order(words: str) -> None:
    data = table("Đã cài", "KẾT QUẢ CÀI BLUEZONE", f"{words} 14/8/2020")
    assert taken(read_rows(data, name="BC ngay 20.8.2020.xlsx")) == ALL


@pytest.mark.parametrize(
    "title",
    [
        "KẾT QUẢ CÀI BLUEZONE NGÀY 20/8/2020",
        "KẾT QUẢ THỰC HIỆN KẾ HOẠCH CÀI BLUEZONE NGÀY 20/8/2020",
        "TỔNG HỢP THEO ĐỊA PHƯƠNG CÀI BLUEZONE NGÀY 20/8/2020",
        "KẾT QUẢ CÀI BLUEZONE TỪ NGÀY 14/8 ĐẾN NGÀY 20/8/2020 (lũy kế)",
    ],
)
def test_a_day_of_results_stays_the_day(title: str) -> None:
    assert taken(read_rows(table("Đã cài", title))) == ALL


def test_a_title_a_week_older_than_the_files_name_is_asked() -> None:
    data = table("Đã cài", "KẾT QUẢ CÀI BLUEZONE ĐẾN 13/8/2020")
    assert asked(read_rows(data, name="BC ngay 20.8.2020.xlsx")) == "date"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("SỐ HÀNH KHÁCH ĐƯỢC HƯỚNG DẪN CÀI BLUEZONE MỖI NGÀY", "helped"),
        ("SỐ HÀNH KHÁCH TỪ CHỐI CÀI BLUEZONE MỖI NGÀY", "refused"),
    ],
)
def test_a_title_says_what_was_done_to_people_over_days(title: str, kind: str) -> None:
    rows = [[title], ["STT", "Đơn vị", "19/8/2020", "20/8/2020", "Cộng"], [1, "Bến xe Vị Thanh", 84, 91, 175],
            [2, "Bến xe Ngã Bảy", 66, 70, 136]]  # fmt: skip
    reading = read_rows(book(("S", rows)))
    assert asked(reading) == ""
    assert {(figure.kind, figure.of) for figure in reading.figures} == {(kind, "guests")}
