"""Serve the pages on which officers appoint, change and suspend those below them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.views import PasswordResetConfirmView
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers import appointments, confirming, scope
from bluezone.authority.officers.appointments import RIGHTS
from bluezone.authority.officers.forms import OfficerFilters, OfficerForm, SetupForm
from bluezone.authority.officers.generic import FormPage, ListPage, OfJurisdiction, OfObject, Sort, Step
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name, role_name
from bluezone.authority.site import clock


class OfOfficers(OfJurisdiction):
    """Serve the accounts of people with a post in the jurisdiction; laboratories are machines, with pages of their
    own."""

    access = scope.appointing
    model = User
    reach = scope.editable
    nav = "officers"

    def rows(self) -> QuerySet[User]:
        return User.objects.exclude(role__in=["", Role.LAB])


class OfficerList(OfOfficers, ListPage):
    """List the officers of the own jurisdiction, from the top down."""

    template_name = "officers/officers.html"
    filters = OfficerFilters
    ordering = ("place", "username")
    sorts = (
        Sort("name", _("Name"), ("full_name",)),
        Sort("login", _("Login name"), ("username",)),
        Sort("role", _("Answers for a"), ("role",)),
        Sort("place", _("Where"), ("place",)),
    )

    def present(self, rows: Sequence[User]) -> Sequence[dict[str, Any]]:
        day = clock.today()
        return [
            {
                "officer": each,
                "role": role_name(each.role),
                "place": place_name(each.place, day),
                "may_change": self.own.may_appoint(Role(each.role), each.place),
                "waits": each.is_active and not each.has_usable_password(),
            }
            for each in rows
        ]


class OfficerForms(FormPage):
    """Serve the form about an officer's post."""

    access = scope.appointing
    nav = "officers"
    template_name = "officers/officer.html"
    form_class: type[OfficerForm] | None = OfficerForm

    @property
    def gives_right(self) -> bool:
        """Return whether the officer may give rights beside the post."""
        return confirming.may_give(self.own, holds=self.officer.may_confirm)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"own": self.own, "today": clock.today(), "gives_right": self.gives_right}

    def way_back(self) -> str:
        return reverse("officers:officers")

    def link_page(self, officer: User) -> HttpResponse:
        """Show a set-up link, once."""
        link = appointments.setup_link(self.request.build_absolute_uri, officer, self.officer)
        place = place_name(officer.place, clock.today())
        context = {"nav": self.nav, "officer": officer, "link": link, "place": place, "keeps_language": True}
        return render(self.request, "officers/link.html", context)


class NewOfficer(OfficerForms):
    """Appoint an officer; the page that follows shows the set-up link, once."""

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = self.request.GET
        initial = {"role": asked.get("role", ""), "unit": asked.get("unit", "")[:160]}
        return super().get_form_kwargs() | {"initial": initial}

    def act(self) -> HttpResponse:
        values = self.form.cleaned_data
        made = appointments.appoint(
            values["username"], values["full_name"], Role(values["role"]), values["place"], **self.form.rights
        )
        return self.link_page(made)


class ChangeOfficer(OfOfficers, OfObject, OfficerForms):
    """Change the name, role or place of an officer whom this one may appoint; others are not found."""

    named = "officer_id"
    turn = "officers"
    object: User

    def get_object(self) -> User:
        found: User = super().get_object()
        if not self.own.may_appoint(Role(found.role), found.place):
            raise Http404
        return found

    @property
    def may_take_over(self) -> bool:
        """Return whether the officer may make the other's set-up link, or forget the other's phone."""
        return confirming.may_take_over(self.own, holds=self.officer.may_confirm, other_holds=self.object.holds_right)

    def get_form_kwargs(self) -> dict[str, Any]:
        officer = self.object
        initial = {name: getattr(officer, name) for name in ("full_name", "role", *RIGHTS)}
        return super().get_form_kwargs() | {"initial": initial, "of": officer}

    def act(self) -> HttpResponse | None:
        values = self.form.cleaned_data
        appointments.change_post(self.object, values["full_name"], values["role"], values["place"], self.form.rights)
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {"officer": self.object, "gives_right": self.gives_right, "may_take_over": self.may_take_over}
        return super().get_context_data(**found | kwargs)


class OfficerStep(ChangeOfficer):
    """Do something to an officer's account by a button of its page."""

    http_method_names = Step.http_method_names
    form_class = None

    def way_back(self) -> str:
        return reverse("officers:officer", args=[self.object.pk])


class SuspendOfficer(OfficerStep):
    """Close an account (`active=no`), or open it again."""

    def act(self) -> None:
        appointments.suspend(self.object, active=self.request.POST.get("active") == "yes")


class NewLink(OfficerStep):
    """Make a new set-up link, where the password is forgotten or the first link ran out."""

    def act(self) -> HttpResponse:
        if not self.object.is_active or not self.may_take_over:
            return redirect(self.way_back())
        return self.link_page(self.object)


class LostPhone(OfficerStep):
    """Reset the second factor of an officer whose phone is lost: the next login sets up another."""

    def act(self) -> HttpResponse | None:
        if not self.may_take_over:
            return redirect(self.way_back())
        appointments.reset_second_factor(self.object, self.officer)
        return None


class SetUp(PasswordResetConfirmView):
    """Let an officer set the own password. The token leaves the address at once, for the session."""

    template_name = "officers/setup.html"
    form_class = SetupForm
    token_generator = appointments.setup_tokens
    success_url = reverse_lazy("officers:login")
