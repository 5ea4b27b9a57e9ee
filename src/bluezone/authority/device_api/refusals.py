"""Count what phones were refused in a day, for the statistics: how many, and never whom."""

from __future__ import annotations

import datetime as dt
import enum

from django.http import HttpRequest

from bluezone.authority.device_api.models import RefusalDay
from bluezone.authority.device_api.platforms import platform_of
from bluezone.authority.site import statements

_TABLE = RefusalDay._meta.db_table
#: as long as the statistics show
KEPT = dt.timedelta(days=90)


class Refusal(enum.StrEnum):
    """Name what is counted."""

    CODE = "code"
    #: a code that was asked for with another nonce
    NONCE = "nonce"
    TOKEN = "token"  # noqa: S105 (the name of a count)


_ROW = "SELECT %s, %s, %s, 1 WHERE %s"
# One statement, whatever was refused and where nothing was. (The same words on SQLite and PostgreSQL.)
_COUNT = f"""
    INSERT INTO {_TABLE} (day, kind, platform, count)
    {" UNION ALL ".join([_ROW] * len(Refusal))}
    ON CONFLICT (day, kind, platform) DO UPDATE SET count = {_TABLE}.count + 1
"""


def count(request: HttpRequest, now: dt.datetime, *refused: Refusal) -> None:
    """Count what was refused, by the platform that the request names. For what was not, and for decoys: the same work,
    and nothing is counted."""
    platform = platform_of(request.headers.get("User-Agent", ""))
    day = now.astimezone(dt.UTC).date()
    rows = [(day, each.value, platform.value, each in refused) for each in Refusal]
    statements.run(_COUNT, [value for row in rows for value in row])


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete counts past their time."""
    gone, _ = RefusalDay.objects.filter(day__lt=(now - KEPT).astimezone(dt.UTC).date()).delete()
    return {"refusal_days": gone}
