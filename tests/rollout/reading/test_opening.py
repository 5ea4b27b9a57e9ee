"""Files are opened by what they are, bounded before they are, and refused with a sentence that says what to do."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rollout.reading.building import Percent, book
from tests.rollout.reading.forms_odd import to_tcvn3, to_windows_1258

from bluezone.rollout.reading import bounds, storing, textfiles
from bluezone.rollout.reading.encodings import TCVN3, decode, from_font
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.opening import load_of, open_book
from bluezone.rollout.reading.textfiles import open_excel_xml

ROWS = [["STT", "Đơn vị", "Tỷ lệ"], [1, "Vị Thủy", Percent(0.0754)]]


def with_part(name: str, content: bytes, base: bytes | None = None) -> bytes:
    """Return a workbook with one part more, or another in place of its own."""
    source = zipfile.ZipFile(io.BytesIO(base or book(("S", ROWS))))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.infolist():
            if entry.filename != name:
                archive.writestr(entry, source.read(entry))
        archive.writestr(name, content)
    return target.getvalue()


def sheet_of(cells: str, merged: str = "") -> bytes:
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return f"{head}{cells}</sheetData>{merged}</worksheet>".encode()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (b"\0\1\2\3" * 50, "not text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "has a password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "is a text document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "cannot be read"),
        (b"PK\x03\x04garbage", "damaged"),
        (b"<html><body><p>no table</p></body></html>", "page without a table"),
        (b"x" * (bounds.MAX_BYTES + 1), "at most"),
        (with_part("big.xml", b" " * (bounds.MAX_UNPACKED + 1)), "unpacks to more"),
        (with_part(SHEET, sheet_of("<row>" + "<c/>" * (bounds.MAX_CELLS + 1) + "</row>")), "cells"),
        (with_part(SHEET, sheet_of("", '<mergeCells><mergeCell ref="A1:Z40000"/></mergeCells>')), "merged cells"),
    ],
)
def test_what_is_not_read_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(TableError, match=sentence):
        open_book(data, "a.xlsx")


LAUGHS = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10))
#: what defines entities: ten to the ninth of one word; a file of the reader's machine; a definition from elsewhere
TYPES = {
    "billion laughs": f"<!DOCTYPE x [<!ENTITY e0 'ha'>{LAUGHS}]>",
    "external entity": "<!DOCTYPE x [<!ENTITY e9 SYSTEM 'file:///etc/hostname'>]>",
    "external definition": "<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>",
    "after much else": f"<!--{'-x' * 50_000}--><!DOCTYPE x [<!ENTITY e9 'b'>]>",
}
ROOTS = {
    "ods": '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">&e9;'
    "</office:document-content>",
    "excel": '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">&e9;</Workbook>',
}


def ods(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return target.getvalue()


def encoded(text: str, how: str) -> bytes:
    return f'<?xml version="1.0" encoding="{how}"?>{text}'.encode(how)


@pytest.mark.parametrize("how", ["utf-8", "utf-16"])
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize(
    "made",
    [
        lambda declared, how: with_part(SHEET, encoded(f"{declared}<x>&e9;</x>", how)),
        lambda declared, how: with_part("xl/anything.bin", encoded(f"{declared}<x>&e9;</x>", how)),
        lambda declared, how: ods(encoded(declared + ROOTS["ods"], how)),
    ],
    ids=["xlsx", "xlsx, a part of another name", "ods"],
)
def test_a_workbook_that_defines_entities_is_refused_before_it_is_parsed(made, kind, how):
    start = time.process_time()
    with pytest.raises(TableError, match="entities"):
        open_book(made(TYPES[kind], how), "a.xlsx")
    assert time.process_time() - start < 2


@pytest.mark.parametrize("kind", TYPES)
def test_the_xml_of_excel_2003_that_defines_entities_is_refused(kind):
    with pytest.raises(TableError, match="entities"):
        open_excel_xml(TYPES[kind] + ROOTS["excel"])


def test_a_workbook_that_inflates_is_refused_before_it_is_opened():
    data = with_part(SHEET, sheet_of("<row>" + "<c><v>1</v></c>" * 7_000_000 + "</row>"))
    assert len(data) < 1_000_000
    start = time.process_time()
    with pytest.raises(TableError, match="unpacks to more"):
        load_of(data)
    assert time.process_time() - start < 5  # unpacked to the bound at most, never held


def in_utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


@pytest.mark.parametrize("encode", [str.encode, in_utf16, to_windows_1258, to_tcvn3])
def test_texts_are_decoded_as_offices_write_them(encode):
    text = "số người cài đặt của đơn vị: huyện vị thủy, thị xã ngã bảy"
    assert decode(encode(text))[0] == text


def test_tcvn3_has_every_vietnamese_small_letter():
    letters = "àảãáạằẳẵắặăầẩẫấậâđèẻẽéẹềểễếệêìỉĩíịòỏõóọồổỗốộôờởỡớợơùủũúụừửữứựưỳỷỹýỵ"
    assert set(letters) <= set(TCVN3.values())
    assert from_font("§¬n vÞ: huyÖn") == "Đơn vị: huyện"
    assert from_font("Đơn vị") == "Đơn vị"


def test_a_book_is_stored_and_read_back_as_it_was():
    opened = open_book(book(("Biểu 1", ROWS, ["A1:B1"])), "a.xlsx")
    assert storing.load(storing.dump(opened)) == opened


@given(st.binary(max_size=3_000))
def test_garbage_is_a_table_or_a_sentence(data):
    for first in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<table>", b"\x09\x08"):
        with contextlib.suppress(TableError):
            open_book(first + data, "a")


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_a_comma_in_every_line_is_not_the_mark_where_another_one_is(mark: str) -> None:
    rows = [
        ["1", "Thị trấn Tiền Hải", "8676", "18,52"],
        ["2", "Đông Xuyên", "7012", "20,1"],
        ["3", "Đông Quý", "5411", "9,8"],
    ]
    lines = ["Kết quả cài Bluezone các xã, thị trấn", mark.join(["STT", "Xã, thị trấn", "Dân số", "Tỷ lệ %"])]
    lines += [mark.join(row) for row in rows]
    (sheet,) = textfiles.open_text("\n".join(lines), "a")
    assert sheet.last_column == 4
    assert sheet.own(3, 4).text == "18,52"


@pytest.mark.parametrize("text", ["a,b,c\n1,2,3\n4,5;6,7", "Xã,Số\nVị Thủy; Vị Đông,12\nVị Tân,13\nHỏa Lựu,14"])
def test_a_comma_is_the_mark_where_no_other_parts_most_lines(text: str) -> None:
    (sheet,) = textfiles.open_text(text, "a")
    assert sheet.last_column == text.splitlines()[0].count(",") + 1
