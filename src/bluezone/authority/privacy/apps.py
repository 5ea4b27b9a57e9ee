from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, Job, MenuItem, Trust


class PrivacyConfig(AppConfig):
    name = "bluezone.authority.privacy"
    label = "privacy"

    def ready(self) -> None:
        from bluezone.authority.privacy import ending, retention, tasks
        from bluezone.authority.work import kinds

        registries.retention.add(*retention.RULES)
        kinds.sources.add(tasks.SOURCE)
        registries.jobs.add(
            Job(
                "ending",
                dt.timedelta(minutes=10),
                ending.go_on,
                deadline=dt.timedelta(hours=2),
                trust=Trust.DELETES,
            )
        )
        registries.menu.add(
            MenuItem(
                "breaches",
                "privacy:breaches",
                _("Breaches of personal data"),
                Audience.GIVING,
                rank=88,
                area=Area.OFFICE,
            )
        )
        registries.audit_kinds.add(
            AuditKind(
                "breach",
                _("breach of personal data"),
                {
                    "title": _("What happened"),
                    "found_at": _("Found at"),
                    "notified_at": _("Authority notified (Form 08)"),
                    "closed_at": _("Closed"),
                },
            )
        )
