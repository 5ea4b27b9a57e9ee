from __future__ import annotations

import datetime as dt

from django.apps import AppConfig

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Job


class ContactsConfig(AppConfig):
    name = "bluezone.authority.contacts"
    label = "contacts"

    def ready(self) -> None:
        from bluezone.authority.contacts import judging, retention

        registries.retention.add(*retention.RULES)
        registries.jobs.add(Job("contact-verdicts", dt.timedelta(seconds=15), judging.judge_waiting))
