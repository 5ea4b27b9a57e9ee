from __future__ import annotations

import datetime as dt

from django.apps import AppConfig

from bluezone.authority.site import registries
from bluezone.authority.site.registries import FIRST_DEADLINE, Job, Trust


class KeysConfig(AppConfig):
    name = "bluezone.authority.keys"
    label = "keys"

    def ready(self) -> None:
        from bluezone.authority.keys import batches, retention
        from bluezone.authority.keys.statistics import services as statistics

        registries.retention.add(*retention.RULES)
        registries.jobs.add(
            Job(
                "publish",
                dt.timedelta(seconds=15),
                batches.publish_due,
                first_deadline=FIRST_DEADLINE,
                trust=Trust.PUBLISHES,
            ),
            Job("publish-statistics", dt.timedelta(minutes=10), statistics.sum_up),
        )
        registries.newest_moments.add(batches.newest_moments)
