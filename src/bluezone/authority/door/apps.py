from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, Job, MenuItem


class DoorConfig(AppConfig):
    name = "bluezone.authority.door"
    label = "door"

    def ready(self) -> None:
        from bluezone.authority.door import retention, taps, tasks
        from bluezone.authority.door.entries import services as entries
        from bluezone.authority.door.entries import telling
        from bluezone.authority.units.parts import parts
        from bluezone.authority.work import kinds

        registries.retention.add(*retention.RULES)
        registries.jobs.add(
            Job("doors", dt.timedelta(minutes=1), taps.job), Job("openings", dt.timedelta(minutes=1), telling.job)
        )
        kinds.sources.add(tasks.SOURCE)
        registries.home.add(tasks.PART)
        registries.arrivals.add(entries.counts)
        registries.menu.add(
            MenuItem(
                "doors",
                "door:overview",
                _("At the door"),
                Audience.DIRECTING,
                rank=65,
                area=Area.PLACES,
                help=_("what guests answer, by sector; rounds of visits"),
            )
        )
        parts.add(tasks.UNIT_PART)
        registries.audit_kinds.add(
            AuditKind(
                "dooropening",
                _("opening of entries at a door"),
                {
                    "case": _("case"),
                    "start_at": _("from"),
                    "end_at": _("to"),
                    "state": _("state"),
                    "read": _("entries read"),
                    "told": _("people told by text message"),
                },
            )
        )
        registries.audit_kinds.add(
            AuditKind(
                "doorlist",
                _("door of a unit"),
                {
                    "guests_per_day": _("guests a day"),
                    "street": _("street or hamlet"),
                    "poster": _("poster"),
                    "poster_on": _("poster since"),
                    "poster_seen": _("seen by a visitor"),
                },
            ),
            AuditKind("doorlink", _("door link"), {"ends_at": _("ends"), "voided": _("nothing of it counts")}),
            AuditKind(
                "doorday",
                _("a day's answers at a door"),
                {
                    "app": _("app"),
                    "guests": _("guests that are right"),
                    "apart_left": _("left out"),
                    "confirmed_had": _("had it"),
                    "confirmed_helped": _("installed with help"),
                    "confirmed_refused": _("did not want it"),
                    "confirmed_on": _("confirmed on"),
                },
            ),
            AuditKind(
                "visit",
                _("visit to a door"),
                {
                    "poster_hangs": _("the poster hangs"),
                    "list_kept": _("door list kept"),
                    "looked_over": _("numbers looked over"),
                },
            ),
            AuditKind("round", _("round of visits")),
        )
