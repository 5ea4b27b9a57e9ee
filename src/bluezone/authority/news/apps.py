from __future__ import annotations

from django.apps import AppConfig


class NewsConfig(AppConfig):
    name = "bluezone.authority.news"
    label = "news"
