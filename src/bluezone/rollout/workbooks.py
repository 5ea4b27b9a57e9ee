"""Make a report as a workbook: numbers as numbers, shares as percent, dates as dates, to go on working with."""

from __future__ import annotations

import io
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from bluezone.errors import N_
from bluezone.i18n import Language, format_number, format_share
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.report import Report
from bluezone.rollout.report_tables import Cell, Table, TableRow
from bluezone.rollout.report_words import Paper, paper
from bluezone.rollout.texts import as_printed, translator

_COUNT, _SHARE, _DATE = "#,##0", "0.00%", "d/m/yyyy"


def report_xlsx(report: Report, language: Language = Language.VIETNAMESE) -> bytes:
    """Make a workbook of up to four sheets: what the report says, the parts, the sectors, and the curve with its
    forecast."""
    from openpyxl import Workbook

    text, _ = paper(report, language), translator(language).gettext
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RolloutError(N_("the workbook has no sheet"))
    sheet.title = _sheet_name(text.said.title)
    _front(sheet, text, _plain_numbers(report, language))
    if text.parts is not None:
        _table(book.create_sheet(_sheet_name(_("Units below"))), text.parts)
    if text.sectors is not None:
        _table(book.create_sheet(_sheet_name(_("Sectors"))), text.sectors)
    _curve(book.create_sheet(_sheet_name(_("Installs over time"))), report, language)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _plain_numbers(report: Report, language: Language) -> dict[str, tuple[float, str]]:
    """Return the facts that are a number alone, by their text: its value and format."""
    figure, share = report.bulletin.figure, report.bulletin.share
    found: dict[str, tuple[float, str]] = {}
    if figure is not None and figure.installs is not None:
        found[format_number(figure.installs, language)] = (figure.installs, _COUNT)
    if share is not None:
        found[format_share(share, language)] = (float(share), _SHARE)
    return found


def _front(sheet: Any, text: Paper, numbers: Mapping[str, tuple[float, str]]) -> None:
    """Write what the report says: a fact a row."""
    from openpyxl.styles import Alignment, Font

    for row in [(text.said.title,), (text.said.subtitle,), (text.said.sentence,), ()]:
        sheet.append(row)
    for label, said in text.said.facts:
        value, number_format = numbers.get(said, (said, "General"))
        sheet.append((label, value))
        cell = sheet.cell(row=sheet.max_row, column=2)
        cell.number_format, cell.alignment = number_format, Alignment(horizontal="left")
    sheet["A1"].font = sheet["A2"].font = Font(bold=True)
    for title, said in zip((text.reached_title, *("" for _each in text.reached)), text.reached, strict=False):
        sheet.append((title, said))
    for title, said in ((text.praise_title, text.praise), (text.urge_title, text.urge)):
        if said:
            sheet.append((title, said))
    sheet.append(())
    for note in text.notes:
        sheet.append((note,))
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 44


def _table(sheet: Any, table: Table) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.append(table.heads)
    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
    rows = [*table.rows, *([table.total] if table.total else [])]
    for at, row in enumerate(rows, start=2):
        _row(sheet, at, row, bold=row is table.total)
    for letter, width in zip("ABCDEFGHIJKL", (18 if at else 8 for at in range(12)), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.column_dimensions["B"].width = 30
    sheet.freeze_panes = "C2"


def _row(sheet: Any, at: int, row: TableRow, *, bold: bool) -> None:
    from openpyxl.styles import Font

    for column, cell in enumerate(row.cells, start=1):
        made = sheet.cell(row=at, column=column, value=_value(cell))
        if cell.number is not None:
            made.number_format = _SHARE if cell.is_share else _COUNT
        made.font = Font(bold=bold, italic=row.old)


def _value(cell: Cell) -> float | int | str | None:
    """Return what a spreadsheet reckons with: the number, else the text; nothing where nothing is known."""
    if isinstance(cell.number, Fraction):
        return float(cell.number)
    if cell.number is not None:
        return cell.number
    return cell.text if cell.text != "–" else None


def _curve(sheet: Any, report: Report, language: Language) -> None:
    """Write the totals that were counted, then the forecast with its band."""
    _ = translator(language).gettext
    sheet.append((_("date"), _("installs"), _("forecast"), _("low"), _("high")))
    for point in report.bulletin.curve:
        number = format_number(point.total, language)
        sheet.append((point.date, as_printed(number, language, bound=True) if point.at_least else point.total))
    for day in report.bulletin.outlook.days if report.bulletin.outlook else ():
        sheet.append((day.date, None, round(day.total), int(day.low), int(day.high) + 1))
    for column in "BCDE":
        for cell in sheet[column][1:]:
            cell.number_format = _COUNT
    for cell in sheet["A"][1:]:
        cell.number_format = _DATE
    sheet.column_dimensions["A"].width = 12


def _sheet_name(title: str) -> str:
    """Return a title as a sheet's name: at most 31 characters and none of []:*?/\\ in it."""
    return "".join(" " if letter in "[]:*?/\\" else letter for letter in title)[:31]
