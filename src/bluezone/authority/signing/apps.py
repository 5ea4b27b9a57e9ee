from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class SigningConfig(AppConfig):
    name = "bluezone.authority.signing"
    label = "signing"

    def ready(self) -> None:
        from bluezone.authority.signing import remembered
        from bluezone.authority.signing.models import SigningKey

        for signal in (post_save, post_delete):
            signal.connect(remembered.forget, sender=SigningKey, weak=False)
