"""Show on an order's page how far the people in quarantine there have been asked: the letters say that they must be."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.quarantine import presenters, queries
from bluezone.authority.quarantine.places import SECTOR
from bluezone.authority.site.language import page_language
from bluezone.i18n import format_date
from bluezone.rollout.directives import Base

#: places without today's roster that are named
_MOST_NAMED = 8


def part_of(own: Jurisdiction, directive: Directive, focus: Target | None, day: dt.date) -> dict[str, Any] | None:
    """Return what an order's page says of the people in quarantine within the part of it that is shown, as the officer
    may read it; None where there are none, or the order or its part speaks to other sectors."""
    if focus is not None and focus.kind == Kind.SECTOR and focus.key != SECTOR:
        return None
    if directive.base == Base.HEADCOUNT and not directive.targets.filter(kind=Kind.SECTOR, key=SECTOR).exists():
        return None
    place = focus.place if focus is not None and focus.kind != Kind.SECTOR else directive.place
    found = [each for each in queries.standings(own, day) if each.place.startswith(place)]
    summary = queries.summary(found, day)
    if not summary.places and not summary.silent:
        return None
    known = {key for key, total in summary.totals.items() if total.exact or total.number}
    return {
        "sentence": presenters.must_sentence(summary),
        # of counts that are too small to be shown the sentence says enough
        "totals": [each for each in presenters.totals(summary) if each["key"] in known] if summary.places else (),
        "silent": [
            (said["name"], said["within"], format_date(last, page_language()) if last is not None else "")
            for each, last in summary.silent[:_MOST_NAMED]
            for said in [presenters.standing(each, day)]
        ],
        "more": max(0, len(summary.silent) - _MOST_NAMED),
    }
