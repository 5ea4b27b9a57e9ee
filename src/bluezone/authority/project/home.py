"""Show the front door, an officer's first page (what is on it comes from the packages: registries.home) and the search,
and turn the language of public pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bluezone.authority.device_api import limits
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import OfficerPage
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, own_unit
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.persons import services as persons
from bluezone.authority.project import menus, tour
from bluezone.authority.site import clock, registries
from bluezone.authority.site.language import page_language
from bluezone.authority.site.registries import Area, Found, HomePart, Link, Visitor
from bluezone.authority.work import queries as work
from bluezone.authority.work.kinds import NAMES, Reader
from bluezone.authority.work.queries import Whose
from bluezone.authority.work.views import called, lines_of
from bluezone.i18n import format_date


@never_cache
@require_GET
def front_door(request: HttpRequest) -> HttpResponse:
    """Redirect the public to the roll-out, of the day that is asked for, an officer to the first page. (Every public
    page links to the login.)"""
    if request.user.is_authenticated:
        return redirect("first")
    query = request.GET.urlencode()
    return redirect(reverse("public:dashboard") + (f"?{query}" if query else ""))


class First(OfficerPage):
    """Redirect an officer to where the day begins: the own place, or without one the own cases."""

    access = scope.officer

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        return redirect("home" if scope.jurisdiction(request.user) else "diagnosis:list")


#: the most urgent tasks, named on the first page
_NAMED = 4
#: pages of an area that are named there; its own page has all
_LISTED = 6


def unsaid(sentence: str, facts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the facts that a sentence does not say yet, word for word up to what stands in brackets."""
    return [(label, value) for label, value in facts if value.split(" (")[0] not in sentence]


def _visitor(user: User, own: Jurisdiction) -> Visitor:
    day = clock.today()
    return Visitor(user, own.role.value, own.place, own_unit(own, day), day, own.role is Role.UNIT_HEAD)


def _parts(own: Jurisdiction) -> list[HomePart]:
    return sorted((each for each in registries.home if each.for_offices is own.is_office), key=lambda each: each.rank)


def _areas(user: User) -> list[tuple[Area, list[Link]]]:
    """Return an officer's areas, each with its pages and the ways to what is the own unit's."""
    own = user.jurisdiction
    visitor = _visitor(user, own) if own is not None else None
    more = [(part.area, link) for part in _parts(own) for link in part.links(visitor)] if own and visitor else []
    return [
        (
            area,
            [Link(reverse(each.address), str(each.text), str(each.help)) for each in items]
            + [link for of, link in more if area is of or area is Area.OWN],
        )
        for area, items in menus.areas_of(user)
    ]


class Home(OfficerPage):
    """Show the officer's first page: what is to be done first, then the four areas in the order of the role."""

    access = scope.required
    nav, template_name = "home", "home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own, user = self.own, self.officer
        now, day, language = clock.now(), clock.today(), page_language()
        visitor, parts = _visitor(user, own), _parts(own)
        unit = visitor.unit
        overview = next(filter(None, (part.overview(visitor) for part in parts)), None)
        ended = own.directs_places and not unit.in_force(day) and unit.until is not None
        reader = Reader(user, own, now)
        tally, first = work.tallies(reader)[Whose.OFFICE], work.first(reader, _NAMED)
        lines = lines_of(first, reader)
        persons.open_for((task.person for task in first), user, now)
        context = {
            "name": place_name(own.place, day) if own.place.strip("/") else unit.name,
            "ended": format_date(unit.until, language) if ended and unit.until is not None else "",
            "today": format_date(day, language),
            "overview": overview,
            "facts": unsaid(overview.sentence, overview.facts) if overview is not None else (),
            "alerts": [alert for part in parts for alert in part.alerts(visitor)],
            "tally": tally,
            "first": [(task, lines[task.pk], called(task, lines[task.pk])) for task in first],
            "reads_health": reader.reads_health,
            "kinds": [(NAMES[kind], kind.value, count) for kind, count in tally.kinds.items()],
            "areas": [
                (menus.AREAS[area], area.value, links[:_LISTED], len(links) if len(links) > _LISTED else 0)
                for area, links in _areas(user)
            ],
            "tour": tour.steps(own.role, cases_first=user.may_confirm or own.role is Role.COMMUNE),
            "sections": overview.sections if overview is not None else (),
        }
        return super().get_context_data(**context | kwargs)


class AreaPage(OfficerPage):
    """Show what there is in one of the four areas."""

    access = scope.officer
    template_name = "area.html"

    def prepare(self) -> None:
        found = {area.value: links for area, links in _areas(self.officer)}
        if self.kwargs["kind"] not in found:
            raise Http404
        self.links = found[self.kwargs["kind"]]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        area = Area(self.kwargs["kind"])
        nav = dict(menus.areas_of(self.officer))[area][0].page
        return super().get_context_data(title=menus.AREAS[area][0], links=self.links, nav=nav, **kwargs)


# --- search -----------------------------------------------------------------------------------------------------------

#: of what is typed
_LONGEST = 80
#: telephone numbers that an officer looks for in ten minutes
_MOST_NUMBERS = 30


class Search(OfficerPage):
    """Show everything that has a code, a number or a place, as packages find it (registries.finders). What is typed
    stands in the address, so that it can be linked, unless it may be a telephone number: that is found only whole, by
    POST, counted and noted."""

    access = scope.officer
    http_method_names = ("get", "head", "post")
    template_name = "search.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ARG002
        """Look for what was typed."""
        text = request.POST.get("q", "").strip()[:_LONGEST]
        number = persons.read_telephone(text)
        if not number:
            return redirect(f"{reverse('search')}?{urlencode({'q': text})}")
        if limits.seconds_to_wait("search", str(self.officer.pk), clock.now(), _MOST_NUMBERS):
            return self.show(429, problem=_("You have looked for many numbers: wait ten minutes."))
        found = [each for finder in registries.finders for each in finder.by_telephone(number, self.officer)]
        return self.show(found=[*found, *self._by_text(text)], is_number=True)

    def _by_text(self, text: str) -> Iterable[Found]:
        return (each for finder in registries.finders for each in finder.by_text(text, self.officer))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()[:_LONGEST]
        found = {"found": list(self._by_text(text)) if text else [], "asked_text": text, "is_number": False}
        return super().get_context_data(**found | kwargs)


# --- the language of public pages -------------------------------------------------------------------------------------


@require_GET
def choose_language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember a language in this browser and go back to the page.

    By a link, for public pages: a form would need a cookie, and those have none.
    """
    if code not in dict(settings.LANGUAGES):
        raise Http404
    back = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, samesite="Lax", secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True
    )
    response.headers["Cache-Control"] = "no-store"
    return response
