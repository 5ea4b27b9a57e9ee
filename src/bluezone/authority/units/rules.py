"""Decide, without a database, whether an organisation or a sector can be as it is described."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from bluezone.errors import TranslatableError
from bluezone.geography.names import plain_key
from bluezone.i18n import Language
from bluezone.rollout.sectors import Sector

#: more than any school, plant or zone of the country has; a mistyped figure has more
MOST_PEOPLE = 500_000


class OrganisationError(TranslatableError):
    """Report an organisation that cannot be as it is described."""


class SectorError(TranslatableError):
    """Report a sector that cannot be as it is described."""


@dataclass(frozen=True, slots=True)
class SectorFacts:
    """Hold what an officer says of a sector: its Vietnamese and English name, whose phones are counted, who is asked
    for the count, the office in charge, words of lists that mean it."""

    name: str
    name_english: str
    counted: str = ""
    asked: str = ""
    with_families: bool = False
    office: str = ""
    words: tuple[str, ...] = ()


def check_sector(facts: SectorFacts, others: Iterable[Sector]) -> None:
    """Raise SectorError, with a sentence for the officer, unless a sector's names tell it from the `others`."""
    if not (plain_key(facts.name) and plain_key(facts.name_english)):
        raise SectorError(gettext_noop("a sector needs a name in both languages"))
    own = {plain_key(facts.name), plain_key(facts.name_english)}
    for other in others:
        if own & {plain_key(other.name_in(language)) for language in Language}:
            raise SectorError(gettext_noop("there is a sector “{name}” already"), name=facts.name)


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
