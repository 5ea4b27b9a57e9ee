"""Add doors to the officer's home page: what is asked, whom nobody has visited, today's round; for a head the link."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.door import links as door_links
from bluezone.authority.door import queries
from bluezone.authority.door.models import DoorDay, RoundStop, Visit
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text
from bluezone.authority.site.registries import HomePart, Link, Task, TaskPart, Tone, Visitor
from bluezone.authority.units.models import Organisation


def tasks(visitor: Visitor) -> Iterable[Task]:
    """List what is due at the doors of the officer's place."""
    units = queries.keepers(scope.visible(Organisation.objects.all(), visitor.user))
    if visitor.is_head:
        yield from _head(units.filter(place=visitor.place).first())
        return
    asked = units.filter(Exists(queries.questions(DoorDay.objects.filter(organisation=OuterRef("pk"))))).count()
    if asked:
        said = ngettext(
            "%(n)s door has told more than its guests can be.",
            "%(n)s doors have told more than their guests can be.",
            asked,
        ) % {"n": number_text(asked)}
        look = TaskPart(_("Look at them"), address=f"{reverse('door:units')}?show=asked")
        yield Task(Tone.WATCH, (TaskPart(said, urgent=True), look))
    if visitor.role in (Role.COMMUNE, Role.DISTRICT, Role.DEPARTMENT):
        yield from _rounds(visitor, units.count(), units.exclude(pk__in=Visit.objects.values("organisation")).count())


def _rounds(visitor: Visitor, doors: int, never: int) -> Iterable[Task]:
    stops = RoundStop.objects.filter(round__day=visitor.day, round__place=visitor.place)
    number = stops.count()
    if number:
        done = stops.exclude(visit=None).count()
        facts = {"done": number_text(done), "all": number_text(number)}
        newest = stops.order_by("-round_id").values_list("round_id", flat=True)[0]
        go = TaskPart(_("The round"), address=reverse("door:round", args=[newest]))
        tone = Tone.SAFE if done == number else Tone.WATCH
        yield Task(tone, (TaskPart(_("Round of doors today: %(done)s of %(all)s visited.") % facts), go))
    elif never:
        said = ngettext(
            "%(never)s of %(all)s door was never visited.", "%(never)s of %(all)s doors were never visited.", doors
        ) % {"never": number_text(never), "all": number_text(doors)}
        yield Task(Tone.PLAIN, (TaskPart(said), TaskPart(_("Plan a round"), address=reverse("door:new-round"))))


def _head(organisation: Organisation | None) -> Iterable[Task]:
    if organisation is None:
        return
    address = reverse("door:unit", args=[organisation.code])
    if not door_links.current(organisation, clock.now()):
        said = _("Your guests are to be asked about Bluezone and NCOVI.")
        yield Task(Tone.WATCH, (TaskPart(said), TaskPart(_("Print the paper for your staff"), address=address)))


def links(visitor: Visitor) -> Iterable[Link]:
    """Return the link to the doors of the officer's place, or to the head's own."""
    if not visitor.is_head:
        yield Link(reverse("door:overview"), _("At the door"), _("what guests answer, by sector; rounds of visits"))
        return
    own = queries.keepers(Organisation.objects.filter(place=visitor.place)).first()
    if own is not None:
        yield Link(
            reverse("door:unit", args=[own.code]), _("Our door list"), _("what guests answer; the paper for the staff")
        )


PART = HomePart(35, tasks, links)
