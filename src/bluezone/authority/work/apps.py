from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import AuditKind


class WorkConfig(AppConfig):
    name = "bluezone.authority.work"
    label = "work"

    def ready(self) -> None:
        fields = {"officer": _("given to"), "state": _("state")}
        registries.audit_kinds.add(AuditKind("task", _("task"), fields))
