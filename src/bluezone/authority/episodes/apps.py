from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import AuditKind


class EpisodesConfig(AppConfig):
    name = "bluezone.authority.episodes"
    label = "episodes"

    def ready(self) -> None:
        fields = {"place": _("place"), "role": _("role"), "classification": _("classification")}
        fields |= {"follow_up": _("follow-up"), "isolated_on": _("isolated since"), "outcome": _("outcome")}
        registries.audit_kinds.add(AuditKind("episode", _("case or contact"), fields))
