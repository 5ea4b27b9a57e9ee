"""What an organisation must be, and which of its counts may be shown: decisions without a database."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from bluezone.errors import TranslatableError
from bluezone.rollout import suppression

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


def shown_counts(counts: Mapping[str, tuple[int, int | None]], *, total_shown: bool) -> dict[str, int | None]:
    """The counts that may be shown of organisations beside one another, None where hidden.

    Of an organisation whose headcount nobody knows, only counts of at least `LEAST_SHOWN` are shown.
    """
    return suppression.shown_children(counts, total_shown=total_shown)
