from __future__ import annotations

import datetime as dt

from django.apps import AppConfig

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Job, Queue


class ReportsConfig(AppConfig):
    name = "bluezone.authority.reports"
    label = "reports"

    def ready(self) -> None:
        from bluezone.authority.reports import judging, retention

        registries.retention.add(*retention.RULES)
        registries.queues.add(Queue("exposure reports", judging.waiting, "received_at"))
        registries.jobs.add(Job("contact-verdicts", dt.timedelta(seconds=15), judging.judge_waiting))
