"""Take an upload whose certificate is good: store new keys, revise known ones, all or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from bluezone.authority.device_api.callers import Platform
from bluezone.authority.keys import revision, rules, second_order, statistics
from bluezone.authority.keys.insert import NewKey, insert_if_all_new
from bluezone.authority.keys.models import REVISED, PublishedKey, PublishNote
from bluezone.authority.keys.rules import RevisableKey, StoredKey
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

    def note(self, keys: Sequence[TemporaryExposureKey], new: int, revised: int) -> PublishNote:
        """Return what the statistics count of it, to be stored with its keys."""
        today = interval_number(self.now.timestamp())
        oldest = max(rules.days_between(key.rolling_start_interval, today) for key in keys)
        onset_days = None if self.onset is None else rules.days_between(self.onset, today)
        return PublishNote(
            hour=statistics.hour_of(self.now), platform=self.platform, keys=new + revised, revision=revised > 0,
            oldest_days=oldest, onset_days=onset_days,
        )  # fmt: skip


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
    if any(tek.report_type is ReportType.RECURSIVE for tek in keys):
        stored = _store_of_contact(keys, upload, token)
    else:
        stored = _store_new(keys, upload) or _store_any(keys, upload, token)
    kept = revision.still_revisable(token or (), now.timestamp())
    return Receipt(stored.answered, revision.encrypt([*kept, *stored.touched]))


def _store_new(keys: Sequence[TemporaryExposureKey], upload: _Upload) -> _Stored | None:
    """Store keys that are all new, as those of nearly all uploads are. None, and nothing is stored, where one is there
    already or withdrawn: that takes a closer look."""
    if any(tek.report_type is ReportType.REVOKED for tek in keys):
        return None
    is_counted = upload.region != settings.BLUEZONE.probe_region
    note = upload.note(keys, new=len(keys), revised=0) if is_counted else None
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


def _store_of_contact(
    keys: Sequence[TemporaryExposureKey], upload: _Upload, token: Sequence[RevisableKey] | None
) -> _Stored:
    """Store what a contact publishes in the region of contacts, and by which code, so that it can be revoked when the
    contact is released. Whoever warns as a patient already does not warn as a contact too."""
    with transaction.atomic():
        code = second_order.token_of(upload.mac)
        region = settings.BLUEZONE.second_order_region
        stored = _store_any(keys, replace(upload, region=region, traveler=False), token)
        second_order.note_keys(code, [one.key for one in stored.touched], region)
    return stored


@dataclass(slots=True)
class _Sorted:
    """Hold an upload's keys by what becomes of them."""

    new: list[NewKey] = field(default_factory=list)
    #: of a contact who publishes as a patient now: they are new in our own region
    confirmed: list[NewKey] = field(default_factory=list)
    revised: list[PublishedKey] = field(default_factory=list)
    abroad: set[bytes] = field(default_factory=set)
    #: keys that are there, and may be revised by this phone later
    here: set[bytes] = field(default_factory=set)
    sent_again: int = 0


@transaction.atomic
def _look_and_store(
    keys: Sequence[TemporaryExposureKey], upload: _Upload, token: Sequence[RevisableKey] | None
) -> _Stored:
    apart = settings.BLUEZONE.second_order_region
    rows = list(PublishedKey.objects.select_for_update().filter(key__in=[each.key for each in keys]))
    known = {bytes(row.key): row for row in rows if row.region != apart}
    of_contacts = {bytes(row.key): row for row in rows if row.region == apart}  # a key may be both
    if upload.region == apart:
        known = of_contacts | known
    done = _Sorted()
    for tek in keys:
        if (row := known.get(tek.key)) is not None:
            _sort_known(done, row, tek, upload, token)
        else:
            _sort_new(done, of_contacts.get(tek.key), tek, upload, token)
    PublishedKey.objects.bulk_update(done.revised, REVISED)
    if done.new and not insert_if_all_new(done.new, upload.region, upload.traveler):
        raise IntegrityError("one of the keys was stored at this moment")
    PublishedKey.objects.bulk_create(  # `insert` stores no key that is there
        PublishedKey(region=upload.region, traveler=upload.traveler, **row._asdict()) for row in done.confirmed
    )
    inserted = [*done.new, *done.confirmed]
    if inserted or done.revised:  # what was there already and changes nothing is not counted
        upload.note(keys, len(inserted), len(done.revised)).save()
    touched = done.here | {row.key for row in inserted}
    count = done.sent_again + len(done.abroad) + len(inserted)
    return _Stored(count, [RevisableKey.of(tek) for tek in keys if tek.key in touched])


def _sort_known(
    done: _Sorted,
    row: PublishedKey,
    tek: TemporaryExposureKey,
    upload: _Upload,
    token: Sequence[RevisableKey] | None,
) -> None:
    if row.source is not None:
        # Its owner published it abroad before: everybody is warned, and only that authority can revise it.
        done.abroad.add(tek.key)
        return
    done.here.add(tek.key)
    stored = _facts(row, upload.digest(tek.key))
    rules.may_touch(stored, tek, token)
    if rules.is_revision(stored, tek.report_type):
        row.revise(tek, rules.floor(upload.now, upload.window_s))
        done.revised.append(row)
    elif stored.same_upload:
        done.sent_again += 1


def _sort_new(
    done: _Sorted,
    of_contact: PublishedKey | None,
    tek: TemporaryExposureKey,
    upload: _Upload,
    token: Sequence[RevisableKey] | None,
) -> None:
    """Sort a key that is not there as a patient's. `of_contact`: it is there as a contact's."""
    if of_contact is not None:
        done.here.add(tek.key)
        stored = _facts(of_contact, upload.digest(tek.key))
        rules.may_touch(stored, tek, token)
        # One that was revoked when the contact was released stays so: it hinders nobody from warning as a patient.
        if stored.revised_report_type is None and rules.is_revision(stored, tek.report_type):
            of_contact.revise(tek, rules.floor(upload.now, upload.window_s))
            done.revised.append(of_contact)
    if tek.report_type is not ReportType.REVOKED:  # a key nobody was ever warned of needs no withdrawal
        (done.new if of_contact is None else done.confirmed).append(upload.row(tek))


def _facts(row: PublishedKey, upload_digest: str) -> StoredKey:
    return StoredKey(
        rolling_start_interval=row.rolling_start_interval,
        rolling_period=row.rolling_period,
        report_type=ReportType(row.report_type),
        revised_report_type=ReportType(row.revised_report_type) if row.revised_report_type is not None else None,
        same_upload=row.upload_digest == upload_digest,
    )
