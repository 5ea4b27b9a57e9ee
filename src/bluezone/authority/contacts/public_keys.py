"""Know the RPIKs of published keys: of each anybody can derive the identifiers, so none of them opens a report.

Derived once, when a key's batch is there, and looked up by an index: to derive those of a day again for each report
would take a second in a country.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from bluezone.authority.contacts.models import IndexedBatch, PublicRpik
from bluezone.authority.keys.models import ExportBatch, PublishedKey
from bluezone.protocol.exposure_notification import rolling_proximity_identifier_key
from bluezone.protocol.intervals import INTERVALS_PER_DAY

_CHUNK = 2_000
#: a key is published for 14 days after its span, and reported for as long
_KEPT_DAYS = 30


def note_new() -> int:
    """Derive the RPIKs of the keys in batches that came since, all batches of which a file may be out; return how
    many batches."""
    known = IndexedBatch.objects.values("batch_id")
    batches = list(ExportBatch.objects.exclude(pk__in=known).order_by("pk").values_list("pk", flat=True))
    for batch in batches:
        _note(batch)
    return len(batches)


@transaction.atomic
def _note(batch: int) -> None:
    rows: list[PublicRpik] = []
    for key, start in PublishedKey.objects.filter(batch=batch).values_list("key", "rolling_start_interval").iterator():
        rows.append(PublicRpik(rpik=rolling_proximity_identifier_key(bytes(key)), day=start // INTERVALS_PER_DAY))
        if len(rows) == _CHUNK:
            PublicRpik.objects.bulk_create(rows, ignore_conflicts=True)
            rows.clear()
    PublicRpik.objects.bulk_create(rows, ignore_conflicts=True)
    IndexedBatch.objects.create(batch_id=batch)


def is_public(rpik: bytes) -> bool:
    """Return whether an RPIK follows from a key that was published here."""
    return PublicRpik.objects.filter(rpik=rpik).exists()


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete RPIKs of keys that nobody reports any more, and the marks of batches that are gone."""
    oldest = int(now.timestamp()) // 86_400 - _KEPT_DAYS
    IndexedBatch.objects.exclude(batch_id__in=ExportBatch.objects.values("pk")).delete()
    return {"public_rpiks": PublicRpik.objects.filter(day__lt=oldest).delete()[0]}
