"""Serve the pages of a union's tasks: what it takes on or is given, where, by when, and whom it reached."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, directing_over, place_of
from bluezone.authority.officers.pages import officers_page
from bluezone.authority.outreach import presenters, services
from bluezone.authority.outreach.forms import TaskForm
from bluezone.authority.outreach.models import UnionTask
from bluezone.authority.outreach.pages import entered
from bluezone.authority.outreach.rules import OutreachError, task_state
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, sentence_of
from bluezone.authority.site.records import one_at_a_time
from bluezone.authority.units import posts
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import UnitCode


def _around(union: Organisation) -> Jurisdiction:
    """Return the jurisdiction over the place a union works in: it works in the units of all."""
    return directing_over(place_of(UnitCode.parse(union.within)))


@officers_page
@require_http_methods(["GET", "POST"])
def new_task(request: HttpRequest, code: str) -> HttpResponse:
    """Take on a task for a union, or give it one."""
    union = entered(request, code)
    if union.sector != "unions":
        raise Http404
    form = TaskForm(_around(union), request.POST or None, is_new=True)
    return _form(request, union, form, None)


@officers_page
@require_http_methods(["GET", "POST"])
@one_at_a_time("tasks of unions")
def change_task(request: HttpRequest, key: int) -> HttpResponse:
    """Change a task, or say that it is done and whom it reached."""
    task = _task(request, key)
    initial = {
        "kind": task.kind,
        "title": task.title,
        "at": f"{task.at.name} · {task.at.code}" if task.at is not None else "",
        "due": presenters.day_text(task.due),
        "done_on": presenters.day_text(task.done_on),
        "asked": number_text(task.asked),
        "helped": number_text(task.helped),
    }
    form = TaskForm(_around(task.organisation), request.POST or None, initial=initial, is_new=False)
    if task.done_on is None:  # what is offered, not what is stored
        del form.initial["done_on"]
        form.fields["done_on"].initial = presenters.day_text(clock.today())
    return _form(request, task.organisation, form, task)


def _task(request: HttpRequest, key: int) -> UnionTask:
    rows = UnionTask.objects.select_related("organisation", "at")
    return get_object_or_404(scope.editable(rows, request.user, "organisation__place"), pk=key)


def _form(request: HttpRequest, union: Organisation, form: TaskForm, task: UnionTask | None) -> HttpResponse:
    own = scope.required(request.user)
    if request.method == "POST" and form.is_valid() and form.is_current():
        try:
            services.save_task(
                union,
                form.cleaned_data,
                scope.officer(request.user),
                today=clock.today(),
                is_given=own.role is not Role.UNIT_HEAD,
                task=task,
            )
        except OutreachError as error:
            form.add_error(error.field if error.field in form.fields else None, sentence_of(error))
        else:
            return redirect(f"{reverse('units:unit', args=[union.code])}#tasks")
    context: dict[str, Any] = {
        "nav": "outreach",
        "unit": union,
        "form": form,
        "task": task,
        "state": task_state(task.due, task.done_on, clock.today()) if task else "",
        "places": posts.suggestions(_around(union).place),
    }
    return render(request, "outreach/task.html", context, status=400 if form.errors else 200)


@officers_page
@require_POST
def drop_task(request: HttpRequest, key: int) -> HttpResponse:
    """Take a task off the list that should not be there."""
    task = _task(request, key)
    union = task.organisation
    services.drop_task(task)
    return redirect(f"{reverse('units:unit', args=[union.code])}#tasks")
