"""Note each job's last run, so that others can see whether a worker is at work."""

from __future__ import annotations

import datetime as dt
import socket

from bluezone.authority.site.models import JobRun

_LONGEST_REPORT = 300


def note(name: str, ended_at: dt.datetime, report: object, *, succeeded: bool) -> None:
    """Note that a run of a job has ended, and what it said."""
    facts: dict[str, object] = {
        "host": socket.gethostname()[:80],
        "ended_at": ended_at,
        "report": ("" if report is None else str(report))[:_LONGEST_REPORT],
    }
    if succeeded:
        facts["succeeded_at"] = ended_at
    JobRun.objects.update_or_create(name=name, defaults=facts)
