from __future__ import annotations

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "bluezone.authority.campaigns"
    label = "campaigns"
