"""Share what the pages of stays need: the guard in front of them, the stays an officer may open, how they are shown."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, pgettext

from bluezone.authority.isolation import protocol_store, queries, rules
from bluezone.authority.isolation.forms import symptom_name
from bluezone.authority.isolation.models import Declaration, Stay, StayTest
from bluezone.authority.isolation.protocols import Protocol
from bluezone.authority.isolation.rules import Due, Severity, TestState, Where
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, place_of
from bluezone.authority.officers.pages import officers_page, place_name
from bluezone.authority.quarantine.places import SECTOR
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.authority.units.models import Organisation
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, UnitCode
from bluezone.i18n import format_number

_View = Callable[..., HttpResponse]


def stays_page(view: _View) -> _View:
    """Open a page to who sees single stays: officers of a commune, district or province, and the head of a site."""

    @officers_page
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        own = scope.required(request.user)
        if not rules.sees_people(own) or (own.role is Role.UNIT_HEAD and not heads_a_site(own)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def heads_a_site(own: Jurisdiction) -> bool:
    """Return whether a head's unit is a quarantine site."""
    return Organisation.objects.filter(place=own.place, sector=SECTOR).exists()


def own_stay(request: HttpRequest, stay_id: int) -> Stay:
    """Return a stay that the officer may change. Raises Http404 for all others, so that nobody learns which there
    are."""
    return get_object_or_404(queries.editable(scope.officer(request.user)), pk=stay_id)


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


def place_of_page(request: HttpRequest, code: str) -> StayPlace:
    """Return the site or the commune with a code, in the officer's jurisdiction. Raises Http404 for any other."""
    user, own = scope.officer(request.user), scope.required(request.user)
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


def name_of(stay: Stay) -> str:
    """Return what a stay is called: its bed, its pseudonym, or its own number. Never a name."""
    if stay.bed is not None:
        return gettext("Bed %(number)s") % {"number": stay.bed.number}
    if stay.person is not None:
        return str(stay.person.pseudonym)
    return gettext("Stay %(number)s") % {"number": stay.pk}


def where_of(stay: Stay, day: dt.date) -> str:
    """Return the site's name; of a home that of its commune."""
    if stay.organisation is not None:
        return str(stay.organisation.name)
    return gettext("at home, %(commune)s") % {"commune": place_name(stay.place, day)}


def due_tag(due: Due) -> tuple[str, str, str]:
    """Return what is due of a declaration as a tag: its tone, icon and text."""
    return {
        Due.NOTHING: ("", "off", gettext("nothing due")),
        Due.DECLARED: ("safe", "done", gettext("declared")),
        Due.AWAITED: ("", "wait", gettext("not yet")),
        Due.REMIND: ("watch", "wait", gettext("not yet, after 12:00")),
        Due.CALL: ("act", "alert", gettext("not declared: call")),
    }[due]


def declared_text(declaration: Declaration) -> str:
    """Return the signs and the temperature that were declared, in words; whether the person is well says a tag."""
    parts = [symptom_name(each) for each in declaration.symptoms.split(",") if each]
    if declaration.temperature is not None:
        degrees = format_number(declaration.temperature, page_language(), 1)
        parts.append(gettext("%(degrees)s °C") % {"degrees": degrees})
    return ", ".join(parts)


def severity_tag(severity: int) -> tuple[str, str, str]:
    """Return a declaration's urgency as a tag."""
    return {
        Severity.WELL: ("safe", "done", gettext("well")),
        Severity.SYMPTOMS: ("watch", "alert", gettext("symptoms")),
        Severity.EMERGENCY: ("act", "alert", gettext("needs help now")),
    }[Severity(severity)]


def test_tag(test: StayTest, today: dt.date) -> tuple[str, str, str]:
    """Return a test's state as a tag."""
    if test.result:
        return ("act", "alert", test.get_result_display()) if test.result == "positive" else (
            "safe", "done", test.get_result_display()
        )  # fmt: skip
    return {
        TestState.COMING: ("", "wait", gettext("to come")),
        TestState.DUE: ("watch", "wait", gettext("due today")),
        TestState.MISSED: ("act", "alert", pgettext("test", "missed")),
        TestState.DONE: ("safe", "done", gettext("done")),
    }[rules.test_state(test.due_on, test.result, today)]


def rows(stays: Iterable[Stay], dues: Mapping[int, Due], now: dt.datetime) -> list[dict[str, Any]]:
    """Describe stays for a list, each with today's declaration and the next test."""
    listed, today = list(stays), clock.date_of(now)
    keys = [stay.pk for stay in listed]
    tests: dict[int, StayTest] = {}
    for test in StayTest.objects.filter(stay__in=keys, result="").order_by("-due_on"):
        tests[test.stay_id] = test
    said = {row.stay_id: row for row in Declaration.objects.filter(stay__in=keys, day=today).order_by("severity")}
    return [
        {
            "stay": stay,
            "name": name_of(stay),
            "where": where_of(stay, today),
            "due": due_tag(dues[stay.pk]),
            "said": severity_tag(said[stay.pk].severity) if stay.pk in said else None,
            "test": tests.get(stay.pk),
            "test_tag": test_tag(tests[stay.pk], today) if stay.pk in tests else None,
            "overdue": stay.ended_on is None and stay.until < today,
        }
        for stay in listed
    ]


def protocol_facts(stay: Stay) -> dict[str, Any]:
    """Return what a page says of the rule that gave a stay its last day."""
    found = protocol_store.by_name(stay.protocol)
    if found is None:
        return {"name": stay.protocol, "source": "", "assumed": ""}
    source, language = found.source_in(page_language().value)
    return {
        "name": found.name,
        "days": found.days,
        "watch_days": found.watch_days,
        "source": source,
        "source_language": language,
        "assumed": assumed_text(found),
    }


def assumed_text(protocol: Protocol) -> str:
    """Name what of a rule no text was found for; nothing where there is a text for all."""
    names = {
        "from": gettext("its first day"),
        "days": gettext("its length"),
        "watch_days": gettext("the days of watching"),
        "test_days": gettext("the days of tests"),
    }
    return ", ".join(text for key, text in names.items() if key in protocol.assumed)


def may_open(own: Jurisdiction, stay: Stay) -> bool:
    """Decide whether an officer may open a stay's address or number."""
    return rules.may_open_private(own, stay.place, stay.where)


def site_choices(request: HttpRequest) -> list[tuple[str, str]]:
    """List the open sites in which the officer may enter somebody, with their free beds."""
    own = scope.required(request.user)
    found = queries.with_beds(queries.sites(scope.officer(request.user)))
    text = gettext("%(site)s: %(free)s of %(beds)s beds free")
    return [
        (each.site.code, text % {"site": each.site.name, "free": each.free, "beds": each.beds})
        for each in found
        if own.may_edit(each.site.place)
    ]


def may_enter_home(own: Jurisdiction) -> bool:
    """Decide whether an officer may enter somebody at home."""
    return rules.may_enter(own, own.place, Where.HOME)
