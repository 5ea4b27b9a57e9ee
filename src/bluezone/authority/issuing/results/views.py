"""Serve the pages of laboratories' results: the list, one result, and what an officer decides of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis.case_rules import nearest_first
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.pages import code_context
from bluezone.authority.issuing.models import LabResult
from bluezone.authority.issuing.results import queries, services
from bluezone.authority.issuing.results.forms import AttachForm, GiveForm, ResultFilters
from bluezone.authority.issuing.results.rules import Result
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import DetailPage, ListPage, OfJurisdiction, Sort, Step
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import office_name
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.site import clock
from bluezone.authority.site.registries import Found

#: the tone in which a result is shown, and its icon
TONES = {"positive": ("act", "alert"), "negative": ("safe", "done"), "withdrawn": ("", "off")}


class OfResults(OfJurisdiction):
    """Serve results of the officer's jurisdiction."""

    access = scope.confirming_cases
    nav = "results"
    model = LabResult
    reach = queries.reach

    def open_for(self, rows: Iterable[LabResult]) -> None:
        """Open who the people of results are to the officer."""
        people = (each for row in rows for each in (row.person, row.case.person if row.case else None))
        persons.open_for(people, self.officer, clock.now())

    def rows(self) -> QuerySet[LabResult]:
        return LabResult.objects.select_related("laboratory", "case__person", "person").prefetch_related("corrections")


class ResultList(OfResults, ListPage):
    """List results: those that an office is to look at, positive ones first; or all, found by the laboratory's id."""

    template_name = "issuing/results.html"
    filters = ResultFilters
    sorts = (Sort("sample", _("Sample"), ("sampled_on",)), Sort("received", _("Received"), ("received_at",)))
    ordering = ("-is_task", "-result", "received_at", "pk")

    def present(self, rows: Sequence[LabResult]) -> Sequence[dict[str, Any]]:
        day = clock.today()
        self.open_for(rows)
        names = {place: office_name(place, day) for place in {row.place for row in rows}}
        return [_line(row) | {"office": names[row.place]} for row in rows]


def _line(row: LabResult) -> dict[str, Any]:
    before = [f"{queries.word(old.result)}, {old.sampled_on:%d/%m}" for old in row.corrections.all()]
    return {"row": row, "result": queries.word(row.result), "tone": TONES[row.result], "before": "; ".join(before)}


class ResultPage(OfResults, DetailPage):
    """Show a result: of whom it may be, and what may be decided of it."""

    template_name = "issuing/result.html"
    named = "result_id"
    object: LabResult

    def among(self) -> list[tuple[Case | Person, str]]:
        """Return of whom the result may be, each in words."""
        cases, people = queries.candidates(self.object, self.officer, clock.now())
        persons.open_for((person for person, _each in people), self.officer, clock.now())
        waiting = [(case, gettext("Case %(name)s, a test is awaited") % {"name": case.name}) for case in cases]
        return [*waiting, *((person, f"{person.called}: {each.said}") for person, each in people)]

    def attach_form(self, **sent: Any) -> AttachForm:
        return AttachForm(**sent, officer=self.officer, among=self.among())

    def give_form(self, **sent: Any) -> GiveForm:
        day, here = clock.today(), self.object.place
        names = {place: office_name(place, day) for place in confirming.all_offices_with_right() - {here}}
        return GiveForm(**sent, offices=[(place, names[place]) for place in nearest_first(here, names)])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.object
        self.open_for([row])
        found = _line(row) | {
            "office": office_name(row.place, clock.today()),
            "written": queries.named(row),
            "may_open": row.is_open,
            "attach": self.attach_form() if row.is_open else None,
            "give": self.give_form() if row.is_task and row.is_open else None,
            "may_withdraw": row.result != Result.WITHDRAWN,
            "is_own": row.person is not None and row.person.place == Issuer(officer=self.officer).place,
        }
        return super().get_context_data(**found | kwargs)


class Decide(Step, ResultPage):
    """Decide on a result by a POST; where a code follows from it, it is shown, once."""

    done = ""

    def decide(self) -> services.Code | None:
        """Do it. Raises StatusError, IssueError, CaseError."""
        raise NotImplementedError

    def act(self) -> HttpResponse | None:
        code = self.decide()
        if code is None:
            return None
        self.object.refresh_from_db()
        context = {"case": self.object.case} | code_context(self.request, *code)
        return render(self.request, "diagnosis/code.html", context)

    def way_back(self) -> str:
        return reverse("issuing:result", args=[self.object.pk])


class OpenCase(Decide):
    """Open the case that a result says, of whom the laboratory named."""

    def decide(self) -> services.Code:
        return services.open_case(self.object, self.officer, clock.now())


class Attach(Decide):
    """Note a result on a case, or on a person, whose case a positive one opens."""

    form_name = "attach"

    def get_form(self) -> AttachForm:
        return self.attach_form(data=self.request.POST)

    def decide(self) -> services.Code | None:
        return services.attach(self.object, self.form.cleaned_data["whose"], self.officer, clock.now())


class Withdraw(Decide):
    """Note that a result was a mistake; its case is withdrawn, with the code by which the phone takes back."""

    def decide(self) -> services.Code | None:
        return services.withdraw(self.object, self.officer, clock.now())


class Seen(Decide):
    """Note that an officer has looked at a result."""

    def decide(self) -> None:
        services.note_seen(self.object, self.officer, clock.now())

    def way_back(self) -> str:
        return reverse("issuing:results")


class GiveResult(Decide):
    """Give a result to the office whose it is."""

    form_name = "give"
    wrong_at = "place"

    def get_form(self) -> GiveForm:
        return self.give_form(data=self.request.POST)

    def decide(self) -> None:
        services.give_to(self.object, self.form.cleaned_data["place"], clock.now())

    def way_back(self) -> str:
        return reverse("issuing:results")


def find(text: str, officer: User) -> list[Found]:
    """Find laboratories' results for the one search: by the laboratory's own id, whole."""
    rows = queries.reach(LabResult.objects.filter(external_id=text), officer)[:10]
    return [
        Found(row.external_id, gettext("result of a laboratory"), reverse("issuing:result", args=[row.pk]))
        for row in rows
    ]
