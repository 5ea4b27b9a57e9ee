"""Apply the rule of jurisdiction to queries. Every officer's query goes through here."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet

from bluezone.authority.officers.jurisdiction import Jurisdiction, Role
from bluezone.authority.officers.models import User

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
    """Return the jurisdiction of an officer who directs others. Raises PermissionDenied for all else, heads of
    organisations among them."""
    own = required(user)
    if own.role is Role.UNIT_HEAD:
        raise PermissionDenied
    return own


def visible(rows: QuerySet[_Row], user: User | AnonymousUser, field: str = "place") -> QuerySet[_Row]:
    """Filter `rows` by what the user may see; `field` holds each row's place."""
    own = jurisdiction(user)
    if own is None:
        return rows.none()
    return rows.filter(_within(field, (own.place, *own.branches, *own.inherited)))


def editable(rows: QuerySet[_Row], user: User | AnonymousUser, field: str = "place") -> QuerySet[_Row]:
    """Filter `rows` by what the user may change."""
    own = jurisdiction(user)
    return rows.none() if own is None else rows.filter(_within(field, (own.place, *own.branches)))


def _within(field: str, places: Iterable[str]) -> Q:
    return functools.reduce(operator.or_, (Q(**{f"{field}__startswith": place}) for place in places))
