"""Ask for places and marked stays by jurisdiction."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from bluezone.authority.officers import scope
from bluezone.authority.officers.models import User
from bluezone.authority.places.models import Entrance, Place, RiskyWindow, SharedStay
from bluezone.authority.units.models import Organisation


def open_entrances(code: str) -> list[Entrance]:
    """Return the rooms and entrances of a unit whose codes are shown: its place is confirmed and open."""
    rows = Entrance.objects.filter(at__organisation__code=code, at__closed_at=None, ended_at=None)
    return list(rows.exclude(at__confirmed_at=None).select_related("at__organisation").order_by("name"))


def places_edited(user: User | AnonymousUser) -> QuerySet[Place]:
    """Return the confirmed, open places that the officer looks after."""
    organisations = scope.editable(Organisation.objects.all(), user)
    return Place.objects.filter(organisation__in=organisations, closed_at=None).exclude(confirmed_at=None)


def windows_seen(user: User | AnonymousUser) -> QuerySet[RiskyWindow]:
    """Return the marked stays of the officer's jurisdiction, for who may confirm cases."""
    officer = scope.officer(user)
    rows = RiskyWindow.objects.select_related("entrance__at__organisation", "case")
    return scope.visible(rows, officer) if officer.may_confirm else rows.none()


def shared_seen(user: User | AnonymousUser) -> QuerySet[SharedStay]:
    """Return the check-ins that patients gave, of the officer's jurisdiction, for who may confirm cases."""
    officer = scope.officer(user)
    rows = SharedStay.objects.select_related("entrance__at__organisation")
    return scope.visible(rows, officer) if officer.may_confirm else rows.none()
