"""Write figures in words: counts as they are disclosed to a reader, their sources, organisations with their figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from auditlog.models import LogEntry
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bluezone.authority.campaign.figures import reader
from bluezone.authority.site.language import disclosure_text, number_text, page_language
from bluezone.authority.units.models import Organisation
from bluezone.i18n import Language, format_date, format_number, format_share
from bluezone.rollout import sources
from bluezone.rollout.counts import Count, OrganisationCode, Origin
from bluezone.rollout.in_use import in_use
from bluezone.rollout.series import Parts, Series
from bluezone.rollout.suppression import Extent, disclose
from bluezone.rollout.texts import as_printed

#: days whose figures are shown on an organisation's page
_HISTORY = 14


def count_text(count: int | None, people: int | None, *, exact: bool = False) -> str:
    """Return an organisation's count as an officer above it reads it; `exact` for its head, who reported it."""
    if count is None:
        return ""
    language = page_language()
    return format_number(count, language) if exact else disclosure_text(disclose(count, people), language)


def installs_text(installs: int | None, *, bound: bool) -> str:
    """Return a number of installations as its source printed it: a `bound` as one."""
    return as_printed(number_text(installs), page_language(), bound=bound and installs is not None)


def source_text(origin: str, source: str) -> str:
    """Return the class and the reference of a figure in the reader's language."""
    return sources.source_of(Origin(origin), source, page_language())


def change_text(entry: LogEntry) -> str:
    """Write who changed a figure, when, from what to what, and why, from the audit log's entry."""
    before, after = entry.changes_dict.get("installs", ("", ""))
    extra = entry.additional_data or {}
    facts = {
        "who": entry.actor.get_full_name() if entry.actor else _("the server's keeper"),
        "when": date_format(timezone.localtime(entry.timestamp), "SHORT_DATETIME_FORMAT"),
        "before": _number_of(before),
        "after": _number_of(after),
    }
    text = _("%(when)s, %(who)s: %(before)s → %(after)s")
    if not before and not after:
        text = _("%(when)s, %(who)s: another column was changed")
    if extra.get("after_approval"):
        text = _("after approval: %(text)s") % {"text": text}
    if extra.get("why"):
        text, facts = _("%(change)s. Why: %(why)s"), {"change": text % facts, "why": extra["why"]}
    return text % facts


def withdrawal_text(entry: LogEntry) -> str:
    """Write who withdrew the approval of a day, when and why, from the audit log's entry."""
    facts = {"who": entry.actor.get_full_name() if entry.actor else _("the server's keeper"),
             "when": date_format(timezone.localtime(entry.timestamp), "SHORT_DATETIME_FORMAT"),
             "why": (entry.additional_data or {}).get("why", "")}  # fmt: skip
    return _("%(when)s, %(who)s: approval withdrawn. Why: %(why)s") % facts


def _number_of(logged: str) -> str:
    return number_text(int(logged)) if logged.isdecimal() else "–"


def order_text() -> str:
    """Return in which order the campaign's sources are chosen, in the reader's language."""
    return sources.order_sentence(reader.order(), page_language())


def organisation_row(organisation: Organisation, series: Series | None, language: Language) -> dict[str, Any]:
    """Describe an organisation with its figure."""
    people = organisation.people
    figure = series.figure if series is not None else None
    made = reader.disclosure(series, people) if series is not None and figure is not None else None
    exact = made is not None and made.extent is Extent.EXACT
    use = in_use(series) if series is not None else None
    has_share = made is not None and made.extent in (Extent.EXACT, Extent.AT_LEAST)
    share = made.at_least / people if made is not None and has_share and people else None
    return {
        "people": format_number(people, language) if people else "",
        "with_families": organisation.with_families,
        "count": disclosure_text(made, language) if made else "",
        "exact": exact,
        "share": format_share(share, language) if share is not None else "",
        "bar": f"{min(100.0, share * 100):.1f}" if share is not None else "",
        "in_use": disclosure_text(disclose(use.count, people), language) if use is not None else "",
        "in_use_on": format_date(use.date, language) if use is not None else "",
        "day": format_date(figure.date, language) if figure else "",
        "is_stale": series is not None and figure is not None and not series.is_fresh(),
        "source": figure_source(series, figure) if series and figure else "",
        "is_sum": bool(series and series.parts and series.parts.summed),
        "parts": parts_text(series.parts, language) if series and series.parts else "",
    }


def parts_text(parts: Parts, language: Language, *, as_sentence: bool = False) -> str:
    """Return over how many of the units in a unit its figure is the sum, or how many of them have a figure."""
    facts = {"known": format_number(parts.known, language), "all": format_number(parts.all, language)}
    if parts.summed:
        text = _("sum of %(known)s of %(all)s units in it")
    else:
        text = _("%(known)s of %(all)s units in it have a figure")
    if parts.stale and parts.oldest is not None:
        facts |= {"stale": format_number(parts.stale, language), "oldest": format_date(parts.oldest, language)}
        text += "; " + _("%(stale)s of them older than a week, the oldest of %(oldest)s")
    text %= facts
    return f"{text[:1].upper()}{text[1:]}." if as_sentence else text


def figure_source(series: Series, figure: Count) -> str:
    """Return the source of an organisation's figure: of a sum over the units in it, that it is one."""
    if series.parts is not None and series.parts.summed:
        return _("the units in it")
    return source_text(figure.origin, figure.source)


def organisation_rows(organisations: Sequence[Organisation], day: dt.date) -> list[dict[str, Any]]:
    """Describe organisations with their figures of a day."""
    series = reader.series_of([OrganisationCode(each.code) for each in organisations], day)
    return [organisation_row(each, series.get(OrganisationCode(each.code)), page_language()) for each in organisations]


def history(organisation: Organisation, day: dt.date, *, to_head: bool = False) -> list[dict[str, str]]:
    """List an organisation's newest figures of every source.

    Its head reads what it reported as it was reported; what a poster counted, and to officers above everything, is
    disclosed among its people.
    """
    code, people = OrganisationCode(organisation.code), organisation.people
    series = reader.series_of([code], day).get(code)
    if series is not None and series.parts is not None and not to_head:
        return _history_of_sum(series, people)
    rows = reader.rows_of(code).filter(date__lte=day)
    if series is not None and series.parts is not None:
        rows = rows.exclude(origin=Origin.COUNTED)  # beside the counts of the posters in it a small one would follow
    return [
        {
            "date": format_date(row.date, page_language()),
            "installs": count_text(row.installs, people, exact=to_head and row.origin != Origin.COUNTED),
            "active": count_text(row.active, people, exact=to_head and row.origin != Origin.COUNTED),
            "source": source_text(row.origin, row.source),
        }
        for row in rows[:_HISTORY]
    ]


def _history_of_sum(series: Series, people: int | None) -> list[dict[str, str]]:
    """List the newest figures of an organisation that holds others, as they may be shown beside theirs."""
    language = page_language()
    days = [series.until(count.date) for count in series.counts]
    return [
        {
            "date": format_date(each.figure.date, language),
            "installs": disclosure_text(reader.disclosure(each, people), language),
            "active": "",
            "source": figure_source(series, each.figure),
        }
        for each in reversed(days)
        if each.figure is not None
    ][:_HISTORY]
