"""Show on an office's page which of its units are silent, and which lag behind an order; list its tasks at home."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bluezone.authority.campaign.figures import reports
from bluezone.authority.campaign.figures.report_rules import State
from bluezone.authority.campaign.figures.reports import Below
from bluezone.authority.campaign.orders import presenters
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.orders.progress import Line, lines
from bluezone.authority.campaign.orders.queries import in_force
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, own_unit
from bluezone.authority.officers.models import Office
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site.language import page_language
from bluezone.authority.units.parts import Section
from bluezone.i18n import format_date
from bluezone.rollout.pace import Status

#: units named on the page, and orders
_NAMED = 20
_MOST_ORDERS = 10
_LAGS = (Status.BEHIND, Status.IMPOSSIBLE)


@dataclass(frozen=True, slots=True)
class Part:
    """Hold an office's part of an order: the lines of its sectors, and those of its units that lag, behind first."""

    directive: Directive
    sectors: Sequence[Line]
    lagging: Sequence[Line]
    #: how many of its units have no pace yet
    unknown: int
    units: int


def parts_of(over: Jurisdiction, day: dt.date) -> list[Part]:
    """Return the parts that an office has of the orders in force, the nearest deadline first."""
    own = scope.within(Target.objects.filter(directive__in=in_force(day), left_on=None), over)
    orders = Directive.objects.filter(pk__in=own.values("directive")).order_by("deadline", "pk")
    return [_part(directive, own, day) for directive in orders[:_MOST_ORDERS]]


def _part(directive: Directive, own: QuerySet[Target], day: dt.date) -> Part:
    targets = list(own.filter(directive=directive).select_related("organisation", "directive"))
    walked = [line for top in lines(directive, targets, day) for line in top.walk()]
    units = [line for line in walked if line.target.kind == Kind.ORGANISATION]
    return Part(
        directive,
        [line for line in walked if line.target.kind == Kind.SECTOR],
        [line for line in units if line.pace.status in _LAGS],
        sum(line.pace.status is Status.UNKNOWN for line in units),
        len(units),
    )


def reports_section(office: Office, over: Jurisdiction, day: dt.date) -> Iterable[Section]:
    """Return the section with the units that have not reported, and a text that reminds the office of them."""
    if not over.sectors:
        return
    every = reports.lines(reports.reporters(own_unit(over, day), over, Below.ORGANISATIONS, day), day)
    silent = [line for line in every if line.seen.state in (State.SILENT, State.NEVER)]
    names = [line.reporter.organisation.name for line in silent if line.reporter.organisation is not None]
    context = {
        "all": len(every),
        "received": sum(line.seen.state is State.RECEIVED for line in every),
        "due": sum(line.due for line in every),
        "silent": [(line, name) for line, name in zip(silent, names, strict=True)][:_NAMED],
        "more": max(0, len(names) - _NAMED),
        "text": reminder_text(office, names, len(every), day) if names else "",
    }
    yield Section("orders/office_reports.html", context)


def reminder_text(office: Office, silent: Sequence[str], of: int, day: dt.date) -> str:
    """Write a message to an office for Zalo or SMS: which of its units are silent."""
    named = ", ".join(silent[:_NAMED])
    facts = {
        "office": office.name,
        "place": place_name(office.territory, day),
        "silent": len(silent),
        "all": of,
        "date": format_date(day, page_language()),
        "names": named if len(silent) <= _NAMED else f"{named}, …",
    }
    return (
        _(
            "To %(office)s, %(place)s: on %(date)s %(silent)s of your %(all)s units have not reported their Bluezone "
            "figures: %(names)s. Please ask them to report today. Thank you."
        )
        % facts
    )


def orders_section(_office: Office, over: Jurisdiction, day: dt.date) -> Iterable[Section]:
    """Return the section with the orders to an office's sectors, and the units that lag."""
    if not over.sectors:
        return
    language = page_language()
    rows = [
        {
            "directive": part.directive,
            "title": presenters.title_of(part.directive, language),
            "sectors": [presenters.line_row(line, language, day, part.directive.deadline) for line in part.sectors],
            "lagging": [
                presenters.line_row(line, language, day, part.directive.deadline) for line in part.lagging[:_NAMED]
            ],
            "more": max(0, len(part.lagging) - _NAMED),
            "unknown": part.unknown,
            "units": part.units,
        }
        for part in parts_of(over, day)
    ]
    yield Section("orders/office_orders.html", {"orders": rows})
