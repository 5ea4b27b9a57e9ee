from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bluezone.authority.accounts"
    label = "accounts"
