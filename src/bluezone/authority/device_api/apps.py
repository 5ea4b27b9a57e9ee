from __future__ import annotations

from django.apps import AppConfig

from bluezone.authority.site import registries


class DeviceApiConfig(AppConfig):
    name = "bluezone.authority.device_api"
    label = "device_api"

    def ready(self) -> None:
        from bluezone.authority.device_api import retention

        registries.retention.add(*retention.RULES)
