"""Serve the officer's pages of cases: those of the jurisdiction, a new case, a case and what is done with it. A code's
page is an answer to a POST, never stored."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis import case_rules, queries, quota, rules, services
from bluezone.authority.diagnosis.case_rules import Likeness, Status
from bluezone.authority.diagnosis.codes import IssuedCode
from bluezone.authority.diagnosis.forms import ChangeForm, NewCaseForm, ResultForm, StatusForm
from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.diagnosis.pages import TONES, code_context, code_state
from bluezone.authority.diagnosis.sending import presenters as sending
from bluezone.authority.officers import scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import DetailPage, FormPage, OfficerPage, OfJurisdiction, OfObject, Step
from bluezone.authority.officers.pages import office_name
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.forms import IdentityForm
from bluezone.authority.site import clock, keyset, registries
from bluezone.authority.site.language import page_language

PAGE_SIZE = 50
STEP_NAMES = {Status.RECOVERED: _("Note as recovered"), Status.CONFIRMED: _("Not recovered yet: take it back")}
_ALIKE = {
    Likeness.DOCUMENT: _("the same document"),
    Likeness.TELEPHONE: _("the same telephone number"),
    Likeness.FILE_NUMBER: _("the same file number"),
}


class Confirmers(OfficerPage):
    """Open a page to who may confirm cases."""

    access = scope.confirming_cases
    nav = "list"

    @property
    def issuer(self) -> Issuer:
        return Issuer(officer=self.officer)

    def code_page(self, case: Case, code: IssuedCode, row: OneTimeCode) -> HttpResponse:
        """Show a code that was issued, once."""
        return render(self.request, "diagnosis/code.html", {"case": case} | code_context(self.request, code, row))


class OfCases(Confirmers, OfJurisdiction):
    """Serve cases of the officer's jurisdiction."""

    access = scope.confirming_cases
    model, reach = Case, queries.visible

    def rows(self) -> QuerySet[Case]:
        return Case.objects.select_related("created_with", "person")


class CaseList(OfCases):
    """List the cases of the officer's jurisdiction, newest first: of one status or all, found by a word."""

    template_name = "diagnosis/list.html"

    def rows(self) -> QuerySet[Case]:
        return super().rows().filter(merged_into=None).prefetch_related("codes")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, now = self.request.GET, clock.now()
        text, status = asked.get("q", "").strip()[:40], asked.get("status", "")
        found = queries.found(self.get_queryset(), text)
        tabs = _tabs(found, status)
        rows = found.filter(status=status) if status in Case.Status.values else found
        page = keyset.page(rows, ("-created_at", "-id"), asked.get("page", ""), PAGE_SIZE)
        persons.open_for((case.person for case in page), self.officer, now)
        names = {place: office_name(place, clock.date_of(now)) for place in {case.place for case in page}}
        context = {
            "page": page,
            "cases": [
                {"case": each, "office": names[each.place], "code_state": _newest_state(each, now),
                 "tone": TONES[each.status]} for each in page
            ],
            "q": text,
            "status": status,
            "tabs": tabs,
            "none_at_all": not any(tab["count"] for tab in tabs) and not text,
            "several_places": len(names) > 1,
            "may_import": scope.jurisdiction(self.officer) is not None,
        }  # fmt: skip
        return super().get_context_data(**context | kwargs)


def _tabs(cases: QuerySet[Case], chosen: str) -> list[dict[str, Any]]:
    """Return the statuses to choose from, with how many cases each has; first: all."""
    counts = dict(cases.order_by().values_list("status").annotate(number=Count("pk")))
    each = [{"value": value, "text": label, "count": counts.get(value, 0)} for value, label in Case.Status.choices]
    return [
        {"value": "", "text": gettext("All"), "count": sum(counts.values()), "here": chosen not in counts},
        *({**tab, "here": tab["value"] == chosen} for tab in each if tab["count"]),
    ]


def _newest_state(case: Case, now: dt.datetime) -> str:
    newest = max(case.codes.all(), key=lambda code: code.id, default=None)
    return code_state(newest, now) if newest else ""


class NewCase(Confirmers, FormPage):
    """Show the form of a new case, and on success the code."""

    template_name = "diagnosis/new.html"
    nav, wrong_at = "new", ""
    form_class: Any = NewCaseForm

    def act(self) -> HttpResponse:
        values, now = self.form.cleaned_data, clock.now()
        if queries.visible_cases(self.officer).filter(id=values["case_id"]).exists():
            return redirect("diagnosis:detail", values["case_id"])  # the same form again: a page reloaded
        new = services.NewCase(**values)
        try:
            if new.report_type == Case.ReportType.SUSPECTED:
                return redirect("diagnosis:detail", services.open_without_code(new, self.issuer, now).pk)
            return self.code_page(*services.open_case(new, self.issuer, now))
        except IntegrityError:  # the id of somebody else's case, or of the same form sent twice at once
            return redirect("diagnosis:list")

    def way_back(self) -> str:
        return reverse("diagnosis:list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"left": quota.left(self.issuer, clock.now())} | kwargs)


# --- a case -----------------------------------------------------------------------------------------------------------


class OfCase(OfCases, OfObject):
    """Serve one case."""

    named = "case_id"
    object: Case

    def prepare(self) -> None:
        super().prepare()
        persons.open_for([self.object.person], self.officer, clock.now())

    def way_back(self) -> str:
        return reverse("diagnosis:detail", args=[self.object.pk])


class CasePage(OfCase, DetailPage):
    """Show one case: what is known, what may be done."""

    template_name = "diagnosis/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, now = self.object, clock.now()
        editable = queries.editable_cases(self.officer)
        may_change = case.merged_into_id is None and editable.filter(pk=case.pk).exists()
        duplicates = queries.likely_duplicates(case, editable) if may_change else []
        merged = list(case.merged.select_related("person"))
        persons.open_for((each.person for each in (*(other for other, _why in duplicates), *merged)), self.officer, now)
        found = {
            "case": case,
            "office": office_name(case.place, clock.date_of(now)),
            "window": case.window,
            "window_reason": case.window.rule.reason[page_language()] if case.window else "",
            "tone": TONES[case.status],
            "may_change": may_change,
            "codes": [
                {"row": code, "state": code_state(code, now), "used": code.used_at and code.used_at.replace(minute=0)}
                for code in case.codes.order_by("-id")
            ],
            "may_issue": may_change and case.report_type in rules.CERTIFIED,
            "result": ResultForm(case=case) if may_change and case.results else None,
            "said": [text for said in registries.case_results for text in said(str(case.pk))] if may_change else (),
            "awaits_result": case.status == Status.SUSPECTED,
            "steps": [(each.value, STEP_NAMES[each]) for each in case_rules.steps_from(Status(case.status))]
            if may_change
            else (),
            "is_own": case.place == self.issuer.place,
            "duplicates": [(other, _ALIKE[why]) for other, why in duplicates],
            "merged": merged,
            "may_part": _may_part(case, editable, now),
            "ways": [link(str(case.pk)) for link in registries.case_links] if may_change else (),
            "sending": sending.case_part(case, self.issuer, now, kwargs.get("send"), kwargs.get("stop")),
        }
        return super().get_context_data(**found | kwargs)


def _may_part(case: Case, editable: QuerySet[Case], now: dt.datetime) -> bool:
    row = case.merges.filter(undone_at=None).first()
    return row is not None and case_rules.may_undo(row.merged_at, None, now) and editable.filter(pk=case.pk).exists()


class _OwnCase(OfCase):
    """Serve a case the officer may change; what is done with one that was merged is done with the case it is."""

    reach = queries.editable

    def rows(self) -> QuerySet[Case]:
        return super().rows().filter(merged_into=None)


class CaseStep(Step, _OwnCase, CasePage):
    """Do something with a case, by a button or a form of its page."""

    form_name, done = "none", ""

    def way_back(self) -> str:
        return OfCase.way_back(self)


class NewCode(CaseStep):
    """Issue another code for a case whose last one was lost or has expired."""

    def act(self) -> HttpResponse:
        return self.code_page(self.object, *services.new_code(self.object, self.issuer, clock.now()))


class ChangeResult(CaseStep):
    """Record a test's result or its correction, and show the code with which the phone publishes or revises."""

    form_class: Any = ResultForm
    form_name, wrong_at = "result", ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"case": self.object}

    def act(self) -> HttpResponse:
        values = self.form.cleaned_data
        code, row = services.change_result(
            self.object, values["report_type"], values["test_date"], self.issuer, clock.now()
        )
        return self.code_page(self.object, code, row)


class ChangeStatus(CaseStep):
    """Note how a case goes on, without a test's result."""

    form_class: Any = StatusForm

    def act(self) -> None:
        services.change_status(self.object, Status(self.form.cleaned_data["status"]))

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        wrong = {"problem": gettext("Choose one of the steps below.")} if self.form and self.form.errors else {}
        return super().show(status, **wrong | context)


class Merge(CaseStep):
    """Note that another case is this one."""

    def act(self) -> None:
        other = get_object_or_404(self.get_queryset(), pk=self.kwargs["other_id"])
        services.merge(self.object, other, clock.now())


class Part(CaseStep):
    """Part a case from the one it was merged into."""

    def rows(self) -> QuerySet[Case]:
        return Case.objects.select_related("created_with", "person")

    def act(self) -> None:
        services.undo_merge(self.object, clock.now())


class NamePerson(_OwnCase, FormPage):
    """Enter who a case is: the owning office alone."""

    form_class: Any = IdentityForm
    title = _("Who is it")
    lead = _(
        "Enter what you need to reach the person, no more. It is encrypted, stands apart from the case, and everywhere "
        "else there is a pseudonym."
    )
    done, wrong_at = "", ""

    def rows(self) -> QuerySet[Case]:
        return super().rows().filter(place=self.issuer.place)

    def act(self) -> None:
        services.name_person(self.object, self.form.identity, clock.now())


class ChangeCase(_OwnCase, FormPage):
    """Correct a case's dates and file number."""

    form_class: Any = ChangeForm
    turn = "cases"
    title = _("Correct the case")
    lead = _("The days say when the person was infectious. Codes that are out already go by the corrected days.")
    done = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"case": self.object}

    def act(self) -> None:
        services.change_case(self.object, now=clock.now(), **self.form.cleaned_data)
