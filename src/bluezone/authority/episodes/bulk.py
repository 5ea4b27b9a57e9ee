"""Do for many rows of the list of work at once what their people need: a call sheet, orders to isolate as one signed
act, letters in one file, codes and the daily link by message.

Each act judges its rows first: whom it takes, of those that the officer may change, and why it leaves others out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext, pgettext

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.quota import IssueError
from bluezone.authority.diagnosis.rules import CERTIFIED
from bluezone.authority.diagnosis.sending import services as sending
from bluezone.authority.diagnosis.sending.rules import SendingError
from bluezone.authority.episodes import calls as sheets
from bluezone.authority.episodes import queries
from bluezone.authority.episodes.models import Episode, Event, Letter, Stay
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.episodes.stays import checks as daily
from bluezone.authority.episodes.stays import letters, protocols
from bluezone.authority.episodes.stays import queries as stays
from bluezone.authority.episodes.stays import rules as stay_rules
from bluezone.authority.episodes.stays import services as isolation
from bluezone.authority.episodes.stays.letter_views import letters_file
from bluezone.authority.episodes.stays.rules import IsolationError
from bluezone.authority.episodes.stays.services import Entry, Spot
from bluezone.authority.episodes.words import Decision, EventKind, Role, StayKind
from bluezone.authority.messages import sms
from bluezone.authority.officers import confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.pages import place_name
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, page_language, sentence_of
from bluezone.authority.work.kinds import BulkAction, Reader
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind
from bluezone.authority.work.views import lines_of
from bluezone.errors import TranslatableError
from bluezone.i18n import format_date
from bluezone.rollout.documents import FONTS, typeset

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

T = TypeVar("T")
#: by a task's key what is taken of it, and why it is left out
Judged = tuple[dict[int, T], dict[int, str]]

#: kinds of tasks that are not about a person whom an office looks after
_OF_NO_PERSON = frozenset({Kind.PLACE, Kind.REPORT, Kind.ROLLOUT, Kind.HANDOVER, Kind.REQUEST, Kind.BREACH})


def _judged(tasks: Sequence[Task], take: Callable[[Task], T]) -> Judged[T]:
    """Judge tasks, each person once; `take` raises TranslatableError for what is left out."""
    taken: dict[int, T] = {}
    out: dict[int, str] = {}
    people: set[int | None] = set()
    for task in tasks:
        try:
            if task.person_id in people:
                raise ContactError(gettext_noop("this person is chosen already, in another row"))
            taken[task.pk] = take(task)
            people.add(task.person_id)
        except TranslatableError as error:
            out[task.pk] = f"{sentence_of(error)}."
    return taken, out


class _Followed:
    """Hold the open episodes of whom tasks are about, with the stays that run, of those that the officer may change."""

    def __init__(self, tasks: Sequence[Task], reader: Reader) -> None:
        rows = queries.editable(reader.officer).filter(person__in=[task.person_id for task in tasks], ended_on=None)
        self._of_person = {row.person_id: row for row in rows.select_related("person", "case__person")}
        self.keys = [row.pk for row in self._of_person.values()]
        running = stays.editable(reader.officer).filter(episode__in=self.keys, ended_on=None)
        self.stays = {stay.episode_id: stay for stay in running}

    def of(self, task: Task) -> Episode:
        """Return the episode of a task. Raises ContactError for one that the officer may not change."""
        row = self._of_person.get(task.person_id)
        if row is None:
            raise ContactError(gettext_noop("your office follows nobody of this row"))
        return row


# --- the call sheet ---------------------------------------------------------------------------------------------------


def _on_sheet(tasks: Sequence[Task], reader: Reader) -> Judged[Identity]:
    persons.open_for((task.person for task in tasks), reader.officer, reader.now)
    in_shift = persons.current_shift(reader.officer, reader.now) is not None

    def take(task: Task) -> Identity:
        if not in_shift:
            raise ContactError(gettext_noop("names and numbers open in a shift alone: begin one above the list"))
        if task.person is None or task.person.identity is None:
            raise ContactError(gettext_noop("another office opens who this is"))
        return task.person.identity

    return _judged(tasks, take)


def _call_sheet(tasks: Sequence[Task], reader: Reader, _request: HttpRequest) -> HttpResponse:
    """Draw whom to call, what is known of them, and what to ask."""
    day, language = clock.date_of(reader.now), page_language()
    lines, known = lines_of(tasks, reader), _on_sheet(tasks, reader)[0]
    asked, place = sheets.in_force(day).questions, place_name(reader.own.place, day)
    rows: list[Any] = []
    for task in tasks:
        if task.pk not in known or task.person is None:
            continue
        who, line = known[task.pk], lines[task.pk]
        called = dict.fromkeys((task.person.called, str(who.birth_year or ""), who.address, task.person.pseudonym))
        due = (str(line.title), line.relation, line.since, line.last)
        cells: list[list[str]] = [[text for text in cell if text] for cell in (called, (who.telephone,), due, ())]
        rows.append([str(len(rows) + 1), *cells])
    data = {
        "language": language.value,
        "fonts": FONTS,
        "title": _("Call sheet"),
        "lead": " · ".join((place, format_date(day, language), reader.officer.get_full_name())),
        "heads": [
            _("No."),
            pgettext("contact graph", "Who"),
            _("Telephone number"),
            _("What is due"),
            _("What was said"),
        ],
        "rows": rows,
        "ask": _("To ask"),
        "asked": [[each.text[language], [word[language] for word in each.words.values()]] for each in asked],
        "foot": _("This sheet names people: keep it with you, and destroy it when all are called."),
    }
    source = resources.files("bluezone.authority.episodes").joinpath("call_sheet.typ").read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="calls-{day:%Y%m%d}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(typeset(source, data, day), content_type="application/pdf", headers=headers)


# --- orders and letters -----------------------------------------------------------------------------------------------


def _to_order(tasks: Sequence[Task], reader: Reader) -> Judged[tuple[Episode, Stay | None]]:
    followed = _Followed(tasks, reader)
    orders = Letter.objects.filter(stay__in=followed.stays.values(), kind=letters.ORDER, withdrawn_at=None)
    signed = set(orders.values_list("stay", "since", "until"))

    def take(task: Task) -> tuple[Episode, Stay | None]:
        row = followed.of(task)
        stay = followed.stays.get(row.pk)
        if stay is None:
            _check_home(row, reader)
        elif (stay.pk, stay.since, stay.until) in signed:
            raise ContactError(gettext_noop("the order is signed already"))
        return row, stay

    return _judged(tasks, take)


def _check_home(row: Episode, reader: Reader) -> None:
    """Raise ContactError where somebody cannot be entered as isolated at home."""
    if row.role == Role.F2:
        raise ContactError(gettext_noop("a contact of a contact (F2) is not ordered to isolate"))
    if row.role != Role.F0 and row.decision is not Decision.CONTACT:
        raise ContactError(gettext_noop("decide first that this person is a contact"))
    if not stay_rules.may_enter(reader.own, row.place, StayKind.HOME):
        raise ContactError(gettext_noop("the commune where the person lives orders it"))
    if row.person is None or not persons.has_address(row.person):
        raise ContactError(gettext_noop("no address is known: write it on the person’s page first"))


@transaction.atomic
def _order(tasks: Sequence[Task], reader: Reader, _request: HttpRequest) -> str:
    """Enter who has no stay yet as isolated at home from today, and sign all orders as one act."""
    ordered, problems = [], []
    for row, stay in _to_order(tasks, reader)[0].values():
        entry = Entry(Spot(row.place), Role(row.role), clock.date_of(reader.now), person=row.person)
        try:
            with transaction.atomic():
                ordered.append(stay or isolation.enter(entry, reader.officer, reader.now))
        except (IsolationError, IdentityError, ContactError) as error:
            problems.append(f"{row.called}: {sentence_of(error)}")
    if problems and not ordered:
        raise IsolationError(gettext_noop("nothing was signed. {problems}"), problems=" ".join(problems))
    issued = letters.issue_orders(ordered, reader.officer, reader.now)
    said = ngettext("%(n)s order is signed.", "%(n)s orders are signed as one act.", len(issued))
    address = reverse("isolation:act", args=[issued[0].act])
    parts = (said % {"n": number_text(len(issued))}, address, _("Print the letters (PDF)"), " ".join(problems))
    return format_html('{} <a href="{}">{}</a> {}', *parts)


def _in_force(tasks: Sequence[Task], reader: Reader) -> Judged[Letter]:
    followed = _Followed(tasks, reader)
    of_mine = stays.editable(reader.officer).filter(episode__in=followed.keys)
    found = Letter.objects.filter(stay__in=of_mine, withdrawn_at=None).select_related(*letters.RELATED)
    newest = {letter.stay.episode_id: letter for letter in found.order_by("issued_at", "pk")}

    def take(task: Task) -> Letter:
        row = followed.of(task)
        if row.pk not in newest:
            raise ContactError(gettext_noop("no letter is issued yet"))
        return newest[row.pk]

    return _judged(tasks, take)


def _print(tasks: Sequence[Task], reader: Reader, request: HttpRequest) -> HttpResponse:
    """Draw the newest letter of each, in the order of the list."""
    return letters_file(request, list(_in_force(tasks, reader)[0].values()), "letters", "attachment")


# --- messages ---------------------------------------------------------------------------------------------------------

_NO_NUMBER = gettext_noop("no mobile number is known")


def _with_code(tasks: Sequence[Task], reader: Reader) -> Judged[tuple[Case, str]]:
    followed, issuer = _Followed(tasks, reader), Issuer(officer=reader.officer)

    def take(task: Task) -> tuple[Case, str]:
        case = followed.of(task).case
        if case is None or case.report_type not in CERTIFIED or case.status == Case.Status.WITHDRAWN:
            raise ContactError(gettext_noop("only a case with a test’s result gets a code"))
        number = sending.known_number(case, issuer)
        if not number:
            raise ContactError(_NO_NUMBER)
        return case, sending.read_number(number)

    return _judged(tasks, take)


def _send_codes(tasks: Sequence[Task], reader: Reader, _request: HttpRequest) -> str:
    """Issue and send a code for each case, until the quota ends."""
    sent, problem, issuer = 0, "", Issuer(officer=reader.officer)
    for case, number in _with_code(tasks, reader)[0].values():
        try:
            sending.send_code(case, issuer, number, "vi", reader.now)
        except (IssueError, SendingError) as error:
            if not sent:
                raise
            problem = sentence_of(error)
            break
        sent += 1
    said = ngettext("%(n)s code is on its way.", "%(n)s codes are on their way.", sent) % {"n": number_text(sent)}
    return f"{said} {problem}".strip()


def _to_ask(tasks: Sequence[Task], reader: Reader) -> Judged[tuple[Stay, dt.datetime]]:
    followed, today, twice = _Followed(tasks, reader), clock.date_of(reader.now), protocols.twice()
    checks = Event.objects.filter(episode__in=followed.keys, kind=EventKind.CHECK.value, day=today)
    heard = dict(checks.order_by("at").values_list("episode", "at"))

    def take(task: Task) -> tuple[Stay, dt.datetime]:
        row = followed.of(task)
        stay = followed.stays.get(row.pk)
        if stay is None or not stay_rules.is_running(stay.since, stay.until, stay.ended_on, today):
            raise ContactError(gettext_noop("only who is in isolation today declares"))
        begun = stays.round_begins(stay, twice, reader.now)
        if row.pk in heard and heard[row.pk] >= begun:
            raise ContactError(gettext_noop("has declared already: nothing is due now"))
        if row.reminded_at is not None and row.reminded_at >= begun:
            raise ContactError(gettext_noop("was asked by a message already"))
        if row.person is None or not row.person.telephone_digest:
            raise ContactError(_NO_NUMBER)
        return stay, begun

    return _judged(tasks, take)


def _ask(tasks: Sequence[Task], reader: Reader, _request: HttpRequest) -> str:
    """Send each the link to the form; nobody is asked twice for one declaration."""
    sent = 0
    for stay, begun in _to_ask(tasks, reader)[0].values():
        with transaction.atomic():
            rows = Episode.objects.filter(pk=stay.episode_id).exclude(reminded_at__gte=begun)
            if rows.update(reminded_at=reader.now):
                sent += daily.send_link(stay, reader.now)
    said = ngettext("%(n)s message is on its way.", "%(n)s messages are on their way.", sent)
    return said % {"n": number_text(sent)}


# --- what the list offers ---------------------------------------------------------------------------------------------


def _confirms(reader: Reader) -> bool:
    return confirming.may_confirm(Issuer(officer=reader.officer))


def _sends(reader: Reader) -> bool:
    return sms.sender() is not None and _confirms(reader)


def _action(name: str, text: StrOrPromise, icon: str, judge: Callable[..., Judged[Any]], **more: Any) -> BulkAction:
    return BulkAction(
        name,
        text,
        lambda kind: kind not in _OF_NO_PERSON,
        left_out=lambda tasks, reader: judge(tasks, reader)[1],
        icon=icon,
        **more,
    )


ACTIONS = (
    _action("orders", gettext_lazy("Order isolation"), "done", _to_order, run=_order, allowed=_confirms),
    _action(
        "letters",
        gettext_lazy("Letters (PDF)"),
        "letter",
        _in_force,
        run=_print,
        allowed=_confirms,
        asks_first=False,
    ),
    _action(
        "call-sheet",
        gettext_lazy("Call sheet (PDF)"),
        "print",
        _on_sheet,
        run=_call_sheet,
        allowed=lambda reader: reader.reads_health,
        asks_first=False,
    ),
    _action(
        "daily-links",
        gettext_lazy("Ask for the declaration that is due"),
        "phone",
        _to_ask,
        run=_ask,
        allowed=_sends,
    ),
    _action(
        "codes",
        gettext_lazy("Send codes"),
        "give",
        _with_code,
        run=_send_codes,
        allowed=_sends,
    ),
)
