"""Serve the pages of machines: API keys, and laboratories with their tokens. A key or a token is shown once, in the
answer to a POST, and never stored.

A laboratory is a machine: it never logs in, and the ministry gives it the right to confirm.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers import api_keys, appointments, confirming, scope, tokens
from bluezone.authority.officers.forms import ApiKeyForm, LaboratoryForm, LifeForm
from bluezone.authority.officers.generic import DetailPage, FormPage, ListPage, OfJurisdiction, Sort, Step
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.models import ApiKey, User
from bluezone.authority.officers.pages import office_name, place_name
from bluezone.authority.site import clock

#: forms that made a key, in the session
_SENT, _REMEMBERED = "key forms", 20


class OfKeys(OfJurisdiction):
    """Serve the keys of a giver's jurisdiction: of the ministry all."""

    access = scope.giving
    model = ApiKey
    reach = scope.editable
    nav = "keys"


class KeyList(OfKeys, ListPage):
    """List the keys, those that are good first."""

    template_name = "officers/keys.html"
    ordering = ("revoked_at", "-made_at")
    sorts = (
        Sort("label", _("Used by"), ("label",)),
        Sort("used", _("Last used"), ("last_used_on",)),
        Sort("last", _("Last day"), ("expires_on",)),
    )

    def present(self, rows: Sequence[ApiKey]) -> Sequence[dict[str, Any]]:
        return [_key_line(key, clock.today()) for key in rows]


def _key_line(key: ApiKey, today: dt.date) -> dict[str, Any]:
    return {
        "key": key,
        "office": office_name(key.place, today),
        "is_good": api_keys.is_good(key, today),
        "without_right": key.role == ApiKey.Role.ADMIN and not confirming.office_may_confirm(key.place),
    }


class KeyPage(OfKeys, DetailPage):
    """Show what is known of a key, and the button that revokes it."""

    named = "key_id"
    template_name = "officers/revoke_key.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(key=self.object, line=_key_line(self.object, clock.today()), **kwargs)


class RevokeKey(Step, KeyPage):
    """Revoke a key for good."""

    done = _("Revoked.")

    def act(self) -> None:
        api_keys.revoke(self.object, clock.now())

    def way_back(self) -> str:
        return reverse("officers:keys")


class NewKey(FormPage):
    """Make a key; the page that follows shows it, once. A form sent twice, by a page reloaded, makes one key."""

    access = scope.giving
    nav = "keys"
    template_name = "officers/new_key.html"
    form_class = ApiKeyForm
    title = _("New key")
    lead = _("You see the key once, to hand over. It is stored as a digest: nobody can look it up again.")
    button = _("Make the key, show it")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"own": self.own, "today": clock.today()}

    def act(self) -> HttpResponse:
        values, now = self.form.cleaned_data, clock.now()
        sent: list[str] = self.request.session.get(_SENT, [])
        form_id = str(values["form_id"])
        self.request.session[_SENT] = [*sent[-_REMEMBERED:], form_id]
        if form_id in sent:
            return redirect("officers:keys")
        role = ApiKey.Role(values["role"])
        secret, key = api_keys.make(role, values["place"], values["label"], self.officer, now, self.form.expires_on)
        office = office_name(key.place, clock.date_of(now))
        context = {"nav": "keys", "key": key, "secret": secret, "office": office, "keeps_language": True}
        return render(self.request, "officers/key.html", context)

    def way_back(self) -> str:
        return reverse("officers:keys")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(is_ministry=self.own.role is Role.MINISTRY, **kwargs)


class OfLaboratories(OfJurisdiction):
    """Serve the laboratories of a giver's jurisdiction: of the ministry all."""

    access = scope.giving
    model = User
    reach = scope.editable
    nav = "laboratories"

    def rows(self) -> QuerySet[User]:
        return User.objects.filter(role=Role.LAB).annotate(token_until=Max("tokens__expires_at"))


def _laboratory_line(laboratory: User, now: dt.datetime) -> dict[str, Any]:
    until: dt.datetime | None = getattr(laboratory, "token_until", None)
    return {
        "laboratory": laboratory,
        "place": place_name(laboratory.place, clock.date_of(now)),
        "until": until if until is not None and until > now else None,
    }


class LaboratoryList(OfLaboratories, ListPage):
    """List the laboratories of the jurisdiction."""

    template_name = "officers/laboratories.html"
    ordering = ("place", "username")
    sorts = (
        Sort("name", _("Laboratory"), ("full_name",)),
        Sort("place", _("Province"), ("place",)),
        Sort("until", _("Token until"), ("token_until",)),
    )

    def present(self, rows: Sequence[User]) -> Sequence[dict[str, Any]]:
        return [_laboratory_line(each, clock.now()) for each in rows]


class NewLaboratory(FormPage):
    """Make a laboratory's account: without the right to confirm, and without a token yet."""

    access = scope.giving
    nav = "laboratories"
    form_class = LaboratoryForm
    title = _("New laboratory")
    lead = _("Its results wait for an officer until the ministry gives it the right to confirm.")
    button = _("Make the account")
    made: User

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"own": self.own, "today": clock.today()}

    def act(self) -> None:
        values = self.form.cleaned_data
        self.made = appointments.appoint(values["username"], values["full_name"], Role.LAB, values["place"])

    def way_back(self) -> str:
        return reverse("officers:laboratory", args=[self.made.pk])

    def way_out(self) -> str:
        return reverse("officers:laboratories")


class LaboratoryPage(OfLaboratories, DetailPage):
    """Show a laboratory: its token's end, whether its results confirm, whether its account is open."""

    named = "laboratory_id"
    template_name = "officers/laboratory.html"

    @property
    def gives_right(self) -> bool:
        return self.own.role is Role.MINISTRY

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = clock.now()
        found = {
            "line": _laboratory_line(self.object, now),
            "form": LifeForm(today=clock.date_of(now)),
            "gives_right": self.gives_right,
            "token": "",
        }
        return super().get_context_data(**found | kwargs)


class NewToken(Step, LaboratoryPage):
    """Make a token and show it, once. Those of before end now: a machine has one."""

    form_class = LifeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"today": clock.today()}

    def act(self) -> HttpResponse:
        now, found = clock.now(), self.object
        if not found.is_active:
            return self.show()
        found.tokens.filter(expires_at__gt=now).update(expires_at=now)
        token, row = tokens.issue(found, now, dt.timedelta(days=self.form.cleaned_data["days"]))
        found.token_until = row.expires_at
        return self.show(token=token, keeps_language=True)


class ChangeLaboratory(Step, LaboratoryPage):
    """Give or take the right to confirm (`right=yes|no`: the ministry alone), close or open the account
    (`active=yes|no`). Whatever it could do it can do no more from this moment."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.POST.get("right") in ("yes", "no") and not self.gives_right:
            raise PermissionDenied(gettext("The ministry gives this right."))
        return super().post(request, *args, **kwargs)

    def act(self) -> None:
        right, active = self.request.POST.get("right"), self.request.POST.get("active")
        if right in ("yes", "no"):
            self.object.may_confirm = right == "yes"
            self.object.save(update_fields=["may_confirm"])
        if active in ("yes", "no"):
            appointments.suspend(self.object, active=active == "yes")

    def way_back(self) -> str:
        return reverse("officers:laboratory", args=[self.object.pk])
