from __future__ import annotations

from django.apps import AppConfig


class OfficersConfig(AppConfig):
    name = "bluezone.authority.officers"
    label = "officers"
