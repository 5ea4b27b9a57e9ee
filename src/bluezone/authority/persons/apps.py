from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, MenuItem


class PersonsConfig(AppConfig):
    name = "bluezone.authority.persons"
    label = "persons"

    def ready(self) -> None:
        from bluezone.authority.persons import my_data, person_page, retention, views
        from bluezone.authority.persons.models import Shift

        registries.retention.add(*retention.RULES)
        registries.person_parts.add(person_page.PART)
        registries.person_holdings.add(my_data.identity_held)
        registries.finders.add(views.FINDER)
        registries.menu.add(
            MenuItem("persons", "persons:find", _("Find a person"), Audience.READING, rank=42, area=Area.CASES)
        )
        fields = {"pseudonym": _("pseudonym"), "opened": _("identity opened, because"), "found": _("found by")}
        fields["corrected"] = _("corrected")
        fields["opened in a shift"] = _("identity opened in a shift, for")
        fields["code for own data"] = _("code for the own data")
        words = {
            "code for own data": {"given": _("given")},
            "opened in a shift": dict(Shift.Purpose.choices),
            "found": {"telephone": _("telephone number"), "document": _("document number")},
        }
        registries.audit_kinds.add(
            AuditKind("person", _("person"), fields, words=words),
            AuditKind(
                "datarequest",
                _("request about own data"),
                {"kind": _("what is asked"), "due_at": _("To be answered until")},
            ),
            AuditKind(
                "shift",
                _("shift in which identities are open"),
                {"purpose": _("for"), "ends_at": _("runs until"), "closed_at": _("closed")},
            ),
        )
