from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_noop

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Job, RetentionRule, Trust


class DocumentsConfig(AppConfig):
    name = "bluezone.authority.documents"
    label = "documents"

    def ready(self) -> None:
        from bluezone.authority.documents import rules, services

        rules.published_kinds.add(services.PUBLISHED_DISEASE)
        registries.jobs.add(Job("documents", dt.timedelta(minutes=1), services.refresh, trust=Trust.PUBLISHES))
        registries.retention.add(
            RetentionRule(
                gettext_noop("signed documents that phones fetch / policies published before (no person)"),
                gettext_noop("until a newer one of their kind and area is signed / as long as the server"),
                "phones take the newest alone; somebody may ask years later which policy made an alert",
                None,
            )
        )
