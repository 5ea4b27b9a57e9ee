"""Make reports and posters as PDF: bytes from figures. Reads nothing but the room's own templates."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from importlib import resources
from typing import Any

from bluezone.errors import N_
from bluezone.geography.country import country
from bluezone.i18n import Language
from bluezone.rollout.charts import Size, curve, progress_bar
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.report import Report
from bluezone.rollout.report_tables import Table
from bluezone.rollout.report_words import paper
from bluezone.rollout.sectors import read_code
from bluezone.rollout.texts import translator
from bluezone.vega import svg

#: In order of preference; the last comes with typst itself and has all Vietnamese letters.
FONTS = ("Noto Sans", "DejaVu Sans", "Liberation Sans", "Libertinus Serif")
#: of an official document, which Decree 30/2020 wants in Times New Roman
OFFICIAL_FONTS = ("Times New Roman", "Liberation Serif", "Noto Serif", "Libertinus Serif")
#: A code that phones read from two metres: high error correction, for paper that gets wet and torn.
QR_ERROR_CORRECTION = "q"


class DocumentError(RolloutError):
    """Report a document that cannot be made as asked."""


class Paper(StrEnum):
    """Name the sizes of posters: for a gate, for a counter or a seat."""

    A4 = "a4"
    A6 = "a6"


class PosterKind(StrEnum):
    """Name what the code of a poster is for: the app alone, or a check-in at a place or in a vehicle, too."""

    INSTALL = "install"
    PLACE = "place"
    VEHICLE = "vehicle"


@dataclass(frozen=True, slots=True)
class Poster:
    """Hold what a poster says: the unit and where it lies, its code, the address the QR code leads to, who issues it
    and whom to call with questions, and what its code is for."""

    unit: str
    above: str
    code: str
    url: str
    issuer: str = ""
    hotline: str = field(default_factory=lambda: country().telephone.hotline)
    kind: PosterKind = PosterKind.INSTALL


def bulletin_pdf(report: Report, language: Language = Language.VIETNAMESE) -> bytes:
    """Make the report on A4, in the form of Decree 30/2020, tagged for screen readers (PDF/UA-1)."""
    text, bulletin, goal = paper(report, language), report.bulletin, report.bulletin.goal
    if len(bulletin.curve) > 1:
        target = (goal.pace.target_installs, goal.deadline) if goal else None
        size = Size(height=150)
        chart = curve(bulletin.curve, bulletin.outlook, target=target, language=language, size=size)
    else:
        chart = progress_bar(float(bulletin.share or 0), float(goal.share) if goal else None, language=language)
    data = {
        **{name: value for name, value in asdict(text).items() if name not in ("said", "parts", "sectors")},
        "parts": _table_data(text.parts),
        "sectors": _table_data(text.sectors),
        "chart": svg(chart),
        "fonts": OFFICIAL_FONTS,
    }
    return _typeset("bulletin.typ", data, made_on=bulletin.date)


def _table_data(table: Table | None) -> dict[str, Any] | None:
    if table is None:
        return None
    rows = [{"cells": [cell.text for cell in row.cells], "old": row.old} for row in table.rows]
    total = {"cells": [cell.text for cell in table.total.cells]} if table.total else None
    return {"title": table.title, "heads": table.heads, "rows": rows, "total": total}


def poster_pdf(poster: Poster, made_on: dt.date, language: Language = Language.VIETNAMESE) -> bytes:
    """Make one page of A4 to hang at a gate, tagged for screen readers (PDF/UA-1). Raises for a code that cannot be."""
    return posters_pdf([poster], made_on, language)


def posters_pdf(
    posters: Sequence[Poster],
    made_on: dt.date,
    language: Language = Language.VIETNAMESE,
    size: Paper = Paper.A4,
) -> bytes:
    """Make posters of several units, places or vehicles in one file, a page each. Raises DocumentError without any."""
    if not posters:
        raise DocumentError(N_("there is no unit to make a poster for"))
    _ = translator(language).gettext
    data = {
        "language": language.value,
        "fonts": FONTS,
        "paper": size.value,
        "code_label": _("Unit code, if you type it in:"),
        "posters": [_poster_data(poster, language) for poster in posters],
        "kinds": {kind.value: _poster_words(kind, language) for kind in {poster.kind for poster in posters}},
        "hotline_label": _("Questions? Call"),
    }
    return _typeset("poster.typ", data, made_on=made_on)


def _poster_words(kind: PosterKind, language: Language) -> dict[str, Any]:
    """Return what posters of a kind say: title, steps, what the apps do. `short` stands for the steps on small ones."""
    _ = translator(language).gettext
    if kind is PosterKind.INSTALL:
        return {
            "title": _("Install Bluezone and NCOVI"),
            "subtitle": _("Protect yourself, your family and your neighbours"),
            "steps": [
                _("Open the camera of your phone and point it at the code."),
                _("Follow the link and install the app. It costs nothing."),
                _("Switch Bluetooth on and leave it on. Help one more person to install."),
            ],
            "short": _("Point the camera of your phone at the code, follow the link, install the app."),
            "apps": [
                {"name": "Bluezone", "what": _("warns you if you were near somebody who is found positive")},
                {"name": "NCOVI", "what": _("to declare your health; you find it where your phone gets its apps")},
            ],
            "footer": _("Your install is counted for this unit, without your name, number or place."),
        }
    on_vehicle = kind is PosterKind.VEHICLE
    return {
        "title": _("Scan when you get on") if on_vehicle else _("Scan when you come in"),
        "subtitle": _("So that your phone can warn you if somebody infected travelled with you")
        if on_vehicle
        else _("So that your phone can warn you if somebody infected was here"),
        "steps": [
            _("With Bluezone: open it, choose “Diary of places” and scan the code."),
            _("Without Bluezone: point the camera of your phone at the same code and install the app."),
            _("Note your seat. When you get off, tap “I have left”.")
            if on_vehicle
            else _("When you leave, tap “I have left”. Who comes with you can be noted, too."),
        ],
        "short": _("With Bluezone: “Diary of places”, scan. Without it: the camera leads to the app."),
        "apps": [{"name": "Bluezone", "what": _("keeps on your phone alone where you were, for 14 days")}],
        "footer": _("Nobody learns that you were here: the code sends nothing."),
    }


def _poster_data(poster: Poster, language: Language) -> dict[str, str]:
    if not poster.url.startswith(("https://", "http://")):
        raise DocumentError(N_("“{url}” is not a web address"), url=poster.url)
    code = read_code(poster.code)
    _ = translator(language).gettext
    alt = _("QR code that leads to {url}").format(url=poster.url.partition("#")[0])
    return {
        "unit": poster.unit,
        "above": poster.above,
        "qr": poster_qr_svg(poster.url),
        "qr_alt": alt,
        "code": code,
        "issuer": poster.issuer,
        "hotline": poster.hotline,
        "kind": poster.kind.value,
    }


def poster_qr_svg(url: str) -> str:
    """Draw the QR code of a poster's address."""
    import segno

    drawn = io.BytesIO()
    segno.make(url, error=QR_ERROR_CORRECTION, micro=False).save(
        drawn, kind="svg", scale=10, border=4, dark="#0b1f33", light="#ffffff"
    )
    return drawn.getvalue().decode("utf-8")


def _typeset(template: str, data: Mapping[str, Any], made_on: dt.date) -> bytes:
    """Typeset one of the room's own templates."""
    return typeset((resources.files("bluezone.rollout") / "templates" / template).read_bytes(), data, made_on)


def typeset(source: bytes, data: Mapping[str, Any], made_on: dt.date) -> bytes:
    """Typeset a template with its data (JSON) as PDF/UA-1. Raises DocumentError.

    The same figures give the same bytes: the document's time is that of its figures, not of its making.
    """
    import typst

    try:
        return typst.compile(
            source,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards="ua-1",
            timestamp=dt.datetime.combine(made_on, dt.time(), dt.UTC),
        )
    except typst.TypstError as error:
        raise DocumentError(N_("the document could not be typeset: {reason}"), reason=error.message) from error
