"""Prepare the numbers of a graph of contacts for its page: offspring, delays, attack rates, how they were found."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext

from bluezone.authority.contacts import graph
from bluezone.authority.contacts.contact_forms import SETTING_NAMES
from bluezone.authority.contacts.contact_rules import FoundBy
from bluezone.authority.contacts.graph import Attack, Graph
from bluezone.authority.contacts.graph_texts import level_name
from bluezone.authority.site.language import number_text, page_language
from bluezone.i18n import format_number, format_share


def numbers(shown: Graph) -> dict[str, Any]:
    """Return the tables of a page, each empty where nothing is known."""
    found = graph.finds(shown)
    by_way = graph.attack_rates(shown, lambda each: each.found_by)
    by_setting = graph.attack_rates(shown, lambda each: each.setting)
    return {
        "finds": {name: number_text(getattr(found, name)) for name in ("app", "hand", "both")},
        "any_found": found.app + found.hand + found.both,
        "offspring": [
            {
                "level": level_name(each.level),
                "people": number_text(each.people),
                "met_each": decimal(each.met_each),
                "infected": number_text(each.infected),
                "infected_each": decimal(each.infected_each),
                "most": number_text(each.most_infected),
            }
            for each in graph.offspring(shown)
        ],
        "delays": [
            {
                "found_as": gettext("as a contact, %(level)s") % {"level": level_name(each.found_as)}
                if each.found_as
                else gettext("by symptoms or chance"),
                "cases": number_text(each.cases),
                "in_time": number_text(each.in_time),
                "median": decimal(each.median),
                "ninetieth": decimal(each.ninetieth),
                "open": number_text(each.open),
            }
            for each in graph.isolation_delays(shown.nodes)
        ],
        "attacks": [
            row
            for row in (
                _attack(gettext("all contacts"), graph.attack_of_all(shown)),
                *(_attack(str(name), by_setting.get(each)) for each, name in SETTING_NAMES.items()),
                _attack(gettext("found by the app"), by_way.get(FoundBy.APP)),
                _attack(gettext("found by asking"), by_way.get(FoundBy.HAND)),
            )
            if row
        ],
    }


def _attack(name: str, rate: Attack | None) -> dict[str, str] | None:
    if rate is None or not rate.followed:
        return None
    return {
        "name": name,
        "followed": number_text(rate.followed),
        "infected": number_text(rate.infected),
        "share": percent(rate.share),
        "range": f"{percent(rate.low)} – {percent(rate.high)}",
    }


def decimal(value: float) -> str:
    """Return a number with one decimal place in the page's language; a dash for none."""
    return "–" if math.isnan(value) else format_number(value, page_language(), 1)


def percent(share: float) -> str:
    """Return a share in percent with one decimal place; a dash for none."""
    return "–" if math.isnan(share) else format_share(share, page_language(), 1)
