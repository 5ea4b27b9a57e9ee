from __future__ import annotations

import datetime as dt

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from bluezone.authority.site import registries
from bluezone.authority.site.registries import Finder, Job, Trust

#: they draw and reckon over all units: one at a time
_LANE = "figures"


class CampaignConfig(AppConfig):
    name = "bluezone.authority.campaign"
    label = "campaign"

    def ready(self) -> None:
        from bluezone.authority.campaign.bulletins.services import issue_due
        from bluezone.authority.campaign.installations.models import lighten
        from bluezone.authority.campaign.installations.rollup import roll_up
        from bluezone.authority.campaign.orders import joining
        from bluezone.authority.campaign.public import curves

        registries.jobs.add(
            Job("bulletins", dt.timedelta(minutes=1), issue_due, trust=Trust.PUBLISHES, lane=_LANE),
            Job("roll-up", dt.timedelta(minutes=10), roll_up, trust=Trust.PUBLISHES, lane=_LANE),
            Job("curves", dt.timedelta(minutes=10), curves.warm, lane=_LANE),
            Job("orders", dt.timedelta(minutes=10), joining.complete_all, lane=_LANE),
        )
        post_migrate.connect(lighten, sender=self, dispatch_uid="installations")
        from bluezone.authority.campaign import audit, first_page, menu, retention
        from bluezone.authority.campaign.figures import store
        from bluezone.authority.campaign.figures import tasks as figures_tasks
        from bluezone.authority.campaign.figures import unit_part as figures_of_unit
        from bluezone.authority.campaign.orders import parts as orders_of_unit
        from bluezone.authority.campaign.orders import tasks as orders_tasks
        from bluezone.authority.units.parts import office_parts, parts
        from bluezone.authority.units.signals import changed, joined, moved, parted, reassigned
        from bluezone.authority.work import kinds

        registries.audit_kinds.add(*audit.KINDS)
        registries.menu.add(*menu.ITEMS)
        registries.finders.add(Finder(menu.find))
        registries.retention.add(*retention.RULES)
        registries.home.add(first_page.PART, first_page.OFFICE_PART)
        registries.unit_links.add(first_page.link)
        kinds.sources.add(figures_tasks.SOURCE, orders_tasks.SOURCE)
        parts.add(figures_of_unit.PART, orders_of_unit.PART)
        office_parts.add(orders_of_unit.reports_section, orders_of_unit.orders_section)
        moved.connect(joining.take_along, dispatch_uid="orders")
        joined.connect(joining.add_people, dispatch_uid="orders")
        parted.connect(joining.take_people_out, dispatch_uid="orders")
        changed.connect(joining.follow_register, dispatch_uid="orders")
        reassigned.connect(joining.answer, dispatch_uid="orders")
        moved.connect(store.take_along, dispatch_uid="figures")
