"""Register, change, close and reopen organisations, for pages, files and the command line."""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from bluezone.authority.officers.jurisdiction import Role, place_of
from bluezone.authority.officers.models import User
from bluezone.authority.site.locks import take_turns
from bluezone.authority.units.models import Organisation, line_of
from bluezone.authority.units.posters import MOST_MERGERS
from bluezone.authority.units.rules import Holder, OrganisationError, check, check_holder
from bluezone.authority.units.signals import changed, joined, moved, parted
from bluezone.geography.names import plain_key
from bluezone.geography.units import UnitCode
from bluezone.rollout.sectors import ENTROPY_BYTES, UnitCodeError, make_code, read_code

#: whoever changes what lies in what
_TURN = "units"


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
    #: the code of the organisation that holds it; empty for none
    parent: str = ""


#: those that have changed inside `together`, by key
_collected: ContextVar[dict[int, Organisation] | None] = ContextVar("collected", default=None)


@contextlib.contextmanager
def together() -> Iterator[None]:
    """Do many changes in one transaction, of which those who follow the register hear once, at the end."""
    collected: dict[int, Organisation] = {}
    token = _collected.set(collected)
    try:
        with transaction.atomic():
            yield
            if collected:
                changed.send(Organisation, organisations=list(collected.values()))
    finally:
        _collected.reset(token)


def _tell(*organisations: Organisation) -> None:
    collected = _collected.get()
    if collected is None:
        changed.send(Organisation, organisations=organisations)
    else:
        collected.update((each.pk, each) for each in organisations)


@transaction.atomic
def register(facts: Facts, today: dt.date, *, is_example: bool = False) -> Organisation:
    """Register an organisation under a code of its own. Raises OrganisationError."""
    check(facts.name, facts.headcount)
    organisation = Organisation(code=_new_code(), created_on=today, is_example=is_example)
    _write(organisation, facts)
    return organisation


@transaction.atomic
def change(organisation: Organisation, facts: Facts) -> None:
    """Change what is known of an organisation; the code on its posters stays. Those in it move along.

    Raises OrganisationError.
    """
    check(facts.name, facts.headcount)
    take_turns(_TURN)
    organisation.refresh_from_db()
    _write(organisation, facts)


@transaction.atomic
def close(organisation: Organisation, today: dt.date) -> int:
    """Close an organisation and those in it: their posters count nobody from now on. What they counted stays.

    Return how many were closed.
    """
    take_turns(_TURN)
    rows = [row for row in (organisation, *inside(organisation)) if row.closed_on is None]
    for row in rows:
        row.closed_on = today
        row.save(update_fields=["closed_on"])
    _tell(*rows)
    return len(rows)


@transaction.atomic
def reopen(organisation: Organisation) -> None:
    """Reopen a closed organisation, and those in it that were closed with it. Of one that was merged into another with
    its people, these are taken out of the other again.

    Raises OrganisationError where another has taken its name and place since, or the one that holds it is closed.
    """
    take_turns(_TURN)
    day = organisation.closed_on
    if organisation.parent is not None and organisation.parent.closed_on is not None:
        check_holder(_holder(organisation.parent), organisation.code, organisation.place)
    rows = [organisation, *(row for row in inside(organisation) if row.closed_on == day)]
    _take_out(organisation)
    for row in rows:
        row.closed_on = row.merged_into = None
        row.people_brought = 0
        _save(row)
    _tell(*rows)


@transaction.atomic
def merge(organisation: Organisation, into: Organisation, today: dt.date, *, with_people: bool = False) -> None:
    """Put those in an organisation into another, and close it; its poster counts for the other from now on.

    Its headcount is added to the other's `with_people` only: who merges them knows whether it has them already. Raises
    OrganisationError where they cannot lie in the other one, or it has one of a name already; nothing is changed then.
    """
    take_turns(_TURN)
    if into.pk == organisation.pk:
        raise OrganisationError(gettext_noop("“{name}” is this unit itself: write the other one"), name=into.name)
    if organisation.code in into.above:
        check_holder(_holder(into), organisation.code, into.place)
    if into.closed_on is not None or organisation.closed_on is not None:
        closed = into if into.closed_on is not None else organisation
        raise OrganisationError(gettext_noop("“{name}” is closed: open it again first"), name=closed.name)
    for child in organisation.children.filter(closed_on=None).order_by("pk"):
        _write(child, replace(facts_of(child), parent=into.code))
    if with_people and organisation.headcount:
        into.headcount = (into.headcount or 0) + organisation.headcount
        check(into.name, into.headcount)
        into.save(update_fields=["headcount"])
        joined.send(Organisation, organisation=organisation, into=into)
        organisation.people_brought = organisation.headcount
    organisation.closed_on, organisation.merged_into = today, into
    organisation.save(update_fields=["closed_on", "merged_into", "people_brought"])
    _tell(organisation, *([into] if with_people else []))


def _take_out(organisation: Organisation) -> None:
    """Take the people whom a merged organisation brought out of the one it went into, and of those that one went into
    with them. Nobody knows how many a headcount is of that was corrected to fewer since: it is unknown then."""
    brought, into = organisation.people_brought, organisation.merged_into
    while into is not None and brought:
        rest = (into.headcount or 0) - brought
        into.headcount = rest if rest > 0 else None
        further = into.merged_into if into.people_brought else None
        into.people_brought = max(0, into.people_brought - brought)
        into.save(update_fields=["headcount", "people_brought"])
        parted.send(Organisation, organisation=organisation, into=into)
        into = further


def inside(organisation: Organisation) -> list[Organisation]:
    """Return all that lie in an organisation, at whatever level, the upper ones first."""
    rows = Organisation.objects.filter(line__startswith=organisation.line or "-").exclude(pk=organisation.pk)
    return sorted(rows.select_related("parent"), key=lambda row: (len(row.line), row.name, row.pk))


def facts_of(organisation: Organisation) -> Facts:
    return Facts(
        name=organisation.name,
        sector=organisation.sector,
        within=UnitCode.parse(organisation.within),
        headcount=organisation.headcount,
        with_families=organisation.with_families,
        headed_by=organisation.headed_by,
        parent=organisation.parent.code if organisation.parent is not None else "",
    )


def open_code(text: str) -> str:
    """Return a code in its one written form, if an open organisation has it on its poster; else an empty text.

    Of one that was merged into another it is the other's: posters that hang go on counting.
    """
    try:
        code = read_code(text)
    except UnitCodeError:
        return ""
    row = Organisation.objects.filter(code=code).select_related("merged_into").first()
    for _merger in range(MOST_MERGERS):
        if row is None or row.closed_on is None:
            break
        row = row.merged_into
    return row.code if row is not None and row.closed_on is None else ""


def _write(organisation: Organisation, facts: Facts) -> None:
    before, line, within = organisation.place, organisation.line, organisation.within
    below = inside(organisation) if organisation.pk else []
    organisation.parent = _parent(organisation, facts, below)
    lay(organisation, facts.within)
    organisation.name = facts.name
    organisation.search_key = plain_key(facts.name)
    organisation.sector = facts.sector
    organisation.headcount = facts.headcount
    organisation.with_families = facts.with_families
    organisation.headed_by = facts.headed_by
    _save(organisation)
    if before and (before, line) != (organisation.place, organisation.line):
        _take_along(organisation, before)
        _move_inside(organisation, within, below)
    _tell(organisation, *below)


def lay(organisation: Organisation, within: UnitCode) -> None:
    """Write where an organisation lies: in a unit of the gazetteer, and in the organisation that holds it."""
    above = organisation.parent.line if organisation.parent is not None else "/"
    organisation.within = str(within)
    organisation.line = f"{above}{organisation.code}/"
    organisation.place = f"{place_of(within)}{organisation.line[1:]}"


def _parent(organisation: Organisation, facts: Facts, below: Sequence[Organisation]) -> Organisation | None:
    """Return the organisation that is to hold another, if it can."""
    if not facts.parent:
        return None
    take_turns(_TURN)  # or two at once could put each of two into the other
    parent = Organisation.objects.filter(code=facts.parent).first()
    if parent is None:
        raise OrganisationError(gettext_noop("no unit has the code {code}"), code=facts.parent)
    levels = max((len(line_of(row.line)) for row in below), default=0) - len(line_of(organisation.line)) + 1
    check_holder(_holder(parent), organisation.code, place_of(facts.within), levels=levels if below else 1)
    return parent


def _holder(organisation: Organisation) -> Holder:
    place = place_of(UnitCode.parse(organisation.within))
    return Holder(organisation.name, line_of(organisation.line), place, organisation.closed_on is None)


def _move_inside(organisation: Organisation, before: str, below: Sequence[Organisation]) -> None:
    """Move those in an organisation along with it: those that lay in the unit it lay in lie in the one it lies in
    now."""
    around, rows = place_of(UnitCode.parse(organisation.within)), {organisation.pk: organisation}
    for row in below:
        was, rows[row.pk] = row.place, row
        if row.parent_id is not None:
            row.parent = rows[row.parent_id]
        within = UnitCode.parse(organisation.within if row.within == before else row.within)
        if not place_of(within).startswith(around):
            raise OrganisationError(
                gettext_noop("“{name}” is a part of it and lies elsewhere: move that one first"), name=row.name
            )
        lay(row, within)
        _save(row)
        if row.place != was:
            _take_along(row, was)


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
