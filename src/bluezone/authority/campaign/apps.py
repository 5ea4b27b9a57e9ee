from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save

from bluezone.authority.site import registries


class CampaignConfig(AppConfig):
    name = "bluezone.authority.campaign"
    label = "campaign"

    def ready(self) -> None:
        from bluezone.authority.campaign import audit
        from bluezone.authority.campaign.figures import changes
        from bluezone.authority.campaign.figures import unit_part as figures
        from bluezone.authority.campaign.orders import unit_part as orders
        from bluezone.authority.units.parts import parts
        from bluezone.authority.units.signals import moved

        for each in (figures, orders):
            parts.add(each.PART)
        moved.connect(orders.take_along, dispatch_uid="orders")
        registries.audit_kinds.add(*audit.KINDS)
        # Rows changed one by one; `store` changes many at once, and says so itself.
        for signal in (post_save, post_delete):
            signal.connect(changes.one_figure_changed, sender="campaign.DailyCount", dispatch_uid=signal)
