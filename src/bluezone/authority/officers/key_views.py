"""Serve the pages on which API keys are made, shown once, and revoked. A key's page is an answer to a POST, never
stored."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.officers import api_keys, confirming, scope
from bluezone.authority.officers.jurisdiction import NATION, Jurisdiction, Role
from bluezone.authority.officers.models import ApiKey
from bluezone.authority.officers.pages import givers_page, office_name
from bluezone.authority.site import clock

PAGE_SIZE = 50
#: forms that made a key, in the session
_SENT, _REMEMBERED = "key forms", 20
#: days a key may live; 0: until it is revoked
_LIVES = (0, 30, 90, 180, 365)


class ApiKeyForm(forms.Form):
    """Ask what a key is for, whose it is and how long it is good. Only what the officer may give is offered.

    `form_id` is drawn when the form is shown: a form sent twice, by a page reloaded, makes one key.
    """

    form_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    role = forms.ChoiceField(label=_("What it does"), widget=forms.RadioSelect, initial=ApiKey.Role.ADMIN)
    place = forms.ChoiceField(
        label=_("Office"),
        help_text=_("Its right to confirm cases, its quota. Offices where somebody may confirm cases are listed."),
        widget=forms.Select,
    )
    label = forms.CharField(
        label=_("Used by"),
        help_text=_("The machine or program, as you will look for it: “laboratory of the provincial CDC”."),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(label=_("Good until"), coerce=int, initial=365, widget=forms.Select)

    def __init__(self, own: Jurisdiction, today: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self._with_right = confirming.offices_with_right(own)
        places = sorted({own.place, *self._with_right})
        roles = [choice for choice in ApiKey.Role.choices if choice[0] != ApiKey.Role.DEVICE or own.place == NATION]
        cast(forms.ChoiceField, self.fields["role"]).choices = roles
        cast(forms.ChoiceField, self.fields["place"]).choices = [(place, office_name(place, today)) for place in places]
        cast(forms.ChoiceField, self.fields["days"]).choices = [(days, _life(days, today)) for days in _LIVES]

    def clean(self) -> dict[str, Any]:
        """Refuse a key that issues codes for an office where nobody may; an app's key belongs to the ministry."""
        values = super().clean() or {}
        if values.get("role") == ApiKey.Role.DEVICE:
            values["place"] = NATION
        elif values.get("role") == ApiKey.Role.ADMIN and values.get("place") not in (None, *self._with_right):
            text = gettext("Nobody of this office may confirm cases. Give an officer there the right first.")
            self.add_error("place", text)
        return values

    @property
    def expires_on(self) -> dt.date | None:
        """Return the last day that was chosen."""
        days = self.cleaned_data["days"]
        return self._today + dt.timedelta(days=days) if days else None


def _life(days: int, today: dt.date) -> str:
    if not days:
        return gettext("no end date: until it is revoked")
    day = date_format(today + dt.timedelta(days=days), "SHORT_DATE_FORMAT")
    return gettext("%(day)s (%(days)s days)") % {"day": day, "days": days}


def _keys(request: HttpRequest) -> QuerySet[ApiKey]:
    """Return the keys of the officer's jurisdiction: of the ministry all."""
    return scope.editable(ApiKey.objects.all(), request.user)


@givers_page
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys of the jurisdiction, those that are good first."""
    page = Paginator(_keys(request).order_by("revoked_at", "-made_at"), PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [_line(key, clock.today()) for key in page]
    return render(request, "officers/keys.html", {"nav": "keys", "page": page, "lines": lines})


def _line(key: ApiKey, today: dt.date) -> dict[str, Any]:
    return {
        "key": key,
        "office": office_name(key.place, today),
        "is_good": api_keys.is_good(key, today),
        "without_right": key.role == ApiKey.Role.ADMIN and not confirming.office_may_confirm(key.place),
    }


@givers_page
@require_GET
def key_page(request: HttpRequest, key_id: int) -> HttpResponse:
    """Show what is known of a key, and the button that revokes it."""
    key = get_object_or_404(_keys(request), pk=key_id)
    context = {"nav": "keys", "key": key, "line": _line(key, clock.today())}
    return render(request, "officers/revoke_key.html", context)


@givers_page
@require_http_methods(["GET", "POST"])
def new_key(request: HttpRequest) -> HttpResponse:
    """Make a key; the page that follows shows it, once."""
    own, now = scope.required(request.user), clock.now()
    form = ApiKeyForm(own, clock.date_of(now), request.POST or None)
    if request.method == "POST" and form.is_valid():
        values, by = form.cleaned_data, scope.officer(request.user)
        if not _is_first(request, str(values["form_id"])):
            return redirect("officers:keys")
        role = ApiKey.Role(values["role"])
        secret, key = api_keys.make(role, values["place"], values["label"], by, now, form.expires_on)
        context = {
            "nav": "keys",
            "key": key,
            "secret": secret,
            "office": office_name(key.place, clock.date_of(now)),
            "keeps_language": True,
        }
        return render(request, "officers/key.html", context)
    context = {"nav": "keys", "form": form, "is_ministry": own.role is Role.MINISTRY}
    return render(request, "officers/new_key.html", context, status=400 if form.errors else 200)


def _is_first(request: HttpRequest, form_id: str) -> bool:
    """Return whether a form comes for the first time in this session, and remember it."""
    sent: list[str] = request.session.get(_SENT, [])
    request.session[_SENT] = [*sent[-_REMEMBERED:], form_id]
    return form_id not in sent


@givers_page
@require_POST
def revoke_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """Revoke a key for good."""
    api_keys.revoke(get_object_or_404(_keys(request), pk=key_id), clock.now())
    return redirect("officers:keys")
