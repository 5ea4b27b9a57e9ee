"""Tell the public whether the service works, and when keys went out last: a page without an account or a detail."""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bluezone.authority.project import facts, health
from bluezone.authority.project.health import Facts, Level
from bluezone.authority.site import clock

#: anybody may ask: so often it is looked, however often it is asked
_LOOK_EVERY_S = 20.0
_PARTS = (*health.READY, "clock", "probe")


@dataclass(frozen=True, slots=True)
class Said:
    """Hold what the page says. `late_since`: since when keys are late; None where they are not."""

    works: bool
    published_at: dt.datetime | None
    tried_at: dt.datetime | None
    late_since: dt.datetime | None
    looked_at: dt.datetime


def said_of(found: Facts) -> Said:
    """Return what the public is told of what was measured."""
    worst = health.worst(health.judge(found, _PARTS).values())
    is_late = health.batch(found).level is not Level.OK
    due_at = found.last_batch_end and found.last_batch_end + dt.timedelta(seconds=found.period_s)
    return Said(worst is Level.OK, found.last_batch_end, found.probe_seen_at, due_at if is_late else None, found.at)


class _Last:
    """Hold what was found last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: Said | None = None
        self._at_s = float("-inf")

    def get(self) -> Said:
        with self._lock:
            if self._said is None or time.monotonic() - self._at_s >= _LOOK_EVERY_S:
                self._said, self._at_s = said_of(facts.gather(clock.now(), _PARTS)), time.monotonic()
            return self._said

    def forget(self) -> None:
        self._said = None


last = _Last()


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the state of the service, in the reader's language."""
    return render(request, "status.html", {"said": last.get(), "nav": "status"})
