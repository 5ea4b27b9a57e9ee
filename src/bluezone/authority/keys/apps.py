from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import FIRST_DEADLINE, Area, Audience, AuditKind, Job, MenuItem, Trust


class KeysConfig(AppConfig):
    name = "bluezone.authority.keys"
    label = "keys"

    def ready(self) -> None:
        from bluezone.authority.documents.rules import published_kinds
        from bluezone.authority.keys import batches, policies, probing, retention, second_order, statistics
        from bluezone.authority.keys.models import leave_room

        post_migrate.connect(leave_room, sender=self, dispatch_uid="keys")
        published_kinds.add(policies.PUBLISHED_POLICIES, second_order.PUBLISHED_SETTINGS)
        registries.retention.add(*retention.RULES)
        registries.jobs.add(
            Job(
                "publish",
                dt.timedelta(seconds=15),
                batches.publish_due,
                first_deadline=FIRST_DEADLINE,
                trust=Trust.PUBLISHES,
            ),
            Job("probe", probing.EVERY, probing.probe, dt.timedelta(minutes=2), trust=Trust.PUBLISHES),
            Job("publish-statistics", dt.timedelta(minutes=10), statistics.sum_up),
        )
        registries.menu.add(
            MenuItem(
                "second-order",
                "second_order:switch",
                _("Contacts of contacts"),
                Audience.MINISTRY,
                rank=87,
                area=Area.OFFICE,
            )
        )
        registries.audit_kinds.add(
            AuditKind(
                "secondorderswitch",
                _("warnings of contacts of contacts"),
                {"on": _("on"), "since": _("since"), "reason": _("decision")},
            )
        )
        registries.newest_moments.add(batches.newest_moments)
