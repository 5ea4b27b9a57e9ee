"""Delete the snapshot of an outbreak's figures where the worker makes no newer one, so that it does not outlive what it
was made from."""

from __future__ import annotations

import datetime as dt

from bluezone.authority.epidemiology.models import Snapshot
from bluezone.authority.site.registries import RetentionRule

KEPT = dt.timedelta(hours=1)


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete the snapshot once it is old."""
    return {"snapshots of figures": Snapshot.objects.filter(at__lt=now - KEPT).delete()[0]}


RULES = (
    RetentionRule(
        "rows for the figures of an outbreak, by pseudonym",
        "until made anew (10 minutes), an hour at most",
        "made from cases and contacts, it is not to outlive them",
        purge,
    ),
)
