from __future__ import annotations

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "bluezone.authority.organisations"
    label = "organisations"
