from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, MenuItem


def _for_own_place_only(_place: str) -> bool:
    """Show the numbers of a unit to its own officers only: others read them as they are disclosed."""
    return True


class OutreachConfig(AppConfig):
    name = "bluezone.authority.outreach"
    label = "outreach"

    def ready(self) -> None:
        from bluezone.authority.outreach import retention, tasks, unit_part
        from bluezone.authority.units.parts import parts
        from bluezone.authority.work import kinds

        kinds.sources.add(tasks.SOURCE)
        registries.retention.add(*retention.RULES)
        registries.menu.add(
            MenuItem(
                "outreach",
                "outreach:overview",
                _("Whom we reach"),
                Audience.DIRECTING,
                rank=62,
                area=Area.CAMPAIGN,
                help=_("families, households, what unions do"),
            )
        )
        registries.audit_kinds.add(
            AuditKind(
                "familytally",
                _("families of a unit"),
                {
                    "told": _("told"),
                    "reached": _("families reached"),
                    "families_with_app": _("families with the app"),
                    "pledging": _("people who have pledged"),
                    "pledged": _("family members pledged"),
                },
                for_own_place_only=_for_own_place_only,
            ),
            AuditKind("hamlet", _("households of a hamlet"), {"households": _("households")}),
            AuditKind("visitteam", _("who goes from house to house"), {"name": _("name"), "numbers": _("households")}),
            AuditKind(
                "uniontask",
                _("task of a union"),
                {
                    "title": _("what"),
                    "due": _("due"),
                    "done_on": _("done on"),
                    "asked": _("asked"),
                    "helped": _("helped"),
                },
            ),
        )
        parts.add(unit_part.PART)
