"""Key the entries of heard lists again, under a key of the verdict's job that is made each day and gone after 14, and
know the RPIKs of published keys, of which none opens a report: anybody can derive their identifiers.

A list as it arrives can be searched by whoever has an identifier: of any published key, or recorded from the air. Keyed
again, it can be searched only with the day's key, which lies in the database encrypted under the installation's secret.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets

from django.db import transaction

from bluezone.authority.keys.models import ExportBatch
from bluezone.authority.reports.models import IndexedBatch, JobKey, PublicRpik
from bluezone.authority.site import encryption
from bluezone.authority.site.locks import take_turns
from bluezone.protocol.exposure_notification import rolling_proximity_identifier_key
from bluezone.protocol.heard import ENTRY_BYTES, list_entries
from bluezone.protocol.intervals import INTERVALS_PER_DAY

_PURPOSE = "heard lists of a day"
_KEY_BYTES = 32
_CHUNK = 2_000
#: a key is published for 14 days after its span, and reported for as long
_KEPT_DAYS = 30


@transaction.atomic
def key_of(day: dt.date) -> tuple[JobKey, bytes]:
    """Return the key of a day (UTC), made where there is none yet."""
    row = JobKey.objects.filter(day=day).first()
    if row is None:
        take_turns("heard lists")
        key = secrets.token_bytes(_KEY_BYTES)
        row, _ = JobKey.objects.get_or_create(day=day, defaults={"key": encryption.encrypt(_PURPOSE, key.hex())})
    return row, decrypted(row)


def decrypted(row: JobKey) -> bytes:
    """Return a day's key. Raises AuthorityError where no secret of this installation decrypts it."""
    return bytes.fromhex(encryption.decrypt(_PURPOSE, bytes(row.key)))


def keyed_entry(entry: bytes, key: bytes) -> bytes:
    """Return an entry keyed again."""
    return hmac.digest(key, entry, "sha256")[:ENTRY_BYTES]


def entries_in(data: bytes) -> set[bytes]:
    """Return the entries that stand one after another in a stored list."""
    return {data[start : start + ENTRY_BYTES] for start in range(0, len(data), ENTRY_BYTES)}


def keyed_list(heard: bytes, key: bytes) -> bytes:
    """Return a list with each entry keyed again, in order of their value. Raises ProtocolError for no list."""
    return b"".join(sorted(keyed_entry(entry, key) for entry in list_entries(heard)))


# --- published keys ---------------------------------------------------------------------------------------------------
# Derived once, when a key's batch is there: to derive those of a day for each report would take a second in a country.


def note_new() -> int:
    """Derive the RPIKs of the keys in batches that came since, all batches of which a file may be out; return how
    many batches."""
    known = IndexedBatch.objects.values("batch_id")
    batches = list(ExportBatch.objects.exclude(pk__in=known).order_by("pk"))
    for batch in batches:
        _note(batch)
    return len(batches)


@transaction.atomic
def _note(batch: ExportBatch) -> None:
    rows: list[PublicRpik] = []
    for key, start in batch.carried().values_list("key", "rolling_start_interval").iterator():
        rows.append(PublicRpik(rpik=rolling_proximity_identifier_key(bytes(key)), day=start // INTERVALS_PER_DAY))
        if len(rows) == _CHUNK:
            PublicRpik.objects.bulk_create(rows, ignore_conflicts=True)
            rows.clear()
    PublicRpik.objects.bulk_create(rows, ignore_conflicts=True)
    IndexedBatch.objects.create(batch_id=batch.pk)


def is_public(rpik: bytes) -> bool:
    """Return whether an RPIK follows from a key that was published here."""
    return PublicRpik.objects.filter(rpik=rpik).exists()


def purge_public(now: dt.datetime) -> dict[str, int]:
    """Delete RPIKs of keys that nobody reports any more, and the marks of batches that are gone."""
    oldest = int(now.timestamp()) // 86_400 - _KEPT_DAYS
    IndexedBatch.objects.exclude(batch_id__in=ExportBatch.objects.values("pk")).delete()
    return {"public_rpiks": PublicRpik.objects.filter(day__lt=oldest).delete()[0]}
