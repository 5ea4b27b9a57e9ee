"""Serve the pages of how people are reached: the overview of a place, a unit's families, a hamlet's rounds from house
to house, the tasks of a union."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import FormPage, OfJurisdiction, OfObject, Reach, Step
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, codes_of, directing_over, place_of
from bluezone.authority.officers.pages import place_name
from bluezone.authority.outreach import presenters, queries, services
from bluezone.authority.outreach.forms import FamiliesForm, HouseholdsForm, TaskForm, TeamForm, VisitsForm
from bluezone.authority.outreach.models import UnionTask, VisitTeam
from bluezone.authority.outreach.rules import KEPT_DAYS, OutreachError, TallyError, sees_households
from bluezone.authority.outreach.sums import MOST_UNITS, families_of, households_of
from bluezone.authority.site import clock
from bluezone.authority.site.fields import CountField, DayField
from bluezone.authority.site.language import number_text, page_language, sentence_of
from bluezone.authority.units import posts
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.queries import in_order
from bluezone.geography.units import UnitCode
from bluezone.i18n import format_date
from bluezone.rollout import families as rules
from bluezone.rollout.families import FamilyTally, TreeTally
from bluezone.rollout.households import Outcome, Team, coverage, format_numbers, rounds

PAGE_SIZE = 50
#: units of a school or zone in one table of families
MOST_INSIDE = 200
#: what a unit's form of families asks for; members and family with the app are reported with the unit's figure
ASKED = ("told", "reached", "families_with_app", "pledging", "pledged")
#: in the table of a school's classes
_IN_TABLE = ("told", "reached", "families_with_app")


class Overview(OfJurisdiction):
    """Show one of the three ways of reaching people (`?of=`): totals of the place, and a line for each unit."""

    model, nav = Organisation, "outreach"

    @cached_property
    def part(self) -> str:
        asked = self.request.GET.get("of", "")
        return asked if asked in ("households", "unions") else "families"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.own.role is Role.UNIT_HEAD:
            return redirect("units:unit", codes_of(self.own.place)[-1])
        return super().get(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        return [f"outreach/{self.part}_overview.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        day = clock.today()
        facts = {"part": self.part, "place": place_name(self.own.place, day), "day": format_date(day, page_language())}
        shown = {"families": self._families, "households": self._households, "unions": self._unions}[self.part]()
        return super().get_context_data(**facts | shown | kwargs)

    def _page(self, rows: Any) -> Any:
        return Paginator(rows, PAGE_SIZE).get_page(self.request.GET.get("page"))

    def _families(self) -> dict[str, Any]:
        sums = families_of(self.get_queryset(), clock.today())
        units, found, total = sums.units, sums.tallies, sums.total
        known = [each for each in units if not found[each.code].tally.is_empty]
        page = self._page(sorted(units, key=lambda each: found[each.code].tally.is_empty))
        return {
            "page": page,
            "rows": [{"unit": each, "tally": presenters.tally(each, found[each.code])} for each in page],
            "known": number_text(len(known)),
            "all": number_text(len(units)),
            "total": presenters.tally(
                Organisation(headcount=sum(each.headcount or 0 for each in known) or None, with_families=True),
                TreeTally(FamilyTally(total.told, total.reached, None, total.pledging, total.pledged)),
            ),
            "with_app": number_text(sums.with_app),
            "reached_with_app": presenters.share_text(sums.with_app, total.reached),
        }

    def _households(self) -> dict[str, Any]:
        rows, exactly = self.get_queryset(), self.own.role is Role.COMMUNE
        every = list(queries.hamlets(rows)[:MOST_UNITS])
        sums = households_of(rows, clock.today(), exactly=exactly)
        page = self._page(
            sorted(every, key=lambda each: each.hamlet.visited / each.hamlet.households
                   if hasattr(each, "hamlet") and each.hamlet.households else 0)
        )  # fmt: skip
        return {
            "page": page,
            "rows": [presenters.hamlet_row(each, exactly=exactly) for each in page],
            "hamlets": number_text(len(every)),
            "counted": number_text(sums.counted),
            "uncounted": len(every) - sums.counted,
            "households": number_text(sums.households),
            "visited": number_text(sums.visited),
            "share": presenters.share_text(sums.visited, sums.households),
            "never": number_text(max(0, sums.households - sums.visited)),
            "with_app": number_text(sums.with_app),
            "refused": number_text(sums.refused),
            "absent": number_text(sums.absent),
            "untouched": number_text(sum(1 for each in every if not (hasattr(each, "hamlet") and each.hamlet.visited))),
            "opens": exactly,
        }

    def _unions(self) -> dict[str, Any]:
        unions, day = queries.unions(self.get_queryset()), clock.today()
        tasks = queries.tasks_in(unions)
        page = self._page(tasks)
        totals = queries.task_totals(tasks, day)
        names = ("done", "overdue", "coming", "asked", "helped")
        return {
            "page": page,
            "rows": [presenters.task_row(each, day) for each in page],
            "totals": {name: number_text(getattr(totals, name)) for name in names},
            "overdue": totals.overdue,
            "unions": [{"code": each.code, "name": each.name} for each in unions[:PAGE_SIZE]],
            "without": number_text(unions.exclude(pk__in=tasks.values("organisation")).count()),
            "any": unions.exists(),
        }


class OfUnit(OfObject):
    """Serve a page of an open unit of which the officer may enter something: its head, that of a unit that holds it, or
    an officer of a place it lies in."""

    reach: ClassVar[Reach] = scope.editable
    model, by, nav = Organisation, "code", "outreach"
    #: the part of the unit's page that shows what is stored
    part = ""
    object: Organisation

    def rows(self) -> QuerySet[Organisation]:
        return Organisation.objects.filter(closed_on=None).select_related("parent")

    def way_back(self) -> str:
        return f"{reverse('units:unit', args=[self.object.code])}#{self.part}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"unit": self.object} | kwargs)


class Families(OfUnit, FormPage):
    """Enter a unit's tally of a day; a number that falls is asked about once."""

    template_name, form_class, part, done = "outreach/families.html", FamiliesForm, "families", ""

    def get_form_kwargs(self) -> dict[str, Any]:
        before = queries.own_tally(self.object, clock.today()) or FamilyTally()
        initial = {name: number_text(getattr(before, name)) for name in ASKED}
        initial |= {"date": presenters.day_text(clock.today())}
        return {"initial": initial, "is_school": self.object.sector == "schools"}

    def act(self) -> HttpResponse | None:
        cleaned = self.form.cleaned_data
        changes = {name: cleaned[name] for name in ASKED if cleaned[name] is not None}
        fallen = _fallen(self.object, cleaned["date"], changes)
        if fallen and self.request.POST.get("confirm") != "yes":
            fields = self.form.fields
            return self.show(400, fallen=[
                {"label": fields[name].label, "before": number_text(old), "now": number_text(changes[name])}
                for name, old in fallen.items()
            ])  # fmt: skip
        services.save_tally(self.object, cleaned["date"], changes, clock.today())
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = {"is_school": self.object.sector == "schools", "headcount": number_text(self.object.headcount)}
        return super().get_context_data(**facts | kwargs)


def _fallen(unit: Organisation, date: dt.date, changes: Mapping[str, int | None]) -> dict[str, int]:
    """Return the running totals that would be smaller than they were by that day."""
    before = queries.own_tally(unit, date) or FamilyTally()
    return {name: getattr(before, name) for name in rules.fallen(before, FamilyTally(**changes))}


class FamiliesOfUnits(OfUnit, FormPage):
    """Enter the tallies of all classes of a school in one table. An empty cell says nothing; what cannot be is named in
    its line, and the other lines are stored."""

    template_name, part, done = "outreach/families_of_units.html", "families", ""

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        children = list(scope.editable(self.object.children.filter(closed_on=None), self.request.user))
        children = sorted(children, key=lambda each: in_order(each.name))[:MOST_INSIDE]
        known = queries.tallies(children, clock.today())
        return [self._line(child, known[child.code].tally) for child in children]

    def _line(self, child: Organisation, before: FamilyTally) -> dict[str, Any]:
        cells = [
            {
                "name": name,
                "field": f"{name}-{child.code}",
                "before": number_text(getattr(before, name)),
                "value": self.request.POST.get(f"{name}-{child.code}", "")[:20],
            }
            for name in _IN_TABLE
        ]
        return {"unit": child, "headcount": number_text(child.headcount), "cells": cells, "wrong": ""}

    def act(self) -> HttpResponse | None:
        try:
            date = DayField().clean(self.request.POST.get("date", ""))
        except ValidationError as error:
            return self.show(400, wrong_day=" ".join(error.messages))
        stored = sum(_store(line, date) for line in self.lines)
        wrong = sum(bool(line["wrong"]) for line in self.lines)
        return self.show(400, stored=stored, wrong=wrong) if wrong else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {
            "rows": self.lines,
            "is_school": self.object.sector == "schools",
            "date": self.request.POST.get("date", presenters.day_text(clock.today()))[:20],
            "wrong_day": "",
            "stored": 0,
            "wrong": 0,
        }
        return super().get_context_data(**context | kwargs)


def _store(line: dict[str, Any], date: dt.date) -> bool:
    """Store a line of the table; note in it what is wrong."""
    try:
        values = {
            cell["name"]: CountField(required=False).clean(cell["value"])
            for cell in line["cells"]
            if cell["value"].strip()
        }
        if not values:
            return False
        if _fallen(line["unit"], date, values):
            line["wrong"] = _("A total is smaller than before: correct it on the page of the unit itself.")
            return False
        services.save_tally(line["unit"], date, values, clock.today())
    except ValidationError as error:
        line["wrong"] = " ".join(error.messages)
    except (OutreachError, TallyError) as error:
        line["wrong"] = sentence_of(error)
    return not line["wrong"]


class HouseholdPage(OfUnit):
    """Serve the page of a hamlet's rounds: who goes where, who was visited, who never was."""

    template_name = "outreach/households.html"
    #: the one that is changed
    team: VisitTeam | None = None

    def get_object(self) -> Organisation:
        """Return a hamlet whose single households the officer may see. Raises Http404 for others."""
        found: Organisation = super().get_object()
        if not sees_households(self.own, found):
            raise Http404
        return found

    def way_back(self) -> str:
        return f"{reverse('outreach:households', args=[self.object.code])}#{self.part}"

    @cached_property
    def households(self) -> int | None:
        return queries.households_of(self.object)

    def visits_form(self) -> dict[str, Any]:
        """Return what the form of a day's visits needs."""
        return {"initial": {"date": presenters.day_text(clock.today())}, "households": self.households}

    def number_form(self) -> dict[str, Any]:
        """Return what the form of the number of households needs."""
        return {"initial": {"households": number_text(self.households)}}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        number, teams = self.households, queries.teams_of(self.object)
        state = rounds(queries.visits_of(self.object), number)
        covered, names = coverage([rule for _row, rule in teams], number), presenters.outcome_names()
        context = {
            "form": VisitsForm(**self.visits_form()),
            "number_form": HouseholdsForm(**self.number_form()),
            "team_form": TeamForm(),
            "team": self.team,
            "households": number_text(number),
            "visited": number_text(state.visited),
            "share": presenters.share_text(state.visited, number),
            "counts": [(names[each], number_text(state.counts[each])) for each in Outcome if state.counts[each]],
            "never": _by_team(state.never, teams),
            "absent": _by_team(state.absent, teams),
            "days": presenters.days(queries.days_of(self.object)),
            "teams": [{"row": row, "visited": _visited(rule, state.never)} for row, rule in teams],
            "twice": format_numbers(covered.twice) if teams else "",
            "nobody": format_numbers(covered.nobody) if teams else "",
            "kept_days": KEPT_DAYS,
        }
        return super().get_context_data(**context | kwargs)


def _by_team(numbers: Sequence[int], teams: Sequence[tuple[VisitTeam, Team]]) -> list[tuple[str, str]]:
    """Return household numbers by who goes there; last those that no team goes to."""
    rest, found = set(numbers), []
    for _row, team in teams:
        own = [number for number in team.numbers if number in rest]
        if own:
            found.append((team.name, format_numbers(own)))
            rest -= set(own)
    return [*found, *([("", format_numbers(rest))] if rest else [])]


def _visited(team: Team, never: Sequence[int]) -> str:
    missing = set(never) & set(team.numbers)
    return f"{len(team.numbers) - len(missing)}/{len(team.numbers)}" if team.numbers else ""


class Households(HouseholdPage, FormPage):
    """Show a hamlet's rounds, and take the visits of a day."""

    form_class, part, wrong_at, done = VisitsForm, "rounds", "", ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return self.visits_form()

    def act(self) -> None:
        services.record_visits(self.object, self.form.cleaned_data["date"], self.form.outcomes(), clock.today())


class SetHouseholds(Step, HouseholdPage):
    """Store how many households a hamlet has."""

    form_class, form_name, part, turn, done = HouseholdsForm, "number_form", "rounds", "households", ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return self.number_form()

    def act(self) -> None:
        services.set_households(self.object, self.form.cleaned_data["households"])

    way_back = HouseholdPage.way_back


class TakeBack(Step, HouseholdPage):
    """Take back visits of a day that were entered by mistake."""

    part, done = "days", ""

    def get_form(self) -> VisitsForm:
        posted = self.request.POST
        asked = {"date": posted.get("date", ""), "has": posted.get("numbers", "")}
        return VisitsForm(asked, households=self.households)

    def act(self) -> None:
        services.take_back_visits(self.object, self.form.cleaned_data["date"], self.form.cleaned_data["has"])

    way_back = HouseholdPage.way_back


class AddTeam(Step, HouseholdPage):
    """Add who goes from house to house."""

    form_class, form_name, part, wrong_at, done = TeamForm, "team_form", "teams", "numbers", ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"name": self.team.name, "numbers": self.team.numbers} if self.team is not None else {}}

    def act(self) -> None:
        services.save_team(self.object, self.form.cleaned_data["name"], self.form.cleaned_data["numbers"], self.team)

    way_back = HouseholdPage.way_back


class ChangeTeam(AddTeam):
    """Change who goes from house to house, or take it off the list (`drop`)."""

    http_method_names: Sequence[str] = FormPage.http_method_names
    turn = "teams"
    team: VisitTeam

    def prepare(self) -> None:
        super().prepare()
        self.team = get_object_or_404(VisitTeam, organisation=self.object, pk=self.kwargs["key"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.POST.get("drop"):
            return super().post(request, *args, **kwargs)
        self.team.delete()
        return redirect(self.way_back())


class TaskPage(FormPage):
    """Ask what a union takes on, where and by when; of a task there is, whom it reached."""

    template_name, form_class, done = "outreach/task.html", TaskForm, ""
    object: Any

    @property
    def task(self) -> UnionTask | None:
        """Return the task; None of a new one."""
        return self.object if isinstance(self.object, UnionTask) else None

    @property
    def union(self) -> Organisation:
        return self.object.organisation if isinstance(self.object, UnionTask) else self.object

    @cached_property
    def around(self) -> Jurisdiction:
        """Return the jurisdiction over the place the union works in: it works in the units of all."""
        return directing_over(place_of(UnitCode.parse(self.union.within)))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"place": self.around, "is_new": self.task is None}

    def act(self) -> None:
        is_given = self.own.role is not Role.UNIT_HEAD
        cleaned, today = self.form.cleaned_data, clock.today()
        services.save_task(self.union, cleaned, self.officer, today=today, is_given=is_given, task=self.task)

    def way_back(self) -> str:
        return f"{reverse('units:unit', args=[self.union.code])}#tasks"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"unit": self.union, "task": self.task, "places": posts.suggestions(self.around.place)}
        return super().get_context_data(**context | kwargs)


class NewTask(TaskPage, OfUnit):
    """Take on a task for a union, or give it one."""

    def rows(self) -> QuerySet[Organisation]:
        return super().rows().filter(sector="unions")


class OfTask(OfObject):
    """Serve a page of a union's task."""

    reach: ClassVar[Reach] = scope.editable
    model, named, place_field, nav = UnionTask, "key", "organisation__place", "outreach"
    object: UnionTask

    def rows(self) -> QuerySet[UnionTask]:
        return UnionTask.objects.select_related("organisation", "at")


class ChangeTask(OfTask, TaskPage):
    """Change a task, or say that it is done and whom it reached."""

    turn = "tasks of unions"

    def get_form_kwargs(self) -> dict[str, Any]:
        task = self.object
        stored = {
            "kind": task.kind,
            "title": task.title,
            "at": f"{task.at.name} · {task.at.code}" if task.at is not None else "",
            "due": presenters.day_text(task.due),
            "asked": number_text(task.asked),
            "helped": number_text(task.helped),
        }
        done_on = {"done_on": presenters.day_text(task.done_on)} if task.done_on is not None else {}
        return super().get_form_kwargs() | {"initial": stored | done_on}

    def get_form(self) -> TaskForm:
        form: TaskForm = super().get_form()
        form.fields["done_on"].initial = presenters.day_text(clock.today())  # offered where none is stored
        return form


class DropTask(Step, OfTask):
    """Take a task off the list that should not be there."""

    done = ""

    def act(self) -> None:
        self.object.delete()  # the audit log keeps it

    def way_back(self) -> str:
        return f"{reverse('units:unit', args=[self.object.organisation.code])}#tasks"
