"""Present what officers see of places: stays that officers marked and patients gave, registrations, load by hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bluezone.authority.officers.models import User
from bluezone.authority.places import receiving
from bluezone.authority.places.forms import label_of
from bluezone.authority.places.models import Place, PlaceRegistration, RiskyWindow, SharedStay
from bluezone.authority.places.rules import Load
from bluezone.authority.site import registries
from bluezone.authority.site.language import number_text, page_language
from bluezone.authority.units.queries import path_of_code
from bluezone.i18n import format_moment

#: of one page: the others follow as these are decided
_MOST_WAITING = 100


def place(found: Place) -> dict[str, Any]:
    """Return the row of a place in the list."""
    return {
        "code": found.organisation.code,
        "name": found.organisation.name,
        "kind": found.get_kind_display(),
        "within": path_of_code(found.organisation.within),
        "entrances": number_text(found.entrances.filter(ended_at=None).count()),
        "confirmed": found.confirmed_at is not None,
    }


def stays(marked: Iterable[RiskyWindow], shared: Iterable[SharedStay], officer: User) -> list[dict[str, Any]]:
    """Return a row for each stay, the newest first; one whose times cannot be decrypted is left out."""
    found = [(each.start_at, _row(each, each.start_at, each.end_at, officer)) for each in marked]
    found += [(span[0], _row(stay, *span, officer)) for stay in shared if (span := receiving.span_of(stay)) is not None]
    return [row for _, row in sorted(found, key=lambda each: each[0], reverse=True)]


def _row(stay: RiskyWindow | SharedStay, start: dt.datetime, end: dt.datetime, officer: User) -> dict[str, Any]:
    organisation = stay.entrance.at.organisation
    return {
        "id": stay.pk,
        "code": organisation.code,
        "name": organisation.name,
        "entrance": label_of(stay.entrance),
        "start": _moment(start),
        "end": _moment(end),
        "state": stay.get_state_display(),
        "waits": stay.state == RiskyWindow.State.WAITING,
        "confirmed": stay.state == RiskyWindow.State.CONFIRMED,
        "own": isinstance(stay, RiskyWindow) and stay.marked_by_id == officer.pk,
        "given": isinstance(stay, SharedStay),
        "seat": stay.seat if isinstance(stay, RiskyWindow) else "",
        "links": [way for link in registries.journey_links if (way := link(officer, stay)) is not None],
    }


def registrations(rows: QuerySet[PlaceRegistration]) -> list[dict[str, Any]]:
    """Return a row for each registration that waits, the oldest first."""
    waiting = rows.filter(state=PlaceRegistration.State.WAITING).order_by("asked_at", "pk")[:_MOST_WAITING]
    kinds = dict(Place.Kind.choices)
    return [
        {
            "id": each.pk,
            "name": each.name,
            "kind": kinds.get(each.kind, ""),
            "within": path_of_code(each.within),
            "at": _moment(each.asked_at),
        }
        for each in waiting
    ]


def load(found: Load | None) -> dict[str, Any] | None:
    """Return the load of a place as a curve, the table behind it, and its busiest hour; None where nobody arrived."""
    if found is None:
        return None
    return {
        "days": found.days,
        "busiest": found.busiest,
        "points": found.points,
        "hours": [
            {"hour": hour, "sum": number_text(total), "most": number_text(found.most[hour])}
            for hour, total in enumerate(found.sums)
            if total
        ],
    }


def _moment(at: dt.datetime) -> str:
    return format_moment(timezone.localtime(at), page_language())
