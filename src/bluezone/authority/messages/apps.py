from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, Job, MenuItem, Queue, RetentionRule


class MessagesConfig(AppConfig):
    name = "bluezone.authority.messages"
    label = "messages"

    def ready(self) -> None:
        from bluezone.authority.documents.rules import published_kinds
        from bluezone.authority.messages import guidance, news, phone_numbers, sms

        published_kinds.add(news.PUBLISHED_NEWS, guidance.PUBLISHED_GUIDANCE)
        registries.retention.add(
            RetentionRule(
                gettext_noop("what people who were warned were asked to do (entries; no person)"),
                gettext_noop("as long as the server"),
                "what a warning asked of people must be known when somebody asks years later",
                None,
            ),
            RetentionRule(
                gettext_noop(
                    "text messages with codes that wait to be sent (encrypted) / how often sending failed on a day"
                ),
                gettext_noop("until they are handed over, or their code has run out / 90 days"),
                "nobody needs a message twice; the counts are as long as the statistics show",
                sms.purge,
            ),
            RetentionRule(
                gettext_noop("telephone numbers: requests / confirmed numbers"),
                gettext_noop("one day / a year after they were confirmed"),
                "who changes the number or forgets the app is not written to for ever",
                phone_numbers.purge,
            ),
        )
        registries.jobs.add(
            Job("text-messages", dt.timedelta(minutes=1), news.send_due, deadline=dt.timedelta(hours=1)),
            Job("outbox", dt.timedelta(seconds=2), sms.send_due),
        )
        registries.queues.add(Queue("text messages", sms.waiting, "next_try_at", dt.timedelta(minutes=5)))
        registries.menu.add(MenuItem("news", "news:list", _("News"), Audience.DIRECTING, rank=50, area=Area.CAMPAIGN))
        registries.menu.add(
            MenuItem("guidance", "guidance:list", _("After a warning"), Audience.DIRECTING, rank=51, area=Area.CASES)
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
