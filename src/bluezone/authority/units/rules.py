"""What an organisation must be, and which of its counts may be shown: decisions without a database."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from bluezone.errors import TranslatableError
from bluezone.rollout.suppression import LEAST_SHOWN, is_telling

#: more than any school, plant or zone of the country has; a mistyped figure has more
MOST_PEOPLE = 500_000


class OrganisationError(TranslatableError):
    """An organisation that cannot be as it is described."""


def check(name: str, headcount: int | None) -> None:
    """Raises OrganisationError, with a sentence for the officer."""
    if not name.strip():
        raise OrganisationError(gettext_noop("a unit needs a name"))
    if headcount is not None and not 0 < headcount <= MOST_PEOPLE:
        raise OrganisationError(
            gettext_noop("a headcount of {headcount} cannot be: it is a whole number from 1 to {most}"),
            headcount=headcount,
            most=MOST_PEOPLE,
        )


class Extent(enum.StrEnum):
    """How exactly a count may be told."""

    EXACT = "exact"
    FEW = "few"
    NEARLY_ALL = "nearly all"
    #: not at all: of a small unit, or of one beside it whose count would tell that
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Told:
    """A count as it may be told: `installs` itself, or the least that "fewer than 5" and "all but fewer than 5" say.

    All that is shown of an organisation and of sums over several (paces, what is missing, a sector's total) comes from
    this value. So nothing that is shown can be subtracted from something else that is shown to find a hidden count.
    """

    installs: int
    extent: Extent


def told(installs: int, people: int | None) -> Told:
    """What may be told of a count among so many people (None: nobody knows how many)."""
    if not is_telling(installs, people):
        return Told(installs, Extent.EXACT)
    if people is not None and people < 2 * LEAST_SHOWN:  # each of the two would tell
        return Told(0, Extent.HIDDEN)
    if people is None or installs < LEAST_SHOWN:
        return Told(0, Extent.FEW)
    return Told(people - LEAST_SHOWN + 1, Extent.NEARLY_ALL)
