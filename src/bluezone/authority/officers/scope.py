"""Apply the rule of jurisdiction to queries. Every officer's query goes through here."""

from __future__ import annotations

import functools
import operator
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext

from bluezone.authority.officers import confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, directing_over, office_number
from bluezone.authority.officers.models import User, office_jurisdiction

_Row = TypeVar("_Row", bound=Model)


def officer(user: User | AnonymousUser) -> User:
    """Return the officer who is logged in. Raises PermissionDenied for who is not."""
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def jurisdiction(user: User | AnonymousUser) -> Jurisdiction | None:
    """Return the user's jurisdiction; None for who has none."""
    return user.jurisdiction if isinstance(user, User) and user.is_active else None


def required(user: User | AnonymousUser) -> Jurisdiction:
    """Return the user's jurisdiction. Raises PermissionDenied for who has none."""
    own = jurisdiction(user)
    if own is None:
        raise PermissionDenied
    return own


def directing(user: User | AnonymousUser) -> Jurisdiction:
    """Return the jurisdiction of an officer who directs a place. Raises PermissionDenied for all else, heads of
    organisations and officers of an office among them."""
    own = required(user)
    if not own.directs_places:
        raise PermissionDenied
    return own


def appointing(user: User | AnonymousUser) -> Jurisdiction:
    """Return the jurisdiction of an officer who may appoint others: who directs a place, or heads a unit, those of the
    units in it and of its own checkpoint. Raises PermissionDenied for all else."""
    own = required(user)
    if own.is_office:
        raise PermissionDenied
    return own


def directing_units(user: User | AnonymousUser) -> Jurisdiction:
    """Return the jurisdiction of an officer who directs units: of a place, or of an office's sectors. Raises
    PermissionDenied for all else."""
    own = required(user)
    if own.role is Role.UNIT_HEAD:
        raise PermissionDenied
    return own


def ministry(user: User | AnonymousUser) -> Jurisdiction:
    """Return the jurisdiction of an officer of the ministry. Raises PermissionDenied for all else."""
    own = required(user)
    if own.role is not Role.MINISTRY:
        raise PermissionDenied
    return own


def reading_health(user: User | AnonymousUser) -> User:
    """Return the officer who is logged in and may read health data. Raises PermissionDenied for all else."""
    found = officer(user)
    if not confirming.may_read_health(Issuer(officer=found)):
        raise PermissionDenied
    return found


def confirming_cases(user: User | AnonymousUser) -> User:
    """Return the officer who is logged in and may confirm cases. Raises PermissionDenied for all else, saying who gives
    the right."""
    found = officer(user)
    if not confirming.may_confirm(Issuer(officer=found)):
        told = gettext(
            "You may not confirm cases yet: that is the task of health offices. Your province’s health authority or "
            "the ministry gives your account this right. Ask them, and name your login name: %(name)s."
        )
        raise PermissionDenied(told % {"name": found.get_username()})
    return found


def giving(user: User | AnonymousUser) -> Jurisdiction:
    """Return the jurisdiction of an officer who may give the rights to confirm cases and to read health data:
    the ministry's, and a province's who may confirm. Raises PermissionDenied for all else."""
    own = required(user)
    if not confirming.may_give(own, holds=officer(user).may_confirm):
        raise PermissionDenied
    return own


def jurisdiction_over(place: str) -> Jurisdiction:
    """Return the jurisdiction of an officer who directs the units of a place, or of an office posted there."""
    return office_jurisdiction(place) if office_number(place) is not None else directing_over(place)


def visible(rows: QuerySet[_Row], user: User | AnonymousUser, field: str = "place") -> QuerySet[_Row]:
    """Filter `rows` by what the user may see; `field` holds each row's place."""
    own = jurisdiction(user)
    return rows.none() if own is None else rows.filter(_within(rows.model, own, field, inherited=True))


def editable(rows: QuerySet[_Row], user: User | AnonymousUser, field: str = "place") -> QuerySet[_Row]:
    """Filter `rows` by what the user may change."""
    own = jurisdiction(user)
    return rows.none() if own is None else within(rows, own, field)


def within(rows: QuerySet[_Row], own: Jurisdiction, field: str = "place") -> QuerySet[_Row]:
    """Filter `rows` by what an officer of a jurisdiction may change."""
    return rows.filter(_within(rows.model, own, field, inherited=False))


def _within(model: type[Model], own: Jurisdiction, field: str, *, inherited: bool) -> Q:
    """Return the condition under which a row lies in a jurisdiction. An office's is over the rows of its sectors: of a
    model that says which those are (`of_sectors`), and over what is filed under the office itself."""
    mine = Q(**{f"{field}__startswith": own.place})
    places = (*own.edited, *own.inherited) if inherited else own.edited
    there = functools.reduce(operator.or_, (Q(**{f"{field}__startswith": place}) for place in places))
    if not own.is_office:
        return there
    of_sectors = getattr(model, "of_sectors", None)
    return mine | (there & of_sectors(own.sectors)) if of_sectors is not None and own.sectors else mine
