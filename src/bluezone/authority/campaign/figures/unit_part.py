"""Add an organisation's figures to the register's pages: in the list, on its own page, and how to report one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.campaign.figures import presenters
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role
from bluezone.authority.site.registries import Link
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.parts import CountText, Section, UnitPart

#: below what is done today
_HISTORY_RANK = 60


def counts(organisations: Sequence[Organisation], day: dt.date) -> Mapping[str, CountText]:
    """Return the figure of each organisation, as it is disclosed, by code."""
    rows = zip(organisations, presenters.organisation_rows(organisations, day), strict=True)
    return {each.code: CountText(row["count"], row["share"], row["day"], row["is_stale"]) for each, row in rows}


def sections(organisation: Organisation, day: dt.date) -> Iterable[Section]:
    """Return the sections with the organisation's newest figure, and its figures of the last weeks."""
    (facts,) = presenters.organisation_rows([organisation], day)
    yield Section("figures/unit_newest.html", {"facts": facts, "order": presenters.order_text()})
    history = presenters.history(organisation, day)
    if history:
        yield Section("figures/unit_history.html", {"history": history}, rank=_HISTORY_RANK)


def actions(organisation: Organisation, own: Jurisdiction) -> Iterable[Link]:
    """Return the action to report a figure: for its own head, for that of a unit that holds it, or for an officer
    above."""
    address = entry(organisation, own)
    if address and own.role is Role.UNIT_HEAD and own.place == organisation.place:
        yield Link(address, _("Report a figure"), primary=True)
    elif address:
        yield Link(address, _("Enter its report"))


def entry(organisation: Organisation, own: Jurisdiction) -> str:
    """Return the address of the page on which an officer reports a figure of an organisation."""
    if own.role is Role.UNIT_HEAD and own.place == organisation.place:
        return reverse("figures:own")
    may = own.may_manage(organisation.place, organisation.sectors) and not organisation.closed_on
    return reverse("figures:organisation", args=[organisation.code]) if may else ""


PART = UnitPart(counts, sections, actions, entry, rank=10)
