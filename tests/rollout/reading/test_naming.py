"""Columns that name the rows under headers that name no unit: `Đầu mối`, `Lớp GVCN`, none at all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.results import Reading

TITLE = ["Cài đặt Bluezone đến 24/8/2020"]
OFFICES = ("Phòng Tham mưu", "Phòng Chính trị", "Phòng Hậu cần", "Tiểu đoàn 1")
CLASSES = ("10A1", "10A2", "11B3", "12C4")
PERSONS = ("Nguyễn Thị Hoa", "Trần Văn Bình", "Lê Thị Cúc", "Phạm Văn Dũng")
PLACES = ("Vị Bình", "Vị Đông", "Vị Thanh", "Vị Trung")
TELEPHONES = ("0912 345 671", "0912 345 672", "0912 345 673", "0912 345 674")


def table(heads: Sequence[str | None], *columns: Sequence[str], numbered: bool = False) -> Reading:
    """Return a table as read: columns of texts, how many people there are, how many have installed."""
    rows: list[list[object]] = [[*texts, 40 + n, 30 + n] for n, texts in enumerate(zip(*columns, strict=True))]
    head: list[object] = [*heads, "Tổng số", "Đã cài"]
    if numbered:
        head, rows = ["TT", *head], [[n, *row] for n, row in enumerate(rows, 1)]
    return read_rows(book(("Sheet1", [TITLE, head, *rows])))


def named(reading: Reading) -> tuple[str, ...]:
    """Return which rows the installs are of, as they are written."""
    return tuple(figure.written for figure in reading.figures if figure.kind == "installs")


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize(
    "head",
    ["Đầu mối", "Đầu mối đơn vị", "Đầu mối trực thuộc", "Đầu mối báo cáo", "Lớp phụ trách", "Lớp GVCN", "Lớp chủ nhiệm",
     "Lớp do thầy/cô chủ nhiệm", "Phụ trách", "Thầy cô dạy lớp nào?", "Tuyến"],
)  # fmt: skip
@pytest.mark.parametrize("names", [OFFICES, CLASSES])
def test_a_column_whose_cells_name_organisations_names_the_rows(
    head: str, names: tuple[str, ...], numbered: bool
) -> None:
    reading = table([head], names, numbered=numbered)
    assert not asked(reading)
    assert named(reading) == names
    assert next(column.kind for column in reading.columns if column.header == head) == "unit"


def test_a_column_without_a_header_names_the_rows() -> None:
    assert named(table([None], OFFICES)) == OFFICES


def test_no_list_of_words_knows_the_names() -> None:
    goods = ("Ngành hàng vải", "Ngành hàng cá", "Ngành hàng rau", "Đồ khô")
    assert named(table(["Đầu mối"], goods)) == goods


def test_places_stay_places() -> None:
    reading = table(["Đầu mối"], PLACES, numbered=True)
    assert named(reading) == PLACES
    assert all(figure.unit for figure in reading.figures)


@pytest.mark.parametrize(
    ("heads", "columns", "names"),
    [
        (["Đầu mối", "Người phụ trách"], (OFFICES, PERSONS), OFFICES),
        (["Người phụ trách", "Đầu mối"], (PERSONS, OFFICES), OFFICES),
        (["Đơn vị", "Đầu mối"], (OFFICES, PERSONS), OFFICES),
        (["Đơn vị", "Đầu mối", "SĐT"], (OFFICES, PERSONS, TELEPHONES), OFFICES),
        (["Đầu mối", "SĐT"], (OFFICES, TELEPHONES), OFFICES),
        (["Phụ trách", "Xã"], (PERSONS, PLACES), PLACES),
        (["Họ và tên", "Lớp GVCN"], (PERSONS, CLASSES), CLASSES),
        (["Trường", "Lớp phụ trách"], (("THCS A", "THCS A", "THCS B", "THCS B"), CLASSES), CLASSES),
        (["Đầu mối", "Tình hình"], (OFFICES, ("tốt", "khá tốt", "đang làm", "chậm")), OFFICES),
    ],
)
def test_who_answers_for_a_unit_does_not_name_it(
    heads: list[str], columns: tuple[tuple[str, ...], ...], names: tuple[str, ...]
) -> None:
    assert named(table(heads, *columns, numbered=True)) == names


@pytest.mark.parametrize("head", ["GVCN", "Đầu mối", "Người phụ trách", "Họ và tên"])
def test_persons_are_no_units_and_the_refusal_names_their_column(head: str) -> None:
    with pytest.raises(TableError) as refused:
        table([head], PERSONS, numbered=True)
    assert f"column B (“{head}”) names no units" in str(refused.value)


@pytest.mark.parametrize(
    ("heads", "columns"),
    [
        (["Lớp phụ trách"], (PERSONS,)),
        (["GVCN"], (PERSONS,)),
        (["CTV", "Nơi ở"], (PERSONS, ("Xóm Đông", "Xóm Tây", "Xóm Nam", "Xóm Bắc"))),
        (["Đầu mối", "SĐT"], (PERSONS, TELEPHONES)),
        (["Đầu mối"], (("Cô Hoa", "thầy Bình", "Đ/c Cúc", "Anh Dũng"),)),
        (["Lô", "Số điện thoại"], (("A01", "A02", "A03", "A04"), TELEPHONES)),
    ],
)
def test_lists_of_persons_are_refused(heads: list[str], columns: tuple[tuple[str, ...], ...]) -> None:
    with pytest.raises(TableError):
        table(heads, *columns)


@pytest.mark.parametrize("stamp", ["8/20/2020 19:22:10", "8/20/2020", "20/8/2020"])
def test_answers_of_teachers_are_of_their_classes(stamp: str) -> None:
    head = ["Dấu thời gian", "Địa chỉ email", "Họ và tên GVCN", "Lớp chủ nhiệm", "Sĩ số lớp", "Số HS đã cài Bluezone"]
    rows = [[stamp, "a@truong.edu.vn", person, name, 42, 21] for person, name in zip(PERSONS, CLASSES, strict=True)]
    reading = read_rows(book(("Câu trả lời", [head, *rows])))
    assert not asked(reading)
    assert named(reading) == CLASSES
    assert {str(figure.date) for figure in reading.figures} == {"2020-08-20"}
    assert reading.columns[0].header == "Dấu thời gian"
