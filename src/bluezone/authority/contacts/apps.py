from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Audience, AuditKind, Job, MenuItem


class ContactsConfig(AppConfig):
    name = "bluezone.authority.contacts"
    label = "contacts"

    def ready(self) -> None:
        from bluezone.authority.contacts import handing_over, home, judging, retention
        from bluezone.authority.diagnosis.signals import handed_over

        registries.retention.add(*retention.RULES)
        registries.jobs.add(Job("contact-verdicts", dt.timedelta(seconds=15), judging.judge_waiting))
        registries.home.add(home.PART, home.OFFICE_PART)
        registries.menu.add(MenuItem("contacts", "contacts:list", _("Contacts"), Audience.DIRECTING, rank=45))
        registries.menu.add(
            MenuItem("graph", "contacts:graph", _("Contact graph"), Audience.CONFIRMING, rank=31, in_area=False),
            MenuItem("effect", "effect:page", _("What tracing achieves"), Audience.PUBLIC, rank=12, in_area=False),
        )
        handed_over.connect(handing_over.take_along, dispatch_uid="contacts")
        registries.case_links.add(home.of_case)
        registries.person_links.add(home.of_person)
        registries.audit_kinds.add(
            AuditKind("report", _("exposure report"), {"outcome": _("decided"), "number": _("number opened, because")}),
            AuditKind(
                "contact",
                _("contact of a case"),
                {
                    "decision": _("decided"),
                    "isolated_on": _("isolated since"),
                    "tested": _("test"),
                    "warns others": _("warns others"),
                },
            ),
        )
