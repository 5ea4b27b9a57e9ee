"""Headers that join two things hold neither; those that name several people or words for one thing are read."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import read_rows, taken

from bluezone.rollout.reading.certainty import guess_surely
from bluezone.rollout.reading.results import Reading

TITLE = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 25/8/2020"]
NAMES = ["TP Vị Thanh", "TP Ngã Bảy", "H. Vị Thủy"]


def read(*rows: list[object]) -> Reading:
    return read_rows(book(("Sheet1", list(rows))))


@pytest.mark.parametrize(
    "header",
    [
        "Số người từ chối, không có ĐTTM",
        "Từ chối/không có điện thoại thông minh",
        "Chưa cài, từ chối",
        "Từ chối hoặc không liên lạc được",
        "Đồng ý/từ chối",
        "Số người được hỏi/từ chối",
        "Số hộ, nhân khẩu",
        "Dân số, số hộ",
        "Dân số và số ĐTTM",
        "Số người/số hộ",
        "Số ĐTTM, ĐT thường",
        "Chỉ tiêu/thực hiện",
        "Kế hoạch, kết quả",
        "Giao/đạt",
        "Lũy kế, tăng trong ngày",
        "Đã cài/chưa cài",
        "Tổng số/đã cài",
        "Số cán bộ/số đã cài",
        "Số ĐTTM/số cài",
        "Cán bộ đã cài, người thân đã cài",
    ],
)
def test_a_header_of_two_things_is_neither(header: str) -> None:
    assert guess_surely([header]).kind == "joined"


@pytest.mark.parametrize(
    ("header", "doubt"),
    [
        ("Đã có sẵn, cài mới", "installs"),
        ("Người đã cài + người mới cài", "installs"),
        ("Đã cài/đang sử dụng", "installs"),
        ("Hướng dẫn/cài đặt", "asked"),
        ("Số người dân đến giao dịch", "population"),
        ("Số lượt người dân", "population"),
    ],
)
def test_what_two_things_may_be_together_is_to_be_asked(header: str, doubt: str) -> None:
    found = guess_surely([header])
    assert (found.kind, found.sure, found.doubt) == ("unknown", False, doubt)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("CBCC, người lao động", "headcount"),
        ("Dân số/Tổng số CBCCVC", "population"),
        ("Dân số hoặc tổng số CBCC", "population"),
        ("Cán bộ, công chức, viên chức đã cài đặt", "installs"),
        ("Số khách, nhân viên đã cài", "installs"),
        ("Tổng số máy, thiết bị đã cài", "installs"),
        ("Lượt tải, cài đặt", "installs"),
        ("Cài đặt, sử dụng", "installs"),
        ("Đã cài và bật Bluetooth", "active"),
        ("Cài đặt và nhập số điện thoại", "with_phone"),
        ("Được hướng dẫn, hỗ trợ cài đặt", "helped"),
        ("Được tuyên truyền, hướng dẫn", "asked"),
        ("Không đồng ý, không hợp tác", "refused"),
        ("Từ chối tải, cài đặt", "refused"),
        ("Số người từ chối do không có ĐTTM", "refused"),
        ("Chỉ tiêu, kế hoạch giao", "target"),
        ("Tăng/giảm so với hôm trước", "increase"),
        ("Số người có và sử dụng ĐTTM", "smartphones"),
        ("Nhân khẩu thường trú, tạm trú", "population"),
        ("Dân số đến ngày 1/4/2019", "population"),
        ("TỶ LỆ/ĐTTM", "percent_smartphones"),
    ],
)
def test_one_thing_in_several_words_is_read(header: str, kind: str) -> None:
    assert guess_surely([header]).kind == kind


def test_what_was_added_to_a_plan_was_not_installed() -> None:
    assert guess_surely(["Kế hoạch", "Bổ sung"]).kind == "unknown"
    assert guess_surely(["Kế hoạch", "Cài mới"]).kind == "increase"


def test_two_things_in_one_number_are_left_out_with_a_word() -> None:
    rows = [[name, 9000 + at, 700 - at] for at, name in enumerate(NAMES)]
    reading = read(TITLE, ["Đơn vị", "Số người đã cài", "Từ chối, không có ĐTTM"], *rows)
    assert taken(reading) == {("installs", "", "2020-08-25")}
    assert any("two things in one number" in notice.text.template for notice in reading.notices)


def test_two_numbers_in_a_cell_are_still_read_by_such_a_header() -> None:
    rows = [[name, f"{900 + at}/{5000 + at}"] for at, name in enumerate(NAMES)]
    reading = read(TITLE, ["Đơn vị", "Đã cài/chỉ tiêu"], *rows)
    assert {kind for kind, _, _ in taken(reading)} == {"installs", "target"}
