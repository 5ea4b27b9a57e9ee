"""People who downloaded the app, called `app` and not by its name."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

ROWS = [["Vị Thanh", 72686, 7240], ["Ngã Bảy", 101192, 8810], ["Vị Thủy", 83564, 6120]]


@pytest.mark.parametrize(
    "column", ["Người dân đã tải app", "Số người dân đã tải app", "Số dân đã tải", "Dân cư đã tải app"]
)
def test_people_who_downloaded_the_app_are_installations(column: str) -> None:
    title = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN 20/8/2020"]
    reading = read_rows(book(("Sheet1", [title, ["Huyện", "Dân số", column], *ROWS])))
    assert not asked(reading)
    assert taken(reading) == {("population", "", "2020-08-20"), ("installs", "", "2020-08-20")}
    assert [int(figure.value) for figure in reading.figures if figure.kind == "installs"] == [7240, 8810, 6120]
