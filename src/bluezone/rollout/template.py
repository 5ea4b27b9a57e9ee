"""Make the empty form that officers fill in: a row a unit, with its code, so that the file needs no choice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from bluezone.errors import N_
from bluezone.geography.units import Unit, UnitCode
from bluezone.i18n import Language, format_date
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.texts import translator, unit_name
from bluezone.spreadsheets.cells import column_name
from bluezone.tables import workbook, xlsx

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
