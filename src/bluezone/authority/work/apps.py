from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, Job, MenuItem


class WorkConfig(AppConfig):
    name = "bluezone.authority.work"
    label = "work"

    def ready(self) -> None:
        from bluezone.authority.officers.models import User
        from bluezone.authority.persons.services import request_changed
        from bluezone.authority.work import kinds, person_part, retention, services, sources

        fields = {"officer": _("given to"), "state": _("state")}
        registries.audit_kinds.add(AuditKind("task", _("task"), fields, title=kinds.title_of))
        registries.retention.add(*retention.RULES)
        registries.person_parts.add(person_part.PART)
        kinds.sources.add(sources.UPLOADS, sources.REQUESTS)
        request_changed.connect(sources.request_changed, dispatch_uid="work")
        post_save.connect(services.give_back_of, sender=User, dispatch_uid="work")
        registries.jobs.add(Job("tasks", dt.timedelta(minutes=30), services.settle_posts))
        registries.menu.add(
            MenuItem("work", "work:list", _("Today's work"), Audience.OFFICERS, rank=12, area=Area.CASES)
        )
