"""Add the place to an organisation's page of the register."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.site.registries import Link
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.parts import UnitPart


def actions(organisation: Organisation, own: Jurisdiction) -> Iterable[Link]:
    """Return the way to the unit's place."""
    if own.may_see(organisation.place, organisation.sectors) and organisation.closed_on is None:
        yield Link(reverse("places:place", args=[organisation.code]), _("QR code of the place"))


PART = UnitPart(actions=actions)
