from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import clock, registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, Job, MenuItem


class EpisodesConfig(AppConfig):
    name = "bluezone.authority.episodes"
    label = "episodes"

    def ready(self) -> None:
        from bluezone.authority.diagnosis.models import Case
        from bluezone.authority.diagnosis.signals import tested as result_known
        from bluezone.authority.episodes import (
            bulk,
            course,
            handover_views,
            person_part,
            retention,
            services,
            tasks,
            views,
        )
        from bluezone.authority.episodes.stays import checks, presenters
        from bluezone.authority.episodes.stays import person_part as stays_part
        from bluezone.authority.episodes.stays import services as stays
        from bluezone.authority.reports import signals
        from bluezone.authority.units.parts import parts
        from bluezone.authority.units.signals import moved
        from bluezone.authority.work import kinds

        registries.retention.add(*retention.RULES)
        kinds.sources.add(*tasks.SOURCES)
        kinds.bulk_actions.add(*bulk.ACTIONS)
        registries.person_parts.add(person_part.PART, stays_part.PART)
        registries.person_holdings.add(person_part.held_of)
        registries.jobs.add(Job("isolation", dt.timedelta(minutes=5), checks.job))
        parts.add(presenters.UNIT_PART)
        registries.followed.add(person_part.followed)
        registries.menu.add(
            MenuItem(
                "handovers", "episodes:handovers", _("Handing over"), Audience.CONFIRMING, rank=41, area=Area.CASES
            ),
            MenuItem("isolation", "isolation:list", _("Isolation"), Audience.DIRECTING, rank=46, area=Area.CASES),
            MenuItem(
                "quarantine", "quarantine:list", _("Quarantine rosters"), Audience.DIRECTING, rank=65, area=Area.CASES
            ),
        )
        registries.case_links.add(views.link_of_case, views.link_of_course, handover_views.link_of_case)
        fields = {"place": _("place"), "role": _("role"), "classification": _("classification")}
        fields |= {"follow_up": _("follow-up"), "isolated_on": _("isolated since"), "outcome": _("outcome")}
        fields |= {"warns others": _("warns others")}
        stay = {"since": _("first day"), "until": _("last day"), "ended_on": _("ended on"), "ending": _("how it ended")}
        stay |= {"address": _("address opened, because"), "telephone": _("number opened, because")}
        counts = {"present": _("present"), "with_phone": _("with a phone"), "asked": _("asked already")}
        counts |= {"has_app": _("with the app"), "helped": _("helped")}
        registries.audit_kinds.add(
            AuditKind("episode", _("case or contact"), fields),
            AuditKind("handover", _("handing over"), {"from_place": _("from"), "to_place": _("to")}),
            AuditKind("stay", _("stay in isolation"), stay),
            AuditKind("episodetest", _("test"), {"due_on": _("due on"), "result": _("result")}),
            AuditKind("letter", _("letter"), {"kind": _("kind"), "withdrawn_at": _("withdrawn")}),
            # others read the counts of a place as they are disclosed
            AuditKind(
                "roster",
                _("quarantine roster"),
                counts,
                title=presenters.roster_title,
                for_own_place_only=lambda _place: True,
            ),
        )
        moved.connect(stays.take_along, dispatch_uid="stays")
        services.role_changed.connect(stays.follow_role, dispatch_uid="stays")
        services.tested.connect(stays.follow_role, dispatch_uid="stays tested")

        def judged(report: Any, number: str, now: Any, **_signal: object) -> None:
            services.from_report(report, number, now)

        def corroborated(report: Any, now: Any, **_signal: object) -> None:
            for exposure in report.exposures.select_related("episode"):
                services.settle(exposure.episode, now)

        def taken_back(report: Any, now: Any, **_signal: object) -> None:
            services.report_taken_back(report, now)

        def saved(instance: Case, **_signal: object) -> None:
            if not instance.is_of_nobody:
                services.follow_case(instance, clock.now())

        registries.jobs.add(Job("follow-up", dt.timedelta(hours=1), course.job))
        result_known.connect(services.result_of, dispatch_uid="episodes")
        signals.judged.connect(judged, weak=False, dispatch_uid="episodes")
        signals.corroborated.connect(corroborated, weak=False, dispatch_uid="episodes")
        signals.taken_back.connect(taken_back, weak=False, dispatch_uid="episodes")
        post_save.connect(saved, sender=Case, weak=False, dispatch_uid="episodes")
