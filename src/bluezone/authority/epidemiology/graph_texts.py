"""Say what the graph of contacts shows: people in words, the sentence above, the tables of numbers beside it."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext

from bluezone.authority.epidemiology import tables
from bluezone.authority.epidemiology.tables import Attack, Line, Outbreak
from bluezone.authority.episodes.forms import SETTING_NAMES, wait_text
from bluezone.authority.episodes.words import FoundBy, Setting
from bluezone.authority.site.language import number_text, page_language
from bluezone.i18n import format_number, format_share


def level_name(level: int) -> str:
    """Return the name of a level, the same in all languages: F0, F1, F2."""
    return f"F{level}"


def state_text(line: Line) -> str:
    """Return how somebody stands: what is waited for, else since when isolated, else what they do."""
    if line.hidden:
        return gettext("another office’s")
    if line.waits:
        return gettext("waits: %(what)s") % {"what": wait_text(line.waits)}
    if line.isolated is not None:
        return gettext("isolated since %(day)s") % {"day": short_day(line.isolated)}
    if line.level > 1:
        return gettext("watches for symptoms")
    return pgettext("of a contact", "not reached") if not line.confirmed else pgettext("of a case", "nothing is due")


def short_state(line: Line) -> str:
    """Return how somebody stands, in the few letters that a telephone's drawing has room for."""
    if line.waits:
        return wait_text(line.waits)
    if line.isolated is not None:
        return pgettext("of a contact", "isolated")
    return pgettext("of a contact", "watches") if line.level > 1 and not line.hidden else ""


def short_day(day: dt.date) -> str:
    """Return a day without its year: 13/8."""
    return date_format(day, "j/n")


def found_text(by: FoundBy | None) -> str:
    """Return how somebody was found."""
    return {FoundBy.APP: gettext("by the app"), FoundBy.HAND: gettext("by asking")}.get(by, "") if by else ""


def lead(outbreak: Outbreak) -> str:
    """Return the sentence above a graph: how many of each level, how many wait for something."""
    counts = {level: sum(line.level == level and not line.hidden for line in outbreak.lines) for level in (0, 1, 2)}
    cases = ngettext("%(n)s case", "%(n)s cases", counts[0]) % {"n": number_text(counts[0])}
    said = gettext("%(cases)s, %(first)s F1, %(second)s F2.") % {
        "cases": cases,
        "first": number_text(counts[1]),
        "second": number_text(counts[2]),
    }
    waiting = sum(bool(line.waits) for line in outbreak.lines)
    if not waiting:
        return " ".join((said, gettext("Nobody waits for anything.")))
    text = ngettext("%(n)s person waits for something.", "%(n)s people wait for something.", waiting)
    return f"{said} {text % {'n': number_text(waiting)}}"


def numbers(outbreak: Outbreak) -> dict[str, Any]:
    """Return the tables of a page, each empty where nothing is known."""
    found = tables.finds(outbreak)
    by_way = tables.attack_rates(outbreak, lambda each: each.found_by)
    by_setting = tables.attack_rates(outbreak, lambda each: each.setting)
    rates = [
        (gettext("all contacts"), tables.attack_of_all(outbreak)),
        *((str(name), by_setting.get(Setting(each.value))) for each, name in SETTING_NAMES.items()),
        (gettext("found by the app"), by_way.get(FoundBy.APP)),
        (gettext("found by asking"), by_way.get(FoundBy.HAND)),
    ]
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
            for each in tables.offspring(outbreak)
        ],
        "delays": [
            {
                "found_as": gettext("as a contact, %(level)s") % {"level": level_name(found_as)}
                if found_as
                else gettext("by symptoms or chance"),
                "cases": number_text(each.people),
                "in_time": number_text(each.in_time),
                "median": decimal(each.median),
                "ninetieth": decimal(each.ninetieth),
                "open": number_text(each.open),
            }
            for found_as, each in sorted(tables.isolation_delays(outbreak.lines).items())
        ],
        "attacks": [_rate(name, rate) for name, rate in rates if rate is not None and rate.followed],
    }


def _rate(name: str, rate: Attack) -> dict[str, str]:
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
