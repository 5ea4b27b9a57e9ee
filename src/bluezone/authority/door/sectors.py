"""Decide which units are asked to recommend the apps to their guests."""

from __future__ import annotations

from django.db.models import Q

from bluezone.authority.units.models import OwnSector
from bluezone.rollout.sectors import BUILT_IN

#: keys of the built-in sectors whose units ask guests
_ASKED = tuple(key for key, sector in BUILT_IN.items() if sector.guests)


def keeps_door_list(field: str = "") -> Q:
    """Return the condition under which an organisation (at the relation `field`) is to keep a door list: its sector
    asks guests, or somebody has begun one for it (the gate of an office)."""
    at = f"{field}__" if field else ""
    added = OwnSector.objects.filter(with_guests=True).values("key")
    in_sector = Q(**{f"{at}sector__in": _ASKED}) | Q(**{f"{at}sector__in": added})
    return in_sector | Q(**{f"{at}door__isnull": False})
