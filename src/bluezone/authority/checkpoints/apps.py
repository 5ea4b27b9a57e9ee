from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, MenuItem


class CheckpointsConfig(AppConfig):
    name = "bluezone.authority.checkpoints"
    label = "checkpoints"

    def ready(self) -> None:
        registries.menu.add(
            MenuItem("checkpoint", "checkpoints:page", _("Checkpoint"), Audience.HEADS, rank=49, area=Area.PLACES),
            MenuItem(
                "checkpoint",
                "checkpoints:page",
                _("Checkpoint"),
                Audience.BELOW_THE_MINISTRY,
                rank=49,
                area=Area.PLACES,
            ),
        )
