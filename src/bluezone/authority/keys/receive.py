"""Take an upload whose certificate is good: store new keys, revise known ones, all or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction

from bluezone.authority.device_api.platforms import Platform
from bluezone.authority.keys import revision, rules
from bluezone.authority.keys.insert import NewKey, insert_if_all_new
from bluezone.authority.keys.models import PublishedKey
from bluezone.authority.keys.rules import RevisableKey, StoredKey
from bluezone.authority.keys.statistics import services as statistics
from bluezone.authority.keys.statistics.rules import Request
from bluezone.authority.site import secrets as keyed
from bluezone.protocol.intervals import interval_number
from bluezone.protocol.keys import ReportType, TemporaryExposureKey


@dataclass(frozen=True, slots=True)
class Receipt:
    """Report what an upload did, and the token for revising it."""

    inserted: int
    revision_token: str


@dataclass(frozen=True, slots=True)
class _Upload:
    """Hold what all keys of an upload have in common."""

    mac: bytes
    region: str
    traveler: bool
    window_s: int
    now: dt.datetime
    platform: Platform
    onset: int | None

    def digest(self, key: bytes) -> str:
        return keyed.digest("upload", self.mac + key)

    def row(self, tek: TemporaryExposureKey) -> NewKey:
        return NewKey(
            key=tek.key,
            rolling_start_interval=tek.rolling_start_interval,
            rolling_period=tek.rolling_period,
            transmission_risk=tek.transmission_risk,
            report_type=tek.report_type.value,
            days_since_onset=tek.days_since_onset,
            embargoed_until=rules.embargoed_until(tek, self.now, self.window_s),
            upload_digest=self.digest(tek.key),
        )

    def request(self, keys: Sequence[TemporaryExposureKey], new: int, revised: int) -> Request:
        """Return what the statistics count of it."""
        today = interval_number(self.now.timestamp())
        oldest = max(rules.days_between(key.rolling_start_interval, today) for key in keys)
        onset_days = None if self.onset is None else rules.days_between(self.onset, today)
        return Request(self.platform, new + revised, revised > 0, oldest, onset_days)


@dataclass(frozen=True, slots=True)
class _Stored:
    """Hold what became of an upload's keys: how many the answer counts, and all that it may revise later."""

    answered: int
    touched: list[RevisableKey]


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
    upload = _Upload(upload_mac, region, traveler, window_s, now, platform, onset)
    stored = _store_new(keys, upload) or _store_any(keys, upload, token)
    kept = revision.still_revisable(token or (), now.timestamp())
    return Receipt(stored.answered, revision.encrypt([*kept, *stored.touched]))


def _store_new(keys: Sequence[TemporaryExposureKey], upload: _Upload) -> _Stored | None:
    """Store keys that are all new, as those of nearly all uploads are. None, and nothing is stored, where one is there
    already or withdrawn: that takes a closer look."""
    if any(tek.report_type is ReportType.REVOKED for tek in keys):
        return None
    note = statistics.row(upload.request(keys, new=len(keys), revised=0), upload.now)
    try:
        done = insert_if_all_new([upload.row(tek) for tek in keys], upload.region, upload.traveler, note)
    except IntegrityError:
        if connection.in_atomic_block:
            raise
        return None
    return _Stored(len(keys), [RevisableKey.of(tek) for tek in keys]) if done else None


def _store_any(keys: Sequence[TemporaryExposureKey], upload: _Upload, token: Sequence[RevisableKey] | None) -> _Stored:
    """Store what is new of these keys and revise the others."""
    try:
        return _look_and_store(keys, upload, token)
    except IntegrityError:
        # Another request stored one of the keys between our look and our insert. The second look sees it.
        return _look_and_store(keys, upload, token)


@transaction.atomic
def _look_and_store(
    keys: Sequence[TemporaryExposureKey], upload: _Upload, token: Sequence[RevisableKey] | None
) -> _Stored:
    known = {
        bytes(row.key): row for row in PublishedKey.objects.select_for_update().filter(key__in=[k.key for k in keys])
    }
    new: list[NewKey] = []
    revised: list[PublishedKey] = []
    abroad: set[bytes] = set()
    sent_again = 0
    for tek in keys:
        row = known.get(tek.key)
        if row is None:
            # A key nobody was ever warned of needs no withdrawal.
            if tek.report_type is not ReportType.REVOKED:
                new.append(upload.row(tek))
            continue
        if row.source is not None:
            # Its owner published it abroad before: everybody is warned, and only that authority can revise it.
            abroad.add(tek.key)
            continue
        stored = _facts(row, upload.digest(tek.key))
        rules.may_touch(stored, tek, token)
        if rules.is_revision(stored, tek.report_type):
            _revise(row, tek, rules.floor(upload.now, upload.window_s))
            revised.append(row)
        elif stored.same_upload:
            sent_again += 1
    PublishedKey.objects.bulk_update(
        revised, ["revised_report_type", "revised_days_since_onset", "revised_transmission_risk", "revised_at"]
    )
    if new and not insert_if_all_new(new, upload.region, upload.traveler):
        raise IntegrityError("one of the keys was stored at this moment")
    if new or revised:  # what was there already and changes nothing is not counted
        statistics.row(upload.request(keys, len(new), len(revised)), upload.now).save()
    stored_now = {row.key for row in new} | set(known) - abroad
    return _Stored(sent_again + len(abroad) + len(new), [RevisableKey.of(tek) for tek in keys if tek.key in stored_now])


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
