from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import AuditKind


class OfficersConfig(AppConfig):
    name = "bluezone.authority.officers"
    label = "officers"

    def ready(self) -> None:
        fields = {
            "username": _("login name"),
            "full_name": _("full name"),
            "role": _("role"),
            "place": _("place"),
            "is_active": _("account open"),
            "set_up_link": _("set-up link"),
            "second_factor": _("second factor"),
        }
        registries.audit_kinds.add(
            AuditKind("user", _("account"), fields),
            AuditKind("officertoken", _("machine's token")),
            AuditKind("totpdevice", _("officer's phone")),
        )
