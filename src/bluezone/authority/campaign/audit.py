"""The campaign's kinds of entries in the audit log."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.campaign.figures.pages import source_name
from bluezone.authority.site.gazetteer import unit_of
from bluezone.authority.site.language import page_language, unit_name
from bluezone.authority.site.registries import AuditKind
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import UnitCode
from bluezone.rollout.language import say_date


def figure_title(written: str) -> str:
    """Name a figure by its unit and day, from what was written of it: `63:93 2020-08-20`."""
    code, _space, day = written.partition(" ")
    try:
        date = dt.date.fromisoformat(day)
        unit = unit_name(unit_of(UnitCode.parse(code), date))
    except (GeographyError, ValueError):
        return written
    return gettext("%(unit)s, %(date)s") % {"unit": unit, "date": say_date(date, page_language())}


_FIGURE = {
    "installs": _("installations"),
    "with_phone": _("with a telephone number"),
    "active": _("active"),
    "percent_population": _("share printed"),
}
_IMPORT = {
    "file_name": _("file"),
    "state": _("state"),
    "added": _("new figures"),
    "changed": _("changed figures"),
    "left_out": _("rows left out"),
}
_ORDER = {"number": _("number"), "target": _("target"), "deadline": _("deadline")}
KINDS = (
    AuditKind("dailycount", _("figure"), _FIGURE, title=figure_title, source_name=source_name),
    AuditKind("figureimport", _("table brought"), _IMPORT, source_name=source_name),
    AuditKind(
        "organisationcount",
        _("figure of a school, office or company"),
        _FIGURE,
        source_name=source_name,
        for_own_place_only=True,
    ),
    AuditKind("reminder", _("reminder")),
    AuditKind("directive", _("order"), _ORDER),
    AuditKind("issuedbulletin", _("bulletin")),
)
