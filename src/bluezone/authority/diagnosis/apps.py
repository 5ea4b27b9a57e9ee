from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, Finder, Job, MenuItem, Queue


class DiagnosisConfig(AppConfig):
    name = "bluezone.authority.diagnosis"
    label = "diagnosis"

    def ready(self) -> None:
        from bluezone.authority.diagnosis import code_use, pages, retention, tasks
        from bluezone.authority.diagnosis.sending import job as sending
        from bluezone.authority.work import kinds

        registries.retention.add(*retention.RULES)
        kinds.sources.add(tasks.SOURCE)
        registries.person_parts.add(pages.PART)
        registries.person_holdings.add(pages.held_of)
        registries.jobs.add(
            Job("code use", dt.timedelta(hours=1), code_use.job),
            Job("code messages", dt.timedelta(seconds=2), sending.send_due),
            Job("sent codes", dt.timedelta(minutes=1), sending.look_after),
        )
        registries.queues.add(Queue("messages with a code", sending.waiting, "next_try_at", dt.timedelta(minutes=5)))
        registries.finders.add(Finder(pages.find))
        registries.menu.add(
            MenuItem(
                "quota",
                "diagnosis:quota",
                _("Codes and quota"),
                Audience.GIVING,
                rank=84,
                area=Area.OFFICE,
                help=_("what each office issues, and how much it may"),
            ),
            MenuItem(
                "list",
                "diagnosis:list",
                _("Cases"),
                Audience.CONFIRMING,
                rank=30,
                area=Area.CASES,
                help=_("open a case, issue its code"),
            ),
            MenuItem(
                "codes",
                "sending:codes",
                _("Codes"),
                Audience.CONFIRMING,
                rank=42,
                area=Area.CASES,
                help=_("sent, unused, by list; how many are used"),
            ),
            MenuItem("new", "diagnosis:new", _("New case"), Audience.CONFIRMING, rank=40, area=Area.CASES),
        )
        registries.audit_kinds.add(
            AuditKind("case", _("case")),
            AuditKind("merge", _("merged cases"), {"undone_at": _("parted")}),
            AuditKind("onetimecode", _("code of a case"), {"case": _("case"), "stopped": _("stopped, because of")}),
            AuditKind("quotafactor", _("factor of the codes’ quota"), {"factor": _("factor")}),
        )
