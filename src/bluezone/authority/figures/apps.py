from __future__ import annotations

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "bluezone.authority.figures"
    label = "figures"
