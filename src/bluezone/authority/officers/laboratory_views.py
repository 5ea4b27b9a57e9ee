"""Serve the pages on which laboratories get an account and a token, and the ministry gives them the right to confirm.

A laboratory is a machine: it never logs in. A token's page is an answer to a POST, never stored.
"""

from __future__ import annotations

import datetime as dt
from operator import itemgetter
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.officers import appointments, scope, tokens
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, place_of
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import givers_page, place_name
from bluezone.authority.site import clock
from bluezone.geography import catalogue
from bluezone.geography.units import Level

PAGE_SIZE = 50
#: days a token may be good
_LIVES = (30, 90, 180, 365)


class LaboratoryForm(forms.Form):
    """Ask for a laboratory's name and province."""

    full_name = forms.CharField(
        label=_("Name of the laboratory"), max_length=120, widget=forms.TextInput({"autocomplete": "off"})
    )
    username = forms.CharField(
        label=_("Short name"),
        help_text=_("Letters, digits and . _ - @ only; it cannot be changed later."),
        max_length=150,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    place = forms.ChoiceField(
        label=_("Province"), help_text=_("Its cases belong to the province’s health office."), widget=forms.Select
    )

    def __init__(self, own: Jurisdiction, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provinces = [place_of(unit.code) for unit in catalogue.provinces().of_level(Level.PROVINCE, today)]
        names = {place: place_name(place, today) for place in provinces if own.may_appoint(Role.LAB, place)}
        cast(forms.ChoiceField, self.fields["place"]).choices = sorted(names.items(), key=itemgetter(1))


class TokenForm(forms.Form):
    """Ask how long a new token is good."""

    days = forms.TypedChoiceField(label=_("Good until"), coerce=int, initial=365, widget=forms.Select)

    def __init__(self, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["days"]).choices = [
            (days, date_format(today + dt.timedelta(days=days), "SHORT_DATE_FORMAT")) for days in _LIVES
        ]


def _laboratories(request: HttpRequest) -> QuerySet[User]:
    """Return the laboratories of the officer's jurisdiction: of the ministry all."""
    rows = User.objects.filter(role=Role.LAB).annotate(token_until=Max("tokens__expires_at"))
    return scope.editable(rows, request.user)


@givers_page
@require_GET
def laboratories(request: HttpRequest) -> HttpResponse:
    """List the laboratories of the jurisdiction."""
    page = Paginator(_laboratories(request).order_by("place", "username"), PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [_line(each, clock.now()) for each in page]
    return render(request, "officers/laboratories.html", {"nav": "laboratories", "page": page, "lines": lines})


def _line(laboratory: User, now: dt.datetime) -> dict[str, Any]:
    until: dt.datetime | None = getattr(laboratory, "token_until", None)
    return {
        "laboratory": laboratory,
        "place": place_name(laboratory.place, clock.date_of(now)),
        "until": until if until is not None and until > now else None,
    }


@givers_page
@require_http_methods(["GET", "POST"])
def new_laboratory(request: HttpRequest) -> HttpResponse:
    """Make a laboratory's account: without the right to confirm, and without a token yet."""
    own = scope.required(request.user)
    form = LaboratoryForm(own, clock.today(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = appointments.appoint(values["username"], values["full_name"], Role.LAB, values["place"])
        except ValidationError as error:
            for field, messages in error.message_dict.items():
                form.add_error(field if field in form.fields else None, messages)
        else:
            return redirect("officers:laboratory", made.pk)
    context = {"nav": "laboratories", "form": form}
    return render(request, "officers/new_laboratory.html", context, status=400 if form.errors else 200)


@givers_page
@require_GET
def laboratory(request: HttpRequest, laboratory_id: int) -> HttpResponse:
    """Show a laboratory: its token's end, whether its results confirm, whether its account is open."""
    return _page(request, get_object_or_404(_laboratories(request), pk=laboratory_id))


def _page(request: HttpRequest, found: User, form: TokenForm | None = None, token: str = "") -> HttpResponse:
    now = clock.now()
    context = {
        "nav": "laboratories",
        "line": _line(found, now),
        "form": form or TokenForm(clock.date_of(now)),
        "gives_right": _gives_right(request),
        "token": token,
        "keeps_language": bool(token),
    }
    return render(request, "officers/laboratory.html", context, status=400 if form and form.errors else 200)


def _gives_right(request: HttpRequest) -> bool:
    return scope.required(request.user).role is Role.MINISTRY


@givers_page
@require_POST
def new_token(request: HttpRequest, laboratory_id: int) -> HttpResponse:
    """Make a token and show it, once. Those of before end now: a machine has one."""
    found, now = get_object_or_404(_laboratories(request), pk=laboratory_id), clock.now()
    form = TokenForm(clock.date_of(now), request.POST)
    if not form.is_valid() or not found.is_active:
        return _page(request, found, form)
    with transaction.atomic():
        found.tokens.filter(expires_at__gt=now).update(expires_at=now)
        token, row = tokens.issue(found, now, dt.timedelta(days=form.cleaned_data["days"]))
    found.token_until = row.expires_at  # type: ignore[attr-defined] # as `_laboratories` notes it
    return _page(request, found, token=token)


@givers_page
@require_POST
def change_laboratory(request: HttpRequest, laboratory_id: int) -> HttpResponse:
    """Give or take the right to confirm (`right=yes|no`: the ministry alone), close or open the account
    (`active=yes|no`). Whatever it could do it can do no more from this moment."""
    found = get_object_or_404(_laboratories(request), pk=laboratory_id)
    right, active = request.POST.get("right"), request.POST.get("active")
    if right in ("yes", "no"):
        if not _gives_right(request):
            raise PermissionDenied(gettext("The ministry gives this right."))
        found.may_confirm = right == "yes"
        found.save(update_fields=["may_confirm"])
    if active in ("yes", "no"):
        appointments.suspend(found, active=active == "yes")
    return redirect("officers:laboratory", found.pk)
