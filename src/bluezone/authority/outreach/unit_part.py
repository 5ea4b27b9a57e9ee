"""Add to a unit's page whom it has reached: families, households, and what a union does or what is done at the unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.outreach import presenters, queries
from bluezone.authority.outreach.rules import sees_households
from bluezone.authority.site.language import page_language
from bluezone.authority.site.registries import Link
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.parts import Section, UnitPart
from bluezone.i18n import format_date

#: tasks shown on a unit's page
_MOST_TASKS = 30


def has_families(organisation: Organisation) -> bool:
    """Return whether a unit is asked about families: pupils reach theirs, orders to others mean theirs."""
    return organisation.with_families or organisation.sector == "schools"


def shows_families(organisation: Organisation, day: dt.date) -> bool:
    """Return whether a unit's page has families: it is asked about them, a unit in it is, or it has told of some."""
    return (
        has_families(organisation) or _holds_families(organisation) or queries.tally_day(organisation, day) is not None
    )


def _holds_families(organisation: Organisation) -> bool:
    return any(has_families(each) for each in organisation.children.filter(closed_on=None))


def has_households(organisation: Organisation) -> bool:
    """Return whether somebody goes from house to house in a unit."""
    return organisation.sector == "neighbourhoods" or hasattr(organisation, "hamlet")


def sections(organisation: Organisation, day: dt.date) -> Iterable[Section]:
    """Return the sections of a unit's page."""
    if shows_families(organisation, day):
        found = queries.tallies([organisation], day)[organisation.code]
        date = queries.tally_day(organisation, day)
        context = {
            "unit": organisation,
            "tally": presenters.tally(organisation, found),
            "is_school": organisation.sector == "schools",
            "day": format_date(date, page_language()) if date is not None else "",
        }
        yield Section("outreach/unit_families.html", context)
    if has_households(organisation):
        row = presenters.hamlet_row(organisation, exactly=False)
        yield Section("outreach/unit_households.html", {"unit": organisation, "row": row})
    own = queries.tasks_of(organisation) if organisation.sector == "unions" else None
    here = queries.tasks_at(organisation)[:_MOST_TASKS]
    if own is not None or here:
        context = {
            "unit": organisation,
            "is_union": own is not None,
            "own": [presenters.task_row(each, day) for each in (own or ())[:_MOST_TASKS]],
            "here": [presenters.task_row(each, day) for each in here],
            "totals": queries.task_totals(own, day) if own is not None else None,
        }
        yield Section("outreach/unit_tasks.html", context)


def actions(organisation: Organisation, own: Jurisdiction) -> Iterable[Link]:
    """Return what an officer can enter of a unit."""
    if organisation.closed_on is not None or not own.may_edit(organisation.place, organisation.sectors):
        return
    code = organisation.code
    if has_families(organisation) or _holds_families(organisation):
        if organisation.children.filter(closed_on=None).exists():
            yield Link(reverse("outreach:families-of-units", args=[code]), _("Families"))
        else:
            yield Link(reverse("outreach:families", args=[code]), _("Families"))
    if has_households(organisation) and sees_households(own, organisation):
        yield Link(reverse("outreach:households", args=[code]), _("From house to house"), primary=True)
    if organisation.sector == "unions":
        yield Link(reverse("outreach:new-task", args=[code]), _("New task"), primary=True)


PART = UnitPart(sections=sections, actions=actions, rank=30)
