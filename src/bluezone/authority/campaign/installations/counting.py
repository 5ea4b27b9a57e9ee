"""Count installations: registered, moved, in use today. Days are those of Viet Nam.

One statement a request, so that two workers at once cannot count one phone twice.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from functools import lru_cache

from django.db import connection, transaction

from bluezone.authority.campaign.installations.models import Installation
from bluezone.authority.site import clock, statements
from bluezone.authority.site import secrets as keyed
from bluezone.authority.units.services import open_code
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import UnitCode
from bluezone.protocol.installations import Activity, Registration

_PURPOSE = "installation"
_TABLE = Installation._meta.db_table
# Counting may lose its last half second if the database's machine fails: a phone that is unknown then registers again,
# and a day in use of some hundred phones is missing. Not waiting for the disk at each of thirty million requests a day
# is worth that. It holds for the one statement only: keys, cases and codes wait as ever.
# A poster scanned later counts for its unit; a registration without one keeps what is known.
_REGISTER = f"""
    INSERT INTO {_TABLE} (digest, platform, version, commune, unit_code, registered_on, last_active_on, active_before)
    SELECT %s, %s, %s, %s, %s, {{day}}, {{day}}, NULL {{source}}
    ON CONFLICT (digest) DO UPDATE SET
        platform = excluded.platform, version = excluded.version, commune = excluded.commune,
        unit_code = CASE WHEN excluded.unit_code = '' THEN {_TABLE}.unit_code ELSE excluded.unit_code END,
        active_before = CASE WHEN {_TABLE}.last_active_on < excluded.last_active_on
                        THEN {_TABLE}.last_active_on ELSE {_TABLE}.active_before END,
        last_active_on = CASE WHEN {_TABLE}.last_active_on < excluded.last_active_on
                        THEN excluded.last_active_on ELSE {_TABLE}.last_active_on END
"""
_NOTE = f"""
    UPDATE {_TABLE} SET active_before = last_active_on, last_active_on = %s {{source}}
    WHERE digest IN ({{digests}}) AND last_active_on < %s
"""  # noqa: S608


@lru_cache(maxsize=50_000)  # more than there are communes
def commune_exists(code: str, day: dt.date) -> bool:
    """Return whether a commune of that code exists on a day; no code at all is fine."""
    if not code:
        return True
    try:
        catalogue.all_units().unit(UnitCode.parse(code), day)
    except GeographyError:
        return False
    return True


def register(sent: Registration, now: dt.datetime) -> None:
    """Count an installation, or record that it moved, was updated, or replaces one of before. Sent twice, it counts
    once."""
    day = connection.ops.adapt_datefield_value(clock.date_of(now))
    digest = keyed.digest(_PURPOSE, sent.installation)
    former = keyed.digests(_PURPOSE, sent.installation)[1:]
    if sent.replaces:
        former += keyed.digests(_PURPOSE, sent.replaces)
    # Nobody learns from the answer whether a code is one: a wrong or closed one counts for the commune only.
    unit = open_code(sent.unit) if sent.unit else ""
    row = [digest, sent.platform, sent.version, sent.commune, unit, day, day]
    typed = "%s::date" if connection.vendor == "postgresql" else "%s"
    statement = _REGISTER.format(day=typed, source=statements.source())
    with transaction.atomic() if former else contextlib.nullcontext():
        if former:
            _take_over(former, digest)
        statements.run_soon_durable(statement, row)


def _take_over(former: list[str], digest: str) -> None:
    """Take over the row under an earlier id (or an earlier secret); if there are both, the earlier is deleted, and
    leaves the poster it came from to one that has none."""
    mine = Installation.objects.filter(digest=digest)
    if mine.exists():
        gone = Installation.objects.filter(digest__in=former).exclude(digest=digest)
        poster = gone.exclude(unit_code="").values_list("unit_code", flat=True).first()
        if poster:
            mine.filter(unit_code="").update(unit_code=poster)
        gone.delete()
        return
    row = Installation.objects.filter(digest__in=former).order_by("registered_on").first()
    if row is not None:
        Installation.objects.filter(digest=row.digest).update(digest=digest)


def note_activity(sent: Activity, now: dt.datetime) -> bool:
    """Record that an installation is in use today. False where it is unknown: the phone then registers again."""
    day = connection.ops.adapt_datefield_value(clock.date_of(now))
    digests = keyed.digests(_PURPOSE, sent.installation)
    places = ", ".join(["%s"] * len(digests))
    source = statements.source() if connection.vendor == "postgresql" else ""
    noted = statements.run_soon_durable(_NOTE.format(source=source, digests=places), [day, *digests, day])
    if noted.count:
        return True
    known = f"SELECT 1 FROM {_TABLE} WHERE digest IN ({places})"  # noqa: S608
    return bool(statements.run(known, digests).rows)
