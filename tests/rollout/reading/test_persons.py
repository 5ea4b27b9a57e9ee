"""A list of persons is refused, whatever column stands beside their names; a table that names who reports is not."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import read_rows

from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.results import Reading

TITLE = ["DANH SÁCH CÔNG CHỨC CÀI ĐẶT BLUEZONE ĐẾN NGÀY 21/8/2020"]
WHO = ["Nguyễn Văn An", "Trần Thị Bình", "Lê Hoàng Em", "Võ Út"]


def read(*rows: list[object]) -> Reading:
    return read_rows(book(("Sheet1", list(rows))))


@pytest.mark.parametrize("mark", ["x", "1", 1, "✓", "có", "Đã cài"])
@pytest.mark.parametrize(
    ("beside", "places"),
    [
        ("Phòng", ["Văn phòng", "Văn phòng", "Phòng HCTP", "Phòng HCTP"]),
        ("Tổ chuyên môn", ["Toán - Tin", "Toán - Tin", "Ngữ văn", "Ngữ văn"]),
        ("Đơn vị", ["Xã Tân Bình", "Xã Hòa An", "Xã Long Thạnh", "Xã Phương Phú"]),
    ],
)
def test_persons_are_refused(beside: str, places: list[str], mark: object) -> None:
    rows = [[at, name, place, mark, at + 1] for at, (name, place) in enumerate(zip(WHO, places, strict=True), 1)]
    with pytest.raises(TableError) as raised:
        read(TITLE, ["STT", "Họ và tên", beside, "Đã cài Bluezone", "Số người thân đã cài"], *rows)
    assert "persons" in str(raised.value)


@pytest.mark.parametrize("header", ["Họ và tên người báo cáo", "Họ tên lãnh đạo phụ trách", "Họ và tên"])
def test_who_reports_for_a_unit_makes_no_list_of_persons(header: str) -> None:
    units = ["TP Vị Thanh", "TP Ngã Bảy", "H. Vị Thủy", "H. Long Mỹ"]
    rows = [[at, unit, 900 + at, name] for at, (unit, name) in enumerate(zip(units, WHO, strict=True), 1)]
    reading = read(["BLUEZONE ĐẾN NGÀY 21/8/2020"], ["STT", "Đơn vị", "Số người đã cài", header], *rows)
    assert len(reading.figures) == 4
