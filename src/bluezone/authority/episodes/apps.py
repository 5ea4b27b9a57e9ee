from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import clock, registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, MenuItem


class EpisodesConfig(AppConfig):
    name = "bluezone.authority.episodes"
    label = "episodes"

    def ready(self) -> None:
        from bluezone.authority.diagnosis.case_rules import Course
        from bluezone.authority.diagnosis.models import Case, FollowUp
        from bluezone.authority.episodes import (
            bulk,
            handover_views,
            person_part,
            retention,
            services,
            tasks,
            views,
        )
        from bluezone.authority.episodes.stays import parts
        from bluezone.authority.reports import signals
        from bluezone.authority.work import kinds

        parts.register()
        registries.retention.add(*retention.RULES)
        kinds.sources.add(*tasks.SOURCES)
        kinds.bulk_actions.add(*bulk.ACTIONS)
        registries.person_parts.add(person_part.PART)
        registries.followed.add(person_part.followed)
        registries.menu.add(
            MenuItem("contacts", "episodes:calls", _("Contacts"), Audience.CONFIRMING, rank=45, area=Area.CASES),
            MenuItem("graph", "episodes:graph", _("Contact graph"), Audience.CONFIRMING, rank=31, area=Area.CASES),
            MenuItem(
                "handovers", "episodes:handovers", _("Handing over"), Audience.CONFIRMING, rank=41, area=Area.CASES
            ),
            MenuItem("effect", "effect:page", _("What tracing achieves"), Audience.PUBLIC, rank=12),
        )
        registries.case_links.add(views.link_of_case, handover_views.link_of_case)
        registries.person_links.add(views.link_of_person)
        fields = {"place": _("place"), "role": _("role"), "classification": _("classification")}
        fields |= {"follow_up": _("follow-up"), "isolated_on": _("isolated since"), "outcome": _("outcome")}
        fields |= {"warns others": _("warns others")}
        places = {"from_place": _("from"), "to_place": _("to")}
        registries.audit_kinds.add(
            AuditKind("episode", _("case or contact"), fields), AuditKind("handover", _("handing over"), places)
        )

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

        def noted(instance: FollowUp, **_signal: object) -> None:
            if instance.kind == Course.OUTCOME and not instance.case.is_of_nobody:
                services.note_outcome(instance.case, instance.what, clock.now())

        post_save.connect(noted, sender=FollowUp, weak=False, dispatch_uid="episodes' outcome")
        signals.judged.connect(judged, weak=False, dispatch_uid="episodes")
        signals.corroborated.connect(corroborated, weak=False, dispatch_uid="episodes")
        signals.taken_back.connect(taken_back, weak=False, dispatch_uid="episodes")
        post_save.connect(saved, sender=Case, weak=False, dispatch_uid="episodes")
