"""Say how long keys and their files are kept, and delete them after it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction

from bluezone.authority.keys.batches import RETENTION, write_index
from bluezone.authority.keys.models import ExportBatch, PublishedKey
from bluezone.authority.keys.statistics import services as statistics
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.locks import job_lock
from bluezone.authority.site.registries import RetentionRule


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete keys, batches and files past their time. Raises JobBusyError where another process publishes or purges."""
    conf: Environment = settings.BLUEZONE
    with job_lock("publish"):  # the same lock: both write the exports folder and its index
        oldest = now - RETENTION
        with transaction.atomic():
            old_keys = PublishedKey.objects.filter(embargoed_until__lt=oldest)
            keys = old_keys.filter(made_up=False).count()
            old_keys.delete()
            _, gone = ExportBatch.objects.filter(end_at__lt=oldest, state=ExportBatch.State.DONE, keys=None).delete()
        # First the index, then the files: a phone never reads of a file that is not there.
        write_index(conf)
        files = _remove_stray_files(conf)
    return {"keys": keys, "batches": gone.get("keys.ExportBatch", 0), "files": files}


def _remove_stray_files(conf: Environment) -> int:
    """Remove files no batch knows: those past their time, and what a killed run left half-written."""
    folder = conf.exports / conf.region
    if not folder.is_dir():
        return 0
    batches = ExportBatch.objects.filter(region=conf.region)
    known = {conf.exports / path for path in batches.values_list("files__path", flat=True) if path}
    # An open batch's files have no rows yet; its next run writes them.
    spans = {f"{int(b.start_at.timestamp())}-{int(b.end_at.timestamp())}-" for b in batches.filter(state="open")}
    stray = [
        path
        for path in folder.iterdir()
        if path.suffix in {".zip", ".partial"} and path not in known and not path.name.startswith(tuple(spans))
    ]
    for path in stray:
        path.unlink()
    return len(stray)


RULES = (
    RetentionRule(
        "counts of publish requests: one note each / sums of an hour",
        "until their hour is over / 90 days",
        "as long as the statistics show; no key and no person is in them",
        statistics.purge,
    ),
    RetentionRule(
        "published keys, batches, export files, lines of the index",
        "14 days after their embargo ended",
        "phones forget what they heard after 14 days: older keys match nothing",
        purge,
    ),
)
