"""Organisations and their figures as pages say them: numbers in the reader's language, small counts not told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bluezone.authority.campaign.figures.models import OWN_COUNT
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.rules import Extent, Told, told
from bluezone.rollout.language import Language, say_date, say_number, say_share
from bluezone.rollout.suppression import LEAST_SHOWN

#: figures of so many days stand on a unit's page
_HISTORY = 14


def count_text(made: Told, language: Language) -> str:
    """A count as it may be told: a number, "under 5", "all but at most 4", or that it is hidden."""
    if made.extent is Extent.FEW:
        return _("under %(n)d") % {"n": LEAST_SHOWN}
    if made.extent is Extent.NEARLY_ALL:
        return _("all but at most %(n)d") % {"n": LEAST_SHOWN - 1}
    if made.extent is Extent.HIDDEN:
        return _("hidden")
    return say_number(made.installs, language)


def newest(organisation: Organisation, installs_by_day: Mapping[dt.date, int], language: Language) -> dict[str, Any]:
    """Return the newest figure of an organisation in words, as it may be shown."""
    people = organisation.people
    day = max(installs_by_day, default=None)
    made = told(installs_by_day[day], people) if day else None
    exact = made is not None and made.extent is Extent.EXACT
    share = made.installs / people if made is not None and exact and people else None
    return {
        "people": say_number(people, language) if people else "",
        "with_families": organisation.with_families,
        "count": count_text(made, language) if made else "",
        "exact": exact,
        "share": say_share(share, language, 1) if share is not None else "",
        "day": say_date(day, language) if day else "",
    }


def history(organisation: Organisation, language: Language) -> list[dict[str, Any]]:
    """The figures of the last weeks, newest first, with their sources."""
    rows = organisation.counts.order_by("-date", "source")[:_HISTORY]
    return [
        {
            "date": say_date(each.date, language),
            "count": count_text(told(each.installs, organisation.people), language),
            "active": "" if each.active is None else count_text(told(each.active, organisation.people), language),
            "source": source_text(each.source),
        }
        for each in rows
    ]


def source_text(source: str) -> str:
    """Where a figure of a unit comes from."""
    if source == OWN_COUNT:
        return _("counted from its poster")
    return _("made up, to look around") if source == "example" else source
