from __future__ import annotations

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "bluezone.authority.messages"
    label = "messages"
