"""Serve the pages of the simulator: the questions, a new question, an answer beside the real adoption."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from bluezone import vega
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import DetailPage, FilePage, FormPage, ListPage, OfObject, Step
from bluezone.authority.simulations import places, services, simulator, wording
from bluezone.authority.simulations.forms import SimulationForm
from bluezone.authority.simulations.models import Simulation
from bluezone.authority.simulations.rules import MAX_UPTAKE, Question, SimulationError
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language, unit_name
from bluezone.errors import N_
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode

ANSWERS = ("answer", "bought", "importations", "order")
#: uptakes compared unless the officer chooses others, beside the place's adoption; and the target of the order of 2020
_UPTAKES, _TARGET = (0.15, 0.30, 0.45, 0.60), 0.30


class SimulationList(ListPage):
    """List the questions of the officer's jurisdiction, newest first."""

    access = scope.directing
    model, nav, template_name = Simulation, "simulations", "simulations/list.html"
    ordering = ("-asked_at",)
    paginate_by = 30

    def rows(self) -> QuerySet[Simulation]:
        return Simulation.objects.defer(*ANSWERS)


class NewSimulation(FormPage):
    """Ask a question about `?unit=63:93` (the own unit without), from another one with `?like=`."""

    access = scope.directing
    nav, template_name = "simulations", "simulations/new.html"
    form_class = SimulationForm

    def prepare(self) -> None:
        self.day = clock.today()
        self.unit = places.asked_unit(self.own, self.request.GET.get("unit", ""), self.day)
        self.known = places.known_of(self.unit, self.day)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.where_installed(super().get, request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.where_installed(super().post, request, *args, **kwargs)

    def where_installed(
        self, answer: Callable[..., HttpResponseBase], request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Answer, or say that there is no simulator on this server."""
        try:
            return answer(request, *args, **kwargs)
        except simulator.SimulatorError as error:
            return render(request, "simulations/absent.html", {"why": str(error), "nav": self.nav}, status=503)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"own": simulator.own_assumptions(), "language": page_language()}

    def get_form(self) -> SimulationForm:
        """Return the form, filled in from another question, else with what an officer wants to know first: today's
        adoption, the target, and beyond."""
        form: SimulationForm = super().get_form()
        known = self.known
        now = {round(known.adoption, 4)} if known.adoption and 0.001 <= known.adoption <= MAX_UPTAKE else set()
        uptakes = tuple(sorted({*now, *_UPTAKES}))
        usual = Question(known.unit.name, known.people or 0, uptakes, headline=_TARGET, sensitivity=True)
        form.fill(self.like() or usual)
        form.initial.update({"deadline": places.deadline_of(self.unit, self.day), "order": known.adoption is not None})
        return form

    def like(self) -> Question | None:
        """Return the question that this one starts from, where the officer may see it."""
        try:
            key = uuid.UUID(self.request.GET.get("like", ""))
        except ValueError:
            return None
        found = scope.visible(Simulation.objects.all(), self.request.user).filter(pk=key).first()
        return found.question if found else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        language = page_language()
        about = {
            "unit": self.unit,
            "units": [(str(each.code), unit_name(each)) for each in places.choices(self.own, self.day)],
            "code": str(self.unit.code),
            "census": wording.census(self.known, language),
            "stands": wording.stands(self.known, language),
        }
        return super().get_context_data(**about | kwargs)

    def act(self) -> HttpResponse:
        unfinished = Simulation.objects.filter(asked_by=self.officer, state__in=Simulation.UNFINISHED).count()
        asked = self.form.question(self.unit.name, unfinished, self.day)
        values, known = self.form.cleaned_data, self.known
        if values["order"]:
            by_commune = values["by"] == "commune"
            order = places.order_of(self.unit, self.day, asked.headline, values["deadline"], by_commune=by_commune)
            if order is None:
                raise SimulationError(
                    "order", N_("There is no figure of its installations yet: nothing can be forecast.")
                )
            asked = replace(asked, order=order)
        stored = Simulation.objects.create(
            unit=str(known.unit.code),
            place=known.place,
            name=known.unit.name,
            vintage=known.vintage if asked.people == known.people else "",
            uptakes=list(asked.uptakes),
            strain=asked.strain or "",
            asked_by=self.officer,
            asked_at=clock.now(),
            **{each: getattr(asked, each) for each in Simulation.AS_ASKED},
        )
        return redirect("simulations:detail", stored.pk)

    def way_out(self) -> str:
        return reverse("simulations:list")


class OfSimulation(OfObject):
    """Serve one question and its answer."""

    access = scope.directing
    model, named, nav = Simulation, "key", "simulations"
    object: Simulation


class SimulationPage(OfSimulation, DetailPage):
    """Show the answer, or the progress towards it."""

    template_name = "simulations/detail.html"

    def rows(self) -> QuerySet[Simulation]:
        return Simulation.objects.select_related("asked_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        simulation, language, day = self.object, page_language(), clock.today()
        unit = catalogue.all_units().unit(UnitCode.parse(simulation.unit))
        own = Simulation.objects.filter(pk=simulation.pk)
        about: dict[str, Any] = {
            "stands": wording.stands(places.known_of(unit, day), language),
            "simulation": simulation,
            "assumed": wording.assumed(simulation, language),
            "may_end": scope.editable(own, self.request.user).exists(),
            "has_curve": places.has_curve(unit, day),
            "told": wording.told(simulation),
        }
        return super().get_context_data(**about | wording.answered(simulation, language) | kwargs)


class Progress(OfSimulation):
    """Return the progress, for the script of a page that waits."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ARG002
        found = self.object
        facts = {"unfinished": found.unfinished, "text": wording.how_far(found), "told": wording.told(found)}
        return JsonResponse(facts | {"done": found.done, "total": found.total})


class EndSimulation(Step, OfSimulation):
    """Withdraw a question that waits or runs."""

    reach = scope.editable
    done = ""

    def act(self) -> None:
        services.end(self.object)

    def way_back(self) -> str:
        return reverse("simulations:detail", args=[self.object.pk])


class DeleteSimulation(Step, OfSimulation):
    """Delete a question and its answer."""

    reach = scope.editable
    done = ""

    def act(self) -> None:
        services.remove(self.object)

    def way_back(self) -> str:
        return reverse("simulations:list")


class Figure(OfSimulation, FilePage):
    """Draw the figure of a part of the answer, as SVG."""

    content_type = "image/svg+xml"

    def draw(self) -> str:
        parts = wording.parts_of(self.object, page_language())
        drawn = next((part["figure"] for part in parts if part["kind"] == self.kwargs["kind"]), None)
        if drawn is None:
            raise Http404
        return vega.svg(drawn)
