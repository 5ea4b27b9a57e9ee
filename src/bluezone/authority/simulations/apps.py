from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Audience, MenuItem


class SimulationsConfig(AppConfig):
    name = "bluezone.authority.simulations"
    label = "simulations"

    def ready(self) -> None:
        registries.menu.add(
            MenuItem("simulations", "simulations:list", _("Simulator"), Audience.DIRECTING, rank=60, in_area=False)
        )
