"""Read the numbers that an officer writes on the page that shows an order before it is given: people, smartphones,
targets of single units, by the unit's code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from bluezone.authority.site.language import sentence_of
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.numbers import parse_count

PEOPLE, PHONES, TARGET = "people-", "phones-", "target-"
#: what confirms the questions that the page asked
SURE = "sure"
_MOST = 200_000_000


@dataclass(slots=True)
class Written:
    """Hold what was written, and what is wrong with it: both by the name of the field (`people-63:31318`)."""

    numbers: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    def of(self, prefix: str) -> dict[str, int]:
        """Return the numbers of one kind, by code."""
        return {name.removeprefix(prefix): number for name, number in self.numbers.items() if name.startswith(prefix)}

    def refuse(self, name: str, why: str) -> None:
        """Take a number out, with the reason."""
        self.numbers.pop(name, None)
        self.wrong[name] = why


def read_written(posted: Mapping[str, Any]) -> Written:
    """Read every number of the page; a target may be nothing, people may not."""
    made = Written()
    for name, text in posted.items():
        if not name.startswith((PEOPLE, PHONES, TARGET)) or not text.strip():
            continue
        try:
            number = int(parse_count(text).value)
        except RolloutError as error:
            made.wrong[name] = sentence_of(error)
            continue
        if (0 if name.startswith(TARGET) else 1) <= number < _MOST:
            made.numbers[name] = number
        else:
            made.wrong[name] = _("“%(text)s” is no number of people.") % {"text": text}
    return made
