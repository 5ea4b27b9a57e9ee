from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import AuditKind


class UnitsConfig(AppConfig):
    name = "bluezone.authority.units"
    label = "units"

    def ready(self) -> None:
        from bluezone.authority.units import posts

        registries.posts.add(posts)
        fields = {"headcount": _("headcount"), "name": _("name"), "sector": _("sector")}
        registries.audit_kinds.add(AuditKind("organisation", _("school, office or company"), fields))
