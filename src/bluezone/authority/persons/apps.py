from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Audience, AuditKind, MenuItem


class PersonsConfig(AppConfig):
    name = "bluezone.authority.persons"
    label = "persons"

    def ready(self) -> None:
        from bluezone.authority.persons import retention

        registries.retention.add(*retention.RULES)
        registries.menu.add(
            MenuItem("persons", "persons:find", _("Find a person"), Audience.CONFIRMING, rank=42, in_area=False)
        )
        fields = {"pseudonym": _("pseudonym"), "opened": _("identity opened, because"), "found": _("found by")}
        fields["corrected"] = _("corrected")
        fields["taken_over"] = _("number and address taken over for")
        registries.audit_kinds.add(AuditKind("person", _("person"), fields))
