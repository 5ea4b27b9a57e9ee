"""Say what does not fit between an order's target and its parts, in sentences: before anything is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_noop

from bluezone.authority.campaign.orders.rules import DirectiveError, Node, Plan
from bluezone.rollout.cascade import Finding, Misfit, Split, Written, judge

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
