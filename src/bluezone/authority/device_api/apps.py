from __future__ import annotations

from django.apps import AppConfig


class DeviceApiConfig(AppConfig):
    name = "bluezone.authority.device_api"
    label = "device_api"
