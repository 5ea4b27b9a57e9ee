"""Give and withdraw orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from bluezone.authority.campaign.figures.store import figures_changed
from bluezone.authority.campaign.orders import joining
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.orders.rules import DirectiveError, Plan, check, check_late
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.offices import assign_as_ordered, chair_of, tasks_of
from bluezone.geography.units import Unit
from bluezone.rollout.cascade import Split
from bluezone.rollout.directives import Base, Letter


@transaction.atomic
def give(
    letter: Letter,
    plan: Plan,
    today: dt.date,
    *,
    how: Split | None = None,
    parent: Directive | None = None,
    replaces: Directive | None = None,
    is_example: bool = False,
) -> Directive:
    """Store an order and what everybody is to reach, all or nothing. The order it replaces ends the day this is given.

    Raises DirectiveError or TargetError.
    """
    check(letter, plan.node.people, today)
    if replaces is not None:
        end(replaces, today)
    directive = Directive(
        number=letter.number,
        issued=letter.issued,
        issuer=letter.issuer,
        scope=str(letter.scope.code),
        place=place_of(letter.scope.code),
        base=letter.base.value,
        target=str(letter.target),
        deadline=letter.deadline,
        late_until=letter.late_until if letter.late_until != letter.deadline else None,
        responsible=letter.responsible,
        split=how.value if how is not None and plan.children else "",
        parent=parent,
        replaces=replaces,
        is_example=is_example,
    )
    _save(directive)
    _store_targets(directive, plan, letter.responsible)
    tasks = {sector: office.name for sector, office in tasks_of(directive.place).items()}
    for each in plan.children:
        if each.node.kind == Kind.SECTOR and each.node.responsible != tasks.get(each.node.key):
            assign_as_ordered(each.node.place, each.node.key, each.node.responsible, is_example=is_example)
    if letter.base is Base.HEADCOUNT:
        joining.complete(directive, today)  # units that were registered since the plan was made
    transaction.on_commit(figures_changed)
    return directive


def _save(directive: Directive) -> None:
    try:
        with transaction.atomic():
            directive.save()
    except IntegrityError:
        raise DirectiveError(
            gettext_noop("the order {number} of {issued} is stored already for this unit"),
            field="number",
            number=directive.number,
            issued=directive.issued,
        ) from None


def _store_targets(directive: Directive, plan: Plan, responsible: str) -> None:
    """Store targets level by level, for a row needs its parent's key."""
    keys = [each.node.key for each in plan.walk() if each.node.kind == "organisation"]
    organisations = dict(Organisation.objects.filter(code__in=keys).values_list("code", "pk"))
    level: Sequence[tuple[Target | None, Plan]] = [(None, plan)]
    while level:
        rows = [
            Target(
                directive=directive,
                parent=parent,
                kind=each.node.kind,
                key=each.node.key,
                organisation_id=organisations.get(each.node.key),
                place=each.node.place,
                people=each.node.people or 0,
                people_source=each.node.people_source,
                installs_then=each.node.installs,
                installs=each.installs,
                responsible=responsible if parent is None else each.node.responsible,
            )
            for parent, each in level
        ]
        Target.objects.bulk_create(rows, batch_size=1_000)
        level = [(row, child) for row, (_, each) in zip(rows, level, strict=True) for child in each.children]


@dataclass(frozen=True, slots=True)
class Part:
    """Hold what a unit is to reach under an order that is given already, as a part of the unit `above`."""

    unit: Unit
    above: str
    people: int
    people_source: str
    installs_then: int | None
    installs: int
    responsible: str = ""

    @property
    def key(self) -> str:
        return str(self.unit.code)


@transaction.atomic
def cut(directive: Directive, parts: Iterable[Part]) -> None:
    """Write the targets of parts of an order in force, beside those it has; a part may lie in one of the same call.

    Raises DirectiveError where the order has ended.
    """
    held = Directive.objects.select_for_update().get(pk=directive.pk)
    if held.ended_on is not None:
        raise DirectiveError(gettext_noop("the order {number} is in force no more"), number=held.number)
    parts = list(parts)
    if not parts:
        return
    targets = {each.key: each for each in held.targets.filter(kind=Kind.UNIT)}
    for part in sorted(parts, key=lambda each: each.unit.level):
        row = targets.get(part.key) or Target(directive=held, kind=Kind.UNIT, key=part.key)
        row.parent = targets[part.above]
        row.place = place_of(part.unit.code)
        row.people, row.people_source = part.people, part.people_source
        row.installs_then = part.installs_then if row.pk is None else row.installs_then
        row.installs = part.installs
        row.responsible = part.responsible or row.responsible or chair_of(part.unit)
        row.save()
        targets[part.key] = row
    held.split = Split.GIVEN.value
    held.save(update_fields=["split"])
    transaction.on_commit(figures_changed)  # shares may be of the people it names


def give_time(directive: Directive, late_until: dt.date | None) -> None:
    """Set the day until which units that come in late have time; None: until the deadline. Raises DirectiveError."""
    check_late(late_until, directive.deadline)
    directive.late_until = late_until if late_until != directive.deadline else None
    directive.save(update_fields=["late_until"])
    transaction.on_commit(figures_changed)


@transaction.atomic
def end(directive: Directive, today: dt.date) -> None:
    """Withdraw an order: it is not in force from today on. Its targets can still be read."""
    if directive.ended_on is None:
        directive.ended_on = today
        directive.save(update_fields=["ended_on"])
        transaction.on_commit(figures_changed)
