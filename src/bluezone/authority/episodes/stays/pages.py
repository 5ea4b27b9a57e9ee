"""Share what the pages of stays need: who may open them, the places an officer may open, a stay and its steps, which
stand on the page of its person."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_noop

from bluezone.authority.episodes import handing_over
from bluezone.authority.episodes.models import Stay
from bluezone.authority.episodes.person_part import page_of
from bluezone.authority.episodes.stays import queries, rosters, rules
from bluezone.authority.episodes.stays.rosters import RosterPlace
from bluezone.authority.episodes.stays.rules import IsolationError
from bluezone.authority.episodes.stays.services import Spot
from bluezone.authority.episodes.words import StayKind
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import FormPage, OfObject, Step
from bluezone.authority.officers.jurisdiction import Jurisdiction, place_of
from bluezone.authority.officers.jurisdiction import Role as OfficerRole
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.site import clock
from bluezone.authority.units.models import Organisation
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, UnitCode

NAV = "isolation"


def seeing_stays(user: User | AnonymousUser) -> Jurisdiction:
    """Return the jurisdiction of who sees single stays: officers of a commune, district or province, and the head of a
    site. Raises PermissionDenied for all else."""
    own = scope.required(user)
    is_head = own.role is OfficerRole.UNIT_HEAD
    heads_a_site = is_head and Organisation.objects.filter(place=own.place, sector=rosters.SECTOR).exists()
    if not rules.sees_people(own) or (is_head and not heads_a_site):
        raise PermissionDenied
    return own


def reading_rules(user: User | AnonymousUser) -> Jurisdiction:
    """Return the jurisdiction of who reads the rules of stays: who sees single ones, and the ministry, which makes the
    rules. Raises PermissionDenied for all else."""
    own = scope.required(user)
    return own if own.role is OfficerRole.MINISTRY else seeing_stays(user)


def seeing_health(user: User | AnonymousUser) -> Jurisdiction:
    """Return the jurisdiction of who sees single stays and may read health data. Raises PermissionDenied for all
    else."""
    scope.reading_health(user)
    return seeing_stays(user)


def place_of_page(user: User, code: str) -> RosterPlace:
    """Return the site or the commune with a code, in the officer's jurisdiction. Raises Http404 for any other."""
    own = scope.required(user)
    if ":" not in code:
        site = get_object_or_404(queries.sites(user), code=code)
        return RosterPlace(site.code, site.place, site)
    try:
        parsed = UnitCode.parse(code)
        place = place_of(parsed)
        level = parsed.level if catalogue.all_units().unit(parsed) else None
    except GeographyError:
        raise Http404 from None
    if level is not Level.COMMUNE or not own.directs_places or not own.may_edit(place):
        raise Http404
    return RosterPlace(str(parsed), place, None)


def site_choices(user: User) -> list[tuple[str, str]]:
    """List the open sites in which the officer may enter somebody, with their free beds."""
    own, text = scope.required(user), gettext("%(site)s: %(free)s of %(beds)s beds free")
    return [
        (each.site.code, text % {"site": each.site.name, "free": each.free, "beds": each.beds})
        for each in queries.with_beds(queries.sites(user))
        if own.may_edit(each.site.place)
    ]


def may_enter_home(own: Jurisdiction) -> bool:
    """Decide whether an officer may enter somebody at home."""
    return rules.may_enter(own, own.place, StayKind.HOME)


def spot_of(user: User, values: dict[str, Any], home: str) -> Spot:
    """Return where a form says somebody is to be, among the sites of the officer and the homes of a commune. Raises
    IsolationError."""
    if values["where"] != StayKind.SITE:
        return Spot(home, address=values["address"], kind=StayKind(values["where"]))
    site = queries.sites(user).filter(code=values["site"]).first()
    if site is None or not scope.required(user).may_edit(site.place):
        raise IsolationError(gettext_noop("this site is closed: choose another one"), "site")
    return Spot.at(site, values["bed"])


class OfStay(OfObject):
    """Find a stay of the officer's jurisdiction."""

    access = seeing_stays
    model = Stay
    reach: ClassVar[Any] = queries.editable_of
    named = "stay_id"
    nav = NAV
    object: Stay

    @cached_property
    def called(self) -> str:
        """Open who the person is to who asks, and return what the person is called."""
        persons.open_for([self.object.episode.person], self.officer, clock.now())
        return self.object.episode.called

    def rows(self) -> QuerySet[Stay]:
        related = ("bed", "organisation", "episode__person", "episode__case", "episode__owner")
        return Stay.objects.select_related(*related)

    def address(self) -> str:
        """Return the address of the page that shows the stay: its person's."""
        person = self.object.episode.person
        if person is None:
            return reverse("isolation:stay", args=[self.object.pk])
        return reverse("persons:person", args=[person.pseudonym])


def _kept_or_given(rows: QuerySet[Any], user: User | AnonymousUser, _field: str = "") -> QuerySet[Any]:
    """Filter stays by those that are the officer's, or were until the person was handed over."""
    went = handing_over.given(scope.officer(user)).exclude(episode__person=None).values("episode")
    return rows.filter(Q(pk__in=queries.editable(scope.officer(user)).values("pk")) | Q(episode__in=went))


class StayPage(OfStay):
    """Lead to the page of who is in a stay, which tells the place that gave somebody over where they are; of whom no
    identity is kept any more show the stay alone."""

    reach = _kept_or_given

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ARG002
        """Lead to the page, or show it."""
        return redirect(self.address()) if self.object.episode.person else page_of(request, self.object.episode)


class StayStep(Step, OfStay):
    """Do something with a stay by a button of its person's page, and show that again with what is wrong."""

    form_name = "step"
    way_back = OfStay.address

    def show(self, status: int = 200, problem: str = "", **context: Any) -> HttpResponse:
        """Return the page of the person."""
        return page_of(self.request, self.object.episode, problem, status, **{self.form_name: self.form} | context)


class StayForm(FormPage, OfStay):
    """Serve a form of a stay with a page of its own."""

    way_back = OfStay.address

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        trail = [(self.address(), self.called)]
        return super().get_context_data(**{"trail": trail} | kwargs)
