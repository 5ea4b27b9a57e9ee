"""Give the declarations of a jurisdiction as a file: no name, no number, no answer, no cell that computes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from bluezone.authority.declarations import known_forms, queries
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.declarations.officer_views import level_tag, queue_page
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import codes_of
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.forms.definition import said
from bluezone.tables import XLSX, csv_text, xlsx_table

#: as a spreadsheet program takes well
MOST_ROWS = 50_000


@queue_page
@require_GET
def table_csv(request: HttpRequest) -> HttpResponse:
    """Send the newest declarations as CSV (UTF-8 with a mark, as spreadsheet programs want it)."""
    return _file("\ufeff" + csv_text(_rows(request)), "text/csv; charset=utf-8", "csv")


@queue_page
@require_GET
def table_xlsx(request: HttpRequest) -> HttpResponse:
    """Send the same as a workbook."""
    return _file(xlsx_table(gettext("Health declarations"), _rows(request)), XLSX, "xlsx")


def _file(content: str | bytes, kind: str, ending: str) -> HttpResponse:
    name = f"declarations-{clock.date_of(clock.now()):%Y%m%d}.{ending}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _rows(request: HttpRequest) -> Iterator[Iterable[object]]:
    yield [
        gettext("Came"),
        gettext("Form"),
        gettext("Version"),
        gettext("Urgency"),
        gettext("State"),
        gettext("What came of the call"),
        gettext("Code"),
        gettext("Place"),
        gettext("First answered"),
    ]
    titles = {(each.form, each.version): said(each.title, page_language()) for each in known_forms.every()}
    rows = queries.visible(scope.officer(request.user)).defer("identity", "answers", "receipt")
    for row in rows.order_by(*queries.NEWEST)[:MOST_ROWS].iterator():
        yield _cells(row, titles)


def _cells(row: HealthDeclaration, titles: dict[tuple[str, int], str]) -> Iterable[object]:
    codes = codes_of(row.place)
    return (
        _moment(row.received_at),
        titles.get((row.form, row.version), row.form),
        row.version,
        level_tag(row)[2],
        row.get_state_display(),
        row.get_result_display() if row.result else "",
        codes[-1] if codes else "",
        place_name(row.place, row.day),
        _moment(row.answered_at) if row.answered_at else "",
    )


def _moment(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
