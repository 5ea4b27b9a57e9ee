from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, Job, MenuItem, Queue


class SimulationsConfig(AppConfig):
    name = "bluezone.authority.simulations"
    label = "simulations"

    def ready(self) -> None:
        from bluezone.authority.simulations.services import answer_waiting, waiting

        registries.queues.add(Queue("simulations", waiting, "asked_at", dt.timedelta(hours=12)))
        registries.jobs.add(Job("simulate", dt.timedelta(seconds=5), answer_waiting, deadline=dt.timedelta(days=1)))
        registries.menu.add(
            MenuItem("simulations", "simulations:list", _("Simulator"), Audience.DIRECTING, rank=60, area=Area.CAMPAIGN)
        )
