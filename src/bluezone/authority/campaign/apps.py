from __future__ import annotations

from django.apps import AppConfig

from bluezone.authority.site import registries


class CampaignConfig(AppConfig):
    name = "bluezone.authority.campaign"
    label = "campaign"

    def ready(self) -> None:
        from bluezone.authority.campaign import audit
        from bluezone.authority.campaign.figures import store
        from bluezone.authority.campaign.figures import unit_part as figures
        from bluezone.authority.campaign.orders import unit_part as orders
        from bluezone.authority.units.parts import parts
        from bluezone.authority.units.signals import moved

        for each in (figures, orders):
            parts.add(each.PART)
        moved.connect(orders.take_along, dispatch_uid="orders")
        moved.connect(store.take_along, dispatch_uid="figures")
        registries.audit_kinds.add(*audit.KINDS)
