"""Register organisations as places at which officers are posted: each has a head."""

from __future__ import annotations

import re

from django.db.models import QuerySet

from bluezone.authority.units.models import Organisation

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


def suggestions(within: str) -> list[str]:
    """Return names and codes of open organisations inside a place, as `find` reads them."""
    return [f"{each.name} · {each.code}" for each in _open(within).order_by("name")[:_MOST_SUGGESTED]]


def _open(within: str) -> QuerySet[Organisation]:
    return Organisation.objects.filter(place__startswith=within, closed_on=None)
