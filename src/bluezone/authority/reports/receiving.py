"""Take what phones send: exposure reports, reports taken back, heard lists. What a report is worth the job decides
(`judging`): no answer tells what the authority knows."""

from __future__ import annotations

import datetime as dt
import json
import secrets

from django.conf import settings
from django.db import transaction

from bluezone.authority.errors import AuthorityError
from bluezone.authority.keys import revision
from bluezone.authority.keys.models import PublishedKey
from bluezone.authority.messages import phone_numbers
from bluezone.authority.officers.jurisdiction import place_or_nation
from bluezone.authority.reports import counts, lists, rules, signals
from bluezone.authority.reports.models import HeardList, HeardListOf, Report, ReportedKey, SeenReport
from bluezone.authority.reports.rules import Reason, Verdict
from bluezone.authority.site import clock, encryption
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.locks import take_turns
from bluezone.protocol.heard import LIST_BYTES, OpenedKey
from bluezone.protocol.keys import ReportType
from bluezone.protocol.reports import Certainty, ExposureReport, HeardUpload, ReportRefusal, TakeBack
from bluezone.protocol.text import base64_bytes, base64_text

#: purposes of digests and encryption
ID, CONTENT, KEY, NUMBER, EVIDENCE = (
    "exposure report",
    "content of an exposure report",
    "published key that was near",
    "number of an exposure report",
    "evidence of an exposure report",
)


class ReportRefusedError(AuthorityError):
    """Say why a report or a heard list is not taken; `refusal` is the API's word."""

    def __init__(self, text: str, refusal: ReportRefusal) -> None:
        super().__init__(text)
        self.refusal = refusal


def receive(sent: ExposureReport, now: dt.datetime, number: str | None = None) -> None:
    """Store a report, which then waits for its verdict; one that came before is not stored again.

    `number`: of a decoy, which has no receipt. Raises ReportRefusedError.
    """
    number = number or phone_numbers.confirmed(sent.receipt)
    if number is None:
        raise ReportRefusedError("this receipt is of no confirmed number", ReportRefusal.NUMBER_UNCONFIRMED)
    with transaction.atomic():
        take_turns(f"reports of {keyed.digest(NUMBER, number)}")
        if _is_new(sent, now):
            _store(sent, number, now)


def _is_new(sent: ExposureReport, now: dt.datetime) -> bool:
    """Note that a report came; return whether it has not been here. One with another's id is counted as refused."""
    seen = SeenReport.objects.filter(id_digest__in=keyed.digests(ID, sent.report)).first()
    content = json.dumps(sent.fields(), sort_keys=True)
    if seen is None:
        SeenReport.objects.create(
            id_digest=keyed.digest(ID, sent.report),
            content_digest=keyed.digest(CONTENT, content),
            received_on=_utc_day(now),
        )
        return True
    if seen.content_digest not in keyed.digests(CONTENT, content):
        judged = rules.judge(rules.Facts(clock.beginning_of(sent.day), now, id_seen=True))
        assert (judged.verdict, judged.reason) == (Verdict.REFUSED, Reason.ID_SEEN)
        counts.add(judged, now)
    return False


def _store(sent: ExposureReport, number: str, now: dt.datetime) -> None:
    since = now - dt.timedelta(days=rules.RETENTION_DAYS)
    standing = Report.objects.filter(number_digest__in=keyed.digests(NUMBER, number), received_at__gt=since)
    if standing.count() >= rules.MOST_REPORTS_OF_A_NUMBER:
        raise ReportRefusedError("this number has reported every day it can", ReportRefusal.TOO_MANY)
    row = Report.objects.create(
        id_digest=keyed.digest(ID, sent.report),
        place=place_or_nation(sent.commune),
        day=sent.day,
        quarters=sent.quarters,
        near_minutes=sent.near_minutes,
        certainty=sent.certainty.value,
        policy=sent.policy,
        policy_version=sent.policy_version,
        received_at=now.replace(minute=0, second=0, microsecond=0),
        number=encryption.encrypt(NUMBER, number),
        number_digest=keyed.digest(NUMBER, number),
        evidence=encryption.encrypt(EVIDENCE, evidence_text(sent)),
        risk=rules.risk(sent.quarters, sent.near_minutes, sent.certainty),
    )
    ReportedKey.objects.bulk_create(
        ReportedKey(report=row, key_digest=keyed.digest(KEY, key)) for key in sorted(sent.keys)
    )


def evidence_text(sent: ExposureReport) -> str:
    """Return what the verdict needs of a report, as it is stored until then."""
    opened = [[base64_text(key.rpik), key.rolling_start_interval, key.rolling_period] for key in sent.opened]
    return json.dumps([[base64_text(key) for key in sent.keys], opened])


def read_evidence(text: str) -> tuple[tuple[bytes, ...], tuple[OpenedKey, ...]]:
    """Return the named keys and the opened keys of a report that waits for its verdict."""
    keys, opened = json.loads(text)
    return (
        tuple(base64_bytes(key, "key") for key in keys),
        tuple(OpenedKey(base64_bytes(rpik, "rpik"), start, period) for rpik, start, period in opened),
    )


@transaction.atomic
def take_back(asked: TakeBack, now: dt.datetime) -> bool:
    """Delete a report for whoever has its id; return whether there was one. It stays known that it came."""
    row = Report.objects.select_for_update().filter(id_digest__in=keyed.digests(ID, asked.report)).first()
    if row is None:
        return False
    signals.taken_back.send(sender=Report, report=row, now=now)
    row.delete()
    return True


def receive_heard(upload: HeardUpload, now: dt.datetime) -> None:
    """Store a heard list for those keys of its token that have none yet, each entry keyed again. Raises
    ReportRefusedError."""
    token = revision.decrypt(upload.revision_token)
    named = [key.key for key in token or ()]
    # Of a patient: what a contact's phone heard corroborates nobody.
    patients = PublishedKey.objects.filter(region=settings.BLUEZONE.region, key__in=named, made_up=False)
    known = patients.exclude(revised_report_type=ReportType.REVOKED)
    published = sorted(bytes(key) for key in known.values_list("key", flat=True))
    if not published:
        raise ReportRefusedError("this token names no key that is published", ReportRefusal.TOKEN_INVALID)
    _store_heard(published, upload.heard, now)


@transaction.atomic
def _store_heard(published: list[bytes], heard: bytes, now: dt.datetime) -> None:
    job_key, key = lists.key_of(_utc_day(now))
    entries = lists.keyed_list(heard, key)
    take_turns("heard lists")
    digests = {digest for each in published for digest in keyed.digests(KEY, each)}
    known = set(HeardListOf.objects.filter(key_digest__in=digests).values_list("key_digest", flat=True))
    new = [each for each in published if known.isdisjoint(keyed.digests(KEY, each))]
    if not new:  # sent again, or replayed: the first list stays
        return
    row = HeardList.objects.create(key=job_key, entries=entries)
    HeardListOf.objects.bulk_create(HeardListOf(list=row, key_digest=keyed.digest(KEY, each)) for each in new)


def like_report(now: dt.datetime) -> None:
    """Do for a decoy what `receive` does for a report, and leave nothing of it."""
    made_up = ExposureReport(
        report=secrets.token_bytes(16),
        receipt=secrets.token_hex(32),
        commune="34:31471",
        day=_utc_day(now),
        keys=(secrets.token_bytes(16),),
        quarters=1,
        certainty=Certainty.CANNOT_TELL,
        policy="bluezone",
        policy_version="1",
    )
    phone_numbers.confirmed(made_up.receipt)
    with transaction.atomic():
        receive(made_up, now, number=secrets.token_hex(8))
        transaction.set_rollback(True)


def like_take_back(now: dt.datetime) -> None:
    """Do for a decoy what `take_back` does for a report that is not there."""
    take_back(TakeBack(secrets.token_bytes(16)), now)


def like_heard(now: dt.datetime) -> None:
    """Do for a decoy what `receive_heard` does for the list of a phone with 14 keys, and leave nothing of it."""
    keys = [secrets.token_bytes(16) for _ in range(14)]
    list(PublishedKey.objects.filter(region=settings.BLUEZONE.region, key__in=keys).values_list("key", flat=True))
    with transaction.atomic():
        _store_heard(keys, secrets.token_bytes(LIST_BYTES), now)
        transaction.set_rollback(True)


def _utc_day(now: dt.datetime) -> dt.date:
    return now.astimezone(dt.UTC).date()
