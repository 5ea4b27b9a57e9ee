from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import FIRST_DEADLINE, AuditKind, HomePart, Job, Queue, Trust


class SiteConfig(AppConfig):
    name = "bluezone.authority.site"
    label = "site"

    def ready(self) -> None:
        from bluezone.authority.site import clock_guard, expressions, retention
        from bluezone.authority.site.uploads import spreadsheets

        connection_created.connect(expressions.teach)
        registries.retention.add(*retention.RULES)
        hourly = dt.timedelta(hours=1)
        registries.jobs.add(Job("purge", hourly, retention.purge, first_deadline=FIRST_DEADLINE, trust=Trust.DELETES))
        registries.jobs.add(Job("read uploads", dt.timedelta(seconds=2), spreadsheets.open_waiting))
        registries.queues.add(Queue("uploads", spreadsheets.waiting, "received_at"))
        fields = {
            "file_name": _("file"),
            "state": _("state"),
            "added": _("new rows"),
            "changed": _("changed rows"),
            "left_out": _("rows left out"),
        }
        registries.home.add(HomePart(5, clock_guard.alerts))
        registries.audit_kinds.add(
            AuditKind(
                "clockgap", _("server's clock accepted"), {"at": _("clock as accepted"), "expected": _("clock before")}
            ),
            AuditKind("upload", _("file brought"), fields, title=lambda written: written.removeprefix("import of ")),
        )
