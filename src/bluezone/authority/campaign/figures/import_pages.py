"""Serve the pages of tables of figures."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from bluezone.authority.campaign.figures.forms import TableForm
from bluezone.authority.campaign.figures.imports import KIND
from bluezone.authority.campaign.figures.presenters import installs_text
from bluezone.authority.officers.upload_pages import UploadPages, first
from bluezone.authority.site.language import number_text, page_language, unit_name
from bluezone.i18n import format_date
from bluezone.rollout.imports import Preview, PreviewRow
from bluezone.rollout.problems import Severity
from bluezone.rollout.reading.tables import STORED

#: the kind of problem of a row whose unit is not known
_UNKNOWN = "unknown-unit"


def _context(preview: Preview) -> dict[str, Any]:
    wrong = preview.lines(Severity.ERROR) | preview.lines(Severity.DOUBT)
    shown, more = first(row for row in preview.rows if row.count and row.line not in wrong)
    return {
        "ignored": preview.ignored_headers,
        "sample": [_sample(row) for row in shown],
        "more_rows": more,
        "unregistered": sum(each.kind == _UNKNOWN for each in preview.problems),
    }


def _sample(row: PreviewRow) -> dict[str, Any]:
    assert row.count is not None
    assert row.unit is not None
    return {
        "line": row.line,
        "unit": unit_name(row.unit),
        "date": format_date(row.count.date, page_language()),
        "installs": installs_text(row.count.installs, bound=row.count.bound),
        "with_phone": number_text(row.count.with_phone),
        "change": row.change,
        "held": installs_text(row.held.installs, bound=row.held.bound) if row.held and row.change == "changed" else "",
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
    effects_template="figures/import_effects.html",
    stored=STORED,
)
