"""Serve the pages of stays: the list of places, a place's own page, a new stay, a stay."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_noop, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.isolation import pages, queries, rules, services
from bluezone.authority.isolation.forms import BedsForm, NewStayForm, ReasonForm, ResultForm, SpotForm, form_error
from bluezone.authority.isolation.known import with_what_is_known
from bluezone.authority.isolation.models import Bed, Letter, Move, Stay
from bluezone.authority.isolation.pages import StayPlace, own_stay, place_of_page, stays_page
from bluezone.authority.isolation.rules import IsolationError, Reason, Where
from bluezone.authority.isolation.services import Entry, Spot
from bluezone.authority.messages.phone_numbers import spoken_number
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.pages import officers_page, place_name
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import read_pseudonym
from bluezone.authority.quarantine.numbers import read_numbers
from bluezone.authority.quarantine.rules import Fact, RosterError
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, sentence_of
from bluezone.tables import csv_text

PAGE_SIZE = 100
NAV = "isolation"


@officers_page
@require_GET
def first_page(request: HttpRequest) -> HttpResponse:
    """Lead the ministry, which sees no single stay, to the rules that it makes; show the others their places."""
    if scope.required(request.user).role is Role.MINISTRY:
        return redirect("isolation:protocols")
    return place_list(request)


@stays_page
def place_list(request: HttpRequest) -> HttpResponse:
    """List the sites with their beds and the communes with people at home, and what is due in all of them. The head of
    a site is sent to it."""
    user, now = scope.officer(request.user), clock.now()
    today = clock.date_of(now)
    sites = queries.with_beds(queries.sites(user))
    if not scope.required(user).directs_places and len(sites) == 1:
        return redirect("isolation:place", sites[0].site.code)
    seen = queries.visible(user)
    # whoever was not released is there still, and is to be found where it says that somebody is to be released
    at_home = seen.filter(organisation=None, ended_on=None)
    communes = sorted(set(at_home.values_list("place", flat=True)))
    homes = [
        {
            "code": place.strip("/").split("/")[-1],
            "name": place_name(place, today),
            "count": at_home.filter(place=place).count(),
        }
        for place in communes
    ]
    counts = queries.standing(seen, now)
    context = {
        "nav": NAV,
        "sites": sites,
        "homes": homes,
        "counts": counts,
        "sentence": _sentence(counts),
        "moves": queries.moves_to(user).count() + queries.moves_from(user).count(),
        "may_enter": bool(sites) or pages.may_enter_home(scope.required(user)),
    }
    return render(request, "isolation/list.html", context)


def _sentence(counts: queries.Standing) -> str:
    if not counts.running:  # of whoever is to be released the page says so below
        return "" if counts.overdue else gettext("Nobody is in isolation now.")
    text = ngettext(
        "%(n)s person is in isolation, %(declared)s declared today.",
        "%(n)s people are in isolation, %(declared)s declared today.",
        counts.running,
    )
    return text % {"n": number_text(counts.running), "declared": number_text(counts.declared)}


@stays_page
@require_GET
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show a site, or the people at home in a commune: who is in, who has declared today, which tests are due."""
    return _place_page(request, place_of_page(request, code))


def _place_page(
    request: HttpRequest, found: StayPlace, form: BedsForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    user, now = scope.officer(request.user), clock.now()
    today = clock.date_of(now)
    there = queries.visible(user).filter(place=found.place, ended_on=None)
    there = there.filter(organisation=found.organisation)
    page = Paginator(there.order_by("bed__number_key", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    counts = queries.standing(there, now)
    context: dict[str, Any] = {
        "nav": NAV,
        "found": found,
        "within": place_name(found.place, today) if found.organisation is None else "",
        "counts": counts,
        "sentence": _sentence(counts),
        "page": page,
        "rows": pages.rows(page, queries.dues(there, now), now),
        "form": form or BedsForm(),
        "problem": problem,
        "is_head": not scope.required(user).directs_places,
    }
    if found.organisation is not None:
        free = list(queries.free_beds(found.organisation))
        context |= {"free": free, "bed_count": found.organisation.beds.count()}
    return render(request, "isolation/place.html", context, status=status)


@stays_page
@require_POST
def add_beds(request: HttpRequest, code: str) -> HttpResponse:
    """Add beds to a site."""
    found = _editable_site(request, code)
    form = BedsForm(request.POST)
    if form.is_valid() and found.organisation is not None:
        try:
            numbers = read_numbers(form.cleaned_data["number"], form.cleaned_data["up_to"])
            services.add_beds(found.organisation, numbers)
            return redirect("isolation:place", found.code)
        except (RosterError, IsolationError) as error:
            form.add_error(error.field if error.field in form.fields else None, sentence_of(error))
    return _place_page(request, found, form, status=400)


@stays_page
@require_POST
def remove_bed(request: HttpRequest, code: str, bed_id: int) -> HttpResponse:
    """Remove a bed that nobody is in."""
    found = _editable_site(request, code)
    bed = get_object_or_404(Bed, pk=bed_id, organisation=found.organisation)
    try:
        services.remove_bed(bed)
    except IsolationError as error:
        return _place_page(request, found, problem=sentence_of(error), status=409)
    return redirect("isolation:place", found.code)


def _editable_site(request: HttpRequest, code: str) -> StayPlace:
    found = place_of_page(request, code)
    if found.organisation is None or not scope.required(request.user).may_edit(found.place):
        raise Http404
    return found


@stays_page
@require_GET
def export(request: HttpRequest, code: str) -> HttpResponse:
    """Write who is in a place as CSV: beds and pseudonyms, no address and no number."""
    found, now = place_of_page(request, code), clock.now()
    there = queries.visible(scope.officer(request.user)).filter(place=found.place, ended_on=None)
    there = there.filter(organisation=found.organisation).order_by("bed__number_key", "pk")
    table: list[tuple[object, ...]] = [("stay", "bed", "person", "since", "until", "declaration", "next test")]
    for row in pages.rows(there, queries.dues(there, now), now):
        stay: Stay = row["stay"]
        cells = (
            stay.pk,
            stay.bed.number if stay.bed else "",
            stay.person.pseudonym if stay.person else "",
            stay.since.isoformat(),
            stay.until.isoformat(),
            row["due"][2],
            row["test"].due_on.isoformat() if row["test"] else "",
        )
        table.append(cells)
    headers = {"Content-Disposition": f'attachment; filename="isolation-{clock.date_of(now):%Y%m%d}.csv"'}
    return HttpResponse("\ufeff" + csv_text(table), content_type="text/csv; charset=utf-8", headers=headers)


# --- a new stay -------------------------------------------------------------------------------------------------------


@stays_page
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a stay."""
    user, own, now = scope.officer(request.user), scope.required(request.user), clock.now()
    sites, home = pages.site_choices(request), pages.may_enter_home(own)
    given = {name: request.GET[name][:40] for name in ("site", "pseudonym") if name in request.GET}
    form = NewStayForm(sites, clock.date_of(now), request.POST or None, initial=given, home=home)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                stay = services.enter(with_what_is_known(_entry(request, form), user), user, now)
            return redirect("isolation:stay", stay.pk)
        except IsolationError as error:
            form_error(form, error)
    context = {"nav": NAV, "form": form, "nowhere": not sites and not home}
    return render(request, "isolation/new.html", context, status=400 if form.errors else 200)


def spot_of(request: HttpRequest, form: SpotForm) -> Spot:
    """Return where a form says somebody is to be, among the sites and homes of the officer. Raises IsolationError."""
    own, values = scope.required(request.user), form.cleaned_data
    if values["where"] == Where.HOME:
        return Spot(own.place, address=values["address"])
    site = queries.sites(scope.officer(request.user)).filter(code=values["site"]).first()
    if site is None or not own.may_edit(site.place):
        raise IsolationError(gettext_noop("this site is closed: choose another one"), "site")
    return Spot(site.place, site, values["bed"])


def _entry(request: HttpRequest, form: NewStayForm) -> Entry:
    values = form.cleaned_data
    return Entry(
        spot=spot_of(request, form),
        reason=Reason(values["reason"]),
        since=values["since"],
        vaccinated=values["vaccinated"],
        telephone=values["telephone"],
        person=_person(request, values["pseudonym"]),
    )


def _person(request: HttpRequest, text: str) -> Person | None:
    """Return the person of a pseudonym within the officer's jurisdiction. Raises IsolationError for any other."""
    if not text.strip():
        return None
    read = read_pseudonym(text)
    own = scope.required(request.user)
    above = own.place if own.directs_places else own.place.rstrip("/").rsplit("/", 1)[0] + "/"
    found = Person.objects.filter(pseudonym=read, place__startswith=above).first() if read else None
    if found is None:
        raise IsolationError(gettext_noop("there is no such pseudonym in your area: look at it again"), "pseudonym")
    return found


# --- a stay -----------------------------------------------------------------------------------------------------------


@stays_page
@require_GET
def stay(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Show a stay with what can be done, and what was done just now; to the place that gave somebody over, where they
    are."""
    user = scope.officer(request.user)
    if not queries.editable(user).filter(pk=stay_id).exists() and (move := queries.moved_away(user, stay_id)):
        place = place_name(move.to_place, clock.today())
        advice = gettext("%(place)s has taken them over and sees the stay from now on.") % {"place": place}
        return render(request, "error.html", {"title": gettext("Moved to another place"), "advice": advice}, status=404)
    said = gettext("The link is on its way.") if request.GET.get("link") == "sent" else ""
    return stay_page(request, own_stay(request, stay_id), said=said)


def stay_page(
    request: HttpRequest,
    row: Stay,
    *,
    problem: str = "",
    said: str = "",
    opened: str = "",
    opened_kind: str = "",
    form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a stay's page, with the answer to a step."""
    now, own = clock.now(), scope.required(request.user)
    today = clock.date_of(now)
    declared = list(row.declarations.order_by("-received_at")[:30])
    tests = [each for each in row.tests.order_by("due_on") if rules.is_shown(each.due_on, each.result, row.ended_on)]
    move = row.moves.filter(state=Move.State.WAITING).first()
    context: dict[str, Any] = {
        "nav": NAV,
        "stay": row,
        "name": pages.name_of(row),
        "where": pages.where_of(row, today),
        "code": row.organisation.code if row.organisation else row.place.strip("/").split("/")[-1],
        "protocol": pages.protocol_facts(row),
        "due": pages.due_tag(queries.due_of(row, now, declared=any(each.day == today for each in declared))),
        "declared": [
            {"row": each, "text": pages.declared_text(each), "tag": pages.severity_tag(each.severity)}
            for each in declared
        ],
        "tests": [{"row": each, "tag": pages.test_tag(each, today), "open": each.due_on <= today} for each in tests],
        "result_form": ResultForm(row, today),
        "positive": any(each.result == "positive" for each in tests),
        "may_confirm": confirming.may_confirm(Issuer(officer=scope.officer(request.user))),
        "facts": [
            {"fact": fact.value, "name": name, "on": getattr(row, fact.value)} for fact, name in _fact_names().items()
        ],
        "move": move,
        "move_to": place_name(move.to_place, today) if move else "",
        "letters": row.letters.order_by("-issued_at"),
        "letter_kinds": (kinds := _letter_kinds(row)),
        "replaces": row.letters.filter(kind__in=[kind for kind, _text in kinds], withdrawn_at=None).exists(),
        "may_open": pages.may_open(own, row),
        "has_address": bool(bytes(row.address)),
        "has_telephone": bool(bytes(row.telephone)),
        "form": form or ReasonForm(),
        "problem": problem,
        "answered": said,
        "opened": opened,
        "spoken": spoken_number(opened),
        "opened_kind": opened_kind,
        "running": row.ended_on is None,
        "overdue": row.ended_on is None and row.until < today,
        "today": today,
    }
    return render(request, "isolation/stay.html", context, status=status)


def _letter_kinds(row: Stay) -> list[tuple[str, str]]:
    """Return the letters that may be issued of a stay now."""
    kinds = [Letter.Kind.ORDER] if row.ended_on is None else []
    if row.ending in (Stay.Ending.DONE, Stay.Ending.EARLY):
        kinds.append(Letter.Kind.RELEASE)
    return [(each.value, str(each.label)) for each in kinds]


def _fact_names() -> dict[Fact, str]:
    return {
        Fact.HAS_PHONE: gettext("has a phone"),
        Fact.ASKED: gettext("asked already"),
        Fact.HAS_APP: gettext("has the app"),
        Fact.HELPED: gettext("helped"),
    }
