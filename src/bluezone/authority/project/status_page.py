"""Tell the public whether the service works, and when keys went out last: a page without an account or a detail."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bluezone.authority.project import facts, health
from bluezone.authority.project.health import Facts, Level

_PARTS = (*health.READY, "clock", "probe")


@dataclass(frozen=True, slots=True)
class Said:
    """Hold what the page says. `late_since`: since when keys are late; None where they are not. `knows_batch`: whether
    the database could be asked when keys went out."""

    works: bool
    knows_batch: bool
    published_at: dt.datetime | None
    tried_at: dt.datetime | None
    late_since: dt.datetime | None
    looked_at: dt.datetime


def said_of(found: Facts) -> Said:
    """Return what the public is told of what was measured."""
    worst = health.worst(health.judge(found, _PARTS).values())
    is_late = health.batch(found).level is not Level.OK
    due_at = found.last_batch_end and found.last_batch_end + dt.timedelta(seconds=found.period_s)
    late_since, knows_batch = due_at if is_late else None, "batch" not in found.unknown
    return Said(worst is Level.OK, knows_batch, found.last_batch_end, found.probe_seen_at, late_since, found.at)


last = facts.Lately(lambda now: said_of(facts.gather(now, _PARTS)), every_s=20.0)


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the state of the service, in the reader's language."""
    return render(request, "status.html", {"said": last.get(), "nav": "status"})
