"""Show the orders in force for an organisation on its page of the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bluezone.authority.campaign.orders.models import Target
from bluezone.authority.campaign.orders.presenters import rows_of_organisation, title_of
from bluezone.authority.campaign.orders.queries import in_force
from bluezone.authority.site.language import page_language
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.parts import Section, UnitPart


def sections(organisation: Organisation, day: dt.date) -> Iterable[Section]:
    """Return the orders that name the organisation, and how far each is carried out; and those that name one that
    holds it, for which its figures count."""
    language = page_language()
    holders = Organisation.objects.filter(code__in=organisation.above) if organisation.above else ()
    context = {
        "targets": rows_of_organisation(organisation, day, language),
        "counts_for": [
            (holder.name, title_of(target.directive, language), target.directive.number)
            for holder in holders
            for target in Target.objects.filter(organisation=holder, directive__in=in_force(day)).select_related(
                "directive"
            )
        ],
    }
    yield Section("orders/unit_orders.html", context)


PART = UnitPart(sections=sections, rank=20)
