from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, Job, MenuItem


class EpidemiologyConfig(AppConfig):
    name = "bluezone.authority.epidemiology"
    label = "epidemiology"

    def ready(self) -> None:
        from bluezone.authority.epidemiology import graph_views, retention, snapshots

        registries.retention.add(*retention.RULES)
        registries.jobs.add(Job("figures of outbreaks", snapshots.EVERY, snapshots.make))
        registries.person_links.add(graph_views.link_of_person)
        registries.menu.add(
            MenuItem("graph", "epidemiology:graph", _("Contact graph"), Audience.CONFIRMING, rank=31, area=Area.CASES),
            MenuItem(
                "outbreak", "epidemiology:figures", _("Epidemiology"), Audience.DIRECTING, rank=33, area=Area.CASES
            ),
            MenuItem("lines", "epidemiology:lines", _("Line list"), Audience.READING, rank=34, area=Area.CASES),
            MenuItem("effect", "effect:page", _("What tracing achieves"), Audience.PUBLIC, rank=12),
        )
