from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import AuditKind


class DiagnosisConfig(AppConfig):
    name = "bluezone.authority.diagnosis"
    label = "diagnosis"

    def ready(self) -> None:
        registries.audit_kinds.add(AuditKind("case", _("case")))
