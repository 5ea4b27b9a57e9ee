"""Show on the page of a person what is due, from the open tasks."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from bluezone.authority.officers import scope
from bluezone.authority.officers.models import User
from bluezone.authority.persons.models import Person
from bluezone.authority.site import clock
from bluezone.authority.site.registries import Due, PersonPart, Tone
from bluezone.authority.work.kinds import Reader
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Urgency
from bluezone.authority.work.views import lines_of


def due(officer: User, person: Person) -> Iterable[Due]:
    """Yield the open tasks about a person that are the officer's or those of the places below, by their hour; of those
    that are not listed yet, from when on they are."""
    own = scope.jurisdiction(officer)
    rows = scope.visible(Task.objects.filter(person=person, state=Task.State.OPEN), officer).order_by("due_at")
    if own is None:
        return
    reader = Reader(officer, own, localtime(clock.now()))
    tasks = list(rows)
    lines = lines_of(tasks, reader)
    tones = {Urgency.NOW: Tone.ACT, Urgency.SOON: Tone.WATCH} if reader.reads_health else {}
    for task in tasks:
        line = lines[task.pk]
        is_open = task.opens_at <= reader.now
        address = line.address or f"{reverse('work:list')}?whose=all&kind={task.kind}&open={task.pk}"
        yield Due(
            task.due_at if is_open else task.opens_at,
            str(line.title),
            address,
            str(line.action) or _("Open"),
            line.icon or "done",
            tones.get(Urgency(task.urgency), Tone.PLAIN),
            ". ".join(filter(None, (line.last, line.note))),
            is_open,
        )


PART = PersonPart(10, due=due)
