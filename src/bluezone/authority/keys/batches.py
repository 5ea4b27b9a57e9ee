"""Export stored keys as signed files: one writer, consecutive batches, whole files or none.

Three steps, each safe to be killed in: (1) one transaction opens a batch and gives it its keys, which fixes what its
files hold, padding included; (2) the files are written, each atomically; (3) one transaction notes the files and closes
the batch, and the index is written from what is closed. A new run first finishes what a killed one left open.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Min, QuerySet

from bluezone.authority.errors import ConfigurationError
from bluezone.authority.keys import adopting, editions, padding, rules, second_order
from bluezone.authority.keys.export_store import INDEX, export_store
from bluezone.authority.keys.healing import last_end, mend, waiting
from bluezone.authority.keys.models import ExportBatch, ExportFile, PublishedKey
from bluezone.authority.signing import services as signing
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.locks import job_lock
from bluezone.protocol.export_records import KeyRow
from bluezone.protocol.exports import Export, ExportSigner, build_export_of_rows, index_to_text
from bluezone.protocol.keys import ReportType

RETENTION = dt.timedelta(days=14)

#: called after each batch, with how many there are: to show progress, or to stop by raising
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PublishReport:
    """Report what a run did, and what still waits."""

    batches: int
    files: int
    keys: int
    waiting: int
    next_batch_at: dt.datetime


def publish(now: dt.datetime, progress: Progress = lambda _done, _total: None) -> PublishReport:
    """Export every key whose embargo has ended. Raises JobBusyError where another process is publishing."""
    conf: Environment = settings.BLUEZONE
    with job_lock("publish"):
        signers = signing.export_signers(now)
        if not signers:
            raise ConfigurationError("no export key signs now; `bluezone authority keys create export` makes one")
        mend(conf, now, RETENTION)
        adopting.adopt(conf, now, RETENTION)
        due = _spans_due(conf, now)
        left_open = list(ExportBatch.objects.filter(state=ExportBatch.State.OPEN).order_by("end_at"))
        # First what a killed run left open, then each span that is due, opened when its turn comes.
        to_write = chain(left_open, (_open(conf, region, end_at) for region, end_at in due))
        total = len(left_open) + len(due)
        files = keys = 0
        for done, batch in enumerate(to_write, start=1):
            files += len(_finish(batch, signers, conf))
            if batch.region != conf.probe_region:
                keys += batch.carried().filter(made_up=False).count()
                keys += batch.revisions.filter(made_up=False).exclude(batch=batch).count()
            progress(done, total)
        # Also where nothing was due: heals an index lost, or left behind by a killed run.
        write_index(conf)
    return PublishReport(
        batches=total,
        files=files,
        keys=keys,
        waiting=sum(waiting(region).count() for region in editions.real_regions(conf)),
        next_batch_at=rules.floor(now, conf.export_period_s) + dt.timedelta(seconds=conf.export_period_s),
    )


def take_in_files(now: dt.datetime) -> int:
    """Take in what export files beside a database restored from a backup hold of later; return how many keys."""
    with job_lock("publish"):
        return adopting.adopt(settings.BLUEZONE, now, RETENTION)


def publish_restored(now: dt.datetime) -> None:
    """Export what waits in a database restored from a backup, in one batch of each region that ends now, to the second.

    The server that was lost may have published batches of the periods since: no file may have the name of one of them,
    for phones and proxies know a file by its name.
    """
    conf: Environment = settings.BLUEZONE
    end_at = now.replace(microsecond=0)
    with job_lock("publish"):
        signers = signing.export_signers(now)
        for batch in ExportBatch.objects.filter(state=ExportBatch.State.OPEN).order_by("end_at"):
            _finish(batch, signers, conf)
        for region in editions.batch_regions(conf):
            last = last_end(region)
            if last is not None and last < end_at:
                _finish(_open(conf, region, end_at), signers, conf)
        write_index(conf)


def publish_due(now: dt.datetime) -> PublishReport | None:
    """Export what is due, for the worker; None where nothing was. Raises as `publish` does."""
    report = publish(now)
    return report if report.batches else None


def _spans_due(conf: Environment, now: dt.datetime) -> list[tuple[str, dt.datetime]]:
    """Return region and end of each batch that is due: where a period has ended since the last batch did; of contacts
    who warn others while that is on, and as long as a key of theirs is kept. After a silence one batch has it all."""
    with_batches = [
        region
        for region in editions.batch_regions(conf)
        if region == conf.region or second_order.is_on(now) or PublishedKey.objects.filter(region=region).exists()
    ]
    latest = rules.floor(now, conf.export_period_s)
    ends = {region: last_end(region) for region in with_batches}
    return [(region, latest) for region, last in ends.items() if last is None or last < latest]


@transaction.atomic
def _open(conf: Environment, region: str, end_at: dt.datetime) -> ExportBatch:
    """Open a region's batch that ends at `end_at` and choose its keys.

    Chosen is what was embargoed until before its end and is in no batch yet: keys that a request was still storing
    while an earlier batch was opened are not lost, they come with this one.
    """
    start_at = last_end(region) or end_at - dt.timedelta(seconds=conf.export_period_s)
    goes_out = region == conf.region and conf.federation_out != "off"
    out = conf.federation_out if goes_out else ExportBatch.Out.NONE
    ready = waiting(region).filter(embargoed_until__lt=end_at)
    made_up_until = end_at - dt.timedelta(seconds=conf.truncate_window_s)
    oldest = ready.aggregate(oldest=Min("embargoed_until"))["oldest"] or made_up_until
    batch = ExportBatch.objects.create(
        region=region, start_at=start_at, end_at=end_at, out=out, embargoed_from=min(oldest, made_up_until)
    )
    if region == conf.second_order_region:  # a contact who was found ill before anybody was warned warns in ours alone
        ready.filter(revised_at__isnull=False).delete()
    # Revised before anybody was warned: withdrawn keys vanish, confirmed ones go out as confirmed.
    ready.filter(revised_report_type=ReportType.REVOKED).delete()
    ready.filter(revised_at__isnull=False).update(
        report_type=F("revised_report_type"),
        days_since_onset=F("revised_days_since_onset"),
        transmission_risk=F("revised_transmission_risk"),
        revision_batch=batch,
    )
    ready.update(batch=batch)
    PublishedKey.objects.filter(region=region, batch__isnull=False, revision_batch=None, revised_at__lt=end_at).update(
        revision_batch=batch
    )
    if region != conf.probe_region:  # of nobody: there is nothing to hide
        padding.pad_keys(batch, conf)
        padding.pad_revisions(batch, conf)
    if region == conf.second_order_region:
        padding.confirm_made_up(batch, conf)
    return batch


def _finish(batch: ExportBatch, signers: list[ExportSigner], conf: Environment) -> list[ExportFile]:
    """Write the batch's files, record them, close the batch."""
    # PostgreSQL keeps a cursor for the length of a transaction. SQLite would keep all phones from publishing so long.
    with transaction.atomic() if connection.vendor == "postgresql" else contextlib.nullcontext():
        files = list(_write_files(batch, signers, conf))
    with transaction.atomic():
        ExportFile.objects.bulk_create(files)
        batch.state = ExportBatch.State.DONE
        batch.save(update_fields=["state"])
    return files


#: of PublishedKey, in the order of `KeyRow`
_FIELDS = ("key", "rolling_start_interval", "rolling_period", "transmission_risk", "report_type", "days_since_onset")
_REVISED_FIELDS = (
    *_FIELDS[:3], "revised_transmission_risk", "revised_report_type", "revised_days_since_onset",
)  # fmt: skip
#: rows that are fetched at once
_CHUNK = 10_000


def _write_files(batch: ExportBatch, signers: list[ExportSigner], conf: Environment) -> Iterator[ExportFile]:
    """Write one file after the other, of each region; none where a region gets no key.

    The keys come from the database in one pass, sorted: no more of them are held than go into one file.
    """
    store = export_store(conf)
    for edition in editions.of(batch, conf):
        most = conf.export_max_keys
        size = max(-(-edition.keys.count() // most), -(-edition.revisions.count() // most))
        keys, revised = _rows(edition.keys, _FIELDS), _rows(edition.revisions, _REVISED_FIELDS)
        for number in range(1, size + 1):
            head = Export(
                region=edition.region,
                start_s=int(batch.start_at.timestamp()),
                end_s=int(batch.end_at.timestamp()),
                batch_num=number,
                batch_size=size,
            )
            some, some_revised = list(islice(keys, most)), list(islice(revised, most))
            path = f"{head.region}/{head.start_s}-{head.end_s}-{head.batch_num:05d}.zip"
            store.put(path, build_export_of_rows(head, some, some_revised, signers))
            yield ExportFile(batch=batch, path=path, key_count=len(some) + len(some_revised))


def _rows(query: QuerySet[PublishedKey], fields: tuple[str, ...]) -> Iterator[KeyRow]:
    rows = query.order_by("key").values_list(*fields).iterator(chunk_size=_CHUNK)
    return ((bytes(key), start, period, risk or 0, report, days) for key, start, period, risk, report, days in rows)


def write_index(conf: Environment) -> None:
    """Write each region's `index.txt` anew from the batches that are done."""
    store = export_store(conf)
    done = ExportFile.objects.filter(
        batch__region__in=editions.batch_regions(conf), batch__state=ExportBatch.State.DONE
    )
    # Of these there is an index from the first day on. One that was turned off keeps its own; one that never was on has
    # none.
    written = {conf.region}
    if conf.federation_out != "off":
        written.add(conf.out_region)
    if second_order.has_been_on():
        written.add(conf.second_order_region)
    for region in editions.regions(conf):
        paths = done.filter(path__startswith=f"{region}/").values_list("path", flat=True)
        text, name = index_to_text(paths).encode("ascii"), f"{region}/{INDEX}"
        there = store.read(name)
        if there != text and (text or there is not None or region in written):
            store.put(name, text)


def newest_moments() -> list[dt.datetime]:
    """Return when the last batch ended, and when its last file was written: no clock that is right says less."""
    conf: Environment = settings.BLUEZONE
    ended = ExportBatch.objects.filter(region=conf.region, state=ExportBatch.State.DONE).order_by("end_at").last()
    if ended is None:
        return []
    found = [ended.end_at]
    last = ended.files.order_by("path").last()
    if last is not None and (written_at := export_store(conf).written_at(last.path)) is not None:
        found.append(written_at)
    return found
