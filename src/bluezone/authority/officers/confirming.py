"""Decide who may confirm cases and issue their codes, who may read health data, and who may give these rights.

The rights stand on an account (`User.may_confirm`, `User.may_read_health`), given by appointment: by the ministry to
anybody it appoints, and by an officer of a province who may confirm to those below in the province. Heads of units
(schools, companies) never have one. An office may confirm while somebody posted there may; an admin key has that right
of its office. So to take it from an office's officers ends what its machines may do as well.

Who confirms a case has talked to the person and read the result, so the right to confirm holds the right to read; who
only calls contacts or answers declarations gets the smaller one. A laboratory's account may confirm, and reads nothing:
it is a machine. No key reads: it issues codes.

Contract for APIs: `Issuer(officer=user)` or `Issuer(key=row)`; `may_confirm(issuer)` decides about the right alone,
`diagnosis.quota.spend(issuer, count, now)` about right and quota, and counts. Services take the issuer and ask
themselves: an edge need not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from bluezone.authority.officers.jurisdiction import NATION, Jurisdiction, Role, office_number, places_above
from bluezone.authority.officers.models import ApiKey, Office, User

#: what the name begins with under which an office's codes are counted, before its place
OFFICE_HOLDER = "office "


@dataclass(frozen=True, slots=True)
class Issuer:
    """Name who issues a code: an officer, or an admin key for its office. One of the two."""

    officer: User | None = None
    key: ApiKey | None = None

    def __post_init__(self) -> None:
        if (self.officer is None) == (self.key is None):
            raise ValueError("a code is issued by an officer or by a key")

    @property
    def place(self) -> str:
        """Return the place of the office; an account without a role belongs to the ministry's."""
        return (self.key.place if self.key is not None else self.officer.place if self.officer else "") or NATION

    @property
    def holder(self) -> str:
        """Return the name under which the issuer's own codes are counted."""
        return f"key {self.key.pk}" if self.key is not None else f"officer {self.officer.pk if self.officer else 0}"

    @property
    def office(self) -> str:
        """Return the name under which the codes of the whole office are counted."""
        return f"{OFFICE_HOLDER}{self.place}"


def may_confirm(issuer: Issuer) -> bool:
    """Return whether an issuer may confirm cases now."""
    if not _is_open(issuer.place):
        return False
    if issuer.officer is not None:
        return issuer.officer.is_active and issuer.officer.may_confirm
    key = issuer.key
    return (
        key is not None and key.role == ApiKey.Role.ADMIN and key.revoked_at is None and office_may_confirm(key.place)
    )


def office_may_confirm(place: str) -> bool:
    """Return whether somebody posted at a place may confirm cases."""
    there = Q(place__in=["", NATION]) if place == NATION else Q(place=place)
    return User.objects.filter(there, is_active=True, may_confirm=True).exclude(role=Role.LAB).exists()


def may_read_health(issuer: Issuer) -> bool:
    """Return whether an issuer may read answers, symptoms and identities now: within its jurisdiction, which is asked
    elsewhere."""
    officer = issuer.officer
    return (
        officer is not None
        and officer.is_active
        and reads_health(officer.role, confirms=officer.may_confirm, reads=officer.may_read_health)
        and _is_open(issuer.place)
    )


def reads_health(role: str, *, confirms: bool, reads: bool) -> bool:
    """Return whether an account of a role, with the rights to confirm and to read as given, reads health data."""
    return (confirms or reads) and may_hold_reading(role)


def offices_with_right(own: Jurisdiction) -> set[str]:
    """Return the places within a jurisdiction at which somebody may confirm cases now."""
    return {place for place in all_offices_with_right() if own.may_edit(place)}


def all_offices_with_right() -> set[str]:
    """Return the places at which somebody may confirm cases now."""
    holders = User.objects.filter(is_active=True, may_confirm=True).exclude(role=Role.LAB)
    found = {place or NATION for place in holders.values_list("place", flat=True).distinct()}
    return {place for place in found if _is_open(place)}


def office_of(place: str, offices: Collection[str] | None = None, *, within_province: bool = False) -> str:
    """Return the office that answers for a place: the nearest one at or above it where somebody may confirm cases
    (`offices`; None: all there are now), else the province's. `within_province`: never the ministry's."""
    above = [each for each in places_above(place) if each != NATION]
    found = all_offices_with_right() if offices is None else offices
    last = NATION if not above or (NATION in found and not within_province) else above[0]
    return next((each for each in reversed(above) if each in found), last)


def _is_open(place: str) -> bool:
    number = office_number(place)
    return number is None or Office.objects.filter(pk=number, closed_on=None).exists()


def may_hold(role: str) -> bool:
    """Return whether an account of a role can have the right to confirm."""
    return role not in (Role.UNIT_HEAD, Role.CHECKPOINT)


def may_hold_reading(role: str) -> bool:
    """Return whether an account of a role can have the right to read health data."""
    return may_hold(role) and role != Role.LAB


def may_give(own: Jurisdiction | None, *, holds: bool) -> bool:
    """Return whether an officer may give and take the rights, make API keys and see an area's codes: the ministry, and
    a province's officer who `holds` the right to confirm."""
    return own is not None and (own.role is Role.MINISTRY or (own.role is Role.PROVINCE and holds))


def may_take_over(own: Jurisdiction, *, holds: bool, other_holds: bool) -> bool:
    """Return whether an officer may make another's set-up link or forget the other's phone. Who does so can act as the
    other: an account with a right is only in the hands of who may give it."""
    return not other_holds or may_give(own, holds=holds)
