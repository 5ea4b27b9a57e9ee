from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Audience, AuditKind, Job, MenuItem


class DiagnosisConfig(AppConfig):
    name = "bluezone.authority.diagnosis"
    label = "diagnosis"

    def ready(self) -> None:
        from bluezone.authority.diagnosis import code_use, home, person_part, retention
        from bluezone.authority.diagnosis.sending import home as sending_home
        from bluezone.authority.diagnosis.sending import job as sending

        registries.retention.add(*retention.RULES)
        registries.home.add(home.PART, home.OFFICE_PART, sending_home.PART, sending_home.OFFICE_PART)
        registries.person_parts.add(person_part.PART)
        registries.person_holdings.add(home.held_of)
        registries.jobs.add(
            Job("code use", dt.timedelta(hours=1), code_use.job),
            Job("code messages", dt.timedelta(seconds=2), sending.send_due),
            Job("sent codes", dt.timedelta(minutes=1), sending.look_after),
        )
        registries.menu.add(
            MenuItem("quota", "diagnosis:quota", _("Codes and quota"), Audience.GIVING, rank=84),
            MenuItem("list", "diagnosis:list", _("Cases"), Audience.CONFIRMING, rank=30, in_area=False),
            MenuItem("codes", "sending:codes", _("Codes"), Audience.CONFIRMING, rank=42, in_area=False),
            MenuItem("new", "diagnosis:new", _("New case"), Audience.CONFIRMING, rank=40, in_area=False),
        )
        registries.audit_kinds.add(
            AuditKind("case", _("case")),
            AuditKind("merge", _("merged cases"), {"undone_at": _("parted")}),
            AuditKind("followup", _("course of a case"), {"kind": _("kind"), "call_again_on": _("call again on")}),
            AuditKind("onetimecode", _("code of a case"), {"case": _("case"), "stopped": _("stopped, because of")}),
            AuditKind("quotafactor", _("factor of the codes’ quota"), {"factor": _("factor")}),
        )
