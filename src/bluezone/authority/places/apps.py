from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, Job, MenuItem, Trust


class PlacesConfig(AppConfig):
    name = "bluezone.authority.places"
    label = "places"

    def ready(self) -> None:
        from bluezone.authority.documents.rules import published_kinds
        from bluezone.authority.places import retention, services, tasks
        from bluezone.authority.units.parts import parts
        from bluezone.authority.work import kinds

        published_kinds.add(services.PUBLISHED_POLICY)
        registries.retention.add(*retention.RULES)
        kinds.sources.add(tasks.SOURCE)
        registries.jobs.add(
            Job("publish-places", dt.timedelta(minutes=5), services.publish, trust=Trust.PUBLISHES),
        )
        registries.menu.add(
            MenuItem("places", "places:overview", _("Places"), Audience.DIRECTING, rank=66, area=Area.PLACES)
        )
        registries.menu.add(
            MenuItem("register-place", "place-register", _("Register a place"), Audience.PUBLIC, rank=14)
        )
        parts.add(tasks.UNIT_PART)
        registries.audit_kinds.add(
            AuditKind(
                "place",
                _("place with a QR code"),
                {
                    "kind": _("kind"),
                    "address": _("address"),
                    "usual_stay_min": _("usual stay"),
                    "capacity": _("how many fit"),
                    "confirmed_at": _("confirmed"),
                    "closed_at": _("closed"),
                },
            ),
            AuditKind(
                "riskywindow",
                _("stay of a case at a place"),
                {"start_at": _("came"), "end_at": _("left"), "state": _("what became of it")},
            ),
            AuditKind(
                "placeregistration",
                _("registration of a place"),
                {"name": _("name"), "state": _("what became of it"), "reason": _("why not")},
            ),
            AuditKind("sharedstay", _("stay that a patient gave"), {"state": _("what became of it")}),
        )
