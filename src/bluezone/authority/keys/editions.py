"""Decide which keys of a batch go into the files of which region.

Our own region's files carry every key of a patient: a phone follows one authority, and gets the keys of others from
it. Keys of contacts who warn others have batches and files of their own (`452-f2`), and go nowhere else. The files
for other authorities (`452-out`) carry keys that our own phones published, and no other: what came from a source never
goes out, so no key can come back to where it was first published, however many authorities read one another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from bluezone.authority.keys.models import ExportBatch, PublishedKey
from bluezone.authority.site.environment import Environment

#: published by a phone of our own, or made up to hide how few of them there are
OWN = Q(source=None)
#: Goes out, or has gone out, with its batch. Made-up keys do as well: whoever compares both regions' files learns
#: nothing of them.
GOES_OUT = OWN & (Q(batch__out=ExportBatch.Out.ALL) | Q(batch__out=ExportBatch.Out.TRAVELLERS, traveler=True))


@dataclass(frozen=True, slots=True)
class Edition:
    """Hold what the files of a region carry of a batch."""

    region: str
    keys: QuerySet[PublishedKey]
    #: published in an earlier batch of the region, and changed since
    revisions: QuerySet[PublishedKey]


def regions(conf: Environment) -> tuple[str, ...]:
    """Return the regions whose files this installation writes: that of its phones, that of other authorities, that of
    contacts who warn others, that of made-up cases."""
    return conf.region, conf.out_region, conf.second_order_region, conf.probe_region


def batch_regions(conf: Environment) -> tuple[str, ...]:
    """Return the regions that have batches. Contacts' first: what of theirs is confirmed joins ours of the same
    span."""
    return (*real_regions(conf), conf.probe_region)


def real_regions(conf: Environment) -> tuple[str, str]:
    """Return the regions with batches whose keys are of people."""
    return conf.second_order_region, conf.region


def of(batch: ExportBatch, conf: Environment) -> Iterator[Edition]:
    """Return what goes into each region's files.

    Whoever got a key learns that it was revised, also where nothing else goes out any more.
    """
    # Those folded into a first publication are not revisions to anybody.
    revisions = batch.revisions.exclude(batch=batch)
    if batch.region in (conf.second_order_region, conf.probe_region):
        yield Edition(batch.region, batch.carried(), revisions)
        return
    yield Edition(conf.region, batch.carried(), revisions)
    yield Edition(conf.out_region, batch.carried().filter(GOES_OUT), revisions.filter(GOES_OUT))
