"""Hold that `Người nhà` are families, but in forms that speak of patients."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import read_rows, taken

ROWS = [["Phòng Nội vụ", 120, 61], ["Phòng Kinh tế", 140, 92], ["Phòng Tư pháp", 133, 101]]
DEPARTMENTS = [["Khoa Nhi", 120, 61], ["Khoa Nội tổng hợp", 140, 92], ["Khoa Ngoại", 133, 101]]


@pytest.mark.parametrize("header", [
    "Người nhà đã cài", "Số người nhà đã cài đặt", "Người nhà CNLĐ đã cài",
    "Số người thân trong gia đình đoàn viên đã cài",
])  # fmt: skip
def test_relatives_of_those_who_work_there_are_families(header: str) -> None:
    title = ["CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
    reading = read_rows(book(("Sheet1", [title, ["Đơn vị", "Cán bộ đã cài", header], *ROWS])))
    assert taken(reading) == {("installs", "staff", "2020-08-20"), ("installs", "families", "2020-08-20")}


def test_relatives_in_a_hospital_are_those_of_patients() -> None:
    title = ["BỆNH VIỆN ĐA KHOA TỈNH: CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
    reading = read_rows(book(("Sheet1", [title, ["Khoa", "Cán bộ đã cài", "Người nhà đã cài"], *DEPARTMENTS])))
    assert ("installs", "patients", "2020-08-20") in taken(reading)
