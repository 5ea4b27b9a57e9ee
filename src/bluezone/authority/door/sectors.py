"""Decide which units are asked to recommend the apps to their guests."""

from __future__ import annotations

from django.db.models import Q

from bluezone.rollout.sectors import BUILT_IN

#: keys of the sectors whose units are asked without anybody saying so for each
ASKED = tuple(key for key, sector in BUILT_IN.items() if sector.guests)


def keeps_door_list(field: str = "") -> Q:
    """Return the condition under which an organisation (at the relation `field`) is to keep a door list: its sector
    asks guests, or somebody has begun one for it (the gate of an office)."""
    at = f"{field}__" if field else ""
    return Q(**{f"{at}sector__in": ASKED}) | Q(**{f"{at}door__isnull": False})
