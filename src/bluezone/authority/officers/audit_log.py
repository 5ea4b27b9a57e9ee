"""An entry of the audit trail as a page says it; and in whose name a machine's request is written there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from auditlog.context import auditlog_value
from auditlog.models import LogEntry
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bluezone.authority.campaign.figures.pages import name_of_place, source_name, unit_of
from bluezone.authority.officers.jurisdiction import NATION, Jurisdiction, codes_of
from bluezone.authority.officers.models import User
from bluezone.authority.site.language import page_language
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import UnitCode
from bluezone.rollout.language import say_date, say_unit

#: what is in the trail, by Django's name of the model, in the order of a list to choose from
KINDS = {
    "dailycount": gettext_lazy("figure"),
    "figureimport": gettext_lazy("table brought"),
    "organisationcount": gettext_lazy("figure of a school, office or company"),
    "reminder": gettext_lazy("reminder"),
    "organisation": gettext_lazy("school, office or company"),
    "directive": gettext_lazy("order"),
    "issuedbulletin": gettext_lazy("bulletin"),
    "user": gettext_lazy("account"),
    "officertoken": gettext_lazy("machine's token"),
    "totpdevice": gettext_lazy("officer's phone"),
    "case": gettext_lazy("case"),
}
#: the fields an officer meets most, in words; others keep their name
FIELDS = {
    "installs": gettext_lazy("installations"),
    "with_phone": gettext_lazy("with a telephone number"),
    "active": gettext_lazy("active"),
    "percent_population": gettext_lazy("share printed"),
    "username": gettext_lazy("login name"),
    "full_name": gettext_lazy("full name"),
    "role": gettext_lazy("role"),
    "place": gettext_lazy("place"),
    "is_active": gettext_lazy("account open"),
    "set_up_link": gettext_lazy("set-up link"),
    "second_factor": gettext_lazy("second factor"),
    "file_name": gettext_lazy("file"),
    "state": gettext_lazy("state"),
    "added": gettext_lazy("new figures"),
    "changed": gettext_lazy("changed figures"),
    "left_out": gettext_lazy("rows left out"),
    "headcount": gettext_lazy("headcount"),
    "name": gettext_lazy("name"),
    "sector": gettext_lazy("sector"),
    "number": gettext_lazy("number"),
    "target": gettext_lazy("target"),
    "deadline": gettext_lazy("deadline"),
    "day": gettext_lazy("day"),
}
#: of no use to a reader: keys of the database, what follows from another field
_LEFT_OUT = {"id", "search_key", "sha256", "organisation", "counts", "targets"}
_LONGEST = 60


def speak_for(officer: User) -> None:
    """Write what this request does in the officer's name: a machine with a token has no session to tell by.

    The middleware's context is changed, not nested: auditlog would leave the outer one's signal behind.
    """
    context = auditlog_value.get(None)
    if context is not None:
        context["actor"] = officer


def line_of(entry: LogEntry, today: dt.date, own: Jurisdiction) -> dict[str, Any]:
    """When, who, what, where, and which field was what before.

    The figures of a school or office are told to its own head only: few people among few name themselves.
    """
    extra = entry.additional_data or {}
    model = entry.content_type.model
    return {
        "at": entry.timestamp,
        "who": entry.actor.get_full_name() if entry.actor else "",
        "action": entry.action,
        "kind": str(KINDS.get(model, model)),
        "what": _name(entry),
        "where": _place(extra.get("place") or NATION, today),
        "source": source_name(extra["source"]) if extra.get("source") else "",
        "changes": []
        if model == "organisationcount" and own.place != extra.get("place")
        else _changes(entry.changes_dict),
    }


def _changes(fields: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Field, before, after; of what was never set, nothing."""
    lines = [(name, _short(pair, 0), _short(pair, 1)) for name, pair in fields.items() if name not in _LEFT_OUT]
    told = [line for line in lines if (line[1] or line[2]) and not line[2].endswith(".None")]
    order = {name: place for place, name in enumerate(FIELDS)}
    told.sort(key=lambda line: (order.get(line[0], len(order)), line[0]))
    return [(str(FIELDS.get(name, name)), before, after) for name, before, after in told]


def _short(pair: Any, at: int) -> str:
    if not isinstance(pair, list | tuple) or len(pair) <= at or pair[at] in (None, "None", ""):
        return ""
    text = str(pair[at])
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _name(entry: LogEntry) -> str:
    """What was changed. A figure is called by its unit and day."""
    if entry.content_type.model == "dailycount":
        code, _space, day = entry.object_repr.partition(" ")
        try:
            date = dt.date.fromisoformat(day)
            unit = say_unit(unit_of(UnitCode.parse(code), date), page_language())
            return _("%(unit)s, %(date)s") % {"unit": unit, "date": say_date(date, page_language())}
        except (GeographyError, ValueError):
            pass
    return str(entry.object_repr)


def _place(place: str, today: dt.date) -> str:
    try:
        return name_of_place(place, today)
    except GeographyError:
        return "/".join(codes_of(place))
