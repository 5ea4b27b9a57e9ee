"""Serve officers' pages of declarations: who waits for a call, the call sheet with its steps, how long people waited,
files. A file names nobody: no number, no answer, no cell that computes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext

from bluezone.authority.declarations import known_forms, queries, rules, services, tracing
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.declarations.rules import Result
from bluezone.authority.diagnosis.rules import CaseError
from bluezone.authority.episodes.forms import SETTING_NAMES, days_from
from bluezone.authority.episodes.words import Setting
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import DetailPage, FilePage, OfficerPage, OfJurisdiction, Step
from bluezone.authority.officers.jurisdiction import codes_of, place_of
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.persons import services as persons
from bluezone.authority.site import clock, keyset
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.language import number_text, page_language, sentence_of
from bluezone.forms import communes
from bluezone.forms.definition import IDENTITY, Level, said
from bluezone.forms.rendering import render_answers
from bluezone.geography.units import UnitCode
from bluezone.tables import XLSX, csv_text, xlsx_table

PAGE_SIZE = 50
#: rows of a file: as a spreadsheet program takes well
MOST_ROWS = 50_000
_LONGEST = 80


def of_places(user: User | AnonymousUser) -> None:
    """Raise PermissionDenied for who has no declarations: a commune, district or province has, the ministry has not."""
    if not rules.sees_people(scope.required(user)):
        raise PermissionDenied


def reading(user: User | AnonymousUser) -> None:
    """Raise PermissionDenied for who may not read single declarations, which needs the right to read health data."""
    of_places(user)
    scope.reading_health(user)


def level_tag(row: HealthDeclaration) -> tuple[str, str, str]:
    """Return the level of a declaration as a tag: its tone, icon and text. What is unconfirmed is in no colour."""
    tone, icon, text = {
        Level.ADVICE: ("safe", "done", gettext("advice")),
        Level.CALL: ("watch", "wait", gettext("call today")),
        Level.URGENT: ("act", "alert", gettext("call now")),
    }[list(Level)[row.level]]
    return ("", "wait", text) if row.state == rules.State.UNCONFIRMED else (tone, icon, text)


def titles() -> dict[tuple[str, int], str]:
    """Return the titles of all forms in the page's language."""
    return {(each.form, each.version): said(each.title, page_language()) for each in known_forms.every()}


class OfDeclarations(OfJurisdiction):
    """Serve declarations that are not withdrawn."""

    access = reading
    model, nav = HealthDeclaration, "declarations"

    def rows(self) -> QuerySet[HealthDeclaration]:
        return HealthDeclaration.objects.exclude(state=rules.State.WITHDRAWN.value)


class Queue(OfDeclarations):
    """List who waits for a call, the alarming ones whose number nobody has confirmed, or all that came. Pages follow an
    index: of a million rows none is counted."""

    template_name = "declarations/queue.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows, today, named = self.get_queryset(), clock.today(), titles()
        state = self.request.GET.get("state", "")
        shown = {"all": (queries.NEWEST, rows), "unconfirmed": (queries.NEWEST, queries.unconfirmed(rows))}
        order, listed = shown.get(state, (queries.QUEUE, queries.waiting(rows)))
        page = keyset.page(listed.defer("identity", "answers"), order, self.request.GET.get("page", ""), PAGE_SIZE)
        found = {
            "page": page,
            "rows": [
                {
                    "row": row,
                    "tag": level_tag(row),
                    "title": named.get((row.form, row.version), row.form),
                    "place": place_name(row.place, today),
                }
                for row in page
            ],
            "sentence": self._sentence(queries.counted(queries.waiting(rows))),
            "state": state if state in shown else "",
            "unconfirmed": number_text(queries.counted(queries.unconfirmed(rows))),
        }
        return super().get_context_data(**found | kwargs)

    def _sentence(self, count: int) -> str:
        if not count:
            return gettext("Nobody waits for a call.")
        text = ngettext("%(n)s declaration waits for a call.", "%(n)s declarations wait for a call.", count)
        if count > queries.MOST_COUNTED:
            count, text = queries.MOST_COUNTED, gettext("More than %(n)s declarations wait for a call.")
        return text % {"n": number_text(count)}


class Sheet(OfDeclarations, DetailPage):
    """Show a declaration's call sheet: why to call, what was answered, and what can be done."""

    reach = scope.editable
    named, template_name = "row_id", "declarations/sheet.html"
    object: HealthDeclaration

    @property
    def issuer(self) -> Issuer:
        return Issuer(officer=self.officer)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, language, today = self.object, page_language(), clock.today()
        seen = services.seen(row)
        private_names = {field.name for field in seen.form.fields if field.about in IDENTITY}
        answers = {name: each for name, each in seen.answers.items() if name not in private_names}
        persons.open_for([row.person], self.officer, clock.now())
        found = {
            "row": row,
            "tag": level_tag(row),
            "title": said(seen.form.title, language),
            "place": place_name(row.place, today),
            "reasons": seen.outcome.reasons(language),
            "answers": mark_safe(render_answers(seen.form, language, answers)),  # noqa: S308 (it escapes)
            "results": HealthDeclaration.Result.choices,
            "may_confirm": confirming.may_confirm(self.issuer),
            "days": days_from(today - disease().windows.look_back.span, today),
            "settings": SETTING_NAMES.items(),
            "declared_on": row.day.isoformat(),
            "stay": row.episode.stays.order_by("-pk").values_list("pk", flat=True).first() if row.episode else None,
        }
        return super().get_context_data(**found | kwargs)


class SheetStep(Step, Sheet):
    """Do something about a declaration; where it cannot be, its sheet says why."""

    done = ""

    def way_back(self) -> str:
        return reverse("declarations:list")

    def problem(self, text: str) -> HttpResponse:
        return self.show(400, problem=text)


class OpenIdentity(SheetStep):
    """Show who declared, to call; the officer, the time and the reason are noted."""

    def act(self) -> HttpResponse:
        who = services.open_identity(self.object, self.issuer, self.request.POST.get("reason", "")[:_LONGEST])
        opened = render_answers(services.seen(self.object).form, page_language(), who)
        return self.show(opened=mark_safe(opened))  # noqa: S308 (it escapes)


class NoteCall(SheetStep):
    """Note what came of a call."""

    def act(self) -> HttpResponse | None:
        try:
            result = Result(self.request.POST.get("result", ""))
        except ValueError:
            return self.problem(gettext("Choose what came of the call."))
        services.note_call(self.object, result, self.issuer, clock.now())
        return None


class HandOver(SheetStep):
    """Give a declaration to the health station of another commune."""

    def act(self) -> HttpResponse | None:
        typed = self.request.POST.get("commune", "")[:_LONGEST]
        known = communes.commune_of(typed)
        found = (known,) if known else communes.search(typed)
        if len(found) != 1:
            text = gettext("Choose one of these places.") if found else gettext("There is no such commune.")
            return self.show(400, problem=text, found=found)
        services.hand_over(self.object, place_of(UnitCode.parse(found[0].code)), self.issuer, clock.now())
        return None


class EnterPerson(SheetStep):
    """Enter who declared among the office's persons, from where a case is opened or a contact entered."""

    def prepare(self) -> None:
        super().prepare()
        if not confirming.may_confirm(self.issuer):
            raise PermissionDenied

    def act(self) -> HttpResponse:
        return redirect("persons:person", tracing.enter_person(self.object, self.issuer, clock.now()).pseudonym)


class OpenCase(EnterPerson):
    """Open a suspected case of who declared, and go on to it."""

    def act(self) -> HttpResponse:
        try:
            day = dt.date.fromisoformat(self.request.POST.get("day", ""))
        except ValueError:
            return self.problem(gettext("Choose the day."))
        try:
            return self.trace(day)
        except CaseError as error:
            return self.problem(sentence_of(error))

    def trace(self, day: dt.date) -> HttpResponse:
        return redirect("diagnosis:detail", tracing.open_case(self.object, day, self.issuer, clock.now()).pk)


class EnterContact(OpenCase):
    """Enter who declared as a contact, and go on to it."""

    def trace(self, day: dt.date) -> HttpResponse:
        try:
            setting = Setting(self.request.POST.get("setting", ""))
        except ValueError:
            return self.problem(gettext("Choose where they met."))
        made = tracing.enter_contact(self.object, day, setting, self.issuer, clock.now())
        return redirect("episodes:episode", made.pk)


class Times(OfficerPage):
    """Show how long people waited for a call in the last seven days, by place."""

    access = of_places
    nav, template_name = "declarations", "declarations/times.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = clock.today()
        rows = [
            {
                "times": each,
                "name": place_name(each.place, today),
                "median": _span(each.median),
                "ninety_fifth": _span(each.ninety_fifth),
            }
            for each in queries.times(self.officer, self.own, clock.now())
        ]
        reads = confirming.may_read_health(Issuer(officer=self.officer))
        return super().get_context_data(**{"rows": rows, "reads": reads} | kwargs)


def _span(minutes: int | None) -> str:
    if minutes is None:
        return "–"
    hours, rest = divmod(minutes, 60)
    if not hours:
        return gettext("%(n)s min") % {"n": number_text(rest)}
    return gettext("%(hours)s h %(minutes)s min") % {"hours": number_text(hours), "minutes": number_text(rest)}


# --- files ------------------------------------------------------------------------------------------------------------


class TableCsv(FilePage):
    """Send the newest declarations as CSV (UTF-8 with a mark, as spreadsheet programs want it)."""

    access = reading
    content_type, disposition = "text/csv; charset=utf-8", "attachment"
    ending: ClassVar[str] = "csv"

    def draw(self) -> bytes | str:
        return "\ufeff" + csv_text(self.lines())

    def file_name(self) -> str:
        return f"declarations-{clock.today():%Y%m%d}.{self.ending}"

    def lines(self) -> Iterator[Iterable[object]]:
        """Return the head of the table, then its rows."""
        yield [
            gettext("Came"),
            gettext("Form"),
            gettext("Version"),
            gettext("Urgency"),
            gettext("State"),
            gettext("What came of the call"),
            gettext("Code"),
            gettext("Place"),
            gettext("First answered"),
        ]
        named = titles()
        rows = queries.visible(self.officer).defer("identity", "answers", "receipt")
        for row in rows.order_by(*queries.NEWEST)[:MOST_ROWS].iterator():
            yield [
                _moment(row.received_at),
                named.get((row.form, row.version), row.form),
                row.version,
                level_tag(row)[2],
                row.get_state_display(),
                row.get_result_display() if row.result else "",
                (codes_of(row.place) or [""])[-1],
                place_name(row.place, row.day),
                _moment(row.answered_at) if row.answered_at else "",
            ]


class TableXlsx(TableCsv):
    """Send the same as a workbook."""

    content_type, ending = XLSX, "xlsx"

    def draw(self) -> bytes | str:
        return xlsx_table(gettext("Health declarations"), self.lines())


def _moment(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
