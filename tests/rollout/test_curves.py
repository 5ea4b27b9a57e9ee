"""A curve of one's own is read from whatever file a spreadsheet program writes."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.spreadsheets.files import saved, workbook

from bluezone.rollout.curves import read_curve
from bluezone.rollout.series import Point
from bluezone.spreadsheets.errors import TableError

POINTS = [Point(dt.date(2020, 8, 8), 10_000_000), Point(dt.date(2020, 8, 20), 20_000_000, at_least=True)]
ROWS = [["Date", "Note", "Total"], [dt.date(2020, 8, 8), "a", 10_000_000], [], ["20/8/2020", "b", ">20.000.000"]]


@pytest.mark.parametrize(
    "data",
    [
        b"date,total\n2020-08-08,10000000\n2020-08-20,>20000000\n",
        "Ngày;Tổng số\n8/8/2020;10.000.000\n\n20/8/2020;≥ 20.000.000\n".encode(),
        "date\ttotal\n2020-08-08\t10,000,000\n2020-08-20\t>20,000,000\n".encode("utf-16"),
        "Đường cong\nSố lượt cài đặt;Ngày\n10000000;8/8/2020\n> 20 triệu;20/8/2020\n".encode("utf-8-sig"),
        saved(workbook([], ROWS)),
    ],
    ids=["csv", "semicolons", "utf-16", "below a title", "workbook"],
)
def test_a_curve_is_read_whatever_its_file(data: bytes) -> None:
    assert read_curve(data) == POINTS


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"unit,installs\nA,5\n", "is no curve: it needs the columns date and total"),
        (b"date,total\n2020-08-08,5\n2020-02-31,6\n", "line 3: there is no day"),
        (b"date,total\n2020-08-08,many\n", "line 2: “many” is not a number"),
        (b"date,total\n2020-08-08,\n", "line 2: “” is not a number"),
    ],
)
def test_what_is_no_curve_is_refused_with_the_line(data: bytes, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        read_curve(data, "curve.csv")
