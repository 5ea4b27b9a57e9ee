"""Make tasks of places: one to be confirmed, a registration, a stay of a case that waits for a decision; and lead from
a unit's page to its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.officers.jurisdiction import Jurisdiction, Role
from bluezone.authority.places.models import Place, PlaceRegistration, RiskyWindow, SharedStay
from bluezone.authority.site.language import number_text
from bluezone.authority.site.registries import Link
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.parts import UnitPart
from bluezone.authority.work.kinds import Line, Post, Reader, Source
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Urgency, Wanted

#: so soon after it came
_WITHIN = dt.timedelta(hours=24)


def wanted(post: Post) -> Iterable[tuple[str, Wanted]]:
    """Yield what waits for a decision at a post: a commune's places; where somebody may confirm cases, stays."""

    def task(word: str, came_at: dt.datetime, urgency: Urgency, subject: str = "") -> tuple[str, Wanted]:
        return word, Wanted(Kind.PLACE, post.place, came_at + _WITHIN, urgency, subject=subject)

    if post.own.role is Role.COMMUNE:
        rows = Place.objects.filter(
            organisation__place__startswith=post.place, closed_at=None, confirmed_at=None
        ).select_related("organisation")
        for row in rows:
            yield task(f"place {row.pk}", row.opened_at, Urgency.CALM, row.organisation.code)
        registered = PlaceRegistration.objects.filter(
            place__startswith=post.place, state=PlaceRegistration.State.WAITING
        ).order_by("asked_at")
        for asked in registered.filter(telephone_confirmed=True):
            yield task(f"registration {asked.pk.hex[:8]}", asked.asked_at, Urgency.CALM, str(asked.pk))
        unsure = list(registered.filter(telephone_confirmed=False).values_list("asked_at", flat=True))
        if unsure:  # anybody sends a hundred of these in a minute: one task for all
            yield task("unconfirmed", unsure[0], Urgency.CALM, str(len(unsure)))
    if not post.confirms or not post.own.directs_places:
        return
    waiting = {"place__startswith": post.place, "state": RiskyWindow.State.WAITING}
    for window in RiskyWindow.objects.filter(**waiting).select_related("entrance__at__organisation"):
        code = window.entrance.at.organisation.code
        yield task(f"stay {window.pk.hex[:8]}", window.marked_at, Urgency.SOON, code)
    shared = SharedStay.objects.filter(**waiting).count()
    if shared:
        yield task("shared", post.now - _WITHIN + dt.timedelta(hours=4), Urgency.SOON, str(shared))


def lines(tasks: Sequence[Task], _reader: Reader) -> Mapping[int, Line]:
    """Return what rows say of places."""
    codes = [task.subject for task in tasks if " place " in task.source_key or " stay " in task.source_key]
    names = dict(
        Place.objects.filter(organisation__code__in=codes).values_list("organisation__code", "organisation__name")
    )
    return {task.pk: _line(task, names) for task in tasks}


def _line(task: Task, names: Mapping[str, str]) -> Line:
    if " place " in task.source_key:
        address = reverse("places:place", args=[task.subject])
        return Line(_("Place to confirm"), address, _("Look at it"), "form", names.get(task.subject, task.subject))
    if " registration " in task.source_key:
        address = reverse("places:registration", args=[task.subject])
        return Line(_("Place to confirm"), address, _("Look at it"), "form", last=_("An owner has registered it."))
    if task.source_key.endswith(" unconfirmed"):
        last = ngettext(
            "%(counter)s registered by a number that is not confirmed",
            "%(counter)s registered by numbers that are not confirmed",
            int(task.subject),
        )
        last %= {"counter": number_text(int(task.subject))}
        return Line(_("Place to confirm"), reverse("places:overview"), _("See the places"), "form", last=last)
    if task.source_key.endswith(" shared"):
        last = _("Check-ins that patients gave wait for your decision.")
        return Line(_("Stay of a case at a place"), reverse("places:overview"), _("See the places"), "alert", last=last)
    address = reverse("places:place", args=[task.subject])
    last = _("It waits for the decision of another officer than who marked it.")
    name = names.get(task.subject, task.subject)
    return Line(_("Stay of a case at a place"), address, _("Look at it"), "alert", name, last=last)


def actions(organisation: Organisation, own: Jurisdiction) -> Iterable[Link]:
    """Return the way to the unit's place."""
    if own.may_see(organisation.place, organisation.sectors) and organisation.closed_on is None:
        yield Link(reverse("places:place", args=[organisation.code]), _("QR code of the place"))


UNIT_PART = UnitPart(actions=actions)
SOURCE = Source("place", lines, standing=wanted)
