"""Plan an order before it is given, without a database: who it is handed to, what each is to reach, why it cannot be,
and what does not fit between its target and its parts."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from django.utils.translation import gettext_noop

from bluezone.errors import TranslatableError
from bluezone.rollout import directives
from bluezone.rollout.cascade import Finding, Misfit, Part, Split, Written, judge, split
from bluezone.rollout.counts import FIRST_DAY
from bluezone.rollout.directives import Base, Letter
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
    check_late(letter.late_until, letter.deadline)
    directives.check(letter, people, today)


def check_late(late_until: dt.date | None, deadline: dt.date) -> None:
    """Raise DirectiveError for a day of those who come late that is before everybody's."""
    if late_until is not None and late_until < deadline:
        raise DirectiveError(
            gettext_noop("units that come late have at least until the deadline, {deadline}"),
            field="late_until",
            deadline=deadline,
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


#: names of parts that a sentence gives; of more it says how many
_NAMED = 8
_TEMPLATES = {
    Misfit.OVER_PEOPLE: gettext_noop("{found} are asked of {unit}, which has {allowed} people"),
    Misfit.OVER_WHOLE: gettext_noop("{part} cannot have {found} people: {unit}, in which it lies, has {allowed}"),
    Misfit.UNDER: gettext_noop(
        "the parts of {unit} add up to {found}: {difference} less than its own target of {allowed}"
    ),
    Misfit.PEOPLE_APART: gettext_noop(
        "the parts of {unit} have {found} people together, it has {allowed}: they differ by {difference}"
    ),
    Misfit.LEFT_OUT: gettext_noop("{found} of the {allowed} parts of {unit} have a target; left out: {names}"),
}


def sentence(finding: Finding, unit: str, names: Mapping[str, str]) -> DirectiveError:
    """Return a finding about a unit as a sentence; `names` of its parts, by key."""
    left_out = [names.get(key, key) for key in finding.keys]
    shown = ", ".join(left_out[:_NAMED]) + (f" … (+{len(left_out) - _NAMED})" if len(left_out) > _NAMED else "")
    part = names.get(finding.key, finding.key)
    about = part if finding.misfit is Misfit.OVER_PEOPLE else unit
    return DirectiveError(
        _TEMPLATES[finding.misfit],
        unit=about,
        part=part,
        found=finding.found,
        allowed=finding.allowed,
        difference=finding.difference,
        names=shown,
    )


def misfits(made: Plan) -> list[tuple[Finding, DirectiveError]]:
    """Return what does not fit in a plan, level by level, each with its sentence."""
    found: list[tuple[Finding, DirectiveError]] = []
    for each in made.walk():
        parts = [Written(child.node.key, child.node.people or 0, child.installs) for child in each.children]
        names = {child.node.key: child.node.name for child in each.children}
        judged = judge(parts, target=each.installs, people=each.node.people)
        found += [(finding, sentence(finding, each.node.name, names)) for finding in judged]
    return found


def below_order_above(made: Plan, asked: int, order: str) -> DirectiveError | None:
    """Return the question of an order whose target is less than what the order above asks of the same unit."""
    if made.installs >= asked:
        return None
    return DirectiveError(
        gettext_noop("this order asks {found} of {unit}, {difference} less than the {allowed} that {order} asks of it"),
        unit=made.node.name,
        found=made.installs,
        allowed=asked,
        difference=asked - made.installs,
        order=order,
    )


def asks_nothing(made: Plan, how: Split) -> DirectiveError | None:
    """Return the question of an order that is reached as a whole, so that what is still missing of it is nothing: then
    a split of what is missing asks nothing of those parts either that stand below the share."""
    splits_what_is_missing = how in (Split.EQUALISE, Split.EQUAL_SHARE)
    if not splits_what_is_missing or made.needed or not _has_lower_parts(made, made.installs, made.node.people or 0):
        return None
    return DirectiveError(
        gettext_noop(
            "{unit} has {found} already and is asked for {allowed}: this order asks nothing more of anybody, not of "
            "those who stand lower either; to ask the same share of each, split it by people"
        ),
        unit=made.node.name,
        found=made.node.installs or 0,
        allowed=made.installs,
    )


def _has_lower_parts(made: Plan, target: int, people: int) -> bool:
    """Return whether a part, of whatever depth, stands below the share `target` / `people`."""
    parts = [each.node for each in made.walk() if each is not made and each.node.people]
    return any((part.installs or 0) * people < target * (part.people or 0) for part in parts)


def too_many_people(root: Node, above: tuple[str, int] | None) -> dict[str, DirectiveError]:
    """Return the units, by key, that would have more people than the unit they lie in; `above`: name and people of the
    one in which the whole lies."""
    found = {}
    if above is not None and root.people and root.people > above[1]:
        finding = Finding(Misfit.OVER_WHOLE, root.key, root.people, above[1])
        found[root.key] = sentence(finding, above[0], {root.key: root.name})
    for node in root.walk():
        names = {child.key: child.name for child in node.children}
        parts = [Written(child.key, child.people or 0, 0) for child in node.children]
        found |= {
            each.key: sentence(each, node.name, names)
            for each in judge(parts, people=node.people)
            if each.misfit is Misfit.OVER_WHOLE
        }
    return found


def more_phones_than_people(root: Node) -> list[DirectiveError]:
    """Return a question for each part that would have more smartphones than people: it would get too large a part."""
    return [
        DirectiveError(
            gettext_noop("{unit} has {people} people and, as written, {phones} smartphones"),
            unit=node.name,
            people=node.people,
            phones=node.phones,
        )
        for node in root.walk()
        if node is not root and node.people and node.phones and node.phones > node.people
    ]


def digest(questions: Sequence[str]) -> str:
    """Return what a confirmation of these questions is worth: it counts for no others."""
    return hashlib.sha256("\n".join(questions).encode()).hexdigest()[:16]


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
