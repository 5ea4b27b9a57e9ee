"""CSV and XLSX bytes to named rows."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from bluezone.rollout.tables import Table, TableError, field_of, read_table

VIETNAMESE = "STT;Ngày;Tỉnh, thành phố;Số lượt cài đặt;Tỷ lệ % dân số\n1;13/8/2020;Hậu Giang;55.289;7,54%\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_vietnamese_file_is_read_whatever_its_encoding(encoding: str) -> None:
    table = read_table(VIETNAMESE.encode(encoding))
    (row,) = table.rows
    assert row.line == 2
    assert row.cells == {
        "date": "13/8/2020",
        "unit": "Hậu Giang",
        "installs": "55.289",
        "percent_population": "7,54%",
    }
    assert table.ignored == ("STT",)


def test_a_windows_1258_file_is_read() -> None:
    assert read_table("unit,installs\nTiền Giang cũ,5\n".encode("cp1258", "replace")).rows[0].get("installs") == "5"


def test_a_spreadsheet_is_read_as_a_person_sees_it() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Báo cáo ngày 13/8"])
    sheet.append(["Ngày", "Đơn vị", "Số máy", "Tỷ lệ"])
    sheet.append([dt.date(2020, 8, 13), "Hậu Giang", 55289, 0.0754])
    sheet["D3"].number_format = "0.00%"
    buffer = io.BytesIO()
    book.save(buffer)
    (row,) = read_table(buffer.getvalue()).rows
    assert row.line == 3
    assert row.cells == {"date": "2020-08-13", "unit": "Hậu Giang", "installs": "55289", "percent_population": "7.54%"}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Bluezoner có số điện thoại", "with_phone"),
        ("Tỉ lệ Bluezoner có số điện thoại/dân số", "percent_population"),
        ("Tỉ lệ Bluezoner có số điện thoại/số điện thoại thông minh", "percent_smartphones"),
        ("Tổng lượt tải", "installs"),
        ("pct_population", "percent_population"),
        ("% dân số", "percent_population"),
        ("% smartphone", "percent_smartphones"),
        ("Dân số", "population"),
        ("Xếp hạng", "rank"),
        ("total", "installs"),
        ("Số người cài", "installs"),
        ("Tỷ lệ (%)", "percent_population"),
        ("Tỷ lệ trên dân số", "percent_population"),
        ("Tỉ lệ trên dân số", "percent_population"),
        ("Tỷ lệ so với dân số", "percent_population"),
        ("Tỉ lệ so với dân số", "percent_population"),
        ("Tỷ lệ trên điện thoại thông minh", "percent_smartphones"),
        ("Tỉ lệ trên điện thoại thông minh", "percent_smartphones"),
        ("Huyện/thị xã/thành phố", "district"),
        ("Ghi chú", "note"),
        ("STT", None),
        ("", None),
        ("colour", None),
    ],
)
def test_a_header_means_its_field(header: str, field: str | None) -> None:
    assert field_of(header) == field


def test_lines_are_those_of_the_file_also_after_a_cell_with_a_line_break() -> None:
    table = read_table(b'unit,installs,note\nA,1,"two\nlines"\n\nB,2,\n')
    assert [(row.line, row.get("unit")) for row in table.rows] == [(2, "A"), (5, "B")]


def _zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def _bomb() -> bytes:
    return _zipped("xl/workbook.xml", b"\0" * 210_000_000)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no header row"),
        (b"just some text", "no header row"),
        (b"PK\x03\x04garbage", "damaged or not whole"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old .xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "has a password"),
        (_zipped("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), "is no .xlsx"),
        (bytes(range(256)), "not text"),
        (b'unit,installs\n"open', "is not CSV"),
    ],
)
def test_what_is_no_table_is_refused_with_one_clear_error(data: bytes, reason: str) -> None:
    with pytest.raises(TableError, match=reason):
        read_table(data)


def test_a_spreadsheet_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(TableError, match="unpacks to more"):
        read_table(_bomb())


def _with_part(name: str) -> bytes:
    """A workbook with one more part in its archive."""
    buffer = io.BytesIO(_workbook([["unit", "installs"], ["A", 1]]))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, b"<x/>")
    return buffer.getvalue()


def _workbook(rows: list[list[object]]) -> bytes:
    from openpyxl import Workbook

    book, buffer = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("part", "reason"), [("xl/vbaProject.bin", "macros"), ("xl/externalLinks/externalLink1.xml", "other files")]
)
def test_a_spreadsheet_with_programs_or_cells_of_other_files_is_refused(part: str, reason: str) -> None:
    with pytest.raises(TableError, match=reason):
        read_table(_with_part(part))


def test_a_formula_is_read_as_written_not_as_last_computed() -> None:
    table = read_table(_workbook([["unit", "installs"], ["A", "=1+1"]]))
    assert [row.get("installs") for row in table.rows] == ["=1+1"]


def test_entities_of_a_spreadsheet_are_not_expanded() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
    source, target = io.BytesIO(_workbook([["unit", "installs"], ["A", 1]])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, bomb if "sheet1" in entry.filename else old.read(entry))
    with pytest.raises(TableError, match="cannot be read"):
        read_table(target.getvalue())


def test_a_sheet_that_claims_every_column_is_read_as_far_as_tables_go() -> None:
    book = _workbook([["unit", "installs"], ["A", 1], *([[None] * 16_000 + ["x"]])])
    table = read_table(book)
    assert [row.cells for row in table.rows] == [{"unit": "A", "installs": "1"}]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_one_error(data: bytes) -> None:
    try:
        table: object = read_table(data)
    except TableError as error:
        table = error
    assert isinstance(table, Table | TableError)


def test_of_several_columns_that_name_units_the_lowest_is_the_unit() -> None:
    data = "Tỉnh,Huyện,Xã,Số lượt cài\nHậu Giang,Vị Thanh,Vị Tân,5\nHậu Giang,Vị Thanh,,7\nHậu Giang,,,9\n".encode()
    cells = [(row.get("unit"), row.get("parent")) for row in read_table(data).rows]
    assert cells == [("Vị Tân", "Vị Thanh, Hậu Giang"), ("Vị Thanh", "Hậu Giang"), ("Hậu Giang", "")]


def test_a_table_of_too_many_rows_is_refused() -> None:
    with pytest.raises(TableError, match="more than 100000 rows"):
        read_table(b"unit,installs\n" + b"A,1\n" * 100_001)
