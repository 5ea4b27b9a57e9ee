from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, Job, MenuItem, Trust


class PassesConfig(AppConfig):
    name = "bluezone.authority.passes"
    label = "passes"

    def ready(self) -> None:
        from bluezone.authority.documents.rules import published_kinds
        from bluezone.authority.passes import retention, services

        published_kinds.add(services.PUBLISHED_LIST)
        registries.retention.add(*retention.RULES)
        registries.jobs.add(
            Job("pass-keys", dt.timedelta(hours=1), services.rotate_keys, trust=Trust.PUBLISHES),
        )
        registries.menu.add(
            MenuItem("passes", "passes:overview", _("Passes"), Audience.DIRECTING, rank=48, area=Area.PLACES)
        )
        registries.audit_kinds.add(AuditKind("signingkey", _("key of passes"), {"distrusted": _("believed no more")}))
        registries.audit_kinds.add(AuditKind("issuedpass", _("pass"), {"revoked": _("taken back, because")}))
