"""Take in export files that the index names and the database does not know: it was put back to an earlier moment.

Phones that have these files keep what they read; without this the others would never get those keys, and a key that its
phone sends again would go out a second time. What the database lost with them cannot be known from a file: which keys
were made up (all count as real), and what waited to be published.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

from django.db import transaction

from bluezone.authority.keys import editions
from bluezone.authority.keys.export_store import INDEX, ExportStore, export_store
from bluezone.authority.keys.healing import gather
from bluezone.authority.keys.models import REVISED, ExportBatch, ExportFile, PublishedKey
from bluezone.authority.signing import services as signing
from bluezone.authority.site.environment import Environment
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import Export, TrustedKey, index_from_text, verify_export

log = logging.getLogger(__name__)
_NAME = re.compile(r"[^/]+/(\d+)-(\d+)-\d+\.zip")
_CHUNK = 500
_CHANGED = ("batch", "report_type", "transmission_risk", "days_since_onset", "revision_batch", *REVISED)


def adopt(conf: Environment, now: dt.datetime, kept: dt.timedelta) -> int:
    """Take in what ended less than `kept` ago, batch by batch; return how many keys were not known as published."""
    store = export_store(conf)
    trusted = signing.trusted_export_keys()
    taken = 0
    for region in editions.batch_regions(conf):
        for (start_s, end_s), names in _unknown(store, region, now, kept):
            try:
                files = {name: verify_export(store.read(name) or b"", trusted) for name in names}
                going_out = _going_out(store, names, conf, trusted) if region == conf.region else {}
            except ProtocolError as error:
                log.error("%s: the index names it, and it is not ours or not whole: %s", names[0], error)  # noqa: TRY400
                continue
            batch = ExportBatch(region=region, state=ExportBatch.State.DONE)
            batch.start_at, batch.end_at = (dt.datetime.fromtimestamp(at_s, dt.UTC) for at_s in (start_s, end_s))
            batch.out = ExportBatch.Out.TRAVELLERS if going_out else ExportBatch.Out.NONE
            taken += _take_in(batch, files, going_out, dt.timedelta(seconds=conf.truncate_window_s))
    return taken


def _unknown(
    store: ExportStore, region: str, now: dt.datetime, kept: dt.timedelta
) -> Iterator[tuple[tuple[int, int], list[str]]]:
    """Return the spans of batches that the index names and the database does not know, with their files."""
    text = store.read(f"{region}/{INDEX}") or b""
    try:
        named = set(index_from_text(text.decode("ascii"), f"{region}/"))
    except (ProtocolError, UnicodeDecodeError):
        return  # it is written anew
    named -= set(ExportFile.objects.filter(path__in=named).values_list("path", flat=True))
    spans = sorted((int(found[1]), int(found[2]), name) for name in named if (found := _NAME.fullmatch(name)))
    for (start_s, end_s), rows in groupby(spans, key=lambda each: each[:2]):
        end_at = dt.datetime.fromtimestamp(end_s, dt.UTC)
        is_known = ExportBatch.objects.filter(region=region, end_at=end_at).exists()  # open: its files are to come
        if now - kept <= end_at <= now and not is_known:
            yield (start_s, end_s), [name for _, _, name in rows]


def _going_out(
    store: ExportStore, names: Iterable[str], conf: Environment, trusted: Sequence[TrustedKey]
) -> dict[str, Export]:
    """Return the files of the same batch that other authorities get."""
    beside = (name.replace(f"{conf.region}/", f"{conf.out_region}/", 1) for name in names)
    return {name: verify_export(data, trusted) for name in beside if (data := store.read(name)) is not None}


@transaction.atomic
def _take_in(batch: ExportBatch, files: dict[str, Export], going_out: dict[str, Export], window: dt.timedelta) -> int:
    """Note a batch with its files and its keys; nothing where each of its keys is known as published."""
    keys = {tek.key: tek for export in files.values() for tek in export.keys}
    revised = {tek.key: tek for export in files.values() for tek in export.revised}
    travellers = {tek.key for export in going_out.values() for tek in export.keys}
    rows = {bytes(row.key): row for row in _rows(batch.region, (*keys, *revised))}
    new = [
        PublishedKey.of(
            tek, region=batch.region, traveler=key in travellers, embargoed_until=batch.end_at - window, batch=batch
        )
        for key, tek in keys.items()
        if key not in rows
    ]
    waited = [row for key, row in rows.items() if key in keys and row.batch_id is None]
    changed = [row for key, row in rows.items() if key in revised and row.revision_batch_id is None]
    if not (new or waited or changed):
        return 0
    batch.save()
    for row in waited:
        tek = keys[bytes(row.key)]
        if row.revised_at is not None and row.revised_report_type == tek.report_type:
            row.revision_batch = batch
        row.batch, row.report_type, row.transmission_risk = batch, tek.report_type, tek.transmission_risk
        row.days_since_onset = tek.days_since_onset
    for row in changed:
        row.revise(revised[bytes(row.key)], row.revised_at or batch.end_at - window)
        row.revision_batch = batch
    PublishedKey.objects.bulk_create(new, batch_size=_CHUNK)
    PublishedKey.objects.bulk_update({row.pk: row for row in (*waited, *changed)}.values(), _CHANGED, batch_size=_CHUNK)
    ExportFile.objects.bulk_create(
        ExportFile(batch=batch, path=name, key_count=len(export.keys) + len(export.revised))
        for name, export in (files | going_out).items()
    )
    gather(batch.region)
    log.warning("took in %s of the index, which the database did not know: %s keys", batch, len(new) + len(waited))
    return len(new) + len(waited)


def _rows(region: str, keys: Iterable[bytes]) -> Iterator[PublishedKey]:
    left = iter(keys)
    while some := list(islice(left, _CHUNK)):
        yield from PublishedKey.objects.filter(region=region, key__in=some)
