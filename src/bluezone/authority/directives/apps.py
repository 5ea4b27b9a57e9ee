from __future__ import annotations

from django.apps import AppConfig


class DirectivesConfig(AppConfig):
    name = "bluezone.authority.directives"
    label = "directives"
