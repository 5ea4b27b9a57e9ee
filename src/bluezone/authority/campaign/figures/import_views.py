"""Tables of figures: brought, looked at with every problem, decided on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.campaign.figures import imports
from bluezone.authority.campaign.figures.entry_views import say_problem
from bluezone.authority.campaign.figures.errors import FigureError
from bluezone.authority.campaign.figures.forms import UploadForm
from bluezone.authority.campaign.figures.models import FigureImport
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.pages import officers_page
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, page_language, sentence_of, unit_name
from bluezone.authority.site.uploads.limits import MAX_UPLOAD_BYTES, too_big
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.imports import Preview, PreviewRow
from bluezone.rollout.language import say_date
from bluezone.rollout.problems import Severity

#: so many problems are shown; of more, how many there are
SHOWN_PROBLEMS = 200
SHOWN_ROWS = 50
_SHOWN_IMPORTS = 20


def _for_tables(request: HttpRequest) -> None:
    if scope.required(request.user).role is Role.UNIT_HEAD:
        raise PermissionDenied


def _readable(request: HttpRequest) -> QuerySet[FigureImport]:
    return scope.visible(FigureImport.objects.select_related("officer"), request.user)


def _own(request: HttpRequest, import_id: uuid.UUID) -> FigureImport:
    """An import the officer may decide on: the own ones, while the jurisdiction is the same."""
    own = FigureImport.objects.filter(officer=request.user, place=request.user.place)
    return get_object_or_404(own, pk=import_id)


@officers_page
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Bring a file."""
    _for_tables(request)
    form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    if request.method == "POST":
        if too_big(request):
            text = _("The file is larger than the %(limit)s bytes that are taken: split it by province or month.")
            form.errors["file"] = form.error_class([text % {"limit": number_text(MAX_UPLOAD_BYTES)}])
        elif form.is_valid():
            file = form.cleaned_data["file"]
            try:
                made = imports.receive(
                    file.read(),
                    file.name,
                    request.user,
                    clock.now(),
                    default_date=form.cleaned_data["default_date"],
                    source=form.cleaned_data["source"],
                )
            except (FigureError, RolloutError) as error:
                form.add_error("file", sentence_of(error))
            else:
                return redirect("figures:import", made.pk)
    context = {"nav": "import", "form": form, "earlier": _readable(request).order_by("-received_at")[:_SHOWN_IMPORTS]}
    return render(request, "figures/upload.html", context, status=400 if form.errors else 200)


@officers_page
@require_GET
def show(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """A file with its problems, or what became of it."""
    _for_tables(request)
    found = get_object_or_404(_readable(request), pk=import_id)
    return _page(request, found)


@officers_page
@require_POST
def store(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Store the good rows, and those in doubt that are confirmed."""
    _for_tables(request)
    pending = _own(request, import_id)
    if pending.state != FigureImport.State.PENDING:
        return redirect("figures:import", pending.pk)
    try:
        confirmed = _confirmed(request, pending)
        imports.decide(pending.pk, request.user, clock.now(), shown=request.POST.get("shown", ""), confirmed=confirmed)
    except FigureError as error:
        pending.refresh_from_db()
        return _page(request, pending, sentence_of(error), status=409)
    return redirect("figures:import", pending.pk)


def _confirmed(request: HttpRequest, pending: FigureImport) -> frozenset[int]:
    if request.POST.get("confirm_all") == "yes":
        return imports.look(pending, clock.now()).lines(Severity.DOUBT)
    return frozenset(int(line) for line in request.POST.getlist("confirmed") if line.isascii() and line.isdecimal())


@officers_page
@require_POST
def cancel(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """Throw the file away; nothing is stored."""
    _for_tables(request)
    pending = _own(request, import_id)
    imports.cancel(pending.pk, clock.now())
    return redirect("figures:import", pending.pk)


def _page(request: HttpRequest, found: FigureImport, problem: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"nav": "import", "found": found, "problem": problem}
    if found.state == FigureImport.State.PENDING:
        context |= _preview_context(imports.look(found, clock.now()))
        context["mine"] = found.officer_id == request.user.pk and found.place == request.user.place
        context["until"] = found.received_at + imports.LIFE
    return render(request, "figures/import.html", context, status=status)


def _preview_context(preview: Preview) -> dict[str, Any]:
    errors, doubts = preview.lines(Severity.ERROR), preview.lines(Severity.DOUBT)
    good = [row for row in preview.rows if row.count and row.line not in errors | doubts]
    texts = {row.line: row.text for row in preview.rows}
    askable = dict.fromkeys(doubts - errors, True)  # the checkbox of a line stands at its first doubt
    problems = [
        {
            "line": problem.line,
            "column": problem.column,
            "unit": texts.get(problem.line, ""),
            "severity": problem.severity.value,
            "sentence": say_problem(problem),
            "ask": problem.severity is Severity.DOUBT and askable.pop(problem.line, False),
        }
        for problem in preview.problems
    ]
    return {
        "shown": imports.fingerprint(preview),
        "rows": len(preview.rows),
        "good": len(good),
        "new": sum(row.change == "new" for row in good),
        "changed": sum(row.change == "changed" for row in good),
        "unchanged": sum(row.change == "unchanged" for row in good),
        "bad": len(errors),
        "doubtful": len(doubts - errors),
        "problems": problems[:SHOWN_PROBLEMS],
        "more_problems": max(0, len(problems) - SHOWN_PROBLEMS),
        "ignored": preview.ignored_headers,
        "sample": [_sample(row) for row in _first(good)],
        "more_rows": max(0, len(good) - SHOWN_ROWS),
    }


def _first(rows: Iterable[PreviewRow]) -> list[PreviewRow]:
    """The rows to show: those that change something first."""
    order = {"changed": 0, "new": 1, "unchanged": 2}
    return sorted(rows, key=lambda row: (order[row.change], row.line))[:SHOWN_ROWS]


def _sample(row: PreviewRow) -> dict[str, Any]:
    assert row.count is not None
    assert row.unit is not None
    return {
        "line": row.line,
        "unit": unit_name(row.unit),
        "date": say_date(row.count.date, page_language()),
        "installs": number_text(row.count.installs),
        "with_phone": number_text(row.count.with_phone),
        "change": row.change,
        "held": number_text(row.held.installs) if row.held and row.change == "changed" else "",
    }
