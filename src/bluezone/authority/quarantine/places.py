"""Find the places that have a roster, and decide who opens it: beds and houses are seen by the site's head and the
commune, everybody above sees counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import NATION, Jurisdiction, Role, codes_of, place_of
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.units.models import Organisation
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, UnitCode
from bluezone.rollout.sectors import UnitCodeError, read_code

#: the key of the sector whose units are quarantine sites
SECTOR = "quarantine"
#: what hamlets are registered as
_HAMLETS = "neighbourhoods"


@dataclass(frozen=True, slots=True)
class RosterPlace:
    """Hold a place that has rosters: a quarantine site, or a commune for the people at home in it."""

    #: the site's code or the commune's: `7K3M-Q2XD`, `63:31318`
    code: str
    place: str
    organisation: Organisation | None

    @property
    def at_home(self) -> bool:
        """Return whether its people are at home: then rows are houses."""
        return self.organisation is None

    def name(self) -> str:
        """Return what its roster is called: the site, or the people at home."""
        return self.organisation.name if self.organisation is not None else _("Quarantine at home")

    def within(self, day: dt.date) -> str:
        """Return the name of the commune it lies in; of people at home their own."""
        codes = [f"{code}/" for code in codes_of(self.place) if ":" in code]
        return place_name(NATION + "".join(codes), day)


def sites(user: User | AnonymousUser) -> QuerySet[Organisation]:
    """Return the open quarantine sites whose counts the officer may see."""
    return scope.visible(Organisation.objects.filter(sector=SECTOR, closed_on=None), user)


def find(user: User | AnonymousUser, code: str, day: dt.date) -> RosterPlace | None:
    """Return the place with a code whose rows the officer may see and write; None for any other."""
    own = scope.jurisdiction(user)
    if own is None or own.role not in (Role.COMMUNE, Role.UNIT_HEAD):
        return None
    if ":" in code:
        return _commune(code, own, day)
    try:
        written = read_code(code)
    except UnitCodeError:
        return None
    rows = scope.editable(Organisation.objects.filter(sector=SECTOR, closed_on=None), user)
    site = rows.filter(code=written).first()
    return RosterPlace(site.code, site.place, site) if site is not None and may_open(own, site.place) else None


def may_open(own: Jurisdiction, place: str) -> bool:
    """Decide whether an officer sees beds, houses and exact counts of a place: its own head, and its commune."""
    return own.place == place if own.role is Role.UNIT_HEAD else own.role is Role.COMMUNE and own.may_edit(place)


def own_places(own: Jurisdiction, day: dt.date) -> list[RosterPlace]:
    """List the places whose rosters an officer keeps: a head's own site, a commune's sites and its people at home."""
    if own.role not in (Role.COMMUNE, Role.UNIT_HEAD):
        return []
    found = Organisation.objects.filter(sector=SECTOR, closed_on=None, place__startswith=own.place).order_by(
        "name", "pk"
    )
    listed = [RosterPlace(each.code, each.place, each) for each in found if may_open(own, each.place)]
    if own.role is Role.COMMUNE:
        commune = _commune(own.place.strip("/").split("/")[-1], own, day)
        return [*listed, commune] if commune is not None else listed
    return listed


def hamlets_of(place: RosterPlace) -> list[str]:
    """List the names of the hamlets that the commune has registered."""
    rows = Organisation.objects.filter(sector=_HAMLETS, closed_on=None, place__startswith=place.place)
    return sorted(set(rows.values_list("name", flat=True)))


def _commune(code: str, own: Jurisdiction, day: dt.date) -> RosterPlace | None:
    try:
        parsed = UnitCode.parse(code)
        place = place_of(parsed)
        in_force = catalogue.all_units().unit(parsed).in_force(day)
    except GeographyError:
        return None
    if parsed.level is not Level.COMMUNE or not in_force or not may_open(own, place):
        return None
    return RosterPlace(str(parsed), place, None)
