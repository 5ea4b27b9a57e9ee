from __future__ import annotations

from django.apps import AppConfig

from bluezone.authority.site import registries


class DayKeysConfig(AppConfig):
    name = "bluezone.authority.day_keys"
    label = "day_keys"

    def ready(self) -> None:
        from bluezone.authority.day_keys import retention

        registries.retention.add(*retention.RULES)
