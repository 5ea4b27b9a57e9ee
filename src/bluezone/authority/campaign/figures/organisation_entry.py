"""The figure of a school, office or company: said by its head, or noted by an officer above it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from auditlog.models import LogEntry
from django.db import transaction

from bluezone.authority.campaign.figures.models import OrganisationCount
from bluezone.authority.campaign.figures.report_rules import Neighbours, Question, questions
from bluezone.authority.campaign.figures.services import REPORTED, entry_for
from bluezone.authority.officers.models import User
from bluezone.authority.site.locks import take_turns
from bluezone.authority.units.models import Organisation


def judged(
    organisation: Organisation, date: dt.date, installs: int, active: int | None, today: dt.date
) -> list[Question]:
    """What to ask about a figure before it is stored."""
    others = OrganisationCount.objects.filter(organisation=organisation, source=REPORTED)
    before = others.filter(date__lt=date).order_by("-date").values_list("date", "installs").first()
    after = others.filter(date__gt=date).order_by("date").values_list("date", "installs").first()
    near = Neighbours(before, after)
    return questions(date, installs, active, today=today, people=organisation.people, near=near)


def fingerprint(asked: Sequence[Question], date: dt.date, installs: int, active: int | None) -> str:
    """What the person confirms, if it is to be stored all the same."""
    said = [(each.template, sorted(each.values.items())) for each in asked]
    return hashlib.sha256(repr((said, date, installs, active)).encode()).hexdigest()[:32]


@transaction.atomic
def report(organisation: Organisation, date: dt.date, installs: int, active: int | None, officer: User) -> None:
    """Store a figure; one of the same day is replaced, and stays in the trail."""
    take_turns("figures")
    row = OrganisationCount.objects.filter(organisation=organisation, date=date, source=REPORTED).first()
    before = _values(row) if row else {}
    row = row or OrganisationCount(organisation=organisation, date=date, source=REPORTED)
    row.installs, row.active = installs, active
    row.save()
    after = _values(row)
    if before != after:
        action = LogEntry.Action.UPDATE if before else LogEntry.Action.CREATE
        entry_for(row, organisation.place, f"{organisation.name} {date}", action, before, after, officer).save()


def _values(row: OrganisationCount) -> dict[str, str]:
    values = {"installs": row.installs, "active": row.active}
    return {name: str(value) for name, value in values.items() if value is not None}
