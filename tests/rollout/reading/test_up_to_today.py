"""`Tổng số … đến hôm nay` counts all, `cài hôm nay` those of the day; what may be either is asked."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

DAY = "2020-08-18"


def form(*headers: str) -> bytes:
    """Return a form of three communes of Cai Lậy with a column of numbers under each header."""
    rows = [[name, *[value // (1 + 9 * at) for at in range(len(headers))]]
            for name, value in (("Mỹ Thành Bắc", 1204), ("Phú Cường", 987), ("Mỹ Thành Nam", 1120))]  # fmt: skip
    return book(("Sheet1", [["Báo cáo Bluezone ngày 18/8/2020"], ["Xã", *headers], *rows]))


@pytest.mark.parametrize(
    "header",
    [
        "Tổng số máy đã cài đến hôm nay",
        "Tổng cộng đến hết ngày hôm nay",
        "Tổng đến 17h hôm nay",
        "Số cài tính tới chiều hôm nay",
        "Cộng dồn tới hôm nay",
        "Tong so da cai den het ngay hom nay",
        "Đã cài tính hết hôm nay",
        "Từ đầu đến hôm nay",
        "Tổng số người đã cài tính cả hôm nay",
        "Đến thời điểm hôm nay đã cài",
    ],
)
def test_up_to_today_is_all(header: str) -> None:
    reading = read_rows(form(header), within="63:820")
    assert not asked(reading)
    assert taken(reading) == {("installs", "", DAY)}


@pytest.mark.parametrize("header", ["Số cài hôm nay", "Cài mới hôm nay", "Tăng thêm hôm nay", "Số cài tối hôm nay"])
def test_today_alone_is_that_day(header: str) -> None:
    assert taken(read_rows(form("Lũy kế", header), within="63:820")) == {("installs", "", DAY), ("increase", "", DAY)}


@pytest.mark.parametrize("header", ["Tổng cộng hôm nay", "Tổng số hôm nay", "Số người cài mới đến hôm nay"])
def test_what_may_be_either_is_asked(header: str) -> None:
    assert asked(read_rows(form(header), within="63:820")) == "flow"


def test_beside_what_was_added_on_the_day_it_is_all() -> None:
    reading = read_rows(form("Tổng số người cài đến hôm nay", "Trong đó cài trong ngày"), within="63:820")
    assert not asked(reading)
    assert taken(reading) == {("installs", "", DAY), ("increase", "", DAY)}
