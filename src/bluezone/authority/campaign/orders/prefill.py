"""Fill in the form of a new order from the one that it carries out or replaces: what stands in that letter is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import cached_property

from bluezone.authority.campaign.orders import queries
from bluezone.authority.campaign.orders.models import Directive
from bluezone.authority.officers.jurisdiction import Jurisdiction, own_unit, place_of
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.authority.units.queries import path_of
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.i18n import format_share


class Prefill:
    """Hold the order named in an address (`?parent=`, `?replaces=`), as far as it is in force and the officer's."""

    def __init__(self, query: Mapping[str, str], own: Jurisdiction) -> None:
        self._query, self._own = query, own

    def initial(self) -> dict[str, Any]:
        """Return initial values of the form; none where the address names no order."""
        for name in ("replaces", "parent"):
            if (found := self._named(name)) is not None:
                return {name: found.pk, **self._letter(found, whole=name == "replaces")}
        return {}

    def _named(self, name: str) -> Directive | None:
        key = self._query.get(name, "")
        if not (key.isascii() and key.isdigit() and len(key) < 18):
            return None
        rows = queries.in_force(clock.today()).filter(pk=int(key))
        if name == "replaces":
            return rows.filter(place__startswith=self._own.place).first()
        return rows.filter(targets__kind="unit", targets__key=self._mine).first()

    @cached_property
    def _mine(self) -> str:
        return str(own_unit(self._own, clock.today()).code)

    def _letter(self, order: Directive, *, whole: bool) -> dict[str, Any]:
        day = order.deadline
        values: dict[str, Any] = {
            "target": format_share(order.share, page_language(), 2, trim=True),
            "base": order.base,
            "deadline": f"{day.day}/{day.month}/{day.year}",
        }
        if whole:
            unit = catalogue.all_units().unit(UnitCode.parse(order.scope))
            values |= {"issuer": order.issuer, "responsible": order.responsible}
            values |= {"scope": path_of(unit)} if self._own.may_direct(place_of(unit.code)) else {}
        return values
