"""Serve what officers do with sent codes: send one, stop one, see what ran out and what became of each list."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bluezone.authority.diagnosis.pages import confirmers_page, detail_page, issuer_of, own_case
from bluezone.authority.diagnosis.queries import editable_cases
from bluezone.authority.diagnosis.quota import IssueError
from bluezone.authority.diagnosis.sending import presenters, queries, services
from bluezone.authority.diagnosis.sending.forms import SendForm, StopForm
from bluezone.authority.diagnosis.sending.list_uploads import fate_file
from bluezone.authority.diagnosis.sending.rules import SendingError, Stop
from bluezone.authority.officers import audit_log, scope
from bluezone.authority.site import clock
from bluezone.authority.site.language import sentence_of


@confirmers_page
@require_POST
def send(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Issue a code for a case and send it."""
    case, issuer, now = own_case(request, case_id), issuer_of(request), clock.now()
    form = SendForm(presenters.known(case, issuer)[0], request.POST)
    if not form.is_valid():
        return detail_page(request, case, status=400, send=form)
    try:
        services.send_code(case, issuer, form.cleaned_data["number"], form.cleaned_data["language"], now)
    except IssueError as error:
        return detail_page(request, case, status=error.status, problem=sentence_of(error))
    except SendingError as error:
        return detail_page(request, case, status=409, problem=sentence_of(error))
    return redirect("diagnosis:detail", case.pk)


@confirmers_page
@require_POST
def stop(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Stop the code of a case, or let it run out now."""
    case = own_case(request, case_id)
    form = StopForm(request.POST)
    if not form.is_valid():
        return detail_page(request, case, status=400, problem=_("Choose why the code is stopped."))
    reason, run_out = Stop(form.cleaned_data["reason"]), "run_out" in request.POST
    try:
        services.stop_code(case, issuer_of(request), reason, clock.now(), run_out=run_out)
    except SendingError as error:
        return detail_page(request, case, status=409, problem=sentence_of(error))
    return redirect("diagnosis:detail", case.pk)


@confirmers_page
@require_GET
def codes(request: HttpRequest) -> HttpResponse:
    """Show the codes that ran out unused, and the lists of the officer's office."""
    cases, place = editable_cases(scope.officer(request.user)), issuer_of(request).place
    context: dict[str, Any] = {
        "nav": "codes",
        "ran_out": queries.ran_out(cases),
        "lists": [{"list": each, "counts": presenters.counts_text(each.counts)} for each in queries.lists_of(place)],
        "may_bring": scope.jurisdiction(request.user) is not None,
        "codes_share": presenters.share(place, clock.now()),
    }
    return render(request, "sending/codes.html", context)


@confirmers_page
@require_GET
def fates(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Give what became of each row of a list of the officer's office, as a file."""
    found = get_object_or_404(queries.uploads_of(issuer_of(request).place), pk=upload_id)
    name = f"codes-{found.received_at:%Y-%m-%d}-{found.sha256[:6]}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # (with a mark at its beginning, without which spreadsheet programs do not take it for UTF-8)
    return HttpResponse(fate_file(found).encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


@confirmers_page
@require_POST
def leave(request: HttpRequest, ran_out_id: int) -> HttpResponse:
    """Note that nothing more is done about a code that ran out."""
    rows = queries.ran_out(editable_cases(scope.officer(request.user)))
    row = get_object_or_404(rows, pk=ran_out_id)
    row.done_at = clock.now()
    row.save(update_fields=["done_at"])
    audit_log.note(row.case, issuer_of(request), {"unused_code": ["None", "left"]})
    return redirect("sending:codes")
