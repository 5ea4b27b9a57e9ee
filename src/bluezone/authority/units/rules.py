"""Decide, without a database, whether an organisation can be as it is described."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from bluezone.errors import TranslatableError

#: more than any school, plant or zone of the country has; a mistyped figure has more
MOST_PEOPLE = 500_000


class OrganisationError(TranslatableError):
    """Report an organisation that cannot be as it is described."""


def check(name: str, headcount: int | None) -> None:
    """Raise OrganisationError, with a sentence for the officer, unless name and headcount can be."""
    if not name.strip():
        raise OrganisationError(gettext_noop("a unit needs a name"))
    if headcount is not None and not 0 < headcount <= MOST_PEOPLE:
        raise OrganisationError(
            gettext_noop("a headcount of {headcount} cannot be: it is a whole number from 1 to {most}"),
            headcount=headcount,
            most=MOST_PEOPLE,
        )
