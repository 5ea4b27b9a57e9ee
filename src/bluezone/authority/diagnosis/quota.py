"""Decide whether an issuer may issue codes now, and count them: the one function that everything which issues calls.

Every code counts against two quotas of the day, the issuer's own and the office's (`quota_rules.quota`). Both are
counted by one statement each, in the transaction that stores the code: two at once cannot pass the last one, and a code
that was not stored has not been counted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import quota_rules
from bluezone.authority.diagnosis.models import CodeCount, QuotaFactor
from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers import confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import places_above
from bluezone.authority.site import clock
from bluezone.errors import TranslatableError

_TABLE = CodeCount._meta.db_table
# One statement looks and counts: no two requests can both take the last code. (Same words on SQLite and PostgreSQL.)
_COUNT = f"""
    INSERT INTO {_TABLE} (holder, day, issued) VALUES (%s, %s, %s)
    ON CONFLICT (holder, day) DO UPDATE SET issued = {_TABLE}.issued + excluded.issued
    WHERE {_TABLE}.issued + excluded.issued <= %s RETURNING issued
"""  # noqa: S608 (the table's name is ours)


class IssueError(AuthorityError, TranslatableError):
    """Report that codes may not be issued: `code` is the word of the APIs, `status` their HTTP status."""

    code: str
    status: int


class NotEntitledError(IssueError):
    """Report an issuer without the right to confirm cases."""

    code, status = "forbidden", 403

    def __init__(self) -> None:
        super().__init__(
            gettext_noop(
                "You may not confirm cases. The health authority of the province or the ministry gives this right; "
                "until then ask a colleague who has it."
            )
        )


class NoResultError(IssueError):
    """Report a case that no phone could publish with yet."""

    code, status = "no_result", 409

    def __init__(self) -> None:
        super().__init__(gettext_noop("There is no result yet: note it first, and its code is shown."))


class QuotaError(IssueError):
    """Report that the day's codes are spent; `quota` is how many there were."""

    code, status = "quota_exceeded", 429

    def __init__(self, quota: int, *, of_office: bool) -> None:
        template = (
            gettext_noop(
                "Your office has issued its {quota} codes for today. The ministry can raise the number at once (page "
                "“Codes and quota”); tomorrow there are new ones. Nothing was stored."
            )
            if of_office
            else gettext_noop(
                "You have issued your {quota} codes for today. A colleague of your office can issue this one; the "
                "ministry can raise the number at once (page “Codes and quota”). Nothing was stored."
            )
        )
        super().__init__(template, quota=quota)
        self.quota = quota


@transaction.atomic
def spend(issuer: Issuer | None, count: int, now: dt.datetime) -> None:
    """Count `count` codes of an issuer, all or none. Call it in the transaction that stores them.

    Raises NotEntitledError without the right, QuotaError where the issuer's or the office's quota of the day does not
    hold so many. None is the operator at the command line, who is the installation itself: neither asked nor counted.
    """
    if issuer is None:
        return
    if not confirming.may_confirm(issuer):
        raise NotEntitledError
    today, factor = clock.date_of(now), factor_of(issuer.place)
    # the office first, always: two officers of one office wait for each other instead of locking each other out
    for holder in (issuer.office, issuer.holder):
        most = quota_rules.quota(history_of(holder, today), factor)
        counted = None
        if count <= most:
            with connection.cursor() as cursor:
                cursor.execute(_COUNT, [holder, today, count, most])
                counted = cursor.fetchone()
        if counted is None:
            raise QuotaError(most, of_office=holder == issuer.office)


def history_of(holder: str, today: dt.date) -> list[int]:
    """Return the codes of each full day before today, at most 21, from the holder's first on, oldest first."""
    rows = CodeCount.objects.filter(holder=holder, day__lt=today)
    first = rows.order_by("day").values_list("day", flat=True).first()
    if first is None:
        return []
    first = max(first, today - dt.timedelta(days=quota_rules.TREND_DAYS))
    counts = dict(rows.filter(day__gte=first).values_list("day", "issued"))
    return [counts.get(first + dt.timedelta(days=at), 0) for at in range((today - first).days)]


def factor_of(place: str) -> float:
    """Return the ministry's factor for an office: of its place, or of the nearest above that has one; 1 without any."""
    found = dict(QuotaFactor.objects.filter(place__in=places_above(place)).values_list("place", "factor"))
    return float(found[max(found, key=len)]) if found else 1.0


def set_factor(place: str, factor: Decimal | None) -> None:
    """Set the factor of a place and of the offices below it; None leaves it to the place above."""
    row = QuotaFactor.objects.filter(place=place).first() or QuotaFactor(place=place)
    if factor is None:
        if row.pk:
            row.delete()
        return
    row.factor = factor
    row.save()


@dataclass(frozen=True, slots=True)
class Spent:
    """Hold a holder's codes of today, and how many there may be."""

    issued: int
    quota: int

    @property
    def left(self) -> int:
        return max(0, self.quota - self.issued)


def spent(holder: str, place: str, today: dt.date) -> Spent:
    """Return what a holder of an office has issued of the day's quota."""
    issued = CodeCount.objects.filter(holder=holder, day=today).values_list("issued", flat=True).first() or 0
    return Spent(issued, quota_rules.quota(history_of(holder, today), factor_of(place)))


def left(issuer: Issuer, now: dt.datetime) -> int:
    """Return how many codes an issuer may still issue today: what both quotas hold."""
    today = clock.date_of(now)
    return min(spent(holder, issuer.place, today).left for holder in (issuer.office, issuer.holder))
