"""Take an upload whose certificate is good: store new keys, revise known ones, all or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from bluezone.authority.keys import revision, rules
from bluezone.authority.keys.models import PublishedKey
from bluezone.authority.keys.rules import RevisableKey, StoredKey
from bluezone.authority.keys.statistics import services as statistics
from bluezone.authority.keys.statistics.rules import Platform, Request
from bluezone.authority.site import secrets as keyed
from bluezone.protocol.intervals import interval_number
from bluezone.protocol.keys import ReportType, TemporaryExposureKey


@dataclass(frozen=True, slots=True)
class Receipt:
    """Report what an upload did, and the token for revising it."""

    inserted: int
    revision_token: str


def receive(
    keys: Sequence[TemporaryExposureKey],
    *,
    upload_mac: bytes,
    revision_token: str,
    region: str,
    traveler: bool,
    window_s: int,
    now: dt.datetime,
    platform: Platform = Platform.UNKNOWN,
    onset: int | None = None,
) -> Receipt:
    """Store `keys` (judged by `rules.judge_upload`). Raises PublishRefusedError, and then nothing is stored.

    The same upload sent again (its answer was lost on the way) is taken again, stores nothing twice, and gets the same
    answer: `upload_mac`, which only its phone could have made, shows it is the same. `platform` and `onset` (an
    interval number) are for the statistics alone.
    """
    token = revision.decrypt(revision_token) if revision_token else None
    if revision_token and token is None:
        token = ()  # sent, but not ours: it revises nothing
    for attempt in (1, 2):
        try:
            with transaction.atomic():
                stored = _store(keys, upload_mac, token, region, traveler, window_s, now)
                _note(keys, stored, platform, onset, now)
            break
        except IntegrityError:
            # Another request stored one of the keys between our look and our insert. The second look sees it.
            if attempt == 2:
                raise
    kept = revision.still_revisable(token or (), now.timestamp())
    return Receipt(stored.answered, revision.encrypt([*kept, *stored.touched]))


@dataclass(frozen=True, slots=True)
class _Stored:
    """Hold what became of an upload's keys: how many are new, how many revised, and how many the answer counts."""

    new: int
    revised: int
    answered: int
    touched: list[RevisableKey]


def _note(
    keys: Sequence[TemporaryExposureKey], stored: _Stored, platform: Platform, onset: int | None, now: dt.datetime
) -> None:
    """Note an upload for the statistics, unless it was there already and changed nothing."""
    if not stored.new + stored.revised:
        return
    today = interval_number(now.timestamp())
    oldest = max(rules.days_between(key.rolling_start_interval, today) for key in keys)
    onset_days = None if onset is None else rules.days_between(onset, today)
    statistics.note(Request(platform, stored.new + stored.revised, stored.revised > 0, oldest, onset_days), now)


def _store(
    keys: Sequence[TemporaryExposureKey],
    upload_mac: bytes,
    token: Sequence[RevisableKey] | None,
    region: str,
    traveler: bool,
    window_s: int,
    now: dt.datetime,
) -> _Stored:
    known = {
        bytes(row.key): row for row in PublishedKey.objects.select_for_update().filter(key__in=[k.key for k in keys])
    }
    new: list[PublishedKey] = []
    revised: list[PublishedKey] = []
    inserted = 0
    for tek in keys:
        row = known.get(tek.key)
        if row is None:
            # A key nobody was ever warned of needs no withdrawal.
            if tek.report_type is not ReportType.REVOKED:
                new.append(_row(tek, upload_mac, region, traveler, rules.embargoed_until(tek, now, window_s)))
            continue
        stored = _facts(row, _upload_digest(upload_mac, tek.key))
        rules.may_touch(stored, tek, token)
        if rules.is_revision(stored, tek.report_type):
            _revise(row, tek, rules.floor(now, window_s))
            revised.append(row)
        elif stored.same_upload:
            inserted += 1
    PublishedKey.objects.bulk_create(new)
    PublishedKey.objects.bulk_update(
        revised, ["revised_report_type", "revised_days_since_onset", "revised_transmission_risk", "revised_at"]
    )
    stored_now = {bytes(row.key) for row in new} | set(known)
    touched = [RevisableKey.of(tek) for tek in keys if tek.key in stored_now]
    return _Stored(len(new), len(revised), inserted + len(new), touched)


def _row(
    tek: TemporaryExposureKey, upload_mac: bytes, region: str, traveler: bool, embargoed_until: dt.datetime
) -> PublishedKey:
    return PublishedKey(
        key=tek.key,
        rolling_start_interval=tek.rolling_start_interval,
        rolling_period=tek.rolling_period,
        transmission_risk=tek.transmission_risk,
        report_type=tek.report_type,
        days_since_onset=tek.days_since_onset,
        region=region,
        traveler=traveler,
        embargoed_until=embargoed_until,
        upload_digest=_upload_digest(upload_mac, tek.key),
    )


def _upload_digest(upload_mac: bytes, key: bytes) -> str:
    return keyed.digest("upload", upload_mac + key)


def _facts(row: PublishedKey, upload_digest: str) -> StoredKey:
    return StoredKey(
        rolling_start_interval=row.rolling_start_interval,
        rolling_period=row.rolling_period,
        report_type=ReportType(row.report_type),
        revised_report_type=ReportType(row.revised_report_type) if row.revised_report_type is not None else None,
        same_upload=row.upload_digest == upload_digest,
    )


def _revise(row: PublishedKey, tek: TemporaryExposureKey, at: dt.datetime) -> None:
    row.revised_report_type = tek.report_type
    row.revised_days_since_onset = tek.days_since_onset
    row.revised_transmission_risk = tek.transmission_risk
    row.revised_at = at
