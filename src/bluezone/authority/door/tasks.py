"""Make tasks of doors: what is asked of their days, today's round, doors that nobody visits, a head's paper; and
lead to a unit's door from its page and its head's first one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.door import links as door_links
from bluezone.authority.door import queries
from bluezone.authority.door.models import DoorDay, RoundStop, Visit
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, codes_of
from bluezone.authority.site.language import number_text
from bluezone.authority.site.registries import Area, HomePart, Link, Visitor
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.parts import UnitPart
from bluezone.authority.work.kinds import Line, Post, Reader, Source
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Wanted

_DUE_HOUR = 17


def wanted(post: Post) -> Iterable[tuple[str, Wanted]]:
    """Yield what is due at the doors of a post."""
    units = queries.keepers(scope.within(Organisation.objects.all(), post.own))

    def task(word: str, *facts: int) -> tuple[str, Wanted]:
        subject = " ".join(str(fact) for fact in facts)
        return word, Wanted(Kind.ROLLOUT, post.place, post.at(_DUE_HOUR), subject=subject, detail=word)

    if post.own.role is Role.UNIT_HEAD:
        own = units.filter(place=post.place).first()
        if own is not None and not door_links.current(own, post.now):
            yield task("paper")
        return
    asked = units.filter(Exists(queries.questions(DoorDay.objects.filter(organisation=OuterRef("pk"))))).count()
    if asked:
        yield task("asked", asked)
    if post.own.role not in (Role.COMMUNE, Role.DISTRICT, Role.DEPARTMENT):
        return
    stops = RoundStop.objects.filter(round__day=post.day, round__place=post.place)
    number, done = stops.count(), stops.exclude(visit=None).count()
    if number and done < number:
        yield task("round", done, number, stops.order_by("-round_id").values_list("round_id", flat=True)[0])
    never = units.exclude(pk__in=Visit.objects.values("organisation")).count() if not number else 0
    if never:
        yield task("never", never, units.count())


def lines(tasks: Sequence[Task], _reader: Reader) -> Mapping[int, Line]:
    """Return what rows say of doors."""
    return {task.pk: _line(task) for task in tasks}


def _line(task: Task) -> Line:
    facts = [int(each) for each in task.subject.split()]
    title = _("At the door")
    if task.detail == "paper":
        address = reverse("door:unit", args=[codes_of(task.place)[-1]])
        last = _("Your guests are to be asked about Bluezone and NCOVI.")
        return Line(title, address, _("Print the paper for your staff"), "print", last=last)
    if task.detail == "asked":
        last = ngettext(
            "%(n)s door has told more than its guests can be.",
            "%(n)s doors have told more than their guests can be.",
            facts[0],
        ) % {"n": number_text(facts[0])}
        return Line(title, f"{reverse('door:units')}?show=asked", _("Look at them"), "alert", last=last)
    if task.detail == "round":
        last = _("Round of doors today: %(done)s of %(all)s visited.") % {
            "done": number_text(facts[0]),
            "all": number_text(facts[1]),
        }
        return Line(title, reverse("door:round", args=[facts[2]]), _("The round"), "flag", last=last)
    last = ngettext(
        "%(never)s of %(all)s door was never visited.", "%(never)s of %(all)s doors were never visited.", facts[1]
    ) % {"never": number_text(facts[0]), "all": number_text(facts[1])}
    return Line(title, reverse("door:new-round"), _("Plan a round"), "flag", last=last)


def links(visitor: Visitor) -> Iterable[Link]:
    """Return the way to a head's own door list."""
    own = queries.keepers(Organisation.objects.filter(place=visitor.place)).first() if visitor.is_head else None
    if own is not None:
        help_text = _("what guests answer; the paper for the staff")
        yield Link(reverse("door:unit", args=[own.code]), _("Our door list"), help_text)


def actions(organisation: Organisation, own: Jurisdiction) -> Iterable[Link]:
    """Return the way to the unit's door. Any open unit may begin a list: the gate of an office, too."""
    if own.may_see(organisation.place, organisation.sectors) and organisation.closed_on is None:
        yield Link(reverse("door:unit", args=[organisation.code]), _("Door list"))


UNIT_PART = UnitPart(actions=actions)
PART = HomePart(35, links=links, area=Area.PLACES)
SOURCE = Source("door", lines, standing=wanted)
