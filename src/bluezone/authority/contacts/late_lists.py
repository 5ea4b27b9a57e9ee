"""Judge consistent reports again when a heard list comes after their verdict.

The key that a reporter opened goes with the verdict. What is kept for three days is how the lists of those days would
name the reporter: the entries of the opened key, keyed under the key of each day, as lists are on arrival. So neither
the key nor an identifier can be had from them, and they compare with lists of that one day alone.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from django.db import transaction

from bluezone.authority.contacts import counts, day_keys, rules
from bluezone.authority.contacts.models import AwaitedEntries, HeardList, Report
from bluezone.authority.contacts.rules import Judgement, Reason, Verdict
from bluezone.authority.errors import AuthorityError
from bluezone.authority.site import clock
from bluezone.protocol.heard import OpenedKey

log = logging.getLogger(__name__)

#: the day of the verdict and those after it on which a list may come
DAYS = 3
#: lists of one run: the others are looked at by the next, seconds later
_A_RUN = 200
_CONSISTENT = Judgement(Verdict.CONSISTENT, Reason.NOTHING_AGAINST)
_HEARD = Judgement(Verdict.CORROBORATED, Reason.HEARD)


def wait(report: Report, opened: Sequence[OpenedKey], now: dt.datetime) -> None:
    """Keep how lists of the next days would name who reported; `opened`: keys that nobody published. Call it in the
    transaction that stores the verdict."""
    entries = [entry for key in opened for entry in key.entries()]
    if not entries:
        return
    today = now.astimezone(dt.UTC).date()
    for days in range(DAYS):
        try:
            row, key = day_keys.key_of(today + dt.timedelta(days=days))
        except AuthorityError as error:  # the verdict stands; a late list says nothing then
            log.error("a report waits for no list: %s", error)  # noqa: TRY400
            return
        keyed = b"".join(sorted(day_keys.keyed_entry(entry, key) for entry in entries))
        AwaitedEntries.objects.create(report=report, key=row, entries=keyed)


def look_again(now: dt.datetime, most: int = _A_RUN) -> int:
    """Corroborate the consistent reports that lists which came since then name; return how many."""
    found = 0
    for row in HeardList.objects.filter(looked_at=False).order_by("id")[:most]:
        found += _look_at(row, now)
    return found


@transaction.atomic
def _look_at(row: HeardList, now: dt.datetime) -> int:
    digests = row.of.values("key_digest")
    waiting = AwaitedEntries.objects.filter(
        key=row.key_id, report__verdict=Verdict.CONSISTENT.value, report__keys__key_digest__in=digests
    )
    rows = list(waiting.select_related("report").distinct())
    listed = day_keys.entries_in(bytes(row.entries)) if rows else set()
    named = [each.report for each in rows if not listed.isdisjoint(day_keys.entries_in(bytes(each.entries)))]
    found = sum(_corroborate(report, now) for report in named)
    HeardList.objects.filter(pk=row.pk).update(looked_at=True)
    return found


def _corroborate(report: Report, now: dt.datetime) -> int:
    changed = Report.objects.filter(pk=report.pk, verdict=Verdict.CONSISTENT.value).update(
        verdict=_HEARD.verdict.value, reason=_HEARD.reason.value, rank=rules.RANKS[_HEARD.verdict]
    )
    if changed:
        AwaitedEntries.objects.filter(report=report).delete()
        counts.move(_CONSISTENT, _HEARD, clock.date_of(report.received_at), now)
    return changed
