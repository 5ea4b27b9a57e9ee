from __future__ import annotations

from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "bluezone.authority.signing"
    label = "signing"
