"""Serve the pages on which a health office finds, opens and corrects an identity. Numbers come by POST and stand in no
address; no browser or proxy keeps a page."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bluezone.authority.officers import audit_log, confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import FormPage, Step
from bluezone.authority.persons import services
from bluezone.authority.persons.forms import FindForm, ShiftForm
from bluezone.authority.persons.models import Shift
from bluezone.authority.persons.rules import IdentityError
from bluezone.authority.site import clock
from bluezone.authority.site.language import sentence_of

_View = Callable[..., HttpResponse]


def _office_page(view: _View) -> _View:
    """Open a page to who may read health data."""

    @never_cache
    @login_required
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not confirming.may_read_health(_issuer(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def shift_bar(request: HttpRequest) -> dict[str, object] | None:
    """Return what `persons/shift_bar.html` shows on a page that lists people (as `shift_bar`): the officer's shift and
    until when it runs, or the form that begins one. None for who may not read health data."""
    by = _issuer(request)
    if not confirming.may_read_health(by):
        return None
    shift, back = services.current_shift(scope.officer(request.user), clock.now()), request.get_full_path()
    return {"shift": shift, "back": back, "form": None if shift else ShiftForm(initial={"next": back})}


class OpenShift(FormPage):
    """Begin a shift: one reason for the identities of the own place, for two hours."""

    access = scope.reading_health
    nav = "persons"
    form_class: type[ShiftForm] | None = ShiftForm
    title = _("Open identities for a shift")
    lead = _("One reason for two hours, for the people of your place alone. Each who is shown is noted with your name.")
    button = _("Open for this shift")
    done = ""

    def act(self) -> None:
        services.open_shift(self.officer, Shift.Purpose(self.form.cleaned_data["purpose"]), clock.now())

    def way_back(self) -> str:
        return _safe(self.request, self.request.POST.get("next", ""))


class CloseShift(OpenShift):
    """End the shift that runs."""

    http_method_names = Step.http_method_names
    form_class = None
    access = scope.officer

    def act(self) -> None:
        services.close_shift(self.officer, clock.now())


def _safe(request: HttpRequest, wanted: str) -> str:
    """Return the page of ours to go back to."""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else resolve_url(settings.LOGIN_REDIRECT_URL)


def _issuer(request: HttpRequest) -> Issuer:
    return Issuer(officer=scope.officer(request.user))


@_office_page
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find people of the own office by telephone number or document; that they were looked for is noted."""
    form, found = FindForm(request.POST if request.method == "POST" else None), None
    if request.method == "POST" and form.is_valid():
        try:
            found = services.find(_issuer(request).place, **form.cleaned_data)
        except IdentityError as error:
            form.add_error(error.field, sentence_of(error))
    for person in found or ():
        by = "telephone" if form.cleaned_data["telephone"] else "document"
        audit_log.note(person, _issuer(request), {"found": ["None", by]})
    services.open_for(found or (), scope.officer(request.user), clock.now())
    context = {"nav": "persons", "form": form, "found": found, "shift_bar": shift_bar(request)}
    return render(request, "persons/find.html", context, status=400 if form.errors else 200)
