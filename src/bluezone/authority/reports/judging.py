"""Give reports their verdict: gather what is known, ask `rules`, and delete the opened keys; judge consistent ones
again when a heard list comes after their verdict.

The key that a reporter opened goes with the verdict. What is kept for three days is how the lists of those days would
name the reporter: the entries of the opened key, keyed under the key of each day, as lists are on arrival. So neither
the key nor an identifier can be had from them, and they compare with lists of that one day alone.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from bluezone.authority.errors import AuthorityError
from bluezone.authority.keys.models import PublishedKey
from bluezone.authority.reports import counts, lists, rules, signals
from bluezone.authority.reports.models import AwaitedEntries, HeardList, HeardListOf, Report
from bluezone.authority.reports.receiving import EVIDENCE, KEY, NUMBER, read_evidence
from bluezone.authority.reports.rules import Facts, Judgement, NamedKey, Reason, Verdict
from bluezone.authority.site import clock, encryption
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.locks import job_lock
from bluezone.protocol.heard import OpenedKey
from bluezone.protocol.keys import ReportType

log = logging.getLogger(__name__)

#: reports of one run: the others are judged by the next, seconds later
_A_RUN = 2_000
#: reports are dated by the start of their hour
_DATED_TO = dt.timedelta(hours=1)
#: the day of the verdict and those after it on which a list may come
DAYS = 3
#: lists of one run: the others are looked at by the next, seconds later
_LISTS_OF_A_RUN = 200
_CONSISTENT = Judgement(Verdict.CONSISTENT, Reason.NOTHING_AGAINST)
_HEARD = Judgement(Verdict.CORROBORATED, Reason.HEARD)


def waiting(_now: dt.datetime) -> QuerySet[Report]:
    """Return the reports without a verdict."""
    return Report.objects.filter(verdict="")


def judge_waiting(now: dt.datetime, most: int = _A_RUN) -> int:
    """Judge the reports that wait, oldest first; return how many. Raises JobBusyError where another process does."""
    with job_lock("contact-verdicts"):
        rows = list(waiting(now).order_by("id")[:most])
        lists.note_new()  # after the reports were read: what they can have been made from is known then
        for row in rows:
            _judge(row, now)
        look_again(now)
    return len(rows)


@transaction.atomic
def _judge(row: Report, now: dt.datetime) -> None:
    named, opened = _evidence(row)
    judged = judgement(row, named, opened, now)
    is_refused = judged.verdict is Verdict.REFUSED
    # Taken back since it was read? Then nothing is updated, and nothing counted.
    changed = Report.objects.filter(pk=row.pk, verdict="").update(
        verdict=judged.verdict.value,
        reason=judged.reason.value,
        evidence=b"",
        number=b"",
        **({"risk": 0} if is_refused else {}),
    )
    if changed:
        counts.add(judged, now)
        if is_refused:
            row.keys.all().delete()
            return
        if judged.verdict is Verdict.CONSISTENT:
            _wait(row, [key for key in opened if not lists.is_public(key.rpik)], now)
        row.verdict = judged.verdict.value
        signals.judged.send(sender=Report, report=row, number=encryption.decrypt(NUMBER, bytes(row.number)), now=now)


def judgement(row: Report, named: Sequence[bytes], opened: Sequence[OpenedKey], now: dt.datetime) -> Judgement:
    """Judge a report that waits. It opens the heard lists of the keys that the report names, and no other."""
    apart = settings.BLUEZONE.second_order_region
    # A key that stands in both regions is a patient's: that row comes last.
    rows = sorted(PublishedKey.objects.filter(key__in=named), key=lambda each: each.region != apart)
    known = {
        bytes(each.key): NamedKey(
            each.rolling_start_interval,
            each.rolling_start_interval + each.rolling_period,
            each.embargoed_until if each.batch_id is not None and not each.made_up else None,
            each.revised_report_type == ReportType.REVOKED,
            each.region == apart,
        )
        for each in rows
    }
    facts = [known.get(key, NamedKey()) for key in named]
    good = [key for key, fact in zip(named, facts, strict=True) if fact.out_at is not None and not fact.withdrawn]
    received_at = min(row.received_at + _DATED_TO, now)
    heard = [key for key in opened if _is_heard(good, key)] if good else []
    own = [key for key in heard if not lists.is_public(key.rpik)]
    return rules.judge(Facts(clock.beginning_of(row.day), received_at, facts, heard=bool(own)))


def _evidence(row: Report) -> tuple[tuple[bytes, ...], tuple[OpenedKey, ...]]:
    """Return what a report names and opens; nothing where the secret is lost that it is encrypted under."""
    try:
        return read_evidence(encryption.decrypt(EVIDENCE, bytes(row.evidence)))
    except AuthorityError as error:
        log.error("a report has no evidence any more: %s", error)  # noqa: TRY400 (its text says all)
        return (), ()


def _is_heard(named: Sequence[bytes], opened: OpenedKey) -> bool:
    """Return whether an identifier of an opened key stands in a heard list of one of the named keys."""
    digests = [digest for key in named for digest in keyed.digests(KEY, key)]
    entries = opened.entries()
    for row in HeardListOf.objects.filter(key_digest__in=digests).select_related("list__key"):
        try:
            key = lists.decrypted(row.list.key)
        except AuthorityError as error:  # such a list says nothing; other reports are judged all the same
            log.error("a heard list cannot be searched: %s", error)  # noqa: TRY400
            continue
        listed = lists.entries_in(bytes(row.list.entries))
        if any(lists.keyed_entry(entry, key) in listed for entry in entries):
            return True
    return False


# --- lists that come late ---------------------------------------------------------------------------------------------


def _wait(report: Report, opened: Sequence[OpenedKey], now: dt.datetime) -> None:
    """Keep how lists of the next days would name who reported; `opened`: keys that nobody published. Call it in the
    transaction that stores the verdict."""
    entries = [entry for key in opened for entry in key.entries()]
    if not entries:
        return
    today = now.astimezone(dt.UTC).date()
    for days in range(DAYS):
        try:
            row, key = lists.key_of(today + dt.timedelta(days=days))
        except AuthorityError as error:  # the verdict stands; a late list says nothing then
            log.error("a report waits for no list: %s", error)  # noqa: TRY400
            return
        keyed = b"".join(sorted(lists.keyed_entry(entry, key) for entry in entries))
        AwaitedEntries.objects.create(report=report, key=row, entries=keyed)


def look_again(now: dt.datetime, most: int = _LISTS_OF_A_RUN) -> int:
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
    listed = lists.entries_in(bytes(row.entries)) if rows else set()
    named = [each.report for each in rows if not listed.isdisjoint(lists.entries_in(bytes(each.entries)))]
    found = 0
    for report in named:
        changed = Report.objects.filter(pk=report.pk, verdict=Verdict.CONSISTENT.value).update(
            verdict=_HEARD.verdict.value, reason=_HEARD.reason.value
        )
        if changed:
            AwaitedEntries.objects.filter(report=report).delete()
            counts.move(_CONSISTENT, _HEARD, clock.date_of(report.received_at), now)
            report.verdict = _HEARD.verdict.value
            signals.corroborated.send(sender=Report, report=report, now=now)
            found += 1
    HeardList.objects.filter(pk=row.pk).update(looked_at=True)
    return found
