"""Say in the list of work what the task of a declaration is: whom to call, by which form, since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext

from bluezone.authority.declarations import known_forms, rules
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.site.language import page_language
from bluezone.authority.work.kinds import Line, Reader, Source
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Urgency
from bluezone.forms.definition import said


def lines(tasks: Sequence[Task], reader: Reader) -> Mapping[int, Line]:  # noqa: ARG001
    """Return what rows say, by the task's key: no name, no answer."""
    titles = {each.form: said(each.title, page_language()) for each in known_forms.every()}
    found = HealthDeclaration.objects.defer("identity", "answers").in_bulk([int(each.source_key) for each in tasks])
    said_of = {}
    for task in tasks:
        row = found.get(int(task.source_key))
        if row is not None:
            said_of[task.pk] = Line(
                gettext("Declaration: call now") if task.urgency == Urgency.NOW else gettext("Declaration: call today"),
                reverse("declarations:sheet", args=[row.pk]),
                icon="call",
                about=titles.get(row.form, row.form),
                last=row.get_result_display() if row.result else "",
            )
    return said_of


SOURCE = Source(rules.SOURCE, lines)
