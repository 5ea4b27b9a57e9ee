"""Make bulletins as PDF and spreadsheet, and posters as PDF: bytes from figures. Reads nothing but the room's own
templates."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from typing import Any

from bluezone.errors import N_
from bluezone.i18n import Language
from bluezone.rollout.bulletin import Bulletin
from bluezone.rollout.charts import Size, curve, progress_bar, svg
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.sectors import read_code
from bluezone.rollout.texts import translator
from bluezone.rollout.wording import words

#: In order of preference; the last comes with typst itself and has all Vietnamese letters.
FONTS = ("Noto Sans", "DejaVu Sans", "Liberation Sans", "Libertinus Serif")
#: A code that phones read from two metres: high error correction, for paper that gets wet and torn.
QR_ERROR_CORRECTION = "q"


class DocumentError(RolloutError):
    """Report a document that cannot be made as asked."""


@dataclass(frozen=True, slots=True)
class Poster:
    """Hold what a poster says: the unit and where it lies, its code, and the address the QR code leads to."""

    unit: str
    above: str
    code: str
    url: str


def bulletin_pdf(bulletin: Bulletin, language: Language = Language.VIETNAMESE) -> bytes:
    """Make one page of A4, tagged for screen readers (PDF/UA-1)."""
    text = words(bulletin, language)
    data = {**asdict(text), "chart": svg(_chart(bulletin, language)), "fonts": FONTS}
    return _typeset("bulletin.typ", data, made_on=bulletin.date)


def _chart(bulletin: Bulletin, language: Language) -> dict[str, Any]:
    goal = bulletin.goal
    if len(bulletin.curve) > 1:
        target = (goal.pace.target_installs, goal.deadline) if goal else None
        size = Size(height=170)
        return curve(bulletin.curve, bulletin.outlook, target=target, language=language, size=size)
    return progress_bar(float(bulletin.share or 0), float(goal.share) if goal else None, language=language)


def bulletin_xlsx(bulletin: Bulletin, language: Language = Language.VIETNAMESE) -> bytes:
    """Make the bulletin as a workbook: what it says, and every part with its figures as numbers to go on working
    with."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    text = words(bulletin, language)
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise DocumentError(N_("the workbook has no sheet"))
    sheet.title = _sheet_name(text.title)
    bold = Font(bold=True)
    for row in [(text.title,), (text.subtitle,), (text.sentence,), (), *text.facts]:
        sheet.append(row)
    sheet["A1"].font = sheet["A2"].font = bold
    for title, rows in ((text.best_title, text.best), (text.worst_title, text.worst)):
        if rows:
            sheet.append(())
            sheet.append((title,))
            sheet.append(text.part_heads)
            for rank, name, installs, share in rows:
                sheet.append((int(rank), name, installs, share))
    if text.silent:
        sheet.append(())
        sheet.append((text.silent_title, text.silent))
    sheet.append(())
    for source in text.sources:
        sheet.append((source,))
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 44
    title = translator(language).gettext("Installs over time")  # of one day too, where the PDF has a bar of the share
    _curve_sheet(book.create_sheet(_sheet_name(title)), bulletin, language)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _curve_sheet(sheet: Any, bulletin: Bulletin, language: Language) -> None:
    """Numbers as numbers: the totals that were counted, then the forecast with its band."""
    _ = translator(language).gettext
    sheet.append((_("date"), _("installs"), _("forecast"), _("low"), _("high")))
    for point in bulletin.curve:
        sheet.append((point.date, point.total))
    for day in bulletin.outlook.days if bulletin.outlook else ():
        sheet.append((day.date, None, round(day.total), int(day.low), int(day.high) + 1))
    for column in "BCDE":
        for cell in sheet[column][1:]:
            cell.number_format = "#,##0"
    sheet.column_dimensions["A"].width = 12


def _sheet_name(title: str) -> str:
    """Spreadsheets allow 31 characters and none of []:*?/\\ in a sheet's name."""
    return "".join(" " if letter in "[]:*?/\\" else letter for letter in title)[:31]


def poster_pdf(poster: Poster, made_on: dt.date, language: Language = Language.VIETNAMESE) -> bytes:
    """Make one page of A4 to hang at a gate, tagged for screen readers (PDF/UA-1). Raises for a code that cannot be."""
    return posters_pdf([poster], made_on, language)


def posters_pdf(posters: Sequence[Poster], made_on: dt.date, language: Language = Language.VIETNAMESE) -> bytes:
    """Make the posters of several units in one file, a page each. Raises DocumentError without any."""
    if not posters:
        raise DocumentError(N_("there is no unit to make a poster for"))
    _ = translator(language).gettext
    data = {
        "language": language.value,
        "fonts": FONTS,
        "title": _("Install Bluezone"),
        "subtitle": _("Protect yourself, your family and your neighbours"),
        "code_label": _("Unit code, if you type it in:"),
        "posters": [_poster_data(poster, language) for poster in posters],
        "steps": [
            _("Open the camera of your phone and point it at the code."),
            _("Follow the link and install the app. It costs nothing."),
            _("Switch Bluetooth on and leave it on. Help one more person to install."),
        ],
        "footer": _("Your install is counted for this unit, without your name, number or place."),
    }
    return _typeset("poster.typ", data, made_on=made_on)


def _poster_data(poster: Poster, language: Language) -> dict[str, str]:
    if not poster.url.startswith(("https://", "http://")):
        raise DocumentError(N_("“{url}” is not a web address"), url=poster.url)
    code = read_code(poster.code)
    _ = translator(language).gettext
    alt = _("QR code that leads to {url}").format(url=poster.url)
    return {"unit": poster.unit, "above": poster.above, "qr": poster_qr_svg(poster.url), "qr_alt": alt, "code": code}


def poster_qr_svg(url: str) -> str:
    """Draw the QR code of a poster's address."""
    import segno

    drawn = io.BytesIO()
    segno.make(url, error=QR_ERROR_CORRECTION, micro=False).save(
        drawn, kind="svg", scale=10, border=4, dark="#0b1f33", light="#ffffff"
    )
    return drawn.getvalue().decode("utf-8")


def _typeset(template: str, data: Mapping[str, Any], made_on: dt.date) -> bytes:
    """Give the same bytes for the same figures: the document's time is that of its figures, not of its making."""
    import typst

    source = (resources.files("bluezone.rollout") / "templates" / template).read_bytes()
    try:
        return typst.compile(
            source,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards="ua-1",
            timestamp=dt.datetime.combine(made_on, dt.time(), dt.UTC),
        )
    except typst.TypstError as error:
        raise DocumentError(N_("the document could not be typeset: {reason}"), reason=error.message) from error
