"""Serve the page of isolation rules: what holds where, from when, and by which decision."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bluezone.authority.episodes.models import ProtocolEdition
from bluezone.authority.episodes.stays import protocols
from bluezone.authority.episodes.stays.pages import reading_rules
from bluezone.authority.episodes.stays.presenters import KINDS, assumed_text
from bluezone.authority.episodes.stays.protocols import Protocol
from bluezone.authority.officers.generic import OfficerPage
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language, sentence_of
from bluezone.rollout.numbers import NumberError, parse_date


class ProtocolList(OfficerPage):
    """Show what holds in the officer's place for isolations that begin on a day, and every rule that is known there."""

    access = reading_rules
    nav = "isolation"
    template_name = "stays/protocols.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # noqa: ARG002
        """Show the rules of today, or of the day that is asked for."""
        asked = request.GET.get("date", "").strip()[:20]
        try:
            return self.show(day=parse_date(asked) if asked else clock.today())
        except NumberError as error:
            return self.show(400, day=clock.today(), asked=asked, problem=sentence_of(error))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own, today, day = self.own, clock.today(), kwargs["day"]
        known = protocols.known()
        near = [each for each in known if each.within.startswith(own.place) or own.place.startswith(each.within)]
        near.sort(key=lambda one: (one.first, one.name), reverse=True)
        found = {
            "asked": date_format(day, "SHORT_DATE_FORMAT"),
            "today": today,
            "place": place_name(own.place, today),
            "held": [
                {
                    "where": KINDS[each.kind],
                    "who": _who(each.vaccinated, cases=each.cases),
                    "rule": _described(each.protocol, today) if each.protocol is not None else None,
                }
                for each in protocols.held_in(day, own.place, known)
            ],
            "rules": [_described(each, today) for each in near],
            "editions": ProtocolEdition.objects.order_by("-pk"),
            "sees_stays": own.role is not Role.MINISTRY,
            "is_ministry": own.role is Role.MINISTRY,
        }
        return super().get_context_data(**found | kwargs)


def _who(vaccinated: bool | None, *, cases: bool) -> str:
    if vaccinated is None:
        return _("cases (F0)") if cases else pgettext("isolation rule", "everybody")
    if cases:
        return _("cases (F0) who are vaccinated") if vaccinated else _("cases (F0) who are not vaccinated")
    return _("people who are vaccinated") if vaccinated else _("people who are not vaccinated")


def _described(rule: Protocol, today: dt.date) -> dict[str, Any]:
    source, language = rule.source_in(page_language().value)
    return {
        "rule": rule,
        "where": KINDS[rule.kind],
        "who": _who(rule.vaccinated, cases=rule.cases),
        "tests": ", ".join(map(str, rule.test_days)),
        "place": place_name(rule.within, today),
        "source": source,
        "language": language,
        "assumed": assumed_text(rule),
    }
