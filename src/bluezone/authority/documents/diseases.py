"""Tell phones of the installation's disease."""

from __future__ import annotations

import datetime as dt

from bluezone.authority.documents import services
from bluezone.authority.documents.rules import PublishedKind
from bluezone.authority.site.configuration import disease
from bluezone.disease.shipped import DEFAULT
from bluezone.protocol.kinds import DISEASE, DiseaseFacts


def _facts(_: str, __: dt.datetime) -> DiseaseFacts | None:
    """Return what phones say of the installation's disease; nothing while it is the one that they come with."""
    of = disease()
    if of.code == DEFAULT and services.newest(DISEASE) is None:
        return None
    return DiseaseFacts(of.code, of.names, of.texts["watch_for"], of.windows.follow_up.days, of.windows.days_before)


PUBLISHED_DISEASE = PublishedKind(DISEASE, content=_facts)
