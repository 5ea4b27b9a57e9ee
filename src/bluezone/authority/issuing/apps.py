from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, Finder, Job, MenuItem, PersonPart


class IssuingConfig(AppConfig):
    name = "bluezone.authority.issuing"
    label = "issuing"

    def ready(self) -> None:
        from bluezone.authority.diagnosis.signals import moved, result_noted
        from bluezone.authority.issuing import retention
        from bluezone.authority.issuing.results import queries, services, views
        from bluezone.authority.issuing.statistics import services as statistics
        from bluezone.authority.work import kinds

        registries.case_results.add(queries.said_of)
        registries.person_parts.add(PersonPart(60, events=queries.events))
        registries.person_holdings.add(queries.held_of)
        kinds.sources.add(kinds.Source(services.SOURCE, queries.lines))
        result_noted.connect(services.look_done, dispatch_uid="issuing")
        moved.connect(services.follow, dispatch_uid="issuing")
        registries.finders.add(Finder(views.find))
        registries.menu.add(
            MenuItem(
                "results",
                "issuing:results",
                _("Results of laboratories"),
                Audience.CONFIRMING,
                rank=43,
                area=Area.CASES,
            )
        )
        fields = {"external_id": _("id"), "place": _("place"), "is_task": _("an officer is to look at it")}
        registries.audit_kinds.add(AuditKind("labresult", _("result of a laboratory"), fields))
        registries.retention.add(*retention.RULES)
        registries.jobs.add(Job("code-statistics", dt.timedelta(minutes=20), statistics.sum_up))
