"""Write figures in words: counts as they are disclosed to a reader, their sources, organisations with their figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from bluezone.authority.campaign.figures import reader
from bluezone.authority.site.language import page_language
from bluezone.authority.units.models import Organisation
from bluezone.i18n import Language, format_date, format_number, format_share
from bluezone.rollout import sources
from bluezone.rollout.counts import OrganisationCode, Origin
from bluezone.rollout.series import Series
from bluezone.rollout.suppression import LEAST_DISCLOSED, Disclosure, Extent, disclose

#: days whose figures are shown on an organisation's page
_HISTORY = 14


def disclosure_text(made: Disclosure, language: Language) -> str:
    """Return a count as it is disclosed: a number, "under 5", "all but at most 4", or that it is hidden."""
    if made.extent is Extent.FEW:
        return _("under %(n)d") % {"n": LEAST_DISCLOSED}
    if made.extent is Extent.NEARLY_ALL:
        return _("all but at most %(n)d") % {"n": LEAST_DISCLOSED - 1}
    if made.extent is Extent.SUPPRESSED:
        return _("hidden")
    return format_number(made.at_least, language)


def count_text(count: int | None, people: int | None, *, exact: bool = False) -> str:
    """Return an organisation's count as an officer above it reads it; `exact` for its head, who reported it."""
    if count is None:
        return ""
    language = page_language()
    return format_number(count, language) if exact else disclosure_text(disclose(count, people), language)


def source_text(origin: str, source: str) -> str:
    """Return the class and the reference of a figure in the reader's language."""
    return sources.source_of(Origin(origin), source, page_language())


def order_text() -> str:
    """Return in which order the campaign's sources are chosen, in the reader's language."""
    return sources.order_sentence(reader.order(), page_language())


def organisation_row(organisation: Organisation, series: Series | None, language: Language) -> dict[str, Any]:
    """Describe an organisation with its figure."""
    people = organisation.people
    figure = series.figure if series is not None else None
    made = disclose(figure.installs or 0, people) if figure is not None else None
    exact = made is not None and made.extent is Extent.EXACT
    share = made.at_least / people if made is not None and exact and people else None
    return {
        "people": format_number(people, language) if people else "",
        "with_families": organisation.with_families,
        "count": disclosure_text(made, language) if made else "",
        "exact": exact,
        "share": format_share(share, language, 1) if share is not None else "",
        "bar": f"{min(100.0, share * 100):.1f}" if share is not None else "",
        "day": format_date(figure.date, language) if figure else "",
        "source": source_text(figure.origin, figure.source) if figure else "",
    }


def organisation_rows(organisations: Sequence[Organisation], day: dt.date) -> list[dict[str, Any]]:
    """Describe organisations with their figures of a day."""
    series = reader.series_of([OrganisationCode(each.code) for each in organisations], day)
    return [organisation_row(each, series.get(OrganisationCode(each.code)), page_language()) for each in organisations]


def history(organisation: Organisation, day: dt.date, *, to_head: bool = False) -> list[dict[str, str]]:
    """List an organisation's newest figures of every source.

    Its head reads what it reported as it was reported; what a poster counted, and to officers above everything, is
    disclosed among its people.
    """
    rows = reader.rows_of(OrganisationCode(organisation.code)).filter(date__lte=day)[:_HISTORY]
    people = organisation.people
    return [
        {
            "date": format_date(row.date, page_language()),
            "installs": count_text(row.installs, people, exact=to_head and row.origin != Origin.COUNTED),
            "active": count_text(row.active, people, exact=to_head and row.origin != Origin.COUNTED),
            "source": source_text(row.origin, row.source),
        }
        for row in rows
    ]
