from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import pre_init
from django.utils.translation import gettext_lazy as _

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Area, Audience, AuditKind, MenuItem


class OfficersConfig(AppConfig):
    name = "bluezone.authority.officers"
    label = "officers"

    def ready(self) -> None:
        from auditlog.models import LogEntry

        from bluezone.authority.officers import retention
        from bluezone.authority.officers.audit_log import date_by_the_clock

        pre_init.connect(date_by_the_clock, sender=LogEntry)

        registries.retention.add(*retention.RULES)
        registries.menu.add(
            MenuItem(
                "officers",
                "officers:officers",
                _("Officers"),
                Audience.DIRECTING,
                rank=80,
                area=Area.OFFICE,
                help=_("appoint, change, suspend those below"),
            ),
            MenuItem(
                "keys",
                "officers:keys",
                _("API keys"),
                Audience.GIVING,
                rank=85,
                area=Area.OFFICE,
                help=_("of apps, laboratories, readers of statistics"),
            ),
            MenuItem(
                "laboratories", "officers:laboratories", _("Laboratories"), Audience.GIVING, rank=86, area=Area.OFFICE
            ),
            MenuItem(
                "changes",
                "officers:changes",
                _("Changes"),
                Audience.OFFICERS,
                rank=90,
                area=Area.OFFICE,
                help=_("who changed what in your jurisdiction"),
            ),
        )
        fields = {
            "username": _("login name"),
            "full_name": _("full name"),
            "role": _("role"),
            "place": _("place"),
            "may_confirm": _("may confirm cases"),
            "may_read_health": _("may read health data"),
            "is_active": _("account open"),
            "set_up_link": _("set-up link"),
            "second_factor": _("second factor"),
            "line list": _("line list taken"),
        }
        letterhead = {"body": _("issuing body"), "signer": _("who signs"), "hotline": _("number for questions")}
        registries.audit_kinds.add(
            AuditKind("user", _("account"), fields),
            AuditKind("officeletterhead", _("letterhead"), letterhead),
            AuditKind("office", _("office"), {"closed_on": _("closed")}),
            AuditKind("officetask", _("task of an office"), {"sector": _("sector"), "office": _("office")}),
            AuditKind("officertoken", _("machine's token")),
            AuditKind("apikey", _("API key"), {"role": _("what it does"), "label": _("used by")}),
            AuditKind("phone", _("officer's phone")),
        )
