"""Find organisations and units of the gazetteer by what officers write, and present them on pages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, own_unit
from bluezone.authority.site.language import number_text
from bluezone.authority.units import parts, sectors
from bluezone.authority.units.models import Organisation, line_of
from bluezone.authority.units.rules import MOST_LEVELS, OrganisationError
from bluezone.geography import catalogue
from bluezone.geography.errors import UnknownUnitError
from bluezone.geography.names import plain_key
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout.sectors import Sector, UnitCodeError, read_code

_CODE = re.compile(r"([0-9A-Z]{4}-[0-9A-Z]{4})$")
#: of one name, among which the officer's are looked for
_MOST_LOOKED_AT = 200
#: units in one on a page
MOST_INSIDE = 100
#: what a unit of a sector holds, as pages call it: a template's word
PARTS_OF = {"schools": "class", "zones": "company", "neighbourhoods": "group"}


def seen(request: HttpRequest, code: str, *related: str) -> Organisation:
    """Return an organisation the officer may see, with its `related` rows. Raises PermissionDenied for who has no role,
    Http404 for any other code: which codes exist is not disclosed."""
    scope.required(request.user)
    try:
        written = read_code(code)
    except UnitCodeError:
        raise Http404 from None
    rows = Organisation.objects.select_related(*related) if related else Organisation.objects.all()
    return get_object_or_404(scope.visible(rows, request.user), code=written)


def find_unit(text: str, own: Jurisdiction, day: dt.date) -> Unit:
    """Find the unit an officer means, by name or code, in force on `day`: the own one, one in it, or another one, of
    which the caller says that it lies outside.

    Raises GeographyError, with a sentence.
    """
    mine = own_unit(own, day)
    text = text.strip()
    if text in {str(mine.code), mine.name, mine.full_name, path_of(mine)} and mine.in_force(day):
        return mine
    within = None if mine.level is Level.NATION else mine.code
    try:
        return catalogue.all_units().find(text, on=day, within=within)
    except UnknownUnitError:
        return catalogue.all_units().find(text, on=day)


def find_organisation(text: str, own: Jurisdiction) -> Organisation:
    """Find the open organisation of an officer's that a text means: by the code at its end, or by its name.

    Raises OrganisationError, with a sentence, unless it is exactly one.
    """
    rows = Organisation.objects.filter(closed_on=None)
    code = _CODE.search(text.strip().upper())
    if code is not None:
        rows = rows.filter(code=code[1])
    else:
        key = plain_key(text)
        rows = rows.filter(search_key=key) if key else rows.none()
    found = [each for each in rows[:_MOST_LOOKED_AT] if own.may_edit(each.place, each.sectors)]
    exact = [each for each in found if each.name.casefold() == text.strip().casefold()]
    found = exact or found
    if len(found) == 1:
        return found[0]
    if not found:
        raise OrganisationError(gettext_noop("no open unit of yours is called “{text}”"), text=text)
    raise OrganisationError(
        gettext_noop("{count} units of yours are called “{text}”: write the code on the poster of the one you mean"),
        count=len(found),
        text=text,
    )


def path_of(unit: Unit) -> str:
    """Return a unit with those above it, as `find_unit` reads it: `Phường I, Thành phố Vị Thanh, Tỉnh Hậu Giang`."""
    return catalogue.all_units().path(unit)


def path_of_code(code: str) -> str:
    """Return the unit of a code with the units above it."""
    return path_of(catalogue.all_units().unit(UnitCode.parse(code)))


def row(organisation: Organisation, among: Mapping[str, Sector] | None = None) -> dict[str, Any]:
    """Describe an organisation: what it is, where it lies, how many people it means. `among`: see
    `sectors.name_of`."""
    return {
        "code": organisation.code,
        "name": organisation.name,
        "sector": sectors.name_of(organisation.sector, among),
        "within": catalogue.all_units().unit(UnitCode.parse(organisation.within)).full_name,
        "within_path": path_of_code(organisation.within),
        "headcount": number_text(organisation.headcount),
        "people": number_text(organisation.people),
        "with_families": organisation.with_families,
        "closed": organisation.closed_on,
        "part_of": organisation.parent.name if organisation.parent_id is not None and organisation.parent else "",
    }


def named(organisation: Organisation) -> str:
    """Return name and code, as forms read them."""
    return f"{organisation.name} · {organisation.code}"


def tops(rows: QuerySet[Organisation], own: Jurisdiction) -> QuerySet[Organisation]:
    """Return those that lie in no other one of the officer's."""
    if own.is_office:
        return rows.filter(Q(parent=None) | ~Q(parent__sector__in=own.sectors))
    return rows.filter(Q(parent=None) | ~Q(parent__place__startswith=own.place))


def numbers_in(organisations: Iterable[Organisation]) -> dict[int, int]:
    """Return how many open organisations lie right in each, by its key; without those that hold none."""
    rows = Organisation.objects.filter(parent__in=[each.pk for each in organisations], closed_on=None)
    return dict(rows.values_list("parent").annotate(Count("pk")).order_by())


def above(organisation: Organisation, own: Jurisdiction) -> list[Organisation]:
    """Return the organisations that hold one, from the top, as far as they are the officer's."""
    rows = Organisation.objects.filter(code__in=organisation.above) if organisation.above else ()
    return sorted((each for each in rows if own.may_see(each.place, each.sectors)), key=lambda each: len(each.line))


def has_room(organisation: Organisation) -> bool:
    """Return whether another level fits below an organisation, and it is open."""
    return organisation.closed_on is None and len(line_of(organisation.line)) < MOST_LEVELS


def inside(organisation: Organisation, own: Jurisdiction, day: dt.date, number: str | None) -> dict[str, Any]:
    """Present a page of the organisations right in one, with their newest figures, and what they add up to."""
    every = list(organisation.children.order_by("name", "pk"))
    still_open = sorted((each for each in every if each.closed_on is None), key=lambda each: in_order(each.name))
    page = Paginator(still_open, MOST_INSIDE).get_page(number)
    newest, held = parts.counts(list(page), day), numbers_in(page)
    people = [each.headcount for each in still_open]
    known = sum(each or 0 for each in people)
    return {
        "page": page,
        "rows": [
            {
                "code": each.code,
                "name": each.name,
                "people": number_text(each.people),
                "newest": newest.get(each.code),
                "held": held.get(each.pk),
                "elsewhere": catalogue.all_units().unit(UnitCode.parse(each.within)).full_name
                if each.within != organisation.within
                else "",
                "entry": parts.entry(each, own),
            }
            for each in page
        ],
        "total": len(still_open),
        "closed": len(every) - len(still_open),
        "kind": PARTS_OF.get(organisation.sector, ""),
        "headcount": number_text(known),
        "people": number_text(sum(each.people or 0 for each in still_open)),
        "with_families": any(each.with_families for each in still_open),
        "uncounted": people.count(None),
        "too_many": bool(organisation.headcount and known > organisation.headcount),
    }


def in_order(name: str) -> list[tuple[int, int, str]]:
    """Return a key that puts class 6A before class 10A."""
    pieces = re.findall(r"\d+|\D+", plain_key(name))
    return [(0, int(each[:9]), "") if each.isdecimal() else (1, 0, each) for each in pieces]
