"""Plan an order before it is given, without a database: who it is handed to, what each is to reach, and why it cannot
be."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from django.utils.translation import gettext_noop

from bluezone.errors import TranslatableError
from bluezone.geography.units import Unit
from bluezone.rollout import directives
from bluezone.rollout.cascade import Part, Split, split
from bluezone.rollout.counts import FIRST_DAY
from bluezone.rollout.directives import Base
from bluezone.rollout.errors import TargetError
from bluezone.rollout.pace import installs_for


class DirectiveError(TranslatableError):
    """Report an order that cannot be given as it is written; `field` names the part of it that is to be mended."""

    def __init__(self, template: str, *, field: str = "", **values: object) -> None:
        super().__init__(template, **values)
        self.field = field


@dataclass(frozen=True, slots=True)
class Node:
    """Hold one that an order can be handed to, with those below it. `people` None: nobody knows how many; 0: a sector
    without a unit so far."""

    kind: str
    key: str
    name: str
    place: str
    people: int | None
    people_source: str = ""
    #: as it is disclosed; None where no figure is known
    installs: int | None = None
    responsible: str = ""
    children: tuple[Node, ...] = ()
    #: smartphones, where the target is cut by them; None: nobody knows how many
    phones: int | None = None

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold what a node is to reach, and those below it."""

    node: Node
    installs: int
    children: tuple[Plan, ...] = field(default=())

    def walk(self) -> Iterator[Plan]:
        """Yield this plan and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def needed(self) -> int:
        """Return the installs still missing, as far as a figure is known."""
        return max(0, self.installs - (self.node.installs or 0))


@dataclass(frozen=True, slots=True)
class Letter:
    """Hold an order as it is written, before it is stored."""

    number: str
    issued: dt.date
    issuer: str
    scope: Unit
    base: Base
    target: Fraction
    deadline: dt.date
    responsible: str


def check(letter: Letter, people: int | None, today: dt.date) -> None:
    """Raise DirectiveError or TargetError, with a sentence for the officer, for an order that cannot be given.

    An order to sectors may be given before they have a unit: `people` is 0 then.
    """
    if letter.base is Base.HEADCOUNT and people == 0:
        people = 1
    if letter.issued > today:
        raise DirectiveError(
            gettext_noop("the order is dated {issued}: that is in the future"), field="issued", issued=letter.issued
        )
    if letter.issued < FIRST_DAY:
        raise DirectiveError(
            gettext_noop("the order is dated {issued}, before the app existed ({first})"),
            field="issued",
            issued=letter.issued,
            first=FIRST_DAY,
        )
    directives.check(
        directives.Directive(
            number=letter.number,
            issued=letter.issued,
            issuer=letter.issuer,
            scope=letter.scope.code,
            base=letter.base,
            target=letter.target,
            deadline=letter.deadline,
            responsible=letter.responsible,
        ),
        letter.scope,
        people,
        today,
    )


def without_people(root: Node) -> list[Node]:
    """Return the nodes whose number of people nobody knows: no share can be formed there."""
    return [node for node in root.walk() if node.people is None]


def without_phones(root: Node) -> list[Node]:
    """Return the parts whose number of smartphones nobody knows."""
    return [node for node in root.walk() if node is not root and not node.phones]


def plan(root: Node, share: Fraction, how: Split) -> Plan:
    """Hand a share of all down, level by level; it adds up to what was asked, unless those below are past it already.

    Raises DirectiveError or TargetError for one without people, or with more installs than people.
    """
    if root.people is None:
        raise DirectiveError(gettext_noop("{unit} has no population: give it one first"), unit=root.name)
    return _handed_down(root, installs_for(share, root.people), how)


def plan_as_written(root: Node, share: Fraction, written: Mapping[str, int]) -> Plan:
    """Return a plan with the targets that somebody wrote, by key; of one without, its part by people.

    What does not fit is said by `fitting.misfits`. Errors as of `plan`.
    """
    return _rewritten(plan(root, share, Split.BY_PEOPLE), written)


def _rewritten(made: Plan, written: Mapping[str, int]) -> Plan:
    children = tuple(
        _rewritten(replace(child, installs=written.get(child.node.key, child.installs)), written)
        for child in made.children
    )
    return replace(made, children=children)


def _handed_down(node: Node, target: int, how: Split) -> Plan:
    if not node.children or not target:
        return Plan(node, target, tuple(_handed_down(child, 0, how) for child in node.children))
    names = {child.key: child.name for child in node.children}
    parts = [
        Part(child.key, child.people or 0, child.installs or 0, child.phones or 0)
        for child in node.children
        if child.people != 0
    ]
    people = node.people or 0
    try:
        allocations = split(Fraction(target, people), parts, how, whole=people)
    except TargetError as error:
        key = error.values.get("unit")
        values = {**error.values, "unit": names.get(str(key), str(key))}
        raise TargetError(error.template, field=error.field, **values) from None
    by_key = {each.key: each.target for each in allocations}
    return Plan(node, target, tuple(_handed_down(child, by_key.get(child.key, 0), how) for child in node.children))


def late_deadline(issued: dt.date, deadline: dt.date, joined: dt.date) -> dt.date:
    """Return the day until which a unit has time that came into an order on `joined`: as many days as the order gave
    everybody, and never before the order's own deadline."""
    return max(deadline, joined + (deadline - issued))


def late_target(share: Fraction, people: int) -> int:
    """Return the installs asked of a unit that came into an order late: the order's own share of its people."""
    return installs_for(share, people)


class Change(enum.Enum):
    """Name what an order does when a unit of the register has changed."""

    NONE = "none"
    JOIN = "join"
    MOVE = "move"
    LEAVE = "leave"


def change_of(*, belongs: bool, counted: bool, stands: bool, in_its_sector: bool) -> Change:
    """Decide what a running order does with a unit.

    `belongs`: it is open, lies in the order's place and is of one of its sectors; `counted`: its headcount is known;
    `stands`: it stands in the order now; `in_its_sector`: there under the sector it has now.
    """
    if stands:
        return Change.LEAVE if not belongs else Change.NONE if in_its_sector else Change.MOVE
    return Change.JOIN if belongs and counted else Change.NONE
