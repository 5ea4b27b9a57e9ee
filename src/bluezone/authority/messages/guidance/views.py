"""Serve the officers' pages for guidance, and the documents that phones fetch."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.messages.guidance import rules, services
from bluezone.authority.messages.guidance.forms import GuidanceForm
from bluezone.authority.messages.guidance.models import GuidanceDocument, GuidanceEntry
from bluezone.authority.messages.guidance.rules import GuidanceRefusedError, State
from bluezone.authority.messages.places import place_name
from bluezone.authority.messages.serving import document_view
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, places_above
from bluezone.authority.site import clock
from bluezone.protocol.guidance import GuidanceError

PAGE_SIZE = 30


def _writing(request: HttpRequest) -> Jurisdiction:
    """Return the jurisdiction of an officer who writes guidance. Raises PermissionDenied for all others."""
    own = scope.directing(request.user)
    try:
        rules.may_write(own, own.place)
    except GuidanceRefusedError as error:
        raise PermissionDenied from error
    return own


@never_cache
@login_required
@require_GET
def guidance_list(request: HttpRequest) -> HttpResponse:
    """List what holds for the people of the officer's jurisdiction, newest first: their own entries and those of the
    places above."""
    own, today = scope.directing(request.user), clock.date_of(clock.now())
    rows = GuidanceEntry.objects.select_related("written_by")
    seen = scope.visible(rows, request.user) | rows.filter(place__in=places_above(own.place))
    page = Paginator(seen.distinct().order_by("-published_at", "-id"), PAGE_SIZE).get_page(request.GET.get("page"))
    listed = []
    for row in page:
        state = rules.state(services.facts(row), today)
        may_withdraw = own.role in rules.WRITERS and own.may_direct(row.place) and state in (State.HOLDS, State.LATER)
        listed.append(
            {
                "row": row,
                "heading": row.version,
                "entry": row.entry,
                "state": state,
                "place_name": place_name(row.place),
                "may_withdraw": may_withdraw,
                "withdraw_at": reverse("guidance:withdraw", args=[row.id]),
            }
        )
    may_write = own.role in rules.WRITERS
    context = {"page": page, "rows": listed, "may_write": may_write, "write_at": reverse("guidance:new")}
    return render(request, "guidance/list.html", context | {"row_template": "guidance/row.html", "nav": "guidance"})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Show the form for an entry, and publish what it brings."""
    own, now = _writing(request), clock.now()
    form = GuidanceForm(own, clock.date_of(now), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.write(own, scope.officer(request.user), form.entry(), form.cleaned_data["form_id"], now)
        except GuidanceRefusedError as error:
            form.add_error(None, error.sentence(gettext))
        except GuidanceError:  # signs that no form field knows of
            form.add_error(None, gettext("The texts hold signs that cannot be sent. Please type them anew."))
        else:
            return redirect("guidance:list")
    return render(request, "guidance/new.html", {"form": form, "nav": "guidance"}, status=400 if form.errors else 200)


@never_cache
@login_required
@require_POST
def withdraw(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Withdraw an entry."""
    _writing(request)
    row = get_object_or_404(scope.editable(GuidanceEntry.objects.all(), request.user), id=entry_id)
    services.withdraw(row, clock.now())
    return redirect("guidance:list")


#: what phones fetch
document = document_view(GuidanceDocument.objects, "no guidance has been published")
