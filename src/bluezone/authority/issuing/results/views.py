"""Serve the page of laboratories' results that wait for an officer."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bluezone.authority.diagnosis.pages import confirmers_page
from bluezone.authority.issuing.results import queries
from bluezone.authority.officers import scope

PAGE_SIZE = 50


@confirmers_page
@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """List results of laboratories that may not confirm, and corrections, with what was said before."""
    rows = queries.tasks_of(scope.officer(request.user))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "issuing/results.html", {"nav": "results", "page": page})


@confirmers_page
@require_POST
def done(request: HttpRequest, result_id: int) -> HttpResponse:
    """Note that an officer has looked at a result."""
    row = get_object_or_404(queries.tasks_of(scope.officer(request.user)), pk=result_id)
    row.is_task = False
    row.save(update_fields=["is_task"])
    return redirect("issuing:results")
