"""What every page's template may use."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from bluezone.authority.site import clock

#: the pages (by their `nav`) that belong to an officer's own area, and show its second row of links
_AREA = frozenset(
    {"home", "own", "enter", "figures", "import", "reports", "directives", "units", "bulletins", "officers", "trail"}
)


def rehearsal(request: HttpRequest) -> dict[str, dt.datetime | frozenset[str] | None]:  # noqa: ARG001
    """`rehearsal`: the time a rehearsal's clock shows, None on the real server; `area_pages`: see above."""
    return {"rehearsal": clock.now() if clock.rehearsing() else None, "area_pages": _AREA}
