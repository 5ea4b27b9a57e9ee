"""Count what phones were refused in a day, for the statistics: how many, and never whom."""

from __future__ import annotations

import datetime as dt
import enum

from django.db import connection
from django.http import HttpRequest

from bluezone.authority.device_api.models import RefusalDay
from bluezone.authority.device_api.platforms import platform_of

_TABLE = RefusalDay._meta.db_table
# One statement, in the same words on SQLite and PostgreSQL.
_COUNT = f"""
    INSERT INTO {_TABLE} (day, kind, platform, count) VALUES (%s, %s, %s, 1)
    ON CONFLICT (day, kind, platform) DO UPDATE SET count = {_TABLE}.count + 1
"""  # noqa: S608 (the table's name is ours)
#: as long as the statistics show
KEPT = dt.timedelta(days=90)


class Refusal(enum.StrEnum):
    """Name what is counted."""

    CODE = "code"
    #: a code that was asked for with another nonce
    NONCE = "nonce"
    TOKEN = "token"  # noqa: S105 (the name of a count)


def count(refusal: Refusal, request: HttpRequest, now: dt.datetime) -> None:
    """Count a refusal, by the platform that the request names."""
    platform = platform_of(request.headers.get("User-Agent", ""))
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [now.astimezone(dt.UTC).date(), refusal.value, platform.value])


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete counts past their time."""
    gone, _ = RefusalDay.objects.filter(day__lt=(now - KEPT).astimezone(dt.UTC).date()).delete()
    return {"refusal_days": gone}
