from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, Finder, MenuItem


class UnitsConfig(AppConfig):
    name = "bluezone.authority.units"
    label = "units"

    def ready(self) -> None:
        from bluezone.authority.units import posts, views

        registries.finders.add(Finder(views.find))
        registries.menu.add(
            MenuItem(
                "units",
                "units:list",
                _("Units"),
                Audience.DIRECTING,
                rank=60,
                area=Area.CAMPAIGN,
                help=_("schools, offices, companies, their posters"),
            ),
            MenuItem(
                "sectors",
                "units:sectors",
                _("Sectors and offices"),
                Audience.DIRECTING,
                rank=61,
                area=Area.CAMPAIGN,
                help=_("what there is, and which office answers"),
            ),
            MenuItem(
                "units",
                "units:list",
                _("Units"),
                Audience.OFFICES,
                rank=60,
                area=Area.CAMPAIGN,
                help=_("schools, offices, companies, their posters"),
            ),
            MenuItem(
                "units",
                "units:list",
                _("My unit"),
                Audience.HEADS,
                rank=60,
                area=Area.CAMPAIGN,
                help=_("schools, offices, companies, their posters"),
            ),
        )
        registries.posts.add(posts)
        fields = {"headcount": _("headcount"), "name": _("name"), "sector": _("sector")}
        names = {"name": _("name"), "name_english": _("name in English"), "counted": _("what is counted")}
        registries.audit_kinds.add(
            AuditKind("organisation", _("school, office or company"), fields),
            AuditKind("ownsector", _("sector"), names | {"asked": _("who is asked"), "office": _("office in charge")}),
        )
