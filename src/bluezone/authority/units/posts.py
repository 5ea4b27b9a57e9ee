"""Register organisations as places at which officers are posted: each has a head."""

from __future__ import annotations

import re

from django.db.models import QuerySet

from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.units.models import Organisation, line_of
from bluezone.geography.units import UnitCode

_CODE = re.compile(r"([0-9A-Z]{4}-[0-9A-Z]{4})$")
_MOST_SUGGESTED = 300


def name_of(code: str) -> str:
    """Return an organisation's name by its code; nothing where there is none."""
    return Organisation.objects.filter(code=code).values_list("name", flat=True).first() or ""


def find(text: str, within: str) -> str | None:
    """Return the place of the open organisation inside `within` that a text names, by the code at its end or by name;
    None unless it is exactly one."""
    code = _CODE.search(text.strip().upper())
    rows = _open(within)
    found = list(rows.filter(code=code[1]) if code else rows.filter(name__iexact=text.strip()))
    return found[0].place if len(found) == 1 else None


def suggestions(within: str, *, tops_only: bool = False) -> list[str]:
    """Return names and codes of open organisations inside a place, as `find` reads them; with `tops_only` of those
    that lie in no other."""
    rows = _open(within).filter(parent=None) if tops_only else _open(within)
    return [f"{each.name} · {each.code}" for each in rows.order_by("name")[:_MOST_SUGGESTED]]


def holds(place: str) -> bool:
    """Return whether units lie in the one at a place."""
    return Organisation.objects.filter(parent__place=place).exists()


def branches(place: str) -> tuple[str, ...]:
    """Return the places of units in the one at a place that lie in other units of the gazetteer: one for each of
    these."""
    line = "".join(f"{code}/" for code in line_of(place))
    inside = Organisation.objects.filter(line__startswith=f"/{line}").exclude(place__startswith=place)
    units = inside.values_list("within", flat=True).distinct().order_by() if line else ()
    return tuple(sorted(f"{place_of(UnitCode.parse(within))}{line}" for within in units))


def _open(within: str) -> QuerySet[Organisation]:
    return Organisation.objects.filter(place__startswith=within, closed_on=None)
