from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, Job, MenuItem, Trust


class FederationConfig(AppConfig):
    name = "bluezone.authority.federation"
    label = "federation"

    def ready(self) -> None:
        from bluezone.authority.federation import reading, retention

        registries.retention.add(*retention.RULES)
        registries.jobs.add(
            Job(
                "federation",
                dt.timedelta(minutes=15),
                reading.read_due,
                deadline=dt.timedelta(hours=1),
                trust=Trust.PUBLISHES,
            )
        )
        registries.menu.add(
            MenuItem(
                "federation", "federation:list", _("Other authorities"), Audience.MINISTRY, rank=86, area=Area.OFFICE
            )
        )
        registries.audit_kinds.add(
            AuditKind(
                "source",
                _("another authority whose keys are read"),
                {
                    "name": _("name"),
                    "index_url": _("address of its index"),
                    "region": _("region"),
                    "paused_at": _("paused"),
                    "removed_at": _("removed"),
                },
            ),
            AuditKind(
                "sourcekey",
                _("public key of another authority"),
                {"source": _("another authority whose keys are read"), "key_version": _("version")},
            ),
        )
