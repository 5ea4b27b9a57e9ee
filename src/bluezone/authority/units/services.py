"""Register, change, close and reopen organisations, for pages, files and the command line."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from bluezone.authority.officers.jurisdiction import Role, place_of
from bluezone.authority.officers.models import User
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.rules import OrganisationError, check
from bluezone.authority.units.signals import moved
from bluezone.geography.names import plain_key
from bluezone.geography.units import UnitCode
from bluezone.rollout.sectors import ENTROPY_BYTES, UnitCodeError, make_code, read_code


@dataclass(frozen=True, slots=True)
class Facts:
    """Hold what is known of an organisation."""

    name: str
    #: a sector's key
    sector: str
    within: UnitCode
    headcount: int | None = None
    with_families: bool = False
    headed_by: str = ""


@transaction.atomic
def register(facts: Facts, today: dt.date, *, is_example: bool = False) -> Organisation:
    """Register an organisation under a code of its own. Raises OrganisationError."""
    check(facts.name, facts.headcount)
    organisation = Organisation(code=_new_code(), created_on=today, is_example=is_example)
    _write(organisation, facts)
    return organisation


@transaction.atomic
def change(organisation: Organisation, facts: Facts) -> None:
    """Change what is known of an organisation; the code on its posters stays. Raises OrganisationError."""
    check(facts.name, facts.headcount)
    _write(organisation, facts)


@transaction.atomic
def close(organisation: Organisation, today: dt.date) -> None:
    """Close an organisation: its poster counts nobody from now on. What it counted stays."""
    if organisation.closed_on is None:
        organisation.closed_on = today
        organisation.save(update_fields=["closed_on"])


@transaction.atomic
def reopen(organisation: Organisation) -> None:
    """Reopen a closed organisation. Raises OrganisationError where another has taken its name and place since."""
    organisation.closed_on = None
    _save(organisation)


def facts_of(organisation: Organisation) -> Facts:
    return Facts(
        name=organisation.name,
        sector=organisation.sector,
        within=UnitCode.parse(organisation.within),
        headcount=organisation.headcount,
        with_families=organisation.with_families,
        headed_by=organisation.headed_by,
    )


def open_code(text: str) -> str:
    """Return a code in its one written form, if an open organisation has it on its poster; else an empty text."""
    try:
        code = read_code(text)
    except UnitCodeError:
        return ""
    return code if Organisation.objects.filter(code=code, closed_on=None).exists() else ""


def _write(organisation: Organisation, facts: Facts) -> None:
    before = organisation.place
    organisation.name = facts.name
    organisation.search_key = plain_key(facts.name)
    organisation.sector = facts.sector
    organisation.within = str(facts.within)
    organisation.place = f"{place_of(facts.within)}{organisation.code}/"
    organisation.headcount = facts.headcount
    organisation.with_families = facts.with_families
    organisation.headed_by = facts.headed_by
    _save(organisation)
    if before and before != organisation.place:
        _take_along(organisation, before)


def _save(organisation: Organisation) -> None:
    """Store an organisation. Raises OrganisationError where an open one of its name is there already."""
    try:
        with transaction.atomic():
            organisation.save()
    except IntegrityError:
        raise OrganisationError(
            gettext_noop("there is a unit “{name}” in this sector and place already: tell the two apart by name"),
            name=organisation.name,
        ) from None


def _take_along(organisation: Organisation, before: str) -> None:
    """Take the head's account along with a unit that moves, and let other packages take what is theirs."""
    for head in User.objects.filter(role=Role.UNIT_HEAD, place=before):
        head.place = organisation.place
        head.save(update_fields=["place"])
    moved.send(Organisation, organisation=organisation)


def _new_code() -> str:
    while True:
        code = make_code(secrets.token_bytes(ENTROPY_BYTES))
        if not Organisation.objects.filter(code=code).exists():
            return code
