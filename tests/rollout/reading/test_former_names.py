"""A house or unit that bears `(cũ)` behind its name, and who printed a form."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.results import Reading

TITLE = "KẾT QUẢ CÀI ĐẶT BLUEZONE TẠI CÁC KHU CÁCH LY ĐẾN 15/8/2020"


def of_sites(*names: str) -> Reading:
    """Return a form of sites of quarantine as read, each with 20 people and 15 of them with the app."""
    rows = [[n, name, 20 + n, 15 + n] for n, name in enumerate(names, 1)]
    return read_rows(
        book(("Sheet1", [[TITLE], ["TT", "Khu cách ly", "Số người đang cách ly", "Đã cài Bluezone"], *rows]))
    )


@pytest.mark.parametrize(
    "name", ["Trạm Kiểm dịch Vị Tân (cũ)", "Bệnh viện huyện Vị Thủy (cũ)", "Trường THCS Lê Lợi (Cũ)"]
)
def test_a_former_house_is_a_house(name: str) -> None:
    reading = of_sites("Trung đoàn 174", name, "Trường Quân sự tỉnh")
    assert {figure.name for figure in reading.figures} == {"Trung đoàn 174", name, "Trường Quân sự tỉnh"}
    assert "remark" not in {notice.kind for notice in reading.notices}


@pytest.mark.parametrize("text", ["số cũ", "số liệu cũ", "kỳ cũ"])
def test_former_figures_are_left_out(text: str) -> None:
    reading = of_sites("Trung đoàn 174", f"Bệnh viện huyện Vị Thủy ({text})", "Trường Quân sự tỉnh")
    assert {figure.name for figure in reading.figures} == {"Trung đoàn 174", "Trường Quân sự tỉnh"}
    assert [notice.line for notice in reading.notices if notice.kind == "remark"] == [4]


def test_a_unit_with_two_rows_has_former_figures_in_one() -> None:
    rows = [["Vị Thanh", 7240], ["Ngã Bảy", 4810], ["Ngã Bảy (cũ)", 4700], ["Vị Thủy", 6120]]
    reading = read_rows(book(("Sheet1", [["Bluezone đến 20/8/2020"], ["Huyện", "Đã cài"], *rows])))
    assert sorted(int(figure.value) for figure in reading.figures) == [4810, 6120, 7240]


@pytest.mark.parametrize("mark", ["Người xuất", "Người xuất báo cáo", "Người in", "Người kết xuất", "Người lập"])
@pytest.mark.parametrize("value", ["hgi_sotttt", "Nguyễn Văn Tám"])
def test_who_printed_a_form_is_not_whom_it_counts(mark: str, value: str) -> None:
    above = f"Thời điểm lấy số liệu: 20/08/2020 08:00   {mark}: {value}"
    rows = [["Vị Thanh", 7240], ["Ngã Bảy", 4810], ["Vị Thủy", 6120]]
    reading = read_rows(book(("Sheet1", [["TÌNH HÌNH SỬ DỤNG BLUEZONE"], [above], ["Huyện", "Đã cài đặt"], *rows])))
    assert not asked(reading)
    assert taken(reading) == {("installs", "", "2020-08-20")}


@pytest.mark.parametrize("people", ["Người xuất cảnh", "Người nhập cảnh"])
def test_travellers_stay_people(people: str) -> None:
    rows = [["Vị Thanh", 7240], ["Ngã Bảy", 4810], ["Vị Thủy", 6120]]
    title = f"{people} cài đặt Bluezone đến 20/8/2020"
    reading = read_rows(book(("Sheet1", [[title], ["Huyện", "Đã cài đặt"], *rows])))
    assert asked(reading) or all(figure.of for figure in reading.figures)
