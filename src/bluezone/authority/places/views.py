"""Serve the officers' pages of places: what is open, one place with its codes, stays to mark and to confirm, and what
owners registered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis.queries import visible_cases
from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import DetailPage, Filters, ListPage, OfficerPage, Sort, Step
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.places import presenters, printing, queries, rules, services
from bluezone.authority.places.forms import EntranceForm, PlaceForm, StayForm, label_of
from bluezone.authority.places.models import Place, PlaceRegistration, RiskyWindow
from bluezone.authority.places.registrations import services as registrations
from bluezone.authority.places.registrations.forms import DecisionForm
from bluezone.authority.site import clock, registries
from bluezone.authority.site.language import page_language
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.posters import MOST_IN_ONE_FILE
from bluezone.authority.units.queries import path_of_code
from bluezone.authority.units.views import OfUnit
from bluezone.geography.names import plain_key
from bluezone.i18n import format_moment

#: stays that a page lists
_LISTED = 200


def _confirming(user: User | AnonymousUser) -> None:
    """Refuse who may not confirm cases. Raises PermissionDenied."""
    scope.required(user)
    if not scope.officer(user).may_confirm:
        raise PermissionDenied


def _stays(officer: User, **chosen: Any) -> list[dict[str, Any]]:
    """Return the rows of stays, the newest first: those marked by officers and those that patients gave."""
    marked, shared = queries.windows_seen(officer), queries.shared_seen(officer)
    return presenters.stays(marked.filter(**chosen), shared.filter(**chosen), officer)[:_LISTED]


# --- all places -----------------------------------------------------------------------------------


class PlaceFilters(Filters):
    """Filter places by the name of their unit, by kind, and by whether they are confirmed."""

    q = forms.CharField(label=_("Name"), max_length=100, required=False, widget=forms.TextInput({"type": "search"}))
    kind = forms.TypedChoiceField(
        label=_("Kind of place"), choices=[("", _("all")), *Place.Kind.choices], coerce=int, required=False
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("all")), ("open", _("open")), ("asked", _("to be confirmed"))],
        required=False,
    )

    def by_q(self, rows: QuerySet[Place], text: str) -> QuerySet[Place]:
        return rows.filter(organisation__search_key__contains=plain_key(text))

    def by_kind(self, rows: QuerySet[Place], kind: int) -> QuerySet[Place]:
        return rows.filter(kind=kind)

    def by_state(self, rows: QuerySet[Place], state: str) -> QuerySet[Place]:
        return rows.filter(confirmed_at__isnull=state == "asked")


class PlaceList(ListPage):
    """List the places of the officer's jurisdiction, above them what waits for a decision."""

    model, place_field = Place, "organisation__place"
    nav, template_name = "places", "places/overview.html"
    filters = PlaceFilters
    sorts = (
        Sort("name", _("Place"), ("organisation__name",)),
        Sort("kind", _("Kind of place"), ("kind",)),
        Sort("within", _("Where"), ("organisation__within",)),
    )
    ordering = ("confirmed_at", "organisation__name", "pk")

    def rows(self) -> QuerySet[Place]:
        return Place.objects.filter(closed_at=None).select_related("organisation")

    def present(self, rows: Sequence[Place]) -> list[dict[str, Any]]:
        return [presenters.place(each) for each in rows]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        posters = len(printing.entrances_of(queries.places_edited(self.officer)))
        asked = registrations.seen(self.officer)
        found = {
            "place": place_name(self.own.place, clock.today()),
            "may_confirm": self.officer.may_confirm,
            "windows": _stays(self.officer, state=RiskyWindow.State.WAITING),
            "registrations": presenters.registrations(asked.filter(telephone_confirmed=True)),
            "unconfirmed": presenters.registrations(asked.filter(telephone_confirmed=False)),
            "posters": posters,
            "posters_fit": posters <= MOST_IN_ONE_FILE,
            "posters_most": MOST_IN_ONE_FILE,
        }
        return super().get_context_data(**found | kwargs)


# --- one place ------------------------------------------------------------------------------------


class PlacePage(OfUnit, DetailPage):
    """Show an organisation's place: what is known of it, its codes, stays of cases there."""

    nav, template_name = "places", "places/place.html"
    related = ("open_place",)

    @property
    def found(self) -> Place | None:
        """Return the place; None where the organisation never opened as one."""
        return getattr(self.object, "open_place", None)

    @property
    def opened(self) -> Place:
        """Return the place. Raises Http404 where the organisation never opened as one."""
        if self.found is None:
            raise Http404
        return self.found

    def way_back(self) -> str:
        return reverse("places:place", args=[self.object.code])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unit, found, own = self.object, self.found, self.own
        may_confirm = self.officer.may_confirm
        entrances = found.entrances.filter(ended_at=None).order_by("name") if found is not None else ()
        context = {
            "unit": unit,
            "within": path_of_code(unit.within),
            "found": found,
            "is_open": found is not None and found.closed_at is None,
            "may_edit": own.may_edit(unit.place, unit.sectors) and unit.closed_on is None,
            "may_direct": own.may_direct(unit.place, unit.sectors),
            "may_confirm": may_confirm,
            "form": PlaceForm(initial=_written(found)),
            "entrance_form": EntranceForm(moves=found is not None and found.moves),
            "stay_form": StayForm(place=found) if found is not None and may_confirm else None,
            "entrances": [label_of(each) for each in entrances],
            "windows": _stays(self.officer, entrance__at=found) if found is not None else [],
            "load": presenters.load(rules.load_of(each(unit) for each in registries.arrivals)),
        }
        return super().get_context_data(**context | kwargs)


def _written(found: Place | None) -> dict[str, Any]:
    names = ("kind", "address", "usual_stay_min", "capacity")
    return {} if found is None else {name: getattr(found, name) for name in names}


class PlaceStep(Step, PlacePage):
    """Change a place by a form or a button of its page: its head does, or who directs the organisation."""

    right = Jurisdiction.may_edit
    way_back = PlacePage.way_back


class OpenPlace(PlaceStep):
    """Show a place; open it, or change what is known of it."""

    http_method_names = ("get", "head", "post")
    form_class = PlaceForm
    turn = "places' facts"

    def needed(self) -> Any:
        return type(self).right if self.request.method == "POST" else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": _written(self.found)}

    def act(self) -> None:
        facts, unit = self.form.cleaned_data, self.object
        services.open_place(
            unit, facts["kind"], facts["address"], facts["usual_stay_min"], facts["capacity"], self.officer,
            clock.now(), confirmed=self.own.may_direct(unit.place, unit.sectors),
        )  # fmt: skip


class ConfirmPlace(PlaceStep):
    """Confirm a place that its head asked for."""

    right = Jurisdiction.may_direct
    done = _("Confirmed.")

    def act(self) -> None:
        services.confirm_place(self.opened, clock.now())


class ClosePlace(PlaceStep):
    """Close a place."""

    done = _("Closed.")

    def act(self) -> None:
        services.close_place(self.opened, clock.now())


class NewEntrance(PlaceStep):
    """Give a room or an entrance a code, or a new one."""

    form_class, form_name = EntranceForm, "entrance_form"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"moves": self.opened.moves}

    def act(self) -> None:
        services.add_entrance(self.opened, self.form.cleaned_data["name"], clock.now())


class MarkStay(Step, PlacePage):
    """Take down from an interview that a case was at a place."""

    access = _confirming
    form_class, form_name = StayForm, "stay_form"
    way_back = PlacePage.way_back

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"place": self.opened}

    def act(self) -> HttpResponse | None:
        facts = self.form.cleaned_data
        case = visible_cases(self.officer).filter(file_number__iexact=facts["file_number"].strip()).first()
        if case is None:
            self.form.add_error("file_number", gettext("You have no case of this file number."))
            return self.show(400)
        services.mark(
            case, facts["entrance"], facts["start"], facts["end"], self.officer, clock.now(), seat=facts.get("seat", "")
        )
        return None


class DecideStay(Step, PlacePage):
    """Confirm a stay, which is published within the hour, refuse it, or take a confirmed one back in time."""

    access = _confirming
    way_back = PlacePage.way_back
    stay: services.Stay

    def get_object(self) -> Organisation:
        """Return the organisation of the stay, among those that the officer sees. Raises Http404."""
        number = self.kwargs["window_id"]
        for rows in (queries.shared_seen(self.officer), queries.windows_seen(self.officer)):
            if (stay := rows.filter(pk=number).first()) is not None:
                self.stay = stay
                return stay.entrance.at.organisation
        raise Http404

    def prepare(self) -> None:
        self.object = self.get_object()

    def act(self) -> None:
        asked = self.request.POST.get("act", "")
        if asked == "withdraw":
            services.withdraw(self.stay, self.officer, clock.now())
        else:
            services.decide(self.stay, self.officer, clock.now(), publish=asked == "publish")


# --- posters --------------------------------------------------------------------------------------


class PlacePosters(PlacePage):
    """Draw the posters of a confirmed place, a page an entrance: one code installs and checks in."""

    right = Jurisdiction.may_edit

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ARG002
        return _posters(request, [self.opened], self.object.code)


class AllPosters(OfficerPage):
    """Draw the posters of every entrance of every confirmed place that the officer looks after, in one file."""

    access = scope.required

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ARG002
        return _posters(request, list(queries.places_edited(request.user)), "places")


def _posters(request: HttpRequest, places: list[Place], name: str) -> HttpResponse:
    entrances = printing.entrances_of(places)
    if not entrances or len(entrances) > MOST_IN_ONE_FILE:  # the list leads to an address only where they fit
        raise Http404
    return printing.pdf_of(request, entrances, printing.paper_of(request.GET.get("paper", "")), name)


# --- registrations by owners ----------------------------------------------------------------------


def _registered(rows: QuerySet[PlaceRegistration], user: User | AnonymousUser, _field: str) -> QuerySet[Any]:
    return rows & registrations.seen(scope.officer(user))


class RegistrationPage(Step, DetailPage):
    """Show what an owner asks for, and confirm or refuse it."""

    http_method_names = ("get", "head", "post")
    model, named, reach = PlaceRegistration, "registration_id", _registered
    nav, template_name = "places", "places/registration.html"
    form_class = DecisionForm
    done = ""
    object: PlaceRegistration
    opened: Place | None = None

    def rows(self) -> QuerySet[PlaceRegistration]:
        return PlaceRegistration.objects.select_related("opened__organisation")

    def prepare(self) -> None:
        """Load the registration, and the units of the commune that it may mean."""
        super().prepare()
        alike = registrations.alike(self.object)
        self.alike = [each for each in alike if self.own.may_direct(each.place, each.sectors)]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"registration": self.object, "alike": self.alike, "own": self.own}

    def act(self) -> HttpResponse | None:
        facts, now = self.form.cleaned_data, clock.now()
        if self.request.POST.get("act") == "refuse":
            registrations.refuse(self.object, facts["reason"], self.officer, now)
            return None
        unit = next((each for each in self.alike if each.code == facts["unit"]), None)
        if unit is None and not facts["sector"]:
            self.form.add_error("sector", self.form.fields["sector"].error_messages["required"])
            return self.show(400)
        self.opened = registrations.confirm(self.object, unit, facts["sector"], self.officer, now)
        return None

    def way_back(self) -> str:
        if self.opened is None:
            return reverse("places:overview")
        return reverse("places:place", args=[self.opened.organisation.code])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.object
        try:
            contact = registrations.contact_of(found)
        except AuthorityError:
            contact = None
        places = [(each, getattr(each, "open_place", None)) for each in self.alike]
        context = {
            "row": found,
            "kind": dict(Place.Kind.choices).get(found.kind, ""),
            "within": path_of_code(found.within),
            "entrances": found.entrances.splitlines(),
            "contact": contact,
            "at": format_moment(timezone.localtime(found.asked_at), page_language()),
            "waits": found.state == PlaceRegistration.State.WAITING,
            "others": registrations.others(found),
            "shown": [each for each, place in places if place is not None and place.closed_at is None],
        }
        return super().get_context_data(**context | kwargs)
