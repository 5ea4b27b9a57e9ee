"""Every table that is written, as CSV or XLSX: no cell of it is computed by whoever opens it."""

from __future__ import annotations

import ast
import csv
import datetime as dt
import io
import pathlib

import openpyxl
import pytest

import bluezone
from bluezone import tables

LIVE = '=HYPERLINK("https://example.org","x")'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Trường số 1", "Trường số 1"),
        ("", ""),
        (LIVE, f"'{LIVE}"),
        ("+84912345678", "'+84912345678"),
        ("-15.002 lượt mỗi ngày", "-15.002 lượt mỗi ngày"),
        ("+6,25 %", "+6,25 %"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("+1(A1)", "'+1(A1)"),
        ("-1+1", "'-1+1"),
        ("- 5 người", "'- 5 người"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1+1", "'  =1+1"),
        ("\t=1+1", "'\t=1+1"),
        ("\r=1", "'\r=1"),
        ("\nA", "'\nA"),
        ("\x00=1+1", "'=1+1"),
        ("A\x07B", "AB"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("–", "–"),
        ("1=1", "1=1"),
        ("-3", "'-3"),
        (-3, -3),
        (0.25, 0.25),
        (None, None),
        (dt.date(2020, 8, 13), dt.date(2020, 8, 13)),
    ],
)
def test_a_text_that_would_begin_a_formula_stands_behind_an_apostrophe(value: object, written: object) -> None:
    assert tables.plain(value) == written


def _laid_out() -> bytes:
    book = tables.workbook()
    sheet = book.create_sheet(tables.sheet_name("a/b: [c]"))
    tables.append(sheet, (LIVE, 3))
    sheet.cell(row=2, column=1, value=LIVE)  # written past `append`
    sheet.cell(row=2, column=2, value=3)
    return tables.xlsx(book)


@pytest.mark.parametrize("made", [lambda: tables.xlsx_table("x", [(LIVE, 3), (LIVE, 3)]), _laid_out])
def test_no_cell_of_a_workbook_is_computed(made: object) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made()))  # type: ignore[operator]
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert [(cell.value, cell.data_type) for cell in cells] == [(f"'{LIVE}", "s"), (3, "n")] * 2


def test_no_cell_of_a_csv_is_computed() -> None:
    text = tables.csv_text([("a", "b"), (LIVE, -3), (None, "x\ny")])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b"], [f"'{LIVE}", "-3"], ["", "x\ny"]]


def test_there_is_no_other_writer_of_tables() -> None:
    """Walk the whole source: a second writer of CSV or workbooks would be one without the guard."""
    root = pathlib.Path(bluezone.__file__).parent
    own = {root / "tables.py"}
    writers = {"writer", "DictWriter", "Workbook", "to_csv", "to_excel"}
    found = []
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) else ""
            is_module = name and node.value.id in ("csv", "openpyxl", "xlsxwriter")  # type: ignore[attr-defined]
            taken = isinstance(node, ast.ImportFrom) and node.module in ("csv", "openpyxl", "xlsxwriter", "xlwt")
            names = {name} if is_module else {each.name for each in node.names} if taken else set()  # type: ignore[attr-defined]
            found += [path] if writers & names else []
    assert {path.relative_to(root) for path in found} == {path.relative_to(root) for path in own}
