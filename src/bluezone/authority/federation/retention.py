"""Say how long it is kept what became of other authorities' files, and delete it after that."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_noop

from bluezone.authority.federation.models import Source, SourceFile
from bluezone.authority.federation.rules import REMEMBERED
from bluezone.authority.keys.models import PublishedKey
from bluezone.authority.site.registries import RetentionRule


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete what is known of files of sources that are not read any more, and removed sources without keys."""
    idle = Q(source__removed_at__isnull=False) | Q(source__paused_at__isnull=False)
    files, _ = SourceFile.objects.filter(idle, tried_at__lt=now - REMEMBERED).delete()
    sources = 0
    for source in Source.objects.filter(removed_at__lt=now - REMEMBERED):
        if not PublishedKey.objects.filter(source=source.pk).exists():
            source.delete()
            sources += 1
    return {"files of sources": files, "sources": sources}


RULES = (
    RetentionRule(
        gettext_noop(
            "files of other authorities: names, counts of keys (no key, no person) / sources that were removed"
        ),
        gettext_noop("16 days after the index named them last / until their last key is deleted"),
        "a file is read once; whoever removes a source must still see where a key came from",
        purge,
    ),
)
