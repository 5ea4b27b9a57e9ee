"""Show orders on other pages: an organisation's, an office's, and people in quarantine on an order's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bluezone.authority.campaign.figures import reports
from bluezone.authority.campaign.figures.reports import Below, State
from bluezone.authority.campaign.orders import presenters
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.orders.presenters import rows_of_organisation, title_of
from bluezone.authority.campaign.orders.progress import Line, lines
from bluezone.authority.campaign.orders.queries import in_force, targets_of_organisation
from bluezone.authority.episodes.stays import presenters as quarantine
from bluezone.authority.episodes.stays import rosters as queries
from bluezone.authority.episodes.stays.rosters import SECTOR
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, own_unit
from bluezone.authority.officers.models import Office
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site.language import page_language
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.parts import Section, UnitPart
from bluezone.i18n import format_date
from bluezone.rollout.directives import Base
from bluezone.rollout.pace import Status


def sections(organisation: Organisation, day: dt.date) -> Iterable[Section]:
    """Return the orders that name the organisation, and how far each is carried out; and those that name one that
    holds it, for which its figures count."""
    language = page_language()
    holders = Organisation.objects.filter(code__in=organisation.above) if organisation.above else ()
    context = {
        "targets": rows_of_organisation(organisation, day, language),
        "counts_for": [
            (holder.name, title_of(target.directive, language), target.directive.number)
            for holder in holders
            for target in targets_of_organisation(holder, day)
        ],
    }
    yield Section("orders/unit_orders.html", context)


PART = UnitPart(sections=sections, rank=20)


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
    found = []
    for directive in orders[:_MOST_ORDERS]:
        targets = list(own.filter(directive=directive).select_related("organisation", "directive"))
        walked = [line for top in lines(directive, targets, day) for line in top.walk()]
        units = [line for line in walked if line.target.kind == Kind.ORGANISATION]
        found.append(
            Part(
                directive,
                [line for line in walked if line.target.kind == Kind.SECTOR],
                [line for line in units if line.pace.status in _LAGS],
                sum(line.pace.status is Status.UNKNOWN for line in units),
                len(units),
            )
        )
    return found


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
            "sectors": [presenters.line_row(line, language, day) for line in part.sectors],
            "lagging": [presenters.line_row(line, language, day) for line in part.lagging[:_NAMED]],
            "more": max(0, len(part.lagging) - _NAMED),
            "unknown": part.unknown,
            "units": part.units,
        }
        for part in parts_of(over, day)
    ]
    yield Section("orders/office_orders.html", {"orders": rows})


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
        "sentence": quarantine.must_sentence(summary),
        # of counts that are too small to be shown the sentence says enough
        "totals": [each for each in quarantine.totals(summary) if each["key"] in known] if summary.places else (),
        "silent": [
            (said["name"], said["within"], format_date(last, page_language()) if last is not None else "")
            for each, last in summary.silent[:_MOST_NAMED]
            for said in [quarantine.standing(each, day)]
        ],
        "more": max(0, len(summary.silent) - _MOST_NAMED),
    }
