# ruff: noqa: E501 - forms are tables
"""A letter's sentences that say how many have installed the app, and those that say something else."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

from bluezone.rollout.reading.errors import TableError

HEAD = [["UBND XÃ VỊ BÌNH", None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], ["Số: 12/BC-UBND", None, "Vị Bình, ngày 21 tháng 8 năm 2020"], ["BÁO CÁO"], ["Kết quả cài đặt Bluezone"], ["Kính gửi: UBND huyện Vị Thủy"]]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "count", "bound"),
    [
        ("Đến 17h ngày 20/8 toàn xã có 1.234 người cài", 1234, False),
        (
            "Tính đến 17h00 ngày 20/8/2020, trên địa bàn xã có 1.234 người đã cài đặt ứng dụng Bluezone (đạt 20,5%).",
            1234,
            False,
        ),
        ("Đến ngày 20/8/2020 xã Vị Bình có 1.234 người dân cài Bluezone", 1234, False),
        ("Số người đã cài đặt Bluezone đến ngày 20/8/2020 là 1.234 người", 1234, False),
        ("Đến 20/8 có hơn 1.200 người cài", 1200, True),
    ],
)
def test_a_sentence_is_a_row_of_the_commune_that_heads_the_letter(sentence: str, count: int, *, bound: bool) -> None:
    reading = read_rows(book(("Sheet1", [*HEAD, [sentence]])), within="63:935")
    assert not asked(reading)
    (figure,) = reading.figures
    assert figure.unit is not None
    assert (figure.unit.full_name, str(figure.date), figure.kind) == ("Xã Vị Bình", "2020-08-20", "installs")
    assert (figure.value, figure.bound, figure.line, figure.column) == (count, bound, 6, "A")
    assert [str(notice.text) for notice in reading.notices] == [f"a sentence was read as a row: “{sentence}”"]


def test_sentences_that_name_their_units_are_a_row_each() -> None:
    rows = [
        ["BCĐ HUYỆN VỊ THỦY"],
        ["Đến 17h ngày 20/8/2020 xã Vị Bình có 1.234 người cài"],
        ["Đến 17h ngày 20/8/2020 xã Vị Đông có 1.100 người cài"],
    ]
    reading = read_rows(book(("Sheet1", rows)), within="63:935")
    assert [(figure.name, figure.line, figure.value) for figure in reading.figures] == [
        ("Xã Vị Bình", 2, 1234),
        ("Xã Vị Đông", 3, 1100),
    ]


def test_a_sentence_without_a_unit_asks_for_it() -> None:
    assert (
        asked(read_rows(book(("Sheet1", [["Đến 17h ngày 20/8/2020 có 1.234 người cài Bluezone"]])), within="63:935"))
        == "unit"
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Trong ngày 20/8 có 50 người cài mới", "Đến 17h ngày 20/8 toàn xã có 6.000 dân, 1.234 người cài", "Phấn đấu đến 30/8 có 2.000 người cài",
        "Còn 300 người chưa cài", "Từ ngày 14/8 đến ngày 20/8 có 300 người cài", "Đã vận động 300 người cài", "Vị Bình: 1.234",
        "Đến 20/8 có 300 người cài NCOVI",
    ],
)  # fmt: skip
def test_a_sentence_of_something_else_or_of_more_is_refused(sentence: str) -> None:
    with pytest.raises(TableError, match="no table was found"):
        read_rows(book(("Sheet1", [*HEAD, [sentence]])), within="63:935")


def test_a_number_that_no_sentence_explains_keeps_a_letter_refused() -> None:
    rows = [*HEAD, ["Đến 17h ngày 20/8 toàn xã có 1.234 người cài"], ["Đã phát 500 tờ rơi"]]
    with pytest.raises(TableError, match="no table was found"):
        read_rows(book(("Sheet1", rows)), within="63:935")


def test_a_whole_commune_that_nothing_names_is_that_of_its_sender_only() -> None:
    data = book(("Sheet1", [["Đến 17h ngày 20/8/2020 toàn xã có 1.234 người cài Bluezone"]]))
    assert [figure.name for figure in read_rows(data, within="63:31468").figures] == ["Xã Vị Bình"]
    with pytest.raises(TableError, match="no table was found"):
        read_rows(data, within="63:935")
