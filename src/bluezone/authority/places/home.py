"""Add to the officers' home page which places and which stays wait for a decision."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.places import queries
from bluezone.authority.places.models import PlaceRegistration
from bluezone.authority.places.registrations import services as registrations
from bluezone.authority.site.language import number_text
from bluezone.authority.site.registries import HomePart, Task, TaskPart, Tone, Visitor


def tasks(visitor: Visitor) -> Iterable[Task]:
    """Name to who may confirm cases the stays that another officer marked or a patient gave, and to a commune the
    places that heads and owners asked for."""
    way = TaskPart(_("See the places"), address=reverse("places:overview"))
    stays = queries.windows_to_decide(visitor.user).count() + queries.shared_to_decide(visitor.user).count()
    if stays:
        text = ngettext(
            "%(n)s stay of a case at a place waits for your decision.",
            "%(n)s stays of cases at places wait for your decision.",
            stays,
        )
        yield Task(Tone.ACT, (TaskPart(text % {"n": number_text(stays)}, urgent=True), way))
    asked = _asked(visitor) if visitor.role == Role.COMMUNE else 0
    if asked:
        text = ngettext("%(n)s place waits to be confirmed.", "%(n)s places wait to be confirmed.", asked)
        yield Task(Tone.WATCH, (TaskPart(text % {"n": number_text(asked)}), way))


def _asked(visitor: Visitor) -> int:
    """Return how many places wait for a commune: those that heads asked for, and those that owners registered by a
    number of their own."""
    waiting = registrations.seen(visitor.user).filter(state=PlaceRegistration.State.WAITING, telephone_confirmed=True)
    return queries.to_confirm(visitor.user).count() + waiting.count()


PART = HomePart(15, tasks)
