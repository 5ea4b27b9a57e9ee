"""Give the sectors of a place: the built-in ones, and those that the ministry or a province has added.

A sector that was closed is offered no more; units and orders that have it keep it, and it keeps its name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bluezone.authority.officers.jurisdiction import NATION, Jurisdiction, Role, places_above
from bluezone.authority.site.language import page_language
from bluezone.authority.units.models import OwnSector
from bluezone.authority.units.rules import SectorError, check_sector
from bluezone.geography.units import Level
from bluezone.i18n import Language
from bluezone.rollout.sectors import BUILT_IN, KEY_LENGTH, Sector

#: who may add sectors: for the whole country, for a province
MAY_ADD = (Role.MINISTRY, Role.PROVINCE)


def every() -> dict[str, Sector]:
    """Return every sector there is or was, by key: to name those of many rows with one query."""
    return {**BUILT_IN, **{row.key: sector_of(row) for row in OwnSector.objects.all()}}


def of_place(place: str) -> dict[str, Sector]:
    """Return the sectors that can be chosen in a place, by key: the built-in ones, then those that it and the places
    above it have added and not closed, by name."""
    rows = OwnSector.objects.filter(place__in=places_above(place), closed_on=None).order_by("place", "name", "pk")
    return {**BUILT_IN, **{row.key: sector_of(row) for row in rows}}


def closed_in(place: str) -> list[Sector]:
    """Return the sectors that a place and the places above it have closed, by name."""
    rows = OwnSector.objects.filter(place__in=places_above(place)).exclude(closed_on=None)
    return [sector_of(row) for row in rows.order_by("place", "name", "pk")]


def find(key: str) -> Sector:
    """Return a sector by its key; of a key that nobody knows one that is called as its key."""
    if key in BUILT_IN:
        return BUILT_IN[key]
    row = OwnSector.objects.filter(key=key).first()
    return sector_of(row) if row is not None else Sector(key, key)


def name_of(key: str, among: Mapping[str, Sector] | None = None, language: Language | None = None) -> str:
    """Return a sector's name in the reader's language; `among` (from `every`) saves a query a row."""
    sector = (among or {}).get(key) or find(key)
    return sector.name_in(language or page_language())


def closed_keys(day: dt.date | None = None) -> frozenset[str]:
    """Return the keys of the sectors that were closed, by a day where one is given."""
    rows = OwnSector.objects.exclude(closed_on=None)
    rows = rows if day is None else rows.filter(closed_on__lte=day)
    return frozenset(rows.values_list("key", flat=True))


def offered_to(own: Jurisdiction) -> dict[str, Sector]:
    """Return the sectors that an officer can give to a unit or an order: those of the place, to an office its own."""
    if own.is_office:
        return {key: sector for key, sector in of_place(own.territory).items() if key in own.sectors}
    return of_place(own.place)


def choices(own: Jurisdiction, *, kept: str = "") -> list[tuple[str, str]]:
    """Return keys and names for an officer to choose from; `kept` is offered even where it was closed since."""
    offered = offered_to(own)
    if kept and kept not in offered:
        offered[kept] = find(kept)
    language, closed = page_language(), closed_keys()
    return [
        (key, _("%(name)s (closed)") % {"name": name} if key in closed else name)
        for key, name in ((key, sector.name_in(language)) for key, sector in offered.items())
    ]


def below(own: Jurisdiction) -> dict[str, Sector]:
    """Return every sector that a unit an officer may see can have: those of the place and the places in it."""
    if own.is_office:
        known = every()
        return {key: known[key] for key in known if key in own.sectors}
    found = of_place(own.place)
    for place in (own.place, *own.inherited):
        found |= {row.key: sector_of(row) for row in OwnSector.objects.filter(place__startswith=place)}
    return found


def sector_of(row: OwnSector) -> Sector:
    """Return an added sector as orders, forms and imports use it."""
    return Sector(
        key=row.key,
        name=row.name_english,
        vietnamese=row.name,
        counted=row.counted,
        asked=row.asked,
        families=row.with_families,
        guests=row.with_guests,
        offices={Level.NATION if row.place == NATION else Level.PROVINCE: row.office} if row.office else {},
        words=tuple(row.words.split("\n")) if row.words else (),
    )


def may_add(own: Jurisdiction) -> bool:
    """Return whether an officer may add sectors to the own place."""
    return own.role in MAY_ADD


@transaction.atomic
def store(row: OwnSector) -> OwnSector:
    """Store a sector of a place, a new one under a key of its own; that of a stored one stays. Raises SectorError where
    its name says another one there."""
    row.key = row.key or _new_key(row.name_english)
    check_sector(row.name, row.name_english, (each for key, each in of_place(row.place).items() if key != row.key))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # two officers at once
        raise SectorError(gettext_noop("somebody has just added a sector “{name}”"), name=row.name) from None
    return row


@transaction.atomic
def close(row: OwnSector, today: dt.date) -> None:
    """Close a sector: no new unit or order gets it. Those that have it keep it."""
    if row.closed_on is None:
        row.closed_on = today
        row.save(update_fields=["closed_on"])


@transaction.atomic
def reopen(row: OwnSector) -> None:
    """Offer a closed sector again. Raises SectorError where another one is called so by now."""
    check_sector(row.name, row.name_english, of_place(row.place).values())
    row.closed_on = None
    row.save(update_fields=["closed_on"])


def _new_key(name: str) -> str:
    """Return a key that no sector has: the English name, shortened, with a number where it is taken."""
    stem = slugify(name)[:KEY_LENGTH].strip("-") or "sector"
    taken = {*BUILT_IN, *OwnSector.objects.values_list("key", flat=True)}
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem[: KEY_LENGTH - len(str(number)) - 1].strip('-')}-{number}"
    return key
