"""Register what stays add to other packages: menus, jobs, retention, the audit log, a site's page."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bluezone.authority.episodes.signals import role_changed
from bluezone.authority.episodes.stays import person_part, reminders, retention, roster_presenters, services
from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, Job, Link, MenuItem
from bluezone.authority.units.parts import parts
from bluezone.authority.units.signals import moved


def _for_own_place_only(_place: str) -> bool:
    """Show the counts of a place to its own officers only: others read them as they are disclosed."""
    return True


def _new_stay(pseudonym: str) -> Link:
    return Link(f"{reverse('isolation:new')}?pseudonym={pseudonym}", _now("Enter the stay in isolation"))


def register() -> None:
    """Add them; once the models are loaded."""
    registries.retention.add(*retention.RULES)
    registries.stay_links.add(_new_stay)
    registries.person_parts.add(person_part.PART)
    registries.menu.add(
        MenuItem("isolation", "isolation:list", _("Isolation"), Audience.DIRECTING, rank=46, area=Area.CASES)
    )
    registries.menu.add(
        MenuItem("quarantine", "quarantine:list", _("Quarantine rosters"), Audience.DIRECTING, rank=65, area=Area.CASES)
    )
    registries.jobs.add(Job("isolation", dt.timedelta(minutes=5), reminders.job))
    parts.add(roster_presenters.PART)
    moved.connect(services.take_along, dispatch_uid="stays")
    role_changed.connect(services.follow_role, dispatch_uid="stays")
    opened = {"address": _("address opened, because"), "telephone": _("number opened, because")}
    dates = {
        "since": _("first day"),
        "until": _("last day"),
        "ended_on": _("ended on"),
        "ending": _("how it ended"),
    }
    counts = {
        "present": _("present"),
        "with_phone": _("with a phone"),
        "asked": _("asked already"),
        "has_app": _("with the app"),
        "helped": _("helped"),
    }
    registries.audit_kinds.add(
        AuditKind("stay", _("stay in isolation"), dates | opened),
        AuditKind("episodetest", _("test"), {"due_on": _("due on"), "result": _("result")}),
        AuditKind("letter", _("letter"), {"kind": _("kind"), "withdrawn_at": _("withdrawn")}),
        AuditKind(
            "roster",
            _("quarantine roster"),
            counts,
            title=roster_presenters.roster_title,
            for_own_place_only=_for_own_place_only,
        ),
    )
