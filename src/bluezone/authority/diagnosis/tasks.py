"""Make tasks of codes: one that ran out unused, those of an office that go to nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.diagnosis import code_use
from bluezone.authority.diagnosis.models import Case, RanOut
from bluezone.authority.officers import confirming
from bluezone.authority.officers.pages import office_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.authority.work.kinds import Line, Post, Reader, Source
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Urgency, Wanted
from bluezone.i18n import format_share

#: alarms about codes told one by one; a click away are all
_SHOWN = 3
_CALLED_WITHIN = dt.timedelta(hours=24)


def wanted(post: Post) -> Iterable[tuple[str, Wanted]]:
    """Yield what cases ask of a post where somebody may confirm them, and alarms of who gives that right."""
    evening = post.at(17)
    gives = confirming.may_give(post.own, holds=post.confirms)
    if gives or (post.confirms and not post.own.is_office):
        for each in code_use.drops(post.now, post.place)[:_SHOWN]:
            used = each.drop.yesterday
            facts = f"{used.used} {used.issued} {each.drop.usual:.4f}"
            due = Wanted(Kind.ROLLOUT, post.place, evening, Urgency.SOON, subject=each.place, detail=facts)
            yield f"codes {each.place.rstrip('/').rsplit('/', 1)[-1]}", due
    if not post.confirms:
        return
    rows = RanOut.objects.filter(case__place=post.place, case__merged_into=None, done_at=None).select_related("case")
    for row in rows:
        yield (
            f"unused {row.case.pk.hex[:8]}",
            Wanted(
                Kind.CALL,
                post.place,
                row.ended_at + _CALLED_WITHIN,
                Urgency.SOON,
                row.case.person_id,
                subject=str(row.case.pk),
                detail="unused",
            ),
        )


def lines(tasks: Sequence[Task], reader: Reader) -> Mapping[int, Line]:
    """Return what rows say of cases."""
    cases = Case.objects.in_bulk([task.subject for task in tasks if " codes " not in task.source_key])
    by_key = {str(key): case for key, case in cases.items()}
    said = {}
    for task in tasks:
        if " codes " in task.source_key:
            said[task.pk] = _codes(task, reader)
            continue
        case = by_key.get(task.subject)
        number = (case.file_number if case is not None else "") or task.subject[:8]
        said[task.pk] = Line(
            _("Call about a code"),
            reverse("sending:codes"),
            _("Look at it"),
            "call",
            number,
            relation=_("case %(number)s") % {"number": number},
            last=_("The code ran out without being used."),
        )
    return said


def _codes(task: Task, reader: Reader) -> Line:
    """Say the alarm of an office whose codes are used less than usual."""
    used, issued, usual = task.detail.split()
    language = page_language()
    facts = {
        "used": used,
        "issued": issued,
        "share": format_share(int(used) / max(1, int(issued)), language, 0),
        "usual": format_share(float(usual), language, 0),
    }
    last = (
        _(
            "Of yesterday's %(issued)s codes %(used)s were used: %(share)s, usually %(usual)s. Ask the office "
            "whom it gave them to; if nobody knows, suspend the account or revoke the key."
        )
        % facts
    )
    gives = confirming.may_give(reader.own, holds=reader.officer.may_confirm)
    address = reverse("diagnosis:quota") if gives else ""
    about = office_name(task.subject, clock.date_of(reader.now))
    return Line(_("Codes are used less than usual"), address, _("Look at the codes"), "alert", about, last=last)


SOURCE = Source("case", lines, standing=wanted)
