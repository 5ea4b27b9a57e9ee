from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Audience, MenuItem


class MessagesConfig(AppConfig):
    name = "bluezone.authority.messages"
    label = "messages"

    def ready(self) -> None:
        registries.menu.add(MenuItem("news", "news:list", _("News"), Audience.DIRECTING, rank=50, in_area=False))
