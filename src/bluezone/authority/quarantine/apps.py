from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Audience, AuditKind, MenuItem


def _for_own_place_only(_place: str) -> bool:
    """Show the counts of a place to its own officers only: others read them as they are disclosed."""
    return True


class QuarantineConfig(AppConfig):
    name = "bluezone.authority.quarantine"
    label = "quarantine"

    def ready(self) -> None:
        from bluezone.authority.quarantine import home, retention, services, unit_part
        from bluezone.authority.quarantine.presenters import roster_title
        from bluezone.authority.units.parts import parts
        from bluezone.authority.units.signals import moved

        registries.retention.add(*retention.RULES)
        registries.home.add(home.PART)
        registries.menu.add(
            MenuItem("quarantine", "quarantine:list", _("Quarantine rosters"), Audience.DIRECTING, rank=65)
        )
        fields = {
            "present": _("present"),
            "with_phone": _("with a phone"),
            "asked": _("asked already"),
            "has_app": _("with the app"),
            "helped": _("helped"),
        }
        registries.audit_kinds.add(
            AuditKind(
                "roster", _("quarantine roster"), fields, title=roster_title, for_own_place_only=_for_own_place_only
            )
        )
        parts.add(unit_part.PART)
        moved.connect(services.take_along, dispatch_uid="quarantine")
