"""Serve the officers' page of a registration: what an owner asks for, and the decision."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers import scope
from bluezone.authority.officers.pages import officers_page
from bluezone.authority.places.models import Place, PlaceRegistration
from bluezone.authority.places.registrations import services
from bluezone.authority.places.registrations.forms import DecisionForm
from bluezone.authority.places.rules import PlaceRefusedError
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language, sentence_of
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.queries import path_of_code
from bluezone.authority.units.rules import OrganisationError
from bluezone.i18n import format_moment


@officers_page
@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest, registration_id: uuid.UUID) -> HttpResponse:
    """Show what an owner asks for, and confirm or refuse it."""
    officer = scope.officer(request.user)
    found = get_object_or_404(services.seen(officer).select_related("opened__organisation"), pk=registration_id)
    alike, own = services.alike(found), scope.required(request.user)
    alike = [each for each in alike if own.may_direct(each.place, each.sectors)]
    if request.method != "POST":
        return _page(request, found, alike, DecisionForm(found, alike, own))
    form = DecisionForm(found, alike, own, request.POST)
    if not form.is_valid():
        return _page(request, found, alike, form, status=400)
    facts = form.cleaned_data
    try:
        if request.POST.get("act") == "refuse":
            services.refuse(found, facts["reason"], officer, clock.now())
            return redirect("places:overview")
        unit = next((each for each in alike if each.code == facts["unit"]), None)
        if unit is None and not facts["sector"]:
            form.add_error("sector", form.fields["sector"].error_messages["required"])
            return _page(request, found, alike, form, status=400)
        place = services.confirm(found, unit, facts["sector"], officer, clock.now())
    except (PlaceRefusedError, OrganisationError) as error:
        return _page(request, found, alike, form, said=sentence_of(error), status=400)
    return redirect("places:place", place.organisation.code)


def _page(
    request: HttpRequest,
    found: PlaceRegistration,
    alike: list[Organisation],
    form: DecisionForm,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    try:
        contact = services.contact_of(found)
    except AuthorityError:
        contact = None
    context: dict[str, Any] = {
        "nav": "places",
        "row": found,
        "kind": dict(Place.Kind.choices).get(found.kind, ""),
        "within": path_of_code(found.within),
        "entrances": found.entrances.splitlines(),
        "contact": contact,
        "at": format_moment(timezone.localtime(found.asked_at), page_language()),
        "waits": found.state == PlaceRegistration.State.WAITING,
        "others": services.others(found),
        "shown": [each for each in alike if _is_open(getattr(each, "open_place", None))],
        "form": form,
        "said": said,
    }
    return render(request, "places/registration.html", context, status=status)


def _is_open(place: Place | None) -> bool:
    return place is not None and place.closed_at is None
