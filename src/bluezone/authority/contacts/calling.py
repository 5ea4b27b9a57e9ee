"""Note calls to contacts and to people who reported an exposure, and read them again. Decisions are in `call_rules`,
the questions in `call_sheets`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from bluezone.authority.contacts import call_rules, call_sheets
from bluezone.authority.contacts.call_rules import HEARD, Reached
from bluezone.authority.contacts.call_sheets import Answers, Sheet
from bluezone.authority.contacts.contact_rules import ContactError
from bluezone.authority.contacts.models import Call, Contact, Report
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock


@dataclass(frozen=True, slots=True)
class Said:
    """Describe a call: whom it reached, the answers by question, when to call again."""

    reached: Reached
    answers: Answers = field(default_factory=dict)
    again_at: dt.datetime | None = None


@transaction.atomic
def note(of: Contact | Report, said: Said, by: User, now: dt.datetime) -> Call:
    """Note a call. Raises ContactError for answers that the sheet of the day has not, or of who was not
    reached, or a report that was taken back."""
    today = clock.date_of(now)
    sheet = call_sheets.in_force(today)
    call_sheets.check_answers(sheet, said.answers, today)
    call_rules.check_call(said.reached, answered=bool(said.answers))
    answers = {each.name: list(said.answers[each.name]) for each in sheet.questions if each.name in said.answers}
    call = Call(called_at=now, called_by=by, reached=said.reached.value, sheet=sheet.name, answers=answers)
    if isinstance(of, Contact):
        contact = call.contact = Contact.objects.select_for_update().get(pk=of.pk)
        contact.call_again_at = said.again_at
        contact.called_at = now if said.reached in HEARD else contact.called_at
        contact.save(update_fields=["call_again_at", "called_at"])
    else:
        report = call.report = Report.objects.select_for_update().filter(pk=of.pk).first()
        if report is None:
            raise ContactError(gettext_noop("who reported took it back meanwhile: nothing was noted"))
        report.call_again_at = said.again_at
        report.save(update_fields=["call_again_at"])
    call.save()
    return call


def calls_of(of: Contact | Report) -> QuerySet[Call]:
    """Return the calls to somebody, the newest first."""
    return of.calls.select_related("called_by").order_by("-called_at", "-pk")


def may_give_up(of: Contact | Report, sheet: Sheet) -> bool:
    """Tell whether the sheet offers that somebody cannot be found."""
    newest = calls_of(of).values_list("reached", flat=True)[: sheet.attempts]
    return call_rules.may_give_up([Reached(each) for each in newest], sheet.attempts)


def give_to(contact: Contact, report: Report, now: dt.datetime) -> None:
    """Give the calls to who reported to the contact that was made of the report: it is followed there. Whoever decided
    that the reporter is one has called, noted or not."""
    calls = report.calls.all()
    heard = calls.filter(reached__in=HEARD).order_by("-called_at").values_list("called_at", flat=True).first()
    contact.called_at = contact.called_at or heard or now
    contact.call_again_at = contact.call_again_at or report.call_again_at
    contact.save(update_fields=["called_at", "call_again_at"])
    calls.update(contact=contact, report=None)
    report.call_again_at = None
    report.save(update_fields=["call_again_at"])
