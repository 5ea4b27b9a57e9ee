"""Serve the pages of tables of figures."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from bluezone.authority.campaign.figures.forms import TableForm
from bluezone.authority.campaign.figures.imports import KIND
from bluezone.authority.officers.upload_pages import UploadPages, first
from bluezone.authority.site.language import number_text, page_language, unit_name
from bluezone.i18n import format_date
from bluezone.rollout.imports import Preview, PreviewRow
from bluezone.rollout.problems import Severity


def _context(preview: Preview) -> dict[str, Any]:
    wrong = preview.lines(Severity.ERROR) | preview.lines(Severity.DOUBT)
    shown, more = first(row for row in preview.rows if row.count and row.line not in wrong)
    return {"ignored": preview.ignored_headers, "sample": [_sample(row) for row in shown], "more_rows": more}


def _sample(row: PreviewRow) -> dict[str, Any]:
    assert row.count is not None
    assert row.unit is not None
    return {
        "line": row.line,
        "unit": unit_name(row.unit),
        "date": format_date(row.count.date, page_language()),
        "installs": number_text(row.count.installs),
        "with_phone": number_text(row.count.with_phone),
        "change": row.change,
        "held": number_text(row.held.installs) if row.held and row.change == "changed" else "",
    }


PAGES = UploadPages(
    kind=KIND,
    form=TableForm,
    namespace="figures",
    nav="import",
    title=_("Import a table"),
    lead=_(
        "First you see what is wrong with each row; nothing is stored before you decide. Only units of your "
        "jurisdiction are taken. The same table again changes nothing."
    ),
    onward=("home", _("Where we stand")),
    names=lambda preview: {row.line: row.text for row in preview.rows},
    context=_context,
    rows_template="figures/import_rows.html",
)
