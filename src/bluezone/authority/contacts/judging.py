"""Give reports their verdict: gather what is known, ask `rules`, and delete the opened keys."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from bluezone.authority.contacts import counts, day_keys, late_lists, public_keys, rules
from bluezone.authority.contacts.models import HeardListOf, Report
from bluezone.authority.contacts.receiving import EVIDENCE, KEY, read_evidence
from bluezone.authority.contacts.rules import Facts, Judgement, NamedKey, Verdict
from bluezone.authority.errors import AuthorityError
from bluezone.authority.keys.models import PublishedKey
from bluezone.authority.site import encryption
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.locks import job_lock
from bluezone.protocol.heard import OpenedKey
from bluezone.protocol.keys import ReportType

log = logging.getLogger(__name__)

#: reports of one run: the others are judged by the next, seconds later
_A_RUN = 2_000
#: reports are dated by the start of their hour
_DATED_TO = dt.timedelta(hours=1)


def judge_waiting(now: dt.datetime, most: int = _A_RUN) -> int:
    """Judge the reports that wait, oldest first; return how many. Raises JobBusyError where another process does."""
    with job_lock("contact-verdicts"):
        rows = list(Report.objects.filter(verdict="").order_by("id")[:most])
        public_keys.note_new()  # after the reports were read: what they can have been made from is known then
        for row in rows:
            _judge(row, now)
        late_lists.look_again(now)
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
        rank=rules.RANKS[judged.verdict],
        evidence=b"",
        **({"number": b"", "risk": 0} if is_refused else {}),
    )
    if changed:
        counts.add(judged, now)
        if is_refused:
            row.keys.all().delete()
        elif judged.verdict is Verdict.CONSISTENT:
            late_lists.wait(row, [key for key in opened if not public_keys.is_public(key.rpik)], now)


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
    own = [key for key in heard if not public_keys.is_public(key.rpik)]
    return rules.judge(Facts(row.day, received_at, facts, heard=bool(own)))


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
            key = day_keys.decrypted(row.list.key)
        except AuthorityError as error:  # such a list says nothing; other reports are judged all the same
            log.error("a heard list cannot be searched: %s", error)  # noqa: TRY400
            continue
        listed = day_keys.entries_in(bytes(row.list.entries))
        if any(day_keys.keyed_entry(entry, key) in listed for entry in entries):
            return True
    return False
