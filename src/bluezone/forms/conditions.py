"""Read and decide conditions: who is asked what, and which answers a rule of triage means. No code, five shapes:

{"field": "vehicle", "is": ["plane", "ship"]}   the answer is one of these (of several ticked: one of them is)
{"field": "signs", "at_least": 2}               a number from here on; of several ticked: so many of them
{"field": "oxygen", "below": 94}                a number under this
{"all": [...]}   {"any": [...]}                 of conditions
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from bluezone.forms.errors import FormError

#: an answer: a text, or the values that were ticked
Answer = str | tuple[str, ...]
Answers = Mapping[str, Answer]

MOST_DEPTH = 4
MOST_PARTS = 40
_LONGEST_NUMBER = 12


@dataclass(frozen=True, slots=True)
class Is:
    """Compare a field with values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Compare a number, or how many were ticked, with the least that is meant."""

    field: str
    number: Decimal


@dataclass(frozen=True, slots=True)
class Below:
    """Compare a number with the one it is to stay under."""

    field: str
    number: Decimal


@dataclass(frozen=True, slots=True)
class Together:
    """Join conditions: all of them, or any."""

    parts: tuple[Condition, ...]
    every: bool


Leaf = Is | AtLeast | Below
Condition = Leaf | Together


def read_condition(raw: object, where: str, depth: int = 0) -> Condition:
    """Read a condition. Raises FormError."""
    if not isinstance(raw, dict) or depth > MOST_DEPTH:
        raise FormError("condition", where=where)
    keys = set(raw)
    if keys in ({"field", "is"}, {"field", "at_least"}, {"field", "below"}):
        return _comparison(raw, where)
    for name, every in (("all", True), ("any", False)):
        if keys == {name}:
            parts = raw[name]
            if not isinstance(parts, list) or not 0 < len(parts) <= MOST_PARTS:
                break
            return Together(tuple(read_condition(part, where, depth + 1) for part in parts), every)
    raise FormError("condition", where=where)


def _comparison(raw: dict[str, object], where: str) -> Condition:
    field = raw["field"]
    if not isinstance(field, str):
        raise FormError("condition", where=where)
    if "at_least" in raw:
        return AtLeast(field, _number(raw["at_least"], where))
    if "below" in raw:
        return Below(field, _number(raw["below"], where))
    values = raw["is"]
    if not isinstance(values, list) or not 0 < len(values) <= MOST_PARTS:
        raise FormError("condition", where=where)
    if not all(isinstance(value, str) for value in values):
        raise FormError("condition", where=where)
    return Is(field, tuple(values))


def _number(value: object, where: str) -> Decimal:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    try:
        number = Decimal(text) if 0 < len(text) <= _LONGEST_NUMBER else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise FormError("condition", where=where)
    return number


def leaves(condition: Condition) -> tuple[Leaf, ...]:
    """Return the comparisons of a condition."""
    if isinstance(condition, Together):
        return tuple(leaf for part in condition.parts for leaf in leaves(part))
    return (condition,)


def fields_of(condition: Condition) -> frozenset[str]:
    """Return the names of the fields that a condition looks at."""
    return frozenset(leaf.field for leaf in leaves(condition))


def holds(condition: Condition, answers: Answers, none: Mapping[str, str] | None = None) -> bool:
    """Decide whether a condition holds for answers; of a question that was not answered, nothing holds. `none`: the
    value by field that stands for "none of these", and does not count as ticked."""
    if isinstance(condition, Together):
        found = (holds(part, answers, none) for part in condition.parts)
        return all(found) if condition.every else any(found)
    answer = answers.get(condition.field, ())
    if isinstance(condition, Is):
        ticked = (answer,) if isinstance(answer, str) else answer
        return any(value in condition.values for value in ticked)
    if isinstance(condition, Below):
        number = _number_of(answer)
        return number is not None and number < condition.number
    if isinstance(answer, str):
        number = _number_of(answer)
        return number is not None and number >= condition.number
    nothing = (none or {}).get(condition.field)
    return sum(value != nothing for value in answer) >= condition.number


def _number_of(answer: Answer) -> Decimal | None:
    try:
        return Decimal(answer) if isinstance(answer, str) else None
    except InvalidOperation:
        return None


def written(condition: Condition) -> dict[str, Any]:
    """Return a condition as it stands in a form's document."""
    if isinstance(condition, Is):
        return {"field": condition.field, "is": list(condition.values)}
    if isinstance(condition, AtLeast):
        return {"field": condition.field, "at_least": str(condition.number)}
    if isinstance(condition, Below):
        return {"field": condition.field, "below": str(condition.number)}
    return {"all" if condition.every else "any": [written(part) for part in condition.parts]}
