"""Add to the officer's home page the links to cases and codes, and the alarm where codes go to nobody."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bluezone.authority.diagnosis import case_uploads, code_use, queries
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.retention import CASE_LIFE
from bluezone.authority.officers import confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.pages import office_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.authority.site.registries import Holding, HomePart, Link, Task, TaskPart, Tone, Visitor
from bluezone.i18n import format_share

#: alarms told one by one; a click away are all
_SHOWN = 3


def _gives(visitor: Visitor) -> bool:
    return confirming.may_give(visitor.user.jurisdiction, holds=visitor.user.may_confirm)


def tasks(visitor: Visitor) -> Iterable[Task]:
    """Return the offices whose codes of yesterday were used less than usual: to the ministry, a province's health
    authority, and the office itself."""
    if visitor.user.may_confirm and not visitor.is_head:
        yield from _of_own_office(visitor)
    if not (_gives(visitor) or (visitor.user.may_confirm and not visitor.is_head)):
        return
    language = page_language()
    for each in code_use.drops(clock.now(), visitor.place)[:_SHOWN]:
        facts = {
            "office": office_name(each.place, visitor.day),
            "used": each.drop.yesterday.used,
            "issued": each.drop.yesterday.issued,
            "share": format_share(each.drop.yesterday.share, language, 0),
            "usual": format_share(each.drop.usual, language, 0),
        }
        parts = [
            TaskPart(_("Codes of %(office)s are used less than usual.") % facts, urgent=True),
            TaskPart(
                _(
                    "Of yesterday's %(issued)s codes %(used)s were used: %(share)s, usually %(usual)s. Ask the office "
                    "whom it gave them to; if nobody knows, suspend the account or revoke the key."
                )
                % facts
            ),
        ]
        if _gives(visitor):
            parts.append(TaskPart(_("Look at the codes"), address=reverse("diagnosis:quota")))
        yield Task(Tone.ACT, tuple(parts))


def _of_own_office(visitor: Visitor) -> Iterable[Task]:
    office = Issuer(officer=visitor.user).place
    yield from case_uploads.PAGES.tasks(visitor.user)
    due = list(queries.calls_due(office, visitor.day)[: _SHOWN + 1])
    for case in due[:_SHOWN]:
        name = case.file_number or (case.person.pseudonym if case.person else "")
        text = _("Call again today: case %(name)s.") % {
            "name": name or date_format(case.created_at, "SHORT_DATE_FORMAT")
        }
        address = reverse("diagnosis:detail", args=[case.pk])
        yield Task(Tone.WATCH, (TaskPart(text, urgent=True), TaskPart(_("Open the case"), address=address)))


def links(visitor: Visitor) -> Iterable[Link]:
    """Return the links to cases, and to codes and keys for who may give the right."""
    if visitor.user.may_confirm:
        yield Link(reverse("diagnosis:list"), _("Cases"), _("open a case, issue its code"))
    if _gives(visitor):
        yield Link(reverse("diagnosis:quota"), _("Codes and quota"), _("what each office issues, and how much it may"))
        yield Link(reverse("officers:keys"), _("API keys"), _("of apps, laboratories, readers of statistics"))


def held_of(pseudonym: str) -> Iterable[Holding]:
    """Return the cases of a person, for the person's own page."""
    for case in Case.objects.filter(person__pseudonym=pseudonym).order_by("-created_at"):
        dates = ((_("Day of the first symptoms"), case.onset_date), (_("Day of the test"), case.test_date))
        facts = [(label, date_format(day, "SHORT_DATE_FORMAT")) for label, day in dates if day]
        facts = [(_("State"), case.get_status_display()), *facts]
        rule = _("A case must be kept so long for the surveillance of infectious diseases: Law 03/2007/QH12.")
        yield Holding(_("Your case"), facts, clock.date_of(case.created_at + CASE_LIFE), rule)


PART = HomePart(45, tasks=tasks, links=links)
OFFICE_PART = HomePart(45, tasks=tasks, links=links, for_offices=True)
