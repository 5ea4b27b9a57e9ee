from __future__ import annotations

from django.apps import AppConfig


class DiagnosisConfig(AppConfig):
    name = "bluezone.authority.diagnosis"
    label = "diagnosis"
