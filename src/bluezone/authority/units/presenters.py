"""Present organisations on the register's pages: facts in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bluezone.authority.site.language import number_text
from bluezone.authority.units import sectors
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.places import path_of_code
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.sectors import Sector


def row(organisation: Organisation, among: Mapping[str, Sector] | None = None) -> dict[str, Any]:
    """Describe an organisation: what it is, where it lies, how many people it means. `among`: see
    `sectors.name_of`."""
    return {
        "code": organisation.code,
        "name": organisation.name,
        "sector": sectors.name_of(organisation.sector, among),
        "within": catalogue.all_units().unit(UnitCode.parse(organisation.within)).full_name,
        "within_path": path_of_code(organisation.within),
        "headcount": number_text(organisation.headcount),
        "people": number_text(organisation.people),
        "with_families": organisation.with_families,
        "closed": organisation.closed_on,
    }
