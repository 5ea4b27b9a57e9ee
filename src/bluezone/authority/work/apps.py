from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Audience, AuditKind, Job, MenuItem


class WorkConfig(AppConfig):
    name = "bluezone.authority.work"
    label = "work"

    def ready(self) -> None:
        from bluezone.authority.work import person_part, retention, services

        fields = {"officer": _("given to"), "state": _("state")}
        registries.audit_kinds.add(AuditKind("task", _("task"), fields))
        registries.retention.add(*retention.RULES)
        registries.person_parts.add(person_part.PART)
        registries.jobs.add(Job("tasks", dt.timedelta(minutes=15), services.settle_all_standing))
        registries.menu.add(MenuItem("work", "work:list", _("Today's work"), Audience.OFFICERS, rank=12))
