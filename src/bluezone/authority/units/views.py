"""Serve the officers' pages of the register of organisations: the list, an organisation, its form, its poster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, codes_of, own_unit, place_of
from bluezone.authority.site import clock
from bluezone.authority.site.language import sentence_of
from bluezone.authority.site.records import one_at_a_time
from bluezone.authority.units import access, parts, posters, presenters, sectors, services
from bluezone.authority.units.forms import OrganisationForm
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.places import find_organisation, find_unit, path_of, path_of_code
from bluezone.authority.units.rules import OrganisationError
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.names import plain_key
from bluezone.rollout.documents import poster_qr_svg

PAGE_SIZE = 50
_STATES = ("open", "closed", "all")


def _managed(request: HttpRequest, code: str) -> Organisation:
    """Return an organisation the officer may change. Raises PermissionDenied for one the officer may only see."""
    organisation = access.seen(request, code)
    if not scope.required(request.user).may_manage(organisation.place, organisation.sectors):
        raise PermissionDenied
    return organisation


def _holder(request: HttpRequest, own: Jurisdiction) -> Organisation | None:
    """Return the organisation (`?in=`) into which another is to be put, if the officer may put one there."""
    code = request.GET.get("in", "")
    if not code:
        scope.directing_units(request.user)
        return None
    holder = access.seen(request, code)
    if not own.may_manage_in(holder.place, holder.sectors):
        raise PermissionDenied
    return holder


def _chosen(request: HttpRequest, own: Jurisdiction) -> tuple[QuerySet[Organisation], dict[str, str], str]:
    """Return the organisations a list or a file of posters is asked for: rows, the filters as they are, and what is
    wrong."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "sector", "within", "state", "in")}
    rows = scope.visible(Organisation.objects.select_related("parent"), request.user)
    problem = ""
    asked["state"] = asked["state"] if asked["state"] in _STATES else "open"
    if asked["state"] != "all":
        rows = rows.filter(closed_on__isnull=asked["state"] == "open")
    if asked["sector"] in sectors.below(own):
        rows = rows.filter(sector=asked["sector"])
    if asked["q"]:
        rows = rows.filter(search_key__contains=plain_key(asked["q"]))
    if asked["within"]:
        try:
            rows = rows.filter(place__startswith=place_of(find_unit(asked["within"], own, clock.today()).code))
        except GeographyError as error:
            problem, rows = sentence_of(error), rows.none()
    if asked["in"]:
        holder = Organisation.objects.filter(code=asked["in"]).first()
        rows = rows.filter(line__startswith=holder.line).exclude(pk=holder.pk) if holder else rows.none()
    return rows.order_by("name", "pk"), asked, problem


@never_cache
@login_required
@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """List the organisations of the officer's jurisdiction, filtered by name, sector and place; a head sees the own
    one.

    Those that lie in another one are listed with it, on its page, and here where they are looked for by name or `?in=`.
    """
    own = scope.required(request.user)
    if own.role is Role.UNIT_HEAD and not request.GET.get("in"):
        return redirect("units:unit", codes_of(own.place)[-1])
    rows, asked, problem = _chosen(request, own)
    if not (asked["q"] or asked["in"]):
        rows = presenters.tops(rows, own)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    counts = parts.counts(list(page), clock.today())
    among = sectors.below(own)
    held = presenters.numbers_in(page)
    context = {
        "nav": "units",
        "page": page,
        "rows": [
            presenters.row(each, among) | {"newest": counts.get(each.code), "held": held.get(each.pk)} for each in page
        ],
        "asked": asked,
        "filtered": any(asked[name] for name in ("q", "sector", "within", "in")) or asked["state"] != "open",
        "problem": problem,
        "query": _query(asked),
        "sectors": [(key, sectors.name_of(key, among)) for key in among],
        "any": page.paginator.count or scope.visible(Organisation.objects.all(), request.user).exists(),
        "too_many": page.paginator.count > posters.MOST_IN_ONE_FILE,
        "most": posters.MOST_IN_ONE_FILE,
    }
    return render(request, "units/list.html", context)


def _query(asked: dict[str, str]) -> str:
    return urlencode({name: value for name, value in asked.items() if value})


@never_cache
@login_required
@require_GET
def poster_sheets(request: HttpRequest) -> HttpResponse:
    """Draw the posters of the organisations that are ticked (`?code=…&code=…`), or of all that the filters leave, as
    one PDF."""
    own = scope.required(request.user)
    rows, asked, _ = _chosen(request, own)
    ticked = request.GET.getlist("code")
    rows = rows.filter(closed_on=None)
    if ticked:
        rows = rows.filter(code__in=ticked[: posters.MOST_IN_ONE_FILE])
    if not rows.exists():
        return redirect(f"{request.path.removesuffix('posters.pdf')}?{_query(asked)}")
    found = rows[: posters.MOST_IN_ONE_FILE]
    return posters.pdf_of(request, found, clock.today(), "bluezone-posters")


@never_cache
@login_required
@require_GET
def unit_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show an organisation: its newest count, its target, its code and poster."""
    organisation = access.seen(request, code)
    if code != organisation.code:
        return redirect("units:unit", organisation.code)
    return _unit_page(request, organisation)


def _unit_page(request: HttpRequest, organisation: Organisation, problem: str = "") -> HttpResponse:
    """Render an organisation's page, with what could not be done and why."""
    own = scope.required(request.user)
    day = clock.today()
    inside = presenters.inside(organisation, own, day, request.GET.get("page"))
    may_add = own.may_manage_in(organisation.place, organisation.sectors) and presenters.has_room(organisation)
    has_inside = inside["total"] or inside["closed"] or may_add
    shown = parts.Section("units/inside.html") if has_inside else None
    context = {
        "nav": "units",
        "unit": organisation,
        "facts": presenters.row(organisation),
        "within": path_of_code(organisation.within),
        "above": presenters.above(organisation, own),
        "inside": inside,
        "sections": parts.sections(organisation, day, shown),
        "actions": parts.actions(organisation, own),
        "address": posters.address_of(request, organisation.code),
        "taken_in": organisation.merged.filter(people_brought__gt=0).order_by("closed_on", "name"),
        "may_manage": own.may_manage(organisation.place, organisation.sectors),
        "may_add": may_add,
        "may_appoint": organisation.closed_on is None and own.may_appoint(Role.UNIT_HEAD, organisation.place),
        "is_head": own.role is Role.UNIT_HEAD,
        "problem": problem,
        "typed": request.POST.get("into", ""),
    }
    return render(request, "units/unit.html", context, status=400 if problem else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new_unit(request: HttpRequest) -> HttpResponse:
    """Register an organisation, in another one with `?in=`, of a sector with `?sector=`; it gets a code, and so a
    poster."""
    own = scope.required(request.user)
    holder = _holder(request, own)
    if request.method == "GET":
        asked = request.GET.get("sector", "")
        initial = {"sector": asked} if asked in sectors.offered_to(own) else {}
        return _form_page(request, OrganisationForm(own, clock.today(), initial=initial, holder=holder), holder=holder)
    return _store(request, own, lambda form: services.register(form.facts(), clock.today()), holder=holder)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@one_at_a_time("facts of units")
def edit_unit(request: HttpRequest, code: str) -> HttpResponse:
    """Change an organisation; its code stays."""
    organisation = _managed(request, code)
    own = scope.required(request.user)
    if request.method == "GET":
        form = OrganisationForm(own, clock.today(), initial=_written(organisation), unit=organisation)
        return _form_page(request, form, organisation)

    def change(form: OrganisationForm) -> Organisation:
        services.change(organisation, form.facts())
        return organisation

    return _store(request, own, change, organisation)


def _written(organisation: Organisation) -> dict[str, Any]:
    return {
        "name": organisation.name,
        "sector": organisation.sector,
        "within": path_of_code(organisation.within),
        "headcount": organisation.headcount,
        "with_families": organisation.with_families,
        "headed_by": organisation.headed_by,
        "parent": presenters.named(organisation.parent) if organisation.parent is not None else "",
    }


def _store(
    request: HttpRequest,
    own: Jurisdiction,
    act: Callable[[OrganisationForm], Organisation],
    organisation: Organisation | None = None,
    holder: Organisation | None = None,
) -> HttpResponse:
    kept = _written(organisation) if organisation is not None else {}
    form = OrganisationForm(own, clock.today(), request.POST, initial=kept, holder=holder, unit=organisation)
    if form.is_valid() and form.is_current():
        try:
            return redirect("units:unit", act(form).code)
        except OrganisationError as error:
            form.add_error("name", sentence_of(error))
    return _form_page(request, form, organisation, holder, status=400)


def _form_page(
    request: HttpRequest,
    form: OrganisationForm,
    organisation: Organisation | None = None,
    holder: Organisation | None = None,
    status: int = 200,
) -> HttpResponse:
    mine = own_unit(scope.required(request.user), clock.today())
    near = [mine, *catalogue.all_units().children(mine.code, clock.today())] if mine.in_force(clock.today()) else [mine]
    context: dict[str, Any] = {
        "nav": "units",
        "form": form,
        "unit": organisation,
        "holder": holder,
        "places": [path_of(each) for each in near[:120]],
        "holders": form.holders(),
    }
    return render(request, "units/form.html", context, status=status)


@never_cache
@login_required
@require_POST
def close_unit(request: HttpRequest, code: str) -> HttpResponse:
    """Close an organisation and those in it; their posters count nobody from now on."""
    organisation = _managed(request, code)
    services.close(organisation, clock.today())
    return redirect("units:unit", organisation.code)


@never_cache
@login_required
@require_POST
def reopen_unit(request: HttpRequest, code: str) -> HttpResponse:
    """Reopen an organisation, unless another has taken its name and place since."""
    organisation = _managed(request, code)
    return _done(request, organisation, lambda: services.reopen(organisation))


@never_cache
@login_required
@require_POST
def merge_unit(request: HttpRequest, code: str) -> HttpResponse:
    """Put those in an organisation into another one of the officer's, and close it."""
    organisation, own = _managed(request, code), scope.required(request.user)

    def merge() -> None:
        into = find_organisation(request.POST.get("into", ""), own)
        with_people = request.POST.get("with_people") == "yes"
        services.merge(organisation, into, clock.today(), with_people=with_people)

    return _done(request, organisation, merge)


def _done(request: HttpRequest, organisation: Organisation, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except OrganisationError as error:
        organisation.refresh_from_db()
        return _unit_page(request, organisation, sentence_of(error))
    return redirect("units:unit", organisation.code)


@never_cache
@login_required
@require_GET
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the organisation's poster, A4."""
    organisation = access.seen(request, code)
    return posters.pdf_of(request, [organisation], clock.today(), f"bluezone-{organisation.code}")


@never_cache
@login_required
@require_GET
def qr(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the QR code of the poster alone."""
    organisation = access.seen(request, code)
    drawn = poster_qr_svg(posters.address_of(request, organisation.code))
    return HttpResponse(drawn, content_type="image/svg+xml")
