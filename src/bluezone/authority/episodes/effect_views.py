"""Serve the public page and file of what tracing achieves: counts of the country, nobody in them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from bluezone.authority.episodes import effect, effect_queries
from bluezone.authority.episodes.effect import Shown
from bluezone.authority.episodes.graph_texts import decimal, percent, short_day
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text
from bluezone.tables import csv_text

_Value = int | float | None
_MAX_AGE_S = 3_600


@dataclass(frozen=True, slots=True)
class Indicator:
    """Describe an indicator: its name in the file, its words, how it is read and written. `kind`: count, share, hours
    or days."""

    name: str
    text: Any
    kind: str
    value: Callable[[Shown], _Value]


def _share(part: str, whole: str) -> Callable[[Shown], _Value]:
    def value(made: Shown) -> _Value:
        above, below = getattr(made, part), getattr(made, whole)
        return above / below if above is not None and below else None

    return value


def _rate(group: str) -> Callable[[Shown], _Value]:
    def value(made: Shown) -> _Value:
        rate = getattr(made, group).rate
        return rate.share if rate is not None else None

    return value


#: by what is asked of tracing: is it used, whom does it reach, how fast, what for (docs/why/contacts.md has the source)
GROUPS: tuple[tuple[Any, tuple[Indicator, ...]], ...] = (
    (
        _("Use of upload codes"),
        (
            Indicator("codes_issued", _("Upload codes issued"), "count", lambda one: one.issued),
            Indicator("codes_used", _("Upload codes used"), "count", lambda one: one.used),
            Indicator("codes_used_share", _("Share of upload codes used"), "share", _share("used", "issued")),
            Indicator("hours_to_use_median", _("From issue to use, half within"), "hours", lambda one: one.median_h),
            Indicator("hours_to_use_90", _("From issue to use, 9 of 10 within"), "hours", lambda one: one.ninetieth_h),
            Indicator("keys_published", _("Keys published"), "count", lambda one: one.keys),
        ),
    ),
    (
        _("Phones that warned"),
        (
            Indicator(
                "phones_answered", _("Answers of phones, one a week from each"), "count", lambda one: one.warned.answers
            ),
            Indicator("phones_warned", _("of them warned, by estimate"), "count", lambda one: one.warned.phones),
            Indicator("phones_warned_low", _("in 95 of 100 cases at least"), "count", lambda one: one.warned.low),
            Indicator("phones_warned_high", _("in 95 of 100 cases at most"), "count", lambda one: one.warned.high),
        ),
    ),
    (
        _("Contacts found"),
        (
            Indicator(
                "reports_corroborated", _("Exposure reports, corroborated"), "count", lambda one: one.corroborated
            ),
            Indicator("reports_consistent", _("Exposure reports, consistent"), "count", lambda one: one.consistent),
            Indicator("reports_refused", _("Exposure reports, refused"), "count", lambda one: one.refused),
            Indicator("contacts_followed", _("Contacts followed"), "count", lambda one: one.contacts),
            Indicator("contacts_app", _("of them found by the app alone"), "count", lambda one: one.app.followed),
            Indicator("contacts_hand", _("of them found by asking alone"), "count", lambda one: one.hand.followed),
        ),
    ),
    (
        _("How fast"),
        (
            Indicator(
                "days_to_report_median",
                _("From exposure to the report of a warning, half within"),
                "days",
                lambda one: one.median_to_report,
            ),
            Indicator(
                "days_to_report_90",
                _("From exposure to the report of a warning, 9 of 10 within"),
                "days",
                lambda one: one.ninetieth_to_report,
            ),
            Indicator(
                "days_to_isolation_app",
                _("From exposure to isolation, found by the app, half within"),
                "days",
                lambda one: one.app.median_to_isolation,
            ),
            Indicator(
                "days_to_isolation_hand",
                _("From exposure to isolation, found by asking, half within"),
                "days",
                lambda one: one.hand.median_to_isolation,
            ),
        ),
    ),
    (
        _("Infections found among contacts"),
        (
            Indicator("contacts_confirmed", _("Contacts confirmed by a test"), "count", lambda one: one.confirmed),
            Indicator("attack_rate_app", _("Secondary attack rate, found by the app"), "share", _rate("app")),
            Indicator("attack_rate_hand", _("Secondary attack rate, found by asking"), "share", _rate("hand")),
        ),
    ),
)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show what tracing achieves, by four weeks."""
    parts = effect_queries.published(clock.now())
    whole = effect.in_all(parts)
    columns = [(_span(part), part) for part in parts]
    context = {
        "nav": "effect",
        "lead": _lead(whole),
        "anything": any(indicator.value(whole) is not None for _name, each in GROUPS for indicator in each),
        "heads": [name for name, _part in columns],
        "groups": [
            {
                "name": name,
                "rows": [
                    {
                        "text": each.text,
                        "whole": _written(each.kind, each.value(whole)),
                        "cells": [(head, _written(each.kind, each.value(part))) for head, part in columns],
                    }
                    for each in group
                ],
            }
            for name, group in GROUPS
        ],
    }
    response = render(request, "episodes/effect.html", context)
    patch_cache_control(response, private=True, no_cache=True)  # the page holds the reader's own menu and form
    return response


@require_GET
def table(_request: HttpRequest) -> HttpResponse:
    """Send the same as a file: a line an indicator and period; an empty value is one that is not shown."""
    lines: list[Sequence[object]] = [("from", "until", "indicator", "unit", "value")]
    lines += [
        (part.first, part.first + effect.PERIOD, each.name, each.kind, _plain(each.value(part)))
        for part in effect_queries.published(clock.now())
        if part.first is not None
        for _name, group in GROUPS
        for each in group
    ]
    headers = {
        "Content-Disposition": 'attachment; filename="bluezone-tracing.csv"',
        "Cache-Control": f"public, max-age={_MAX_AGE_S}",
    }
    return HttpResponse(csv_text(lines), content_type="text/csv; charset=utf-8", headers=headers)


def _plain(value: _Value) -> str:
    """Write a value for machines: a point, four decimals at most, nothing for what is not shown."""
    if value is None:
        return ""
    if math.isinf(value):
        return "over 24"
    return str(value) if isinstance(value, int) else f"{value:.4f}".rstrip("0").rstrip(".")


def _written(kind: str, value: _Value) -> str:
    if value is None:
        return ""
    if kind == "share":
        return percent(value)
    if kind == "count":
        return number_text(int(value))
    if kind == "hours":
        return gettext("over 24 hours") if math.isinf(value) else _time(value)
    return ngettext("%(n)s day", "%(n)s days", round(value)) % {"n": decimal(value)}


def _time(hours: float) -> str:
    if hours < 1:
        minutes = round(hours * 60)
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": number_text(minutes)}
    return ngettext("%(n)s hour", "%(n)s hours", round(hours)) % {"n": number_text(round(hours))}


def _span(part: Shown) -> str:
    assert part.first is not None
    last = part.first + effect.PERIOD - dt.timedelta(days=1)
    return f"{short_day(part.first)} – {short_day(last)}"


def _lead(whole: Shown) -> str:
    """Return the sentence above the page."""
    if whole.used is None and whole.contacts is None:
        return gettext("There is too little yet to say what tracing achieves.")
    said: Sequence[str] = [
        gettext("At least %(n)s upload codes were used.") % {"n": number_text(whole.used)}
        if whole.used is not None
        else "",
        gettext("At least %(n)s contacts were followed.") % {"n": number_text(whole.contacts)}
        if whole.contacts is not None
        else "",
    ]
    return " ".join(each for each in said if each)
