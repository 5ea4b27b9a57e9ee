"""What every page's template may use."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest

from bluezone.authority.config import clock


def rehearsal(request: HttpRequest) -> dict[str, dt.datetime | None]:  # noqa: ARG001
    """`rehearsal`: the time a rehearsal's clock shows, None on the real server."""
    return {"rehearsal": clock.now() if clock.rehearsing() else None}
