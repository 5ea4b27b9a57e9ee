from __future__ import annotations

import datetime as dt

from django.apps import AppConfig

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Job


class IssuingConfig(AppConfig):
    name = "bluezone.authority.issuing"
    label = "issuing"

    def ready(self) -> None:
        from bluezone.authority.issuing import retention
        from bluezone.authority.issuing.statistics import services as statistics

        registries.retention.add(*retention.RULES)
        registries.jobs.add(Job("code-statistics", dt.timedelta(minutes=20), statistics.sum_up))
