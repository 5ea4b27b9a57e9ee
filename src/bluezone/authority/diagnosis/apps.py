from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Audience, AuditKind, MenuItem


class DiagnosisConfig(AppConfig):
    name = "bluezone.authority.diagnosis"
    label = "diagnosis"

    def ready(self) -> None:
        from bluezone.authority.diagnosis import retention

        registries.retention.add(*retention.RULES)
        registries.menu.add(
            MenuItem("list", "diagnosis:list", _("Cases"), Audience.LOGGED_IN, rank=30, in_area=False),
            MenuItem("new", "diagnosis:new", _("New case"), Audience.LOGGED_IN, rank=40, in_area=False),
        )
        registries.audit_kinds.add(
            AuditKind("case", _("case")),
            AuditKind("onetimecode", _("code of a case"), {"case": _("case")}),
            AuditKind("quotafactor", _("factor of the codes’ quota"), {"factor": _("factor")}),
        )
