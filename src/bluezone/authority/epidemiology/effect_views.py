"""Serve the public page and file of what tracing achieves: counts of the country, nobody in them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from bluezone.authority.epidemiology import effect, effect_queries
from bluezone.authority.epidemiology.effect import Shown
from bluezone.authority.epidemiology.graph_texts import decimal, percent, short_day
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text
from bluezone.tables import csv_text

_MAX_AGE_S = 3_600

#: by what is asked of tracing: is it used, whom does it reach, how fast, what for (source: docs/why/contacts.md)
#: indicator its name in the file, its words, how it is written
GROUPS: tuple[tuple[Any, tuple[tuple[str, Any, str], ...]], ...] = (
    (
        _("Use of upload codes"),
        (
            ("codes_issued", _("Upload codes issued"), "count"),
            ("codes_used", _("Upload codes used"), "count"),
            ("codes_used_share", _("Share of upload codes used"), "share"),
            ("hours_to_use_median", _("From issue to use, half within"), "hours"),
            ("hours_to_use_90", _("From issue to use, 9 of 10 within"), "hours"),
            ("keys_published", _("Keys published"), "count"),
        ),
    ),
    (
        _("Phones that warned"),
        (
            ("phones_answered", _("Answers of phones, one a week from each"), "count"),
            ("phones_warned", _("of them warned, by estimate"), "count"),
            ("phones_warned_low", _("in 95 of 100 cases at least"), "count"),
            ("phones_warned_high", _("in 95 of 100 cases at most"), "count"),
        ),
    ),
    (
        _("Contacts found"),
        (
            ("reports_corroborated", _("Exposure reports, corroborated"), "count"),
            ("reports_consistent", _("Exposure reports, consistent"), "count"),
            ("reports_refused", _("Exposure reports, refused"), "count"),
            ("contacts_followed", _("Contacts followed"), "count"),
            ("contacts_app", _("of them found by the app alone"), "count"),
            ("contacts_hand", _("of them found by asking alone"), "count"),
        ),
    ),
    (
        _("How fast"),
        (
            ("days_to_report_median", _("From exposure to the report of a warning, half within"), "days"),
            ("days_to_report_90", _("From exposure to the report of a warning, 9 of 10 within"), "days"),
            ("days_to_isolation_app", _("From exposure to isolation, found by the app, half within"), "days"),
            ("days_to_isolation_hand", _("From exposure to isolation, found by asking, half within"), "days"),
        ),
    ),
    (
        _("Infections found among contacts"),
        (
            ("contacts_confirmed", _("Contacts confirmed by a test"), "count"),
            ("attack_rate_app", _("Secondary attack rate, found by the app"), "share"),
            ("attack_rate_hand", _("Secondary attack rate, found by asking"), "share"),
        ),
    ),
)


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show what tracing achieves, by four weeks."""
    periods = effect_queries.published(clock.now())
    whole = effect.in_all(list(periods.values()))
    columns = [
        (f"{short_day(first)} – {short_day(first + effect.PERIOD - dt.timedelta(days=1))}", part)
        for first, part in periods.items()
    ]
    context = {
        "nav": "effect",
        "lead": _lead(whole),
        "anything": any(whole[name] is not None for _name, group in GROUPS for name, _text, _kind in group),
        "heads": [head for head, _part in columns],
        "groups": [
            {
                "name": title,
                "rows": [
                    {
                        "text": text,
                        "whole": _written(kind, whole[name]),
                        "cells": [(head, _written(kind, part[name])) for head, part in columns],
                    }
                    for name, text, kind in group
                ],
            }
            for title, group in GROUPS
        ],
    }
    response = render(request, "epidemiology/effect.html", context)
    patch_cache_control(response, private=True, no_cache=True)  # the page holds the reader's own menu and form
    return response


@require_GET
def table(_request: HttpRequest) -> HttpResponse:
    """Send the same as a file: a line an indicator and period; an empty value is one that is not shown."""
    lines: list[Sequence[object]] = [("from", "until", "indicator", "unit", "value")]
    lines += [
        (first, first + effect.PERIOD, name, kind, _plain(part[name]))
        for first, part in effect_queries.published(clock.now()).items()
        for _title, group in GROUPS
        for name, _text, kind in group
    ]
    headers = {
        "Content-Disposition": 'attachment; filename="bluezone-tracing.csv"',
        "Cache-Control": f"public, max-age={_MAX_AGE_S}",
    }
    return HttpResponse(csv_text(lines), content_type="text/csv; charset=utf-8", headers=headers)


def _plain(value: float | None) -> str:
    """Write a value for machines: a point, four decimals at most, nothing for what is not shown."""
    if value is None:
        return ""
    if math.isinf(value):
        return "over 24"
    return str(value) if isinstance(value, int) else f"{value:.4f}".rstrip("0").rstrip(".")


def _written(kind: str, value: float | None) -> str:
    if value is None:
        return ""
    if kind == "share":
        return percent(value)
    if kind == "count":
        return number_text(int(value))
    if kind == "days":
        return ngettext("%(n)s day", "%(n)s days", round(value)) % {"n": decimal(value)}
    if math.isinf(value):
        return gettext("over 24 hours")
    if value < 1:
        minutes = round(value * 60)
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": number_text(minutes)}
    return ngettext("%(n)s hour", "%(n)s hours", round(value)) % {"n": number_text(round(value))}


def _lead(whole: Shown) -> str:
    """Return the sentence above the page."""
    used, contacts = whole["codes_used"], whole["contacts_followed"]
    said = []
    if used is not None:
        said.append(gettext("At least %(n)s upload codes were used.") % {"n": number_text(int(used))})
    if contacts is not None:
        said.append(gettext("At least %(n)s contacts were followed.") % {"n": number_text(int(contacts))})
    return " ".join(said) or gettext("There is too little yet to say what tracing achieves.")
