from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Audience, AuditKind, Job, MenuItem


class IsolationConfig(AppConfig):
    name = "bluezone.authority.isolation"
    label = "isolation"

    def ready(self) -> None:
        from bluezone.authority.diagnosis.signals import handed_over
        from bluezone.authority.isolation import handing_over, home, queries, reminders, retention, services
        from bluezone.authority.quarantine.elsewhere import Source, sources
        from bluezone.authority.units.signals import moved

        registries.retention.add(*retention.RULES)
        registries.home.add(home.PART)
        registries.stay_links.add(home.new_stay)
        registries.menu.add(MenuItem("isolation", "isolation:list", _("Isolation"), Audience.DIRECTING, rank=46))
        registries.jobs.add(Job("isolation", dt.timedelta(minutes=5), reminders.job))
        sources.add(Source(queries.known_to_roster, lambda code: reverse("isolation:place", args=[code])))
        moved.connect(services.take_along, dispatch_uid="isolation")
        # after the contacts, which stand above this package and are connected before it
        handed_over.connect(handing_over.ask_for_stays, dispatch_uid="isolation")
        opened = {"address": _("address opened, because"), "telephone": _("number opened, because")}
        dates = {
            "since": _("first day"),
            "until": _("last day"),
            "ended_on": _("ended on"),
            "ending": _("how it ended"),
        }
        registries.audit_kinds.add(
            AuditKind("stay", _("stay in isolation"), {**dates, "reason": _("reason"), **opened}),
            AuditKind("staytest", _("test in isolation"), {"due_on": _("due on"), "result": _("result")}),
            AuditKind("move", _("move of a stay"), {"from_place": _("from"), "to_place": _("to")}),
            AuditKind("letter", _("letter"), {"kind": _("kind"), "withdrawn_at": _("withdrawn")}),
        )
