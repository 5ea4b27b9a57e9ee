"""Present stays at places: those that officers marked, and those that patients gave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from bluezone.authority.officers.models import User
from bluezone.authority.places import receiving
from bluezone.authority.places.forms import label_of
from bluezone.authority.places.models import RiskyWindow, SharedStay
from bluezone.authority.site import registries
from bluezone.authority.site.language import page_language
from bluezone.i18n import format_moment


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


def _moment(at: dt.datetime) -> str:
    return format_moment(timezone.localtime(at), page_language())
