from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, Job, MenuItem, Queue


class PartnersConfig(AppConfig):
    name = "bluezone.authority.partners"
    label = "partners"

    def ready(self) -> None:
        from bluezone.authority.partners import person_part, retention, sending

        registries.retention.add(*retention.RULES)
        registries.person_parts.add(person_part.PART)
        registries.person_holdings.add(person_part.held_of)
        registries.jobs.add(Job("partners", dt.timedelta(minutes=1), sending.job))
        # a partner that is down for a day is no fault of ours
        registries.queues.add(Queue("partners", sending.waiting, "queued_at", dt.timedelta(days=2)))
        registries.menu.add(
            MenuItem(
                "partners",
                "partners:list",
                _("Partners"),
                Audience.MINISTRY,
                rank=87,
                area=Area.OFFICE,
                help=_("What goes to other systems, by which agreement."),
            )
        )
        registries.menu.add(
            MenuItem(
                "results-file",
                "partners:results",
                _("Bring results of a laboratory"),
                Audience.CONFIRMING,
                rank=44,
                area=Area.CASES,
            )
        )
        fields = {"name": _("name"), "format": _("What the partner has"), "ends_at": _("ends")}
        registries.audit_kinds.add(
            AuditKind("agreement", _("agreement with a partner"), fields | {"stopped_at": _("ended")})
        )
