from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Audience, AuditKind, Job, MenuItem


class MessagesConfig(AppConfig):
    name = "bluezone.authority.messages"
    label = "messages"

    def ready(self) -> None:
        from bluezone.authority.messages import retention
        from bluezone.authority.messages.guidance import services as guidance
        from bluezone.authority.messages.news import services as news
        from bluezone.authority.messages.news import texting
        from bluezone.authority.messages.outbox import services as outbox

        registries.retention.add(*retention.RULES)
        registries.jobs.add(
            Job("guidance", dt.timedelta(minutes=10), guidance.refresh),
            Job("news", dt.timedelta(minutes=10), news.refresh),
            Job("text-messages", dt.timedelta(minutes=1), texting.send_due, deadline=dt.timedelta(hours=1)),
            Job("outbox", dt.timedelta(seconds=2), outbox.send_due),
        )
        registries.menu.add(MenuItem("news", "news:list", _("News"), Audience.DIRECTING, rank=50, in_area=False))
        registries.menu.add(
            MenuItem("guidance", "guidance:list", _("After a warning"), Audience.DIRECTING, rank=51, in_area=False)
        )
        registries.audit_kinds.add(
            AuditKind(
                "guidanceentry",
                _("what to do after a warning"),
                {
                    "version": _("version"),
                    "source": _("source"),
                    "from_day": _("holds from"),
                    "until_day": _("holds until"),
                    "withdrawn_at": _("withdrawn"),
                },
            )
        )
