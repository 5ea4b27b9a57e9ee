"""Add a quarantine site's roster to its page of the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.quarantine import presenters, queries
from bluezone.authority.quarantine.places import SECTOR, may_open
from bluezone.authority.quarantine.rules import disclosed
from bluezone.authority.site.registries import Link
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.parts import Section, UnitPart


def sections(organisation: Organisation, day: dt.date) -> Iterable[Section]:
    """Return the counts of a site's newest rosters, as officers above it read them."""
    if organisation.sector == SECTOR:
        found = queries.history(organisation.place, day)
        yield Section(
            "quarantine/unit.html", {"days": [presenters.past(each, disclosed(each.counts)) for each in found]}
        )


def actions(organisation: Organisation, own: Jurisdiction) -> Iterable[Link]:
    """Return the way to the roster, for who keeps it."""
    if organisation.sector == SECTOR and organisation.closed_on is None and may_open(own, organisation.place):
        yield Link(reverse("quarantine:roster", args=[organisation.code]), _("Tonight's roster"), primary=True)


PART = UnitPart(sections=sections, actions=actions)
