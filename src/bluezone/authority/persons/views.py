"""Serve the pages on which a health office finds people and opens identities for a shift, and find people for the one
search. Numbers come by POST and stand in no address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers import audit_log, confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import FormPage, Step
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services
from bluezone.authority.persons.forms import FindForm, ShiftForm
from bluezone.authority.persons.models import Person, Shift
from bluezone.authority.site import clock
from bluezone.authority.site.registries import Finder, Found


def shift_bar(request: HttpRequest) -> dict[str, object] | None:
    """Return what `persons/shift_bar.html` shows on a page that lists people (as `shift_bar`): the officer's shift and
    until when it runs, or the form that begins one. None for who may not read health data."""
    officer = scope.officer(request.user)
    if not confirming.may_read_health(Issuer(officer=officer)):
        return None
    shift, back = services.current_shift(officer, clock.now()), request.get_full_path()
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
        """Return the page of ours from which the shift was begun or ended."""
        wanted, https = self.request.POST.get("next", ""), self.request.is_secure()
        is_ours = url_has_allowed_host_and_scheme(wanted, {self.request.get_host()}, require_https=https)
        return wanted if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)


class CloseShift(OpenShift):
    """End the shift that runs."""

    http_method_names = Step.http_method_names
    form_class = None
    access = scope.officer

    def act(self) -> None:
        services.close_shift(self.officer, clock.now())


# --- finding ----------------------------------------------------------------------------------------------------------


def _looked_for(officer: User, telephone: str, document: str = "") -> list[Person]:
    """Return the people of the officer's office with a number; that they were looked for is noted. Raises
    IdentityError."""
    by = Issuer(officer=officer)
    found = services.find(by.place, telephone, document)
    for person in found:
        audit_log.note(person, by, {"found": ["None", "telephone" if telephone else "document"]})
    services.open_for(found, officer, clock.now())
    return found


class Find(FormPage):
    """Find people of the own office by telephone number or document."""

    access = scope.reading_health
    nav = "persons"
    template_name = "persons/find.html"
    form_class: Any = FindForm

    def act(self) -> HttpResponse:
        return self.show(found=_looked_for(self.officer, **self.form.cleaned_data))

    def way_back(self) -> str:
        return reverse("persons:find")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"found": None, "shift_bar": shift_bar(self.request)} | kwargs)


def _by_pseudonym(text: str, officer: User) -> Iterable[Found]:
    by = Issuer(officer=officer)
    person = services.of_office(by.place, text) if confirming.may_read_health(by) else None
    services.open_for([person], officer, clock.now())
    return _as_found([person] if person is not None else [])


def _by_telephone(number: str, officer: User) -> Iterable[Found]:
    return _as_found(_looked_for(officer, number) if confirming.may_read_health(Issuer(officer=officer)) else [])


def _as_found(people: Sequence[Person]) -> list[Found]:
    return [Found(each.called, gettext("person"), reverse("persons:person", args=[each.pseudonym])) for each in people]


#: of the own office alone, for who may open identities: by pseudonym, or by a whole telephone number, which is noted
FINDER = Finder(_by_pseudonym, _by_telephone)
