"""Find the unit a page of outreach is about, if the officer may enter something of it."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role
from bluezone.authority.units.models import Organisation


def entered(request: HttpRequest, code: str) -> Organisation:
    """Return an open unit of which the officer may enter something: its head, that of a unit that holds it, or an
    officer of a place it lies in. Raises Http404 for others."""
    scope.required(request.user)
    rows = scope.editable(Organisation.objects.filter(closed_on=None).select_related("parent"), request.user)
    return get_object_or_404(rows, code=code)


def sees_exactly(own: Jurisdiction, organisation: Organisation) -> bool:
    """Return whether numbers of a unit are shown as they were entered: to its own head."""
    return own.role is Role.UNIT_HEAD and own.place == organisation.place


def sees_households(own: Jurisdiction, organisation: Organisation) -> bool:
    """Return whether single households are shown: to the hamlet's head, and to the commune that goes there."""
    return sees_exactly(own, organisation) or (own.role is Role.COMMUNE and own.may_edit(organisation.place))
