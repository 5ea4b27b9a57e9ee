"""Make workbooks: a report, numbers as numbers, shares as percent, dates as dates, to go on working with; and the empty
form that officers fill in, a row a unit, with its code, so that the file needs no choice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from bluezone.errors import N_
from bluezone.geography.units import Unit, UnitCode
from bluezone.i18n import Language, format_date, format_number, format_share
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.report import Report
from bluezone.rollout.report_tables import Cell, Table
from bluezone.rollout.report_words import Paper, paper
from bluezone.rollout.texts import as_printed, translator, unit_name
from bluezone.spreadsheets.cells import column_name
from bluezone.tables import append, sheet_name, workbook, xlsx

_COUNT, _SHARE, _DATE = "#,##0", "0.00%", "d/m/yyyy"


def report_xlsx(report: Report, language: Language = Language.VIETNAMESE) -> bytes:
    """Make a workbook of up to four sheets: what the report says, the parts, the sectors, and the curve with its
    forecast."""
    text, _ = paper(report, language), translator(language).gettext
    book = workbook()
    _front(book.create_sheet(sheet_name(text.said.title)), text, _plain_numbers(report, language))
    if text.parts is not None:
        _table(book.create_sheet(sheet_name(_("Units below"))), text.parts)
    if text.sectors is not None:
        _table(book.create_sheet(sheet_name(_("Sectors"))), text.sectors)
    _curve(book.create_sheet(sheet_name(_("Installs over time"))), report, language)
    return xlsx(book)


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
        append(sheet, row)
    for label, said in text.said.facts:
        value, number_format = numbers.get(said, (said, "General"))
        append(sheet, (label, value))
        cell = sheet.cell(row=sheet.max_row, column=2)
        cell.number_format, cell.alignment = number_format, Alignment(horizontal="left")
    sheet["A1"].font = sheet["A2"].font = Font(bold=True)
    for title, said in zip((text.reached_title, *("" for _each in text.reached)), text.reached, strict=False):
        append(sheet, (title, said))
    for title, said in ((text.praise_title, text.praise), (text.urge_title, text.urge)):
        if said:
            append(sheet, (title, said))
    append(sheet, ())
    for note in text.notes:
        append(sheet, (note,))
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 44


def _table(sheet: Any, table: Table) -> None:
    from openpyxl.styles import Alignment, Font

    append(sheet, table.heads)
    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
    for row in [*table.rows, *([table.total] if table.total else [])]:
        append(sheet, [_value(cell) for cell in row.cells])
        for made, cell in zip(sheet[sheet.max_row], row.cells, strict=True):
            if cell.number is not None:
                made.number_format = _SHARE if cell.is_share else _COUNT
            made.font = Font(bold=row is table.total, italic=row.old)
    for letter, width in zip("ABCDEFGHIJKL", (18 if at else 8 for at in range(12)), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.column_dimensions["B"].width = 30
    sheet.freeze_panes = "C2"


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
    append(sheet, (_("date"), _("installs"), _("forecast"), _("low"), _("high")))
    for point in report.bulletin.curve:
        number = format_number(point.total, language)
        append(sheet, (point.date, as_printed(number, language, bound=True) if point.at_least else point.total))
    for day in report.bulletin.outlook:
        append(sheet, (day.date, None, round(day.total), int(day.low), int(day.high) + 1))
    for column in "BCDE":
        for cell in sheet[column][1:]:
            cell.number_format = _COUNT
    for cell in sheet["A"][1:]:
        cell.number_format = _DATE
    sheet.column_dimensions["A"].width = 12


# --- the empty form that officers fill in ----------------------------------------------------------

_HEADER_LINE = 4
_WIDTHS = {"code": 14, "above": 28, "unit": 34, "installs": 24, "remark": 44}


def template(
    place: Unit,
    units: Sequence[Unit],
    day: dt.date,
    language: Language = Language.VIETNAMESE,
    above: Mapping[UnitCode, Unit] | None = None,
) -> bytes:
    """Return a workbook to be filled in with the installs of a place's units up to a day; `above` holds the units that
    they lie in by code, where these are several. Only installs and remarks can be typed in. Raises RolloutError for a
    place without units."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
    from openpyxl.worksheet.datavalidation import DataValidation

    if not units:
        raise RolloutError(N_("no units lie below {place}"), place=unit_name(place, language))
    text = translator(language).gettext
    heads = {"code": text(N_("Code")), "above": text(N_("Lies in")), "unit": text(N_("Unit")),
             "installs": text(N_("Installs in all")), "remark": text(N_("Remark"))}  # fmt: skip
    if above is None:
        del heads["above"]
    book = workbook()
    sheet = book.create_sheet("Bluezone")
    sheet["A1"] = text(N_("Installs of Bluezone: {place}")).format(place=unit_name(place, language))
    sheet["A2"] = text(N_("Figures up to {date}")).format(
        date=format_date(day, language) if language is Language.VIETNAMESE else day.isoformat()
    )
    sheet["A1"].font = Font(bold=True, size=14)
    thin = Side(style="thin", color="808080")
    for column, (field, head) in enumerate(heads.items(), start=1):
        cell = sheet.cell(_HEADER_LINE, column, head)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", "DCE9FA")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[column_name(column)].width = _WIDTHS[field]
        for line, unit in enumerate(units, start=_HEADER_LINE + 1):
            own = sheet.cell(line, column)
            own.border = Border(thin, thin, thin, thin)
            own.protection = Protection(locked=field not in ("installs", "remark"))
            if field == "code":
                own.value = str(unit.code)
            elif field == "unit":
                own.value = unit_name(unit, language)
            elif field == "above" and above is not None and unit.parent is not None:
                own.value = unit_name(above[unit.parent], language)
            elif field == "installs":
                own.number_format = "#,##0"
    whole = DataValidation(
        "whole", operator="greaterThanOrEqual", formula1="0", showErrorMessage=True,
        error=text(N_("a whole number: how many installs there are in all, up to this day")),
    )  # fmt: skip
    letter = column_name(list(heads).index("installs") + 1)
    whole.add(f"{letter}{_HEADER_LINE + 1}:{letter}{_HEADER_LINE + len(units)}")
    sheet.add_data_validation(whole)
    sheet.freeze_panes = f"A{_HEADER_LINE + 1}"
    sheet.protection.enable()
    sheet.print_title_rows = f"{_HEADER_LINE}:{_HEADER_LINE}"
    return xlsx(book)
