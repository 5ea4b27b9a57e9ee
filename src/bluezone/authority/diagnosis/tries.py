"""Count wrong and accepted codes by address, by network and over all, an hour a row. Decisions are in `guessing`."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.db.models import Sum

from bluezone.authority.device_api.callers import Origin
from bluezone.authority.diagnosis.guessing import Counted
from bluezone.authority.diagnosis.models import WrongTry
from bluezone.authority.diagnosis.rules import Verdict

EVERYWHERE = "everywhere"
#: a budget is one of this many hours, and of the hour that runs
HOURS = 24

_ROW = "SELECT %s, CAST(%s AS integer), CAST(%s AS integer), CAST(%s AS integer) WHERE %s"
# One statement for all, whatever is counted and where nothing is. (Same words on SQLite and PostgreSQL.)
_COUNT = f"""
    INSERT INTO {WrongTry._meta.db_table} (scope, hour, wrong, accepted)
    {_ROW} UNION ALL {_ROW} UNION ALL {_ROW}
    ON CONFLICT (scope, hour) DO UPDATE SET
        wrong = {WrongTry._meta.db_table}.wrong + excluded.wrong,
        accepted = {WrongTry._meta.db_table}.accepted + excluded.accepted
"""


def hour_of(now: dt.datetime) -> int:
    """Return the hour of a moment, since 1970."""
    return int(now.timestamp()) // 3_600


def counted(origin: Origin, now: dt.datetime) -> tuple[Counted, Counted, Counted]:
    """Return what came in the last 24 hours from the address, from its network, and from everywhere."""
    scopes = (origin.address, origin.network, EVERYWHERE)
    rows = (
        WrongTry.objects.filter(scope__in=scopes, hour__gte=hour_of(now) - HOURS)
        .values_list("scope")
        .annotate(wrong=Sum("wrong"), accepted=Sum("accepted"))
    )
    found = {scope: Counted(wrong, accepted) for scope, wrong, accepted in rows}
    address, network, everywhere = (found.get(scope, Counted()) for scope in scopes)
    return address, network, everywhere


def count(origin: Origin, verdict: Verdict, now: dt.datetime) -> None:
    """Count what became of a code, if it is to be counted: a wrong one everywhere, an accepted one where it came
    from."""
    wrong, accepted = int(verdict in {Verdict.UNKNOWN, Verdict.OTHER_NONCE}), int(verdict is Verdict.ACCEPTED)
    hour = hour_of(now)
    rows = (
        (origin.network, hour, wrong, accepted, bool(wrong or accepted)),
        (origin.address, hour, wrong, accepted, bool(wrong or accepted)),
        (EVERYWHERE, hour, wrong, 0, bool(wrong)),
    )
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [value for row in rows for value in row])
