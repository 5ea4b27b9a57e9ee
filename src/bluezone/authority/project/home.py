"""Show the front door, an officer's first page (what is on it comes from the packages: registries.home), and turn the
language of public pages."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Role, own_unit
from bluezone.authority.officers.pages import officers_page, place_name
from bluezone.authority.site import clock, registries
from bluezone.authority.site.language import page_language
from bluezone.authority.site.registries import HomePart, Tone, Visitor
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


@never_cache
@login_required
@require_GET
def first(request: HttpRequest) -> HttpResponse:
    """Redirect an officer to where the day begins: the own place, or without one the own cases."""
    return redirect("home" if scope.jurisdiction(request.user) else "diagnosis:list")


#: what is done comes last
_URGENCY = {Tone.ACT: 0, Tone.WATCH: 1, Tone.PLAIN: 2, Tone.SAFE: 3}


def unsaid(sentence: str, facts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the facts that a sentence does not say yet, word for word up to what stands in brackets."""
    return [(label, value) for label, value in facts if value.split(" (")[0] not in sentence]


@officers_page
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the officer's first page."""
    own = scope.required(request.user)
    day = clock.today()
    unit = own_unit(own, day)
    is_head = own.role is Role.UNIT_HEAD
    visitor = Visitor(request.user, own.role.value, own.place, unit, day, is_head)
    mine = (each for each in registries.home if each.for_offices is own.is_office)
    parts: list[HomePart] = sorted(mine, key=lambda each: each.rank)
    language = page_language()
    ended = own.directs_places and not unit.in_force(day) and unit.until is not None
    tasks = sorted((task for part in parts for task in part.tasks(visitor)), key=lambda task: _URGENCY[task.tone])
    overview = next(filter(None, (part.overview(visitor) for part in parts)), None)
    context = {
        "nav": "home",
        "name": place_name(own.place, day) if own.place.strip("/") else unit.name,
        "ended": format_date(unit.until, language) if ended and unit.until is not None else "",
        "today": format_date(day, language),
        "overview": overview,
        "facts": unsaid(overview.sentence, overview.facts) if overview is not None else (),
        "tasks": [task for task in tasks if task.is_open],
        "done": [task for task in tasks if not task.is_open],
        "sections": [section for part in parts for section in part.sections(visitor)],
        "links": [link for part in parts for link in part.links(visitor)],
    }
    return render(request, "home.html", context)


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
