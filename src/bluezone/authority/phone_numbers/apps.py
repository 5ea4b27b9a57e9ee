from __future__ import annotations

from django.apps import AppConfig


class PhoneNumbersConfig(AppConfig):
    name = "bluezone.authority.phone_numbers"
    label = "phone_numbers"
