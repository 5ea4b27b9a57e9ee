"""Share what the pages of stays need: who may open them, the places an officer may open, one stay with its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from bluezone.authority.episodes import handing_over
from bluezone.authority.episodes.models import Handover, Stay
from bluezone.authority.episodes.stays import presenters, queries, rosters, rules, sealing
from bluezone.authority.episodes.stays.forms import ReasonForm, ResultForm
from bluezone.authority.episodes.stays.roster_presenters import fact_names
from bluezone.authority.episodes.stays.rules import RELEASED, Ending, IsolationError
from bluezone.authority.episodes.stays.services import Spot
from bluezone.authority.episodes.words import EventKind, Role, StayKind
from bluezone.authority.messages.phone_numbers import spoken_number
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import DetailPage, Step
from bluezone.authority.officers.jurisdiction import Jurisdiction, place_of
from bluezone.authority.officers.jurisdiction import Role as OfficerRole
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.persons import services as persons
from bluezone.authority.site import clock
from bluezone.authority.units.models import Organisation
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, UnitCode

NAV = "isolation"
#: checks and care that a stay's page shows
_SHOWN = 30


def seeing_stays(user: User | AnonymousUser) -> Jurisdiction:
    """Return the jurisdiction of who sees single stays: officers of a commune, district or province, and the head of a
    site. Raises PermissionDenied for all else."""
    own = scope.required(user)
    if not rules.sees_people(own) or (own.role is OfficerRole.UNIT_HEAD and not heads_a_site(own)):
        raise PermissionDenied
    return own


def heads_a_site(own: Jurisdiction) -> bool:
    """Return whether a head's unit is a quarantine site."""
    return Organisation.objects.filter(place=own.place, sector=rosters.SECTOR).exists()


@dataclass(frozen=True, slots=True)
class StayPlace:
    """Hold a place with a page of its own: a site, or a commune for the people at home in it."""

    code: str
    place: str
    organisation: Organisation | None

    @property
    def name(self) -> str:
        """Return what the page is called."""
        return self.organisation.name if self.organisation is not None else gettext("In isolation at home")


def place_of_page(user: User, code: str) -> StayPlace:
    """Return the site or the commune with a code, in the officer's jurisdiction. Raises Http404 for any other."""
    own = scope.required(user)
    if ":" not in code:
        site = get_object_or_404(queries.sites(user), code=code)
        return StayPlace(site.code, site.place, site)
    try:
        parsed = UnitCode.parse(code)
        place = place_of(parsed)
        level = parsed.level if catalogue.all_units().unit(parsed) else None
    except GeographyError:
        raise Http404 from None
    if level is not Level.COMMUNE or not own.directs_places or not own.may_edit(place):
        raise Http404
    return StayPlace(str(parsed), place, None)


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


class StayPage(DetailPage):
    """Show a stay with what can be done, and what was done just now; to the place that gave somebody over, where they
    are."""

    template_name = "stays/stay.html"
    access = seeing_stays
    model = Stay
    reach = scope.editable
    named = "stay_id"
    nav = NAV
    object: Stay
    gone: Handover | None = None

    def rows(self) -> QuerySet[Stay]:
        related = ("bed", "organisation", "episode__person", "episode__case", "episode__owner")
        return Stay.objects.select_related(*related)

    def prepare(self) -> None:
        try:
            super().prepare()
        except Http404:
            self.gone = handing_over.moved_away(self.officer, self.kwargs["stay_id"])
            if self.gone is None or self.request.method == "POST":
                raise

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the stay, or where the person was moved to."""
        if self.gone is None:
            return super().get(request, *args, **kwargs)
        place = place_name(self.gone.to_place, clock.today())
        advice = gettext("%(place)s has taken them over and sees the stay from now on.") % {"place": place}
        return render(request, "error.html", {"title": gettext("Moved to another place"), "advice": advice}, status=404)

    def address(self) -> str:
        """Return the address of the stay's page."""
        return reverse("isolation:stay", args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, now = self.object, clock.now()
        opened = kwargs.get("opened", "")
        found = {
            "form": ReasonForm(),
            "stay": row,
            "name": presenters.name_of(row),
            "code": row.organisation.code if row.organisation else row.place.strip("/").split("/")[-1],
            "today": clock.date_of(now),
            "spoken": spoken_number(opened),
            "running": row.ended_on is None,
            "overdue": row.ended_on is None and row.until < clock.date_of(now),
            "facts": [{"fact": fact, "name": name, "on": getattr(row, fact)} for fact, name in fact_names().items()],
        }
        found |= self._day() | self._tests() | self._who() | self._papers()
        return super().get_context_data(**found | kwargs)

    def _day(self) -> dict[str, Any]:
        """Return how the person was each day, what care they got, and what a release lacks."""
        row, now = self.object, clock.now()
        today, episode = clock.date_of(now), row.episode
        checks = list(episode.events.filter(kind=EventKind.CHECK.value).order_by("-at")[:_SHOWN])
        care = episode.events.filter(kind=EventKind.CARE.value).order_by("-at")[:_SHOWN]
        lacks = queries.missing_of(row, today) if row.ended_on is None and row.until <= today else ()
        return {
            "due": presenters.due_tag(queries.due_of(row, now, declared=any(each.day == today for each in checks))),
            "declared": [presenters.check(each) for each in checks],
            "care": [{"row": each, "text": presenters.care_text(each.what)} for each in care],
            "is_case": episode.role == Role.F0,
            "missing": [presenters.missing_text(each) for each in lacks],
            "is_mine": episode.owner_id == self.officer.pk,
        }

    def _tests(self) -> dict[str, Any]:
        row, today = self.object, clock.today()
        tests = [
            each
            for each in row.episode.tests.order_by("due_on")
            if rules.is_shown(each.due_on, each.result, row.ended_on)
        ]
        return {
            "tests": [
                {"row": each, "tag": presenters.test_tag(each, today), "open": each.due_on <= today} for each in tests
            ],
            "result_form": ResultForm(row, today),
            "positive": any(each.result == "positive" for each in tests),
            "may_confirm": confirming.may_confirm(Issuer(officer=self.officer)),
        }

    def _who(self) -> dict[str, Any]:
        row, today = self.object, clock.today()
        person = row.episode.person
        known = persons.contact_of(person) if person is not None else None
        return {
            "where": presenters.where_of(row, today),
            "pseudonym": presenters.pseudonym_of(row),
            "role": presenters.role_text(row.episode.role),
            "ending": presenters.ending_text(row.ending) if row.ending else "",
            "because": presenters.because_text(row.because) if row.because else "",
            "protocol": presenters.protocol_facts(row),
            "may_open": rules.may_open_private(self.own, row.place, StayKind(row.kind)),
            "has_address": bool(bytes(row.address)) or bool(known and known.address and row.kind == StayKind.HOME),
            "has_telephone": bool(known and known.telephone),
        }

    def _papers(self) -> dict[str, Any]:
        row, today = self.object, clock.today()
        move = row.episode.handovers.filter(state=Handover.State.WAITING).first()
        kinds = ["order"] if row.ended_on is None else []
        if row.ending and Ending(row.ending) in RELEASED and (not row.needs_second or row.agreed_by_id):
            kinds.append("release")
        letters = list(row.letters.order_by("-issued_at"))
        return {
            "move": move,
            "move_to": place_name(move.to_place, today) if move else "",
            "letters": [{"row": each, "text": presenters.kind_of_letter(each.kind)} for each in letters],
            "letter_kinds": [(each, presenters.kind_of_letter(each)) for each in kinds],
            "replaces": any(each.kind in kinds and each.withdrawn_at is None for each in letters),
            "awaits_second": row.needs_second and row.agreed_by_id is None and row.ended_on is not None,
            "may_agree": row.ended_by_id != self.officer.pk,
            "reason": sealing.unseal(sealing.REASON, row.reason, row) if row.needs_second else "",
            "may_take_back": row.ended_on == today,
        }


class StayStep(Step, StayPage):
    """Do something with a stay by a button of its page."""

    form_name = "step"
    way_back = StayPage.address
