"""Serve the pages on which officers appoint, change and suspend those below them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.officers import appointments, confirming, scope
from bluezone.authority.officers.appointments import AppointmentError
from bluezone.authority.officers.forms import OfficerForm, SetupForm
from bluezone.authority.officers.jurisdiction import Jurisdiction, JurisdictionError, Role, own_unit
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name, role_name
from bluezone.authority.site import clock, registries
from bluezone.authority.site.language import sentence_of
from bluezone.authority.site.records import one_at_a_time
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level

PAGE_SIZE = 50


def _people() -> QuerySet[User]:
    """Return the accounts of people with a post; laboratories are machines, with a page of their own."""
    return User.objects.exclude(role__in=["", Role.LAB])


def _subordinate(request: HttpRequest, officer_id: int) -> User:
    """Return an officer this one may change. Raises Http404 for all others, so that nobody learns who there is."""
    own = scope.appointing(request.user)
    found = get_object_or_404(scope.editable(_people(), request.user), pk=officer_id)
    return found if own.may_appoint(Role(found.role), found.place) else get_object_or_404(User.objects.none())


@never_cache
@login_required
@require_GET
def officers(request: HttpRequest) -> HttpResponse:
    """List the officers of the own jurisdiction, from the top down."""
    own = scope.appointing(request.user)
    rows = scope.editable(_people(), request.user).order_by("place", "username")
    if text := request.GET.get("q", "").strip()[:80]:
        rows = rows.filter(Q(username__icontains=text) | Q(full_name__icontains=text))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    day = clock.today()
    lines = [
        {
            "officer": each,
            "role": role_name(each.role),
            "place": place_name(each.place, day),
            "may_change": own.may_appoint(Role(each.role), each.place),
            "waits": each.is_active and not each.has_usable_password(),
        }
        for each in page
    ]
    return render(request, "officers/officers.html", {"nav": "officers", "page": page, "lines": lines, "q": text})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new_officer(request: HttpRequest) -> HttpResponse:
    """Appoint an officer; the page that follows shows the set-up link, once."""
    own = scope.appointing(request.user)
    initial = {"role": request.GET.get("role", ""), "unit": request.GET.get("unit", "")[:160]}
    form = OfficerForm(_choices(own), request.POST or None, initial=initial, gives_right=_gives_right(request))
    if request.method == "POST" and form.is_valid() and (place := _place(own, form)) is not None:
        try:
            made = appointments.appoint(
                form.cleaned_data["username"],
                form.cleaned_data["full_name"],
                Role(form.cleaned_data["role"]),
                place,
                may_confirm=form.cleaned_data.get("may_confirm", False),
            )
        except ValidationError as error:
            _tell(form, error)
        else:
            return _link_page(request, made)
    return _form_page(request, own, form, None)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@one_at_a_time("officers")
def change_officer(request: HttpRequest, officer_id: int) -> HttpResponse:
    """Change an officer's name, role or place."""
    own = scope.appointing(request.user)
    officer = _subordinate(request, officer_id)
    initial = {
        "username": officer.username,
        "full_name": officer.full_name,
        "role": officer.role,
        "unit": _written(officer),
        "may_confirm": officer.may_confirm,
    }
    form = OfficerForm(_choices(own), request.POST or None, initial=initial, gives_right=_gives_right(request))
    del form.fields["username"]
    if request.method == "POST" and form.is_valid() and form.is_current() and (place := _place(own, form)) is not None:
        values = form.cleaned_data
        appointments.change_post(officer, values["full_name"], values["role"], place, values.get("may_confirm"))
        return redirect("officers:officers")
    return _form_page(request, own, form, officer)


@never_cache
@login_required
@require_POST
def suspend(request: HttpRequest, officer_id: int) -> HttpResponse:
    """Close an account (`active=no`), or open it again."""
    officer = _subordinate(request, officer_id)
    appointments.suspend(officer, active=request.POST.get("active") == "yes")
    return redirect("officers:officer", officer.pk)


@never_cache
@login_required
@require_POST
def new_link(request: HttpRequest, officer_id: int) -> HttpResponse:
    """Make a new set-up link, where the password is forgotten or the first link ran out."""
    officer = _subordinate(request, officer_id)
    if not officer.is_active or not _may_take_over(request, officer):
        return redirect("officers:officer", officer.pk)
    return _link_page(request, officer)


@never_cache
@login_required
@require_POST
def lost_phone(request: HttpRequest, officer_id: int) -> HttpResponse:
    """Reset the second factor of an officer whose phone is lost: the next login sets up another."""
    officer = _subordinate(request, officer_id)
    if _may_take_over(request, officer):
        appointments.reset_second_factor(officer, scope.officer(request.user))
    return redirect("officers:officer", officer.pk)


def _gives_right(request: HttpRequest) -> bool:
    by = scope.officer(request.user)
    return confirming.may_give(by.jurisdiction, holds=by.may_confirm)


def _may_take_over(request: HttpRequest, officer: User) -> bool:
    by = scope.officer(request.user)
    return confirming.may_take_over(scope.appointing(by), holds=by.may_confirm, other_holds=officer.may_confirm)


class SetUp(PasswordResetConfirmView):
    """Let an officer set the own password. The token leaves the address at once, for the session."""

    template_name = "officers/setup.html"
    form_class = SetupForm
    token_generator = appointments.setup_tokens
    success_url = reverse_lazy("officers:login")


def _choices(own: Jurisdiction) -> list[tuple[str, str]]:
    return [(role.value, role_name(role.value)) for role in appointments.roles_below(own)]


def _place(own: Jurisdiction, form: OfficerForm) -> str | None:
    """Return the place of the post; None, with an error in the form, where there is none such."""
    values = form.cleaned_data
    try:
        return appointments.place_of_post(own, Role(values["role"]), values["unit"], clock.today())
    except AppointmentError as error:
        form.add_error(error.field, sentence_of(error))
    except (GeographyError, JurisdictionError) as error:
        form.add_error("unit", sentence_of(error))
    return None


def _tell(form: OfficerForm, error: ValidationError) -> None:
    for name, messages in error.message_dict.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)


def _written(officer: User) -> str:
    """Return the place of an officer as the form takes it: a code."""
    return officer.place.rstrip("/").rsplit("/", 1)[-1]


def _form_page(request: HttpRequest, own: Jurisdiction, form: OfficerForm, officer: User | None) -> HttpResponse:
    context = {
        "nav": "officers",
        "form": form,
        "officer": officer,
        "units": _suggestions(own),
        "gives_right": _gives_right(request),
        "may_take_over": officer is not None and _may_take_over(request, officer),
    }
    return render(request, "officers/officer.html", context, status=400 if form.errors else 200)


def _suggestions(own: Jurisdiction) -> list[str]:
    """List units right below and organisations, to choose from while typing."""
    day = clock.today()
    unit = own_unit(own, day)
    has_places = own.directs_places and unit.level < Level.COMMUNE
    below = catalogue.all_units().children(unit.code, day) if has_places else ()
    posts = [text for register in registries.posts for text in register.suggestions(own.place)]
    return [each.full_name for each in below] + appointments.offices_to_choose(own) + posts


def _link_page(request: HttpRequest, officer: User) -> HttpResponse:
    link = appointments.setup_link(request, officer, scope.officer(request.user))
    context: dict[str, Any] = {
        "nav": "officers",
        "officer": officer,
        "link": link,
        "place": place_name(officer.place, clock.today()),
        "keeps_language": True,
    }
    return render(request, "officers/link.html", context)
