from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, MenuItem, PersonPart


class DeclarationsConfig(AppConfig):
    name = "bluezone.authority.declarations"
    label = "declarations"

    def ready(self) -> None:
        from bluezone.authority.declarations import (
            journey_views,
            known_forms,
            publishing,
            queries,
            retention,
            tasks,
        )
        from bluezone.authority.declarations.models import PublishedForm
        from bluezone.authority.documents.rules import published_kinds
        from bluezone.authority.work import kinds

        published_kinds.add(publishing.PUBLISHED_FORMS)
        for signal in (post_save, post_delete):
            signal.connect(known_forms.forget, sender=PublishedForm, weak=False)
        registries.retention.add(*retention.RULES)
        kinds.sources.add(tasks.SOURCE)
        registries.pass_links.add(queries.link_of_pass)
        registries.person_parts.add(PersonPart(50, events=queries.events))
        registries.person_holdings.add(queries.held_of)
        registries.journey_links.add(journey_views.link_of_stay)
        registries.menu.add(
            MenuItem(
                "declarations",
                "declarations:list",
                _("Health declarations"),
                Audience.READING_BELOW_THE_MINISTRY,
                rank=47,
                area=Area.PLACES,
                help=_("who waits for a call, and why"),
            ),
            MenuItem(
                "declarations",
                "declarations:times",
                _("Response times"),
                Audience.BELOW_THE_MINISTRY,
                rank=48,
                area=Area.PLACES,
            ),
            MenuItem("forms", "forms:list", _("Health forms"), Audience.DIRECTING, rank=48, area=Area.PLACES),
            MenuItem("declare", "declare", _("Health declaration"), Audience.PUBLIC, rank=13),
        )
        registries.audit_kinds.add(
            AuditKind("publishedform", _("health form"), {"form": _("form"), "version": _("version")}),
            AuditKind(
                "healthdeclaration",
                _("health declaration"),
                {"opened": _("opened, because"), "outcome": _("outcome"), "handed over": _("handed over to")},
            ),
        )
