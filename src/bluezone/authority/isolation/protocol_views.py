"""Serve the page of isolation rules: what holds where, from when, and by which decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from bluezone.authority.isolation import protocol_store, protocols, rules
from bluezone.authority.isolation.models import ProtocolEdition
from bluezone.authority.isolation.pages import assumed_text, heads_a_site
from bluezone.authority.isolation.protocols import Held, Protocol
from bluezone.authority.isolation.rules import Where
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.pages import officers_page, place_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language, sentence_of
from bluezone.rollout.numbers import NumberError, parse_date


@officers_page
@require_GET
def protocol_list(request: HttpRequest) -> HttpResponse:
    """Show what holds in the officer's place for isolations that begin on a day, and every rule that is known there."""
    own, today = scope.required(request.user), clock.today()
    sees_stays = rules.sees_people(own) and (own.directs_places or heads_a_site(own))
    if not sees_stays and own.role is not Role.MINISTRY:
        raise PermissionDenied
    asked, problem, day = request.GET.get("date", "").strip()[:20], "", today
    try:
        day = parse_date(asked) if asked else today
    except NumberError as error:
        problem = sentence_of(error)
    known = protocol_store.known()
    near = [each for each in known if each.within.startswith(own.place) or own.place.startswith(each.within)]
    context = {
        "nav": "isolation",
        "day": day,
        "asked": asked if problem else date_format(day, "SHORT_DATE_FORMAT"),
        "problem": problem,
        "today": today,
        "place": place_name(own.place, today),
        "held": [_held(each, today) for each in protocols.held_in(day, own.place, known)],
        "rules": [
            _described(each, today) for each in sorted(near, key=lambda one: (one.first, one.name), reverse=True)
        ],
        "editions": ProtocolEdition.objects.order_by("-pk"),
        "sees_stays": sees_stays,
        "is_ministry": own.role is Role.MINISTRY,
    }
    return render(request, "isolation/protocols.html", context, status=400 if problem else 200)


def _held(held: Held, today: dt.date) -> dict[str, Any]:
    rule = _described(held.protocol, today) if held.protocol is not None else None
    return {"where": _where(held.where), "who": _who(held.vaccinated), "rule": rule}


def _who(vaccinated: bool | None) -> str:
    if vaccinated is None:
        return pgettext("isolation rule", "everybody")
    return _("people who are vaccinated") if vaccinated else _("people who are not vaccinated")


def _where(where: Where) -> str:
    return {Where.SITE: _("at a quarantine site"), Where.HOME: _("at home")}[where]


def _described(rule: Protocol, today: dt.date) -> dict[str, Any]:
    source, language = rule.source_in(page_language().value)
    return {
        "rule": rule,
        "where": _where(rule.where),
        "who": _who(rule.vaccinated),
        "tests": ", ".join(map(str, rule.test_days)),
        "place": place_name(rule.within, today),
        "source": source,
        "language": language,
        "assumed": assumed_text(rule),
    }
