from __future__ import annotations

import datetime as dt

from django.apps import AppConfig

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Job


class KeysConfig(AppConfig):
    name = "bluezone.authority.keys"
    label = "keys"

    def ready(self) -> None:
        from bluezone.authority.keys import batches, retention

        registries.retention.add(*retention.RULES)
        registries.jobs.add(Job("publish", dt.timedelta(minutes=1), batches.publish))
