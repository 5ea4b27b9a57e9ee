from __future__ import annotations

from django.apps import AppConfig


class SimulationsConfig(AppConfig):
    name = "bluezone.authority.simulations"
    label = "simulations"
