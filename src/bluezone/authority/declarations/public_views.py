"""Say to everybody how many declared, by province: of the last seven whole days, small counts suppressed."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bluezone.authority.declarations import queries
from bluezone.authority.declarations.web_views import render_page
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock
from bluezone.tables import csv_text

_MAX_AGE_S = 3_600


@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """Show the counts."""
    today = clock.date_of(clock.now())
    rows = [
        {"name": place_name(f"/{each.province}/", today), "declared": each.declared, "to_call": each.to_call}
        for each in queries.public_counts(today)
    ]
    context: dict[str, object] = {"rows": rows, "first": today - dt.timedelta(days=queries.PUBLIC_DAYS)}
    response = render_page(request, "declarations/counts.html", context)
    response["Cache-Control"] = f"public, max-age={_MAX_AGE_S}"
    return response


@require_GET
def counts_table(_request: HttpRequest) -> HttpResponse:
    """Send the counts as CSV; an empty value is one that is not disclosed."""
    counts = queries.public_counts(clock.date_of(clock.now()))
    rows = (("province", "declared", "to_call"), *((each.province, each.declared, each.to_call) for each in counts))
    headers = {
        "Content-Disposition": 'attachment; filename="bluezone-declarations.csv"',
        "Cache-Control": f"public, max-age={_MAX_AGE_S}",
    }
    return HttpResponse(csv_text(rows), content_type="text/csv; charset=utf-8", headers=headers)
