# ruff: noqa: E501 - forms are tables
"""Build spreadsheets as offices lay them out, for the tests of their reading: deterministic, by openpyxl or as text."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Rows = Sequence[Sequence[Any]]
#: (code or name, day, kind) or (code or name, day, kind, of) -> value; None: what must not be read
Truth = Mapping[tuple[str, ...], float | None]


@dataclass(frozen=True)
class Form:
    """Hold a form, what it truly says, and what an officer answers if asked.

    `answers`: the true answers to the questions that may be asked; `asks`: the key of the one that must be;
    `refused`: a word of the sentence it is refused with; `says`: kinds of notices that must come.
    """

    name: str
    file_name: str
    data: bytes
    truth: Truth = field(default_factory=dict)
    within: str | None = "63:93"
    answers: Mapping[str, str] = field(default_factory=dict)
    asks: str | None = None
    refused: str = ""
    says: tuple[str, ...] = ()
    #: kinds of notices that must not
    says_not: tuple[str, ...] = ()
    today: dt.date = dt.date(2021, 6, 30)


@dataclass
class Percent:
    """Hold a part of one that is shown as a percentage."""

    value: float
    format: str = "0.00%"


def fill(sheet: Worksheet, rows: Rows, merged: Sequence[str] = (), formats: Mapping[str, str] | None = None) -> None:
    """Write rows from A1 on, then merge areas (their first cell speaks) and set the formats of cells or columns."""
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is None or value == "":
                continue
            cell = sheet.cell(number, column)
            if isinstance(value, Percent):
                cell.value, cell.number_format = value.value, value.format
            else:
                cell.value = value
    for area in merged:
        sheet.merge_cells(area)
    for where, number_format in (formats or {}).items():
        for row in sheet[where] if ":" in where else ((sheet[where],),):
            for cell in row:
                cell.number_format = number_format


def book(
    *sheets: tuple[str, Rows] | tuple[str, Rows, Sequence[str]] | tuple[str, Rows, Sequence[str], Mapping[str, str]],
    hidden: Sequence[str] = (),
    epoch_1904: bool = False,
) -> bytes:
    """Return a workbook of sheets: name, rows, merged areas, formats."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    if epoch_1904:
        from openpyxl.utils.datetime import CALENDAR_MAC_1904

        workbook.epoch = CALENDAR_MAC_1904
    for name, rows, *more in sheets:
        sheet = workbook.create_sheet(name)
        fill(sheet, rows, more[0] if more else (), more[1] if len(more) > 1 else {})  # type: ignore[arg-type]
        if name in hidden:
            sheet.sheet_state = "hidden"
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    """Return a workbook's bytes."""
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def with_values(data: bytes, values: Mapping[str, float]) -> bytes:
    """Return a workbook whose formulas hold values, as an office program saves them: `C5` -> 12 (of the first sheet)."""
    import re

    source = zipfile.ZipFile(io.BytesIO(data))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                text = content.decode()
                for cell, value in values.items():
                    text = re.sub(rf'(<c r="{cell}"[^>]*><f>[^<]*</f>)<v ?/>|(<c r="{cell}"[^>]*><f>[^<]*</f>)<v></v>',
                                  lambda match, value=value: f"{match[1] or match[2]}<v>{value}</v>", text)  # fmt: skip
                content = text.encode()
            archive.writestr(entry, content)
    return target.getvalue()


def motto(width: int = 6, office: str = "UBND TỈNH HẬU GIANG", place: str = "Hậu Giang, ngày 21 tháng 8 năm 2020",
          number: str = "Số: 123/BC-UBND") -> list[list[Any]]:  # fmt: skip
    """Return the lines at the top of a letter: the office left, the state's motto right."""
    half = max(2, width // 2)

    def line(left: str, right: str) -> list[Any]:
        return [left, *[None] * (half - 1), right]

    return [
        line(office, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        line("VĂN PHÒNG", "Độc lập - Tự do - Hạnh phúc"),
        line(number, place),
        [],
    ]


def signature(width: int = 6, who: str = "TM. ỦY BAN NHÂN DÂN", role: str = "CHỦ TỊCH") -> list[list[Any]]:
    """Return the lines below a table: who made it, who signs."""
    half = max(2, width // 2)
    return [
        [],
        [None, "NGƯỜI LẬP BIỂU", *[None] * max(0, half - 2), who],
        [*[None] * half, role],
        [],
        [None, "Nguyễn Văn A", *[None] * max(0, half - 2), "Trần Thị B"],
    ]
