from __future__ import annotations

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "bluezone.authority.units"
    label = "units"
