"""Files are opened by what they are, bounded before they are, and refused with a sentence that says what to do."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.spreadsheets.files import ods, ods_row, saved, to_tcvn3, to_windows_1258, with_part, workbook, zipped

from bluezone.spreadsheets import bounds
from bluezone.spreadsheets.cells import Book, Cell, Sheet
from bluezone.spreadsheets.encodings import TCVN3, decode, from_font
from bluezone.spreadsheets.errors import TableError
from bluezone.spreadsheets.opening import dump, load, load_of, open_book

ROWS = [["STT", "Đơn vị", "Tỷ lệ"], [1, "Vị Thủy", 0.0754]]
PLAIN = saved(workbook(ROWS))
SHEET = "xl/worksheets/sheet1.xml"
#: saved by an office program as .xls and .ods, which no package of the tests writes
SAVED = Path(__file__).parent / "saved"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def sheet_of(cells: str, merged: str = "") -> bytes:
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return f"{head}{cells}</sheetData>{merged}</worksheet>".encode()


def texts(data: bytes, name: str = "a") -> list[list[str]]:
    """Return what a person sees of the first sheet, row by row from its first."""
    return seen(open_book(data, name).sheets[0])


def seen(sheet: Sheet) -> list[list[str]]:
    return [[sheet.own(row, column).text for column in range(1, sheet.last_column + 1)] for row, _ in sheet.rows()]


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (b"{\\rtf1 a}", "is a text document"),
        (b"Rar!\x1a", "is an archive"),
        (zipped({"readme.txt": b"a"}), "is an archive"),
        (zipped({"word/document.xml": b"<a/>"}), "is a text document"),
        (zipped({"xl/workbook.bin": b"a"}), "save it as .xlsx"),
        (b"\0\1\2\3" * 50, "not text"),
        (_OLE + "EncryptedPackage".encode("utf-16-le"), "has a password"),
        (_OLE + "WordDocument".encode("utf-16-le"), "is a text document"),
        (_OLE + b"x" * 600, "damaged"),
        (b"PK\x03\x04garbage", "damaged"),
        (b"<html><body><p>no table</p></body></html>", "page without a table"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "save it as .xlsx"),
        (b'{"a": 1}', "no list of values"),
        (b'{"a": ', "damaged"),
        (b'a,b\n"c', "line 2 is not CSV"),
        (b"a;b\n1;" + b"x" * (bounds.MAX_SIGNS + 1), "a cell in row 2 holds more than"),
        (b";".join(b"%d" % at for at in range(bounds.MAX_COLUMNS + 1)), "more than 500 columns"),
        (b"a;b\n1;" + b"x" * 140_000, "a cell in row 2 holds more than"),
        (json.dumps([{"a": 1}, {"a": "x" * (bounds.MAX_SIGNS + 1)}]).encode(), "a cell in row 3 holds more than"),
        (b"x" * (bounds.MAX_BYTES + 1), "at most"),
        (with_part("big.xml", b" " * (bounds.MAX_UNPACKED + 1), PLAIN), "unpacks to more"),
        (with_part(SHEET, sheet_of("<row>" + "<c/>" * (bounds.MAX_CELLS + 1) + "</row>"), PLAIN), "cells"),
        (with_part(SHEET, sheet_of("", '<mergeCells><mergeCell ref="A1:Z40000"/></mergeCells>'), PLAIN), "merged"),
        (
            with_part(SHEET, sheet_of('<row r="1"><c r="A1"><v>1</v></c></row>'
                                      '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), PLAIN),
            "lie far apart",
        ),
        (ods(ods_row(1, more='table:number-rows-repeated="1000000"')), "cells"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        open_book(data, "a.xlsx")


def test_a_workbook_with_a_password_says_so() -> None:
    with pytest.raises(TableError, match="has a password"):
        open_book((SAVED / "password.xlsx").read_bytes(), "password.xlsx")


LAUGHS = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10))
#: what defines entities: ten to the ninth of one word; a file of the reader's machine; a definition from elsewhere
TYPES = {
    "billion laughs": f"<!DOCTYPE x [<!ENTITY e0 'ha'>{LAUGHS}]>",
    "external entity": "<!DOCTYPE x [<!ENTITY e9 SYSTEM 'file:///etc/hostname'>]>",
    "external definition": "<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>",
    "after much else": f"<!--{'-x' * 50_000}--><!DOCTYPE x [<!ENTITY e9 'b'>]>",
}
CONTENT = '<a xmlns="urn:oasis:names:tc:opendocument:xmlns:office:1.0">&e9;</a>'


def encoded(text: str, how: str) -> bytes:
    return f'<?xml version="1.0" encoding="{how}"?>{text}'.encode(how)


@pytest.mark.parametrize("how", ["utf-8", "utf-16"])
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("part", [SHEET, "xl/anything.bin", "content.xml"])
def test_xml_that_defines_entities_is_refused_before_it_is_parsed(part: str, kind: str, how: str) -> None:
    start = time.process_time()
    if part == "content.xml":
        data = zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                       part: encoded(TYPES[kind] + CONTENT, how)})  # fmt: skip
    else:
        data = with_part(part, encoded(f"{TYPES[kind]}<x>&e9;</x>", how), PLAIN)
    with pytest.raises(TableError, match="entities"):
        open_book(data, "a.xlsx")
    assert time.process_time() - start < 2


def test_a_workbook_that_inflates_is_refused_before_it_is_opened() -> None:
    data = with_part(SHEET, sheet_of("<row>" + "<c><v>1</v></c>" * 7_000_000 + "</row>"), PLAIN)
    assert len(data) < 1_000_000
    start = time.process_time()
    with pytest.raises(TableError, match="unpacks to more"):
        load_of(data)
    assert time.process_time() - start < 5


def test_an_archive_that_hides_its_size_is_read_as_far_as_it_says() -> None:
    """Limit a part of a zip archive to the size that the archive's directory gives for it."""
    data = with_part(SHEET, sheet_of("<row>" + "<c><v>1</v></c>" * 100_000 + "</row>"), PLAIN)
    at = data.rindex(SHEET.encode()) - 46  # the part's entry in the directory: its size unpacked
    with pytest.raises(TableError, match="damaged"):
        open_book(data[: at + 24] + (100).to_bytes(4, "little") + data[at + 28 :], "a.xlsx")


def test_an_archive_whose_directory_is_larger_than_itself_is_damaged() -> None:
    at = PLAIN.rindex(b"PK\x05\x06") + 12
    data = PLAIN[:at] + (len(PLAIN) * 2).to_bytes(4, "little") + PLAIN[at + 4 :]
    for opens in (load_of, open_book):
        with pytest.raises(TableError, match="damaged"):
            opens(data)


@given(st.binary(max_size=3_000))
def test_garbage_is_a_table_or_a_sentence(data: bytes) -> None:
    for first in (b"", b"PK\x03\x04", _OLE, b"<table>", b"\x09\x08", b"{"):
        with contextlib.suppress(TableError):
            open_book(first + data, "a")


@given(st.binary(max_size=300), st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]))
def test_garbage_in_a_part_is_a_table_or_a_sentence(data: bytes, part: str) -> None:
    for first in (b"", sheet_of("<row><c t='s'><v>")[:-30]):
        with contextlib.suppress(TableError):
            open_book(with_part(part, first + data, PLAIN), "a")


# --- workbooks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "number_format", "cell"),
    [
        ("  Vị\n Thủy ", "General", Cell("Vị Thủy")),
        (0.0754, "0.00%", Cell("7.54%", 0.0754, percent=True)),
        (0.3, "0%", Cell("30%", 0.3, percent=True)),
        (7.543999, "0.00", Cell("7.54", 7.543999)),
        (55289, "#,##0", Cell("55289", 55289)),
        (930, "00000", Cell("00930", 930)),
        (0.1 + 0.2, "General", Cell("0.3", 0.3)),
        (dt.date(2020, 8, 20), "dd/mm/yyyy", Cell("2020-08-20", date=dt.date(2020, 8, 20))),
        (
            dt.datetime.fromisoformat("2020-08-20 17:00"),
            "dd/mm/yyyy hh:mm",
            Cell("2020-08-20", date=dt.date(2020, 8, 20)),
        ),
        (True, "General", Cell("x")),
        ("=B2/C2", "General", Cell()),
    ],
)
def test_a_cell_of_a_workbook(value: object, number_format: str, cell: Cell) -> None:
    (sheet,) = open_book(saved(workbook([[value]], formats={"A1": number_format})), "a.xlsx").sheets
    found = sheet.own(1, 1)
    assert (found.text, found.date, found.percent) == (cell.text, cell.date, cell.percent)
    assert found.number == (None if cell.number is None else Decimal(str(round(cell.number, 6))))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A1"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="A1"><f>1+1</f></c>', ""),
        ('<c r="A1" t="str"><f>IF(B1,1,"")</f><v></v></c>', ""),
        ('<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>', ""),
        ('<c t="inlineStr"><is><t>Vị Thủy</t></is></c>', "Vị Thủy"),
    ],
)
def test_a_formula_has_its_value_or_is_empty(cell: str, text: str) -> None:
    (sheet,) = open_book(with_part(SHEET, sheet_of(f"<row>{cell}</row>"), PLAIN), "a.xlsx").sheets
    assert sheet.own(1, 1).text == text


def test_what_a_workbook_hides_and_merges_is_known() -> None:
    book = workbook([["Xã", "Số", "Cũ"], ["a", 1, 2], ["b", 3, 4]], [["ẩn"]], merged=["A1:B1"])
    first, second = book.worksheets
    first.row_dimensions[2].hidden = first.column_dimensions["C"].hidden = True
    second.sheet_state = "hidden"
    shown, hidden = open_book(saved(book), "a.xlsx").sheets
    assert (shown.hidden_rows, shown.hidden_columns, shown.hidden) == ({2}, {3}, False)
    assert {at: cell.text for at, cell in shown.visible().cells.items()} == {(1, 1): "Xã", (3, 1): "b", (3, 2): "3"}
    assert len(open_book(saved(book), "a.xlsx").notes) == 1
    assert (shown.merged, hidden.hidden) == ([(1, 1, 1, 2)], True)


@pytest.mark.parametrize(
    ("part", "note"), [("xl/vbaProject.bin", "macros"), ("xl/externalLinks/externalLink1.xml", "other files")]
)
def test_programs_and_links_of_a_workbook_are_said(part: str, note: str) -> None:
    assert note in open_book(with_part(part, b"<a/>", PLAIN), "a.xlsm").notes[0]


@pytest.mark.parametrize("name", ["communes.xls", "communes.ods"])
def test_another_format_says_the_same(name: str) -> None:
    xlsx = open_book((SAVED / "communes.xlsx").read_bytes(), "communes.xlsx").sheets[0]
    other = open_book((SAVED / name).read_bytes(), name).sheets[0]
    assert sorted(other.merged) == sorted(xlsx.merged)
    assert other.cells.keys() == xlsx.cells.keys()
    for at, cell in xlsx.cells.items():
        assert (other.own(*at).text, other.own(*at).percent) == (cell.text, cell.percent)


COLLAPSED = 'table:visibility="collapse"'
HIDDEN, SEEN = '<table:table-column table:visibility="collapse"/>', "<table:table-column/>"


@pytest.mark.parametrize(
    ("table", "hidden_columns", "hidden_rows"),
    [
        (f"{SEEN}{HIDDEN}{SEEN}", {2}, set()),
        (f"{SEEN}<table:table-column-group>{HIDDEN}</table:table-column-group>", {2}, set()),
        (f'<table:table-column table:number-columns-repeated="3"/>{HIDDEN}', {4}, set()),
        (ods_row("a", 1) + ods_row("b", 2, more=COLLAPSED), set(), {2}),
        (ods_row("a", 1) + ods_row("b", 2, more='table:visibility="filter"'), set(), {2}),
        (f"<table:table-row-group>{ods_row('a', 1, more=COLLAPSED)}</table:table-row-group>",
         set(), {1}),
    ],
)  # fmt: skip
def test_what_an_ods_hides_is_known(table: str, hidden_columns: set[int], hidden_rows: set[int]) -> None:
    (sheet,) = open_book(ods(table), "a.ods").sheets
    assert (sheet.hidden_columns, sheet.hidden_rows) == (hidden_columns, hidden_rows)


@pytest.mark.parametrize(
    "book",
    [
        open_book(saved(workbook(ROWS, [["x", dt.date(2020, 8, 20)]], merged=["A1:B1"], formats={"C2": "0.0%"})), "a"),
        Book("a", "xlsx", (Sheet("S", {(1, 1): Cell("=A")}, [], True, frozenset({1}), frozenset({2})),), ("note",)),
    ],
)  # fmt: skip
def test_a_book_is_written_and_read_back_as_it_was(book: Book) -> None:
    assert load(dump(book)) == book


# --- texts ----------------------------------------------------------------------------------------


TEXT = "số người cài đặt của đơn vị: huyện vị thủy, thị xã ngã bảy"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (TEXT.encode(), TEXT),
        (TEXT.encode("utf-8-sig"), TEXT),
        (TEXT.encode("utf-16"), TEXT),
        (TEXT.encode("utf-16-le"), TEXT),
        (TEXT.encode("utf-16-be"), TEXT),
        (to_windows_1258(TEXT), TEXT),
        (to_tcvn3(TEXT), TEXT),
        ("Soá ngöôøi ñaõ caøi, xaõ Thuaän Höng".encode("latin-1"), "Số người đã cài, xã Thuận Hưng"),
        ("Région;Téléchargé\nÎle-de-France;œuvre".encode("cp1252"), "Région;Téléchargé\nÎle-de-France;œuvre"),
    ],
)
def test_texts_are_decoded_as_offices_write_them(data: bytes, text: str) -> None:
    assert decode(data)[0] == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("§¬n vÞ: huyÖn", "Đơn vị: huyện"),
        ("Xaõ Thuaän Höng, thò traán, huyeän", "Xã Thuận Hưng, thị trấn, huyện"),
        ("Soá ngöôøi ñaõ caøi", "Số người đã cài"),
        ("THAØNH PHOÁ VÒ THANH", "THÀNH PHỐ VỊ THANH"),
        ("ÑÔN VÒ, TÆ LEÄ", "ĐƠN VỊ, TỈ LỆ"),
        ("xaõ Baéc Kaïn, Ñaék Laék, Ñaêk Noâng", "xã Bắc Kạn, Đắk Lắk, Đăk Nông"),
        ("löôït caøi ñaët ñeán ngaøy", "lượt cài đặt đến ngày"),
        ("ngaøy: Luõy keá, Yeân Myõ, Quyø, kyø, Myî", "ngày: Lũy kế, Yên Mỹ, Quỳ, kỳ, Myỵ"),
        *((text, text) for text in ("Thành phố Vị Thanh", "Đơn vị", "THÀNH PHỐ", "Café, Cao Bá Quát", "Bluezone")),
    ],
)
def test_letters_of_a_font_are_those_it_shows_and_true_ones_stay(written: str, shown: str) -> None:
    assert from_font(written) == shown


def test_a_workbook_of_an_old_font_is_in_true_letters() -> None:
    rows = [["§¬n vÞ", "Sè ng\xadêi cµi ®Æt"], ["HuyÖn VÞ Thñy", 5]]
    assert texts(saved(workbook(rows))) == [["Đơn vị", "Số người cài đặt"], ["Huyện Vị Thủy", "5"]]


def test_tcvn3_has_every_vietnamese_small_letter() -> None:
    letters = "àảãáạằẳẵắặăầẩẫấậâđèẻẽéẹềểễếệêìỉĩíịòỏõóọồổỗốộôờởỡớợơùủũúụừửữứựưỳỷỹýỵ"
    assert set(letters) <= set(TCVN3.values())


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("a,b,c\n1,2,3\n4,5;6,7", 3),
        ("a;b\n1;2,5\n3;4,5", 2),
        ("Xã,Số\nVị Thủy; Vị Đông,12\nVị Tân,13\nHỏa Lựu,14", 2),
        ("sep=|\na|b|c\n1|2|3", 3),
        ("date,total\n2020-08-20,1", 2),
        *(("Kết quả cài Bluezone các xã, thị trấn\n" + "\n".join(mark.join(row) for row in (
            ["STT", "Xã, thị trấn", "Dân số", "Tỷ lệ %"], ["1", "Thị trấn Tiền Hải", "8676", "18,52"],
            ["2", "Đông Xuyên", "7012", "20,1"], ["3", "Đông Quý", "5411", "9,8"])), 4) for mark in ";\t|"),
        # semicolons in quoted remarks of every line, and line breaks in them
        ('unit,day,installs,remark\n1,2020-08-20,5,"late; by phone; ok"\n2,2020-08-20,6,"on time; ""ok""; a"', 4),
        ('unit,installs,remark\n"Vị Thanh","1,234","a\nb; c"\n"Ngã Bảy","2,345","d; e"', 3),
    ],
)  # fmt: skip
def test_the_mark_between_values_is_the_one_that_parts_most_lines(text: str, width: int) -> None:
    assert open_book(text.encode(), "a.csv").sheets[0].last_column == width


def test_quotes_hold_marks_and_line_breaks_and_rows_keep_the_lines_of_the_file() -> None:
    sheet = open_book(b'unit;remark\n"a;b";"c\nd ""e"""\n\nf;g', "a.csv").sheets[0]
    assert {at: cell.text for at, cell in sheet.cells.items()} == {
        (1, 1): "unit", (1, 2): "remark", (2, 1): "a;b", (2, 2): 'c d "e"', (5, 1): "f", (5, 2): "g",
    }  # fmt: skip


VALUES = [
    {"dataElement": "bz", "period": "20200820", "orgUnit": "63:930", "value": "5", "storedBy": "a"},
    {"dataElement": "bz", "period": "20200820", "orgUnit": "63:931", "value": "6", "comment": "late"},
]


@pytest.mark.parametrize(
    ("facts", "rows"),
    [
        ({"dataValues": VALUES}, [["dataElement", "period", "orgUnit", "value", "comment"],
                                  ["bz", "20200820", "63:930", "5", ""], ["bz", "20200820", "63:931", "6", "late"]]),
        ({"period": "202008", "orgUnit": "x", "dataValues": [{"dataElement": "bz", "value": 5}]},
         [["dataElement", "period", "orgUnit", "value"], ["bz", "202008", "x", "5"]]),
        ({"headers": [{"name": "dx"}, {"name": "ou"}, {"name": "value"}], "rows": [["a", "b", "7.0"]],
          "metaData": {"items": {"a": {"name": "Installs"}, "b": {"name": "Vị Thủy"}}}},
         [["dx", "ou", "value"], ["Installs", "Vị Thủy", "7.0"]]),
        ([{"unit": "Vị Thủy", "installs": 5}, {"unit": "Long Mỹ", "day": None}],
         [["unit", "installs", "day"], ["Vị Thủy", "5", ""], ["Long Mỹ", "", ""]]),
        ({"page": 1, "links": [], "data": [{"unit": "Vị Thủy", "installs": 5}]},
         [["unit", "installs"], ["Vị Thủy", "5"]]),
    ],
)  # fmt: skip
def test_json_is_a_table(facts: object, rows: list[list[str]]) -> None:
    assert texts(json.dumps(facts).encode()) == rows


FIGURES = (
    '<table><tr><th rowspan="2">STT</th><th rowspan="2">Đơn vị</th><th colspan="2">Bluezone</th></tr>'
    "<tr><th>Dân số</th><th>Lũy kế</th></tr>"
    "<tr><td>1</td><td>Vị Thanh</td><td>97.200</td><td>12<br>345</td></tr></table>"
)
SHOWN = [["STT", "Đơn vị", "Bluezone", ""], ["", "", "Dân số", "Lũy kế"], ["1", "Vị Thanh", "97.200", "12 345"]]
TITLE = "<table><tr><td>BIỂU 03</td><td>Ngày 20/08/2020</td></tr></table>"


@pytest.mark.parametrize(
    ("page", "sheets"),
    [
        (f"<html>{FIGURES}</html>", [SHOWN]),
        (f"<table>{FIGURES}{FIGURES}", [SHOWN, SHOWN]),
        (f"<html><title>a</title>{TITLE}{FIGURES}", [[["BIỂU 03", "Ngày 20/08/2020", "", ""], *SHOWN]]),
        (f"<h3>Bluezone</h3><p>20/08/2020</p>{FIGURES}<p>Xuất ngày 22/8</p>",
         [[["Bluezone", "", "", ""], ["20/08/2020", "", "", ""], *SHOWN, ["Xuất ngày 22/8", "", "", ""]]]),
    ],
)  # fmt: skip
def test_the_tables_of_a_page_are_sheets_and_what_stands_above_is_their_title(
    page: str, sheets: list[list[list[str]]]
) -> None:
    if not page.startswith("<html"):
        page = f"<html>{page}"
    assert [seen(sheet) for sheet in open_book(page.encode(), "a.xls").sheets] == sheets


def test_a_page_is_decoded_as_it_says() -> None:
    page = '<html><meta charset="windows-1258"><table><tr><td>ô, â</td><td>1</td></tr></table>'
    assert texts(page.encode("cp1258")) == [["ô, â", "1"]]
