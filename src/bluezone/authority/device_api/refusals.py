"""Count what phones were refused in a day, for the statistics: how many, and never whom."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Any

from bluezone.authority.device_api.callers import Platform
from bluezone.authority.device_api.models import RefusalDay
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


@dataclass(frozen=True, slots=True)
class Refused:
    """Hold what a request is counted under: when it came, its platform, and what it was refused, if anything."""

    at: dt.datetime
    platform: Platform
    kinds: tuple[Refusal, ...] = ()

    def values(self) -> dict[str, Any]:
        """Return the values of COUNTED."""
        return {"day": self.at.astimezone(dt.UTC).date(), "platform": self.platform.value, "refused": list(self.kinds)}


_COUNT = f"INSERT INTO {_TABLE} AS known (day, kind, platform, count)"
_COUNT_ON = "ON CONFLICT (day, kind, platform) DO UPDATE SET count = known.count + 1"


def counted(condition: str) -> str:
    """Return what counts, if the condition holds, within a statement of PostgreSQL that stores what was decided:
    whatever was refused, and where nothing was, the work is the same. Its values are those of `Refused`."""
    return f"""
        {_COUNT}
        SELECT %(day)s::date, kind, %(platform)s::smallint, 1 FROM unnest(%(refused)s::text[]) AS kind
        WHERE {condition} {_COUNT_ON}
    """  # noqa: S608 (the names are ours)


_ROW = "SELECT %s, %s, %s, 1 WHERE %s"
_COUNT_ALONE = f"{_COUNT} {' UNION ALL '.join([_ROW] * len(Refusal))} {_COUNT_ON}"


def count(refused: Refused) -> None:
    """Count on SQLite, which writes to one table by one statement."""
    day, platform, kinds = refused.values().values()
    rows = [(day, each.value, platform, each in kinds) for each in Refusal]
    statements.run(_COUNT_ALONE, [value for row in rows for value in row])


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete counts past their time."""
    gone, _ = RefusalDay.objects.filter(day__lt=(now - KEPT).astimezone(dt.UTC).date()).delete()
    return {"refusal_days": gone}
