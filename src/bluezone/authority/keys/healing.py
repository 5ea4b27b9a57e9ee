"""Put right what a wrong clock left among the batches, once the clock is right again.

A batch that ends in the future would stop publishing until then: batches follow one another. And no phone would take
its files: a file that ends in the future is refused (`phone.client.export_download`). So such a batch gets a span that
is over, and its files are written anew under the names of that span:

- It keeps its keys, all of them. They were served; to take some out again, to come later, would tell the real ones from
  those made up.
- Who fetched the old file fetches the new one too, and finds the same keys: a phone holds a key once, whatever files
  it was in. Who did not fetch it finds it in the index as any other.
- Names sort by their time again, so a client that goes on after the last name it knows misses none.

A batch whose files were never in the index is undone instead: its keys wait, and go out when their embargo ends.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F, Max, QuerySet

from bluezone.authority.keys import editions, rules
from bluezone.authority.keys.models import ExportBatch, PublishedKey
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.time_guard import TOLERANCE
from bluezone.protocol.intervals import interval_number

_SECOND = dt.timedelta(seconds=1)
#: A key that a request was still storing when a batch was opened waits for the next one with an embargo that ended
#: before; no request takes a day. So what waits is looked for from a day before the last batch ended.
LATE = dt.timedelta(days=1)


def last_end(region: str) -> dt.datetime | None:
    """Return when the last batch of a region ended."""
    last: dt.datetime | None = ExportBatch.objects.filter(region=region).aggregate(last=Max("end_at"))["last"]
    return last


def waiting(region: str) -> QuerySet[PublishedKey]:
    """Return the keys that wait for a batch of a region."""
    rows, last = PublishedKey.objects.filter(region=region, batch=None), last_end(region)
    return rows if last is None else rows.filter(embargoed_until__gte=last - LATE)


def gather(region: str) -> None:
    """Let every key that waits be among `waiting`: those that came while the clock was behind, and those that waited
    when the last batch got another end."""
    last = last_end(region)
    if last is not None:
        left = PublishedKey.objects.filter(region=region, batch=None, embargoed_until__lt=last - LATE)
        left.update(embargoed_until=last - LATE)


def healed_ends(last: dt.datetime, latest: dt.datetime, count: int) -> list[dt.datetime]:
    """Return the ends that `count` batches from the future get: after `last`, the end of the last right batch, each a
    second after the other and up to `latest`, the end of the last full period, where there is room.

    The next batch then ends with the period that runs now, in which the clock was put right.
    """
    first = latest - (count - 1) * _SECOND
    if first <= last:
        first = last + _SECOND
    return [first + at * _SECOND for at in range(count)]


@transaction.atomic
def heal(conf: Environment, now: dt.datetime) -> int:
    """Mend batches, waiting keys and revisions from the future; return how many batches were mended or undone."""
    return sum(_heal(conf, region, now) for region in editions.batch_regions(conf))


def _heal(conf: Environment, region: str, now: dt.datetime) -> int:
    batches = ExportBatch.objects.filter(region=region)
    future = list(batches.filter(end_at__gt=now + TOLERANCE).order_by("end_at"))
    served = []
    for batch in future:
        if batch.state == ExportBatch.State.OPEN:  # undone
            batch.revisions.update(revision_batch=None)
            batch.keys.filter(made_up=True).delete()
            batch.keys.update(batch=None)
            batch.delete()
        elif batch.keys.exists() or batch.revisions.exists():
            served.append(batch)
        else:
            batch.delete()
    if served:
        latest = rules.floor(now, conf.export_period_s)
        right = batches.filter(end_at__lte=now + TOLERANCE).aggregate(last=Max("end_at"))["last"]
        start_at = right or min(served[0].start_at, latest - dt.timedelta(seconds=conf.export_period_s))
        for batch, end_at in zip(served, healed_ends(start_at, latest, len(served)), strict=True):
            batch.start_at, batch.end_at, batch.embargoed_from = start_at, end_at, None
            window = dt.timedelta(seconds=conf.truncate_window_s)
            batch.keys.filter(made_up=True, embargoed_until__gt=end_at).update(embargoed_until=end_at - window)
            reopen(batch)
            start_at = end_at
        gather(region)
    _hasten(conf, region, now)
    return len(future)


def reopen(batch: ExportBatch) -> None:
    """Open a batch again: the next run of `publish` writes its files from its keys."""
    batch.files.all().delete()
    batch.state, batch.binned_at = ExportBatch.State.OPEN, None
    batch.save()


def mend(conf: Environment, now: dt.datetime, kept: dt.timedelta) -> int:
    """Heal what is from the future and bring back from the bin what ended less than `kept` ago by the present clock;
    return how many batches came back. First the one, then the other: a batch of the bin that is brought back as it is
    would count as never served.

    The next run of `publish` writes their files, under the names that they had and with the keys that they had.
    """
    heal(conf, now)
    back = list(ExportBatch.objects.filter(state=ExportBatch.State.BIN, end_at__gte=now - kept))
    with transaction.atomic():
        for batch in back:
            reopen(batch)
    return len(back)


def _hasten(conf: Environment, region: str, now: dt.datetime) -> None:
    """Correct the times of what came while the clock was ahead.

    A key whose own span ended more than two hours ago is embargoed until its arrival at most, and that is past. (A
    later one is found by this as soon as that has come.) No revision was made later than now.
    """
    over = interval_number((now - rules.CLOCK_TOLERANCE).timestamp())
    keys = PublishedKey.objects.filter(region=region)
    late = now + dt.timedelta(seconds=conf.truncate_window_s)
    waiting = keys.filter(batch=None, embargoed_until__gt=late)
    ended = waiting.alias(end=F("rolling_start_interval") + F("rolling_period")).filter(end__lte=over)
    ended.update(embargoed_until=rules.floor(now, conf.truncate_window_s))
    ahead = keys.filter(revision_batch=None, revised_at__gt=now + TOLERANCE)
    ahead.update(revised_at=now)
