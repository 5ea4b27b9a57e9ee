"""Say how long keys and their files are kept, and delete them after it, by way of a bin where the clock leaves a doubt.

After 14 days a batch leaves the files and the index, and its keys are deleted for good: at once where the clock has run
without a gap. A gap is a time that only the clock says has passed: the machine was off, or somebody accepted a leap.
What would be younger without the gap goes to the bin: nothing serves it, and it is deleted when the gap is made up for,
after a week at most. So if the clock was wrong, the bin ends no later than the promised day; if it was right, the
server was off for as long as the bin lasts more, and could not have deleted anything.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from bluezone.authority.keys import adopting, batches, editions, statistics
from bluezone.authority.keys.batches import RETENTION, write_index
from bluezone.authority.keys.export_store import export_store
from bluezone.authority.keys.healing import gather, mend
from bluezone.authority.keys.models import ContactKey, ExportBatch, PublishedKey
from bluezone.authority.site import clock_guard
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.locks import job_lock
from bluezone.authority.site.registries import RetentionRule
from bluezone.authority.site.time_guard import Doubt

BIN_LIFE = dt.timedelta(days=7)


def for_good(now: dt.datetime, doubt: Doubt | None) -> Q:
    """Return which keys are deleted for good: those past their 14 days beyond doubt, and those a week in the bin."""
    oldest = now - RETENTION
    if doubt is None:
        return Q(embargoed_until__lt=oldest)
    return (
        Q(embargoed_until__lt=oldest - doubt.length)
        | Q(embargoed_until__lt=oldest, embargoed_until__gte=doubt.before)
        | Q(batch__state=ExportBatch.State.BIN, batch__binned_at__lte=now - BIN_LIFE)
    )


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete keys, batches and files past their time. Raises JobBusyError where another process publishes or purges.

    `keys` in the answer are those of patients that were deleted, or were moved to the bin, in this run.
    """
    conf: Environment = settings.BLUEZONE
    with job_lock("publish"):  # the same lock: both write the exports folder and its index
        mend(conf, now, RETENTION)
        # what the index names and a database that was put back does not know is no stray file
        adopting.adopt(conf, now, RETENTION)
        for region in editions.batch_regions(conf):
            gather(region)
        oldest = now - RETENTION
        with transaction.atomic():
            binned = 0
            for batch in ExportBatch.objects.filter(end_at__lt=oldest, state=ExportBatch.State.DONE):
                binned += batch.carried().filter(made_up=False).count()
                batch.state, batch.binned_at = ExportBatch.State.BIN, now
                batch.save(update_fields=["state", "binned_at"])
            old_keys = PublishedKey.objects.filter(for_good(now, clock_guard.doubt(now, RETENTION + BIN_LIFE)))
            keys = old_keys.filter(made_up=False).exclude(batch__state=ExportBatch.State.BIN).count()
            PublishedKey.objects.filter(pk__in=old_keys.values("pk")).delete()
            ContactKey.objects.exclude(key__in=PublishedKey.objects.values("pk")).delete()
            old = ExportBatch.objects.filter(state=ExportBatch.State.BIN, keys=None)
            _, gone = old.filter(revisions=None).delete()
        # First the index, then the files: a phone never reads of a file that is not there.
        write_index(conf)
        files = _remove_stray_files(conf)
    return {"keys": keys + binned, "batches": gone.get("keys.ExportBatch", 0), "files": files}


def in_bin() -> int:
    """Return how many keys of patients lie in the bin."""
    binned = ExportBatch.objects.filter(state=ExportBatch.State.BIN)
    return sum(batch.carried().filter(made_up=False).count() for batch in binned)


def bring_back_and_publish(now: dt.datetime) -> int:
    """Bring back from the bin and write the files at once; return how many batches. Raises JobBusyError."""
    with job_lock("publish"):
        count = mend(settings.BLUEZONE, now, RETENTION)
    batches.publish(now)
    return count


def _remove_stray_files(conf: Environment) -> int:
    """Remove files no batch knows: those past their time, and what a killed run left half-written."""
    store = export_store(conf)
    found = ExportBatch.objects.filter(region__in=editions.batch_regions(conf))
    done = found.filter(state=ExportBatch.State.DONE)
    known = set(done.values_list("files__path", flat=True))
    # An open batch's files have no rows yet; its next run writes them.
    open_spans = tuple(
        f"{int(each.start_at.timestamp())}-{int(each.end_at.timestamp())}-"
        for each in found.filter(state=ExportBatch.State.OPEN)
    )
    names = [name for region in editions.regions(conf) for name in store.names(region)]
    stray = [name for name in names if name.endswith((".zip", ".partial")) and name not in known]
    stray = [name for name in stray if not name.partition("/")[2].startswith(open_spans)]
    for name in stray:
        store.delete(name)
    return len(stray)


RULES = (
    RetentionRule(
        gettext_noop("counts of publish requests: one note each / sums of an hour"),
        gettext_noop("until their hour is over / 90 days"),
        "as long as the statistics show; no key and no person is in them",
        statistics.purge,
    ),
    RetentionRule(
        gettext_noop(
            "published keys (with the mark by which code of a contact), batches, export files, lines of the index"
        ),
        gettext_noop("14 days after their embargo ended"),
        "phones forget what they heard after 14 days: older keys match nothing",
        purge,
    ),
)
