"""Describe the campaign's kinds of entries in the audit log."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers.jurisdiction import codes_of
from bluezone.authority.site.gazetteer import unit_of
from bluezone.authority.site.language import page_language, unit_name
from bluezone.authority.site.registries import AuditKind
from bluezone.authority.units import posts
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import UnitCode
from bluezone.i18n import format_date
from bluezone.rollout import sources


def figure_title(written: str) -> str:
    """Name a figure by its unit and day, from what was written of it: `63:93 2020-08-20`."""
    code, _space, day = written.partition(" ")
    try:
        date = dt.date.fromisoformat(day)
        unit = unit_name(unit_of(UnitCode.parse(code), date)) if ":" in code else posts.name_of(code)
    except (GeographyError, ValueError):
        return written
    return gettext("%(unit)s, %(date)s") % {"unit": unit, "date": format_date(date, page_language())}


def source_name(source: str) -> str:
    """Return the reference of a figure's source in the reader's language."""
    return sources.reference(source, page_language())


def _is_organisation(place: str) -> bool:
    """Decide whether a place is a school, an office or a company: few people among few name themselves."""
    return bool(codes_of(place)) and ":" not in codes_of(place)[-1]


_FIGURE = {
    "installs": _("installations"),
    "with_phone": _("with a telephone number"),
    "active": _("active"),
    "percent_population": _("share printed"),
}
_POPULATION = {
    "people": _("people"),
    "measure": _("of what"),
    "as_of": _("counted on"),
    "counts_from": _("counts from"),
}
_ORDER = {
    "number": _("number"),
    "target": _("target"),
    "deadline": _("deadline"),
    "late_until": _("units that come later: until"),
}
KINDS = (
    AuditKind(
        "dailycount",
        _("figure"),
        _FIGURE,
        title=figure_title,
        source_name=source_name,
        for_own_place_only=_is_organisation,
    ),
    AuditKind("population", _("number of people"), _POPULATION, title=figure_title, source_name=source_name),
    AuditKind("printedtable", _("national table"), {"date": _("day"), "wording": _("words of the source")}),
    AuditKind("reminder", _("reminder")),
    AuditKind("approvedday", _("approval of a day's figures")),
    AuditKind("directive", _("order"), _ORDER),
    AuditKind("issuedbulletin", _("bulletin")),
)
