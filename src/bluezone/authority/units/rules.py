"""Decide, without a database, whether an organisation or a sector can be as it is described."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from bluezone.errors import TranslatableError
from bluezone.geography.names import plain_key
from bluezone.i18n import Language
from bluezone.rollout.sectors import Sector

#: a zone, a company in it, a plant of that, a workshop
MOST_LEVELS = 4
#: the sector of what a unit of a sector holds, where it is another one
SECTORS_IN = {"zones": "companies"}
#: more than any school, plant or zone of the country has; a mistyped figure has more
MOST_PEOPLE = 500_000


class OrganisationError(TranslatableError):
    """Report an organisation that cannot be as it is described."""


class SectorError(TranslatableError):
    """Report a sector that cannot be as it is described."""


def check_sector(name: str, name_english: str, others: Iterable[Sector]) -> None:
    """Raise SectorError, with a sentence for the officer, unless a sector's names tell it from the `others`."""
    if not (plain_key(name) and plain_key(name_english)):
        raise SectorError(gettext_noop("a sector needs a name in both languages"))
    own = {plain_key(name), plain_key(name_english)}
    for other in others:
        if own & {plain_key(other.name_in(language)) for language in Language}:
            raise SectorError(gettext_noop("there is a sector “{name}” already"), name=name)


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


@dataclass(frozen=True, slots=True)
class Holder:
    """Hold what must be known of an organisation to put another into it. `line`: codes from the top to its own."""

    name: str
    line: tuple[str, ...]
    place: str
    is_open: bool = True


def check_holder(holder: Holder, code: str, within: str, *, levels: int = 1) -> None:
    """Raise OrganisationError, with a sentence, unless `holder` can hold the organisation `code` (empty for a new one).

    `within` is the place of the unit of the gazetteer it lies in; `levels` counts it and those in it, one in another.
    """
    if not holder.is_open:
        raise OrganisationError(gettext_noop("“{name}” is closed: open it again first"), name=holder.name)
    if code and code in holder.line:
        raise OrganisationError(
            gettext_noop("“{name}” lies in this unit itself: a unit cannot be a part of its own parts"),
            name=holder.name,
        )
    if len(holder.line) + levels > MOST_LEVELS:
        raise OrganisationError(
            gettext_noop("units lie in one another over at most {most} levels: “{name}” is too deep"),
            name=holder.name,
            most=MOST_LEVELS,
        )
    if not within.startswith(holder.place):
        raise OrganisationError(
            gettext_noop(
                "it lies outside the place of “{name}”: a part lies where the whole lies, or in a place of it"
            ),
            name=holder.name,
        )
