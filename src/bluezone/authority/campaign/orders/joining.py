"""Keep running orders to sectors up to date with the register: who comes in late, who changes sector, who leaves.

An order is given to sectors of a place, to those units too that are registered only later. A unit that is registered,
opened again, moved in, given its headcount or another sector comes into every running order to its sector in the same
transaction; it has time until the order's deadline, or the day that is set for those who come late. One that is closed,
moves away or changes to a sector of which the order does not speak leaves: its line stays to be read, and is in no sum.
What lies in a unit that stands in an order is counted with it, and does not stand there by itself.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, Q

from bluezone.authority.campaign.figures.store import figures_changed
from bluezone.authority.campaign.orders import tree
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.orders.queries import running
from bluezone.authority.campaign.orders.rules import Change, change_of
from bluezone.authority.officers.jurisdiction import places_above
from bluezone.authority.site import clock
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.offices import in_charge, who_answers
from bluezone.rollout.directives import Base
from bluezone.rollout.pace import installs_for

#: keys in one statement
_CHUNK = 500


def follow_register(organisations: Sequence[Organisation], **_: object) -> None:
    """Bring the running orders up to date with units that have changed (a signal's receiver)."""
    follow(organisations, clock.today())


@transaction.atomic
def follow(organisations: Sequence[Organisation], day: dt.date) -> None:
    """Bring the orders that run on a day up to date with some units."""
    holders = _holders(organisations)
    orders = _orders(day, {each.sector for each in (*organisations, *holders.values())})
    held = _held(organisations, day)
    sums = _Sums()
    joining: list[tuple[Organisation, Target]] = []
    for organisation in organisations:
        above = [holders[code] for code in organisation.above if code in holders]
        with_holder = {each.directive_id for each in orders for holder in above if _spoken_to(each, holder)}
        spoken_to = (each for each in orders if _spoken_to(each, organisation))
        into = {each.directive_id: each for each in spoken_to if each.directive_id not in with_holder}
        own = held.get(organisation.pk, {})
        for directive in {*into, *own}:
            sector, target = into.get(directive), own.get(directive)
            change = change_of(
                belongs=sector is not None and organisation.closed_on is None,
                counted=bool(organisation.people),
                stands=target is not None and target.left_on is None,
                in_its_sector=target is not None and sector is not None and target.parent_id == sector.pk,
            )
            if change is Change.JOIN and sector is not None:
                joining.append((organisation, sector))
            elif target is not None and change is Change.LEAVE:
                _leave(target, day, sums)
            elif target is not None and sector is not None and change is Change.MOVE:
                _move(target, sector, sums)
    _join(joining, held, day, sums)
    sums.store()


@transaction.atomic
def add_people(organisation: Organisation, into: Organisation, **_: object) -> None:
    """Ask of a unit, or of the one it lies in, what running orders ask of one that goes into it with its people (a
    signal's receiver). The one that goes leaves the order afterwards."""
    day, sums = clock.today(), _Sums()
    going = _held([organisation], day).get(organisation.pk, {})
    rows = Target.objects.select_for_update().filter(
        directive__in=list(going), kind=Kind.ORGANISATION, key__in=[into.code, *into.above], left_on=None
    )
    for target in rows.select_related("parent"):
        own = going[target.directive_id]
        if own.left_on is None and own.pk != target.pk:
            _ask_more(target, own.people, own.installs, sums)
    sums.store()


@transaction.atomic
def take_people_out(organisation: Organisation, into: Organisation, **_: object) -> None:
    """Ask of a unit no longer what was asked of one that had gone into it with its people, and that comes out again (a
    signal's receiver). That one stands in the order again afterwards."""
    day, sums = clock.today(), _Sums()
    held = _held([organisation], day).get(organisation.pk, {})
    gone = {order: own for order, own in held.items() if own.left_on == organisation.closed_on}
    # The one it had gone into may have gone further since: its line is read again when it comes out, too.
    stands = Q(left_on=None, key__in=[into.code, *into.above]) | Q(key=into.code)
    rows = Target.objects.select_for_update().filter(stands, directive__in=list(gone), kind=Kind.ORGANISATION)
    for target in rows.select_related("parent"):
        own = gone[target.directive_id]
        _ask_more(target, -min(own.people, target.people), -min(own.installs, target.installs), sums)
    sums.store()


def _ask_more(target: Target, people: int, installs: int, sums: _Sums) -> None:
    """Ask of a unit for more people, or for fewer; one that has left its order is in no sum."""
    target.people, target.installs = target.people + people, target.installs + installs
    target.save(update_fields=["people", "installs"])
    if target.left_on is None:
        sums.add(target.parent, people, installs)


def complete(directive: Directive, day: dt.date) -> int:
    """Take in the units of an order's sectors that do not stand in it; return how many there were. What lies in another
    of them is counted with it."""
    sectors = directive.targets.filter(kind=Kind.SECTOR).values("key")
    every = Organisation.objects.filter(place__startswith=directive.place, closed_on=None, sector__in=sectors)
    every = every.exclude(headcount=None)
    rows = list(every.exclude(targets__directive=directive))
    holders = set(every.filter(code__in={code for row in rows for code in row.above}).values_list("code", flat=True))
    missing = [row for row in rows if holders.isdisjoint(row.above)]
    for at in range(0, len(missing), _CHUNK):
        follow(missing[at : at + _CHUNK], day)
    return len(missing)


def complete_all(now: dt.datetime) -> int | None:
    """Take in what the requests have missed (two at once, a bulk load): the worker's job. None where there was
    nothing."""
    day = clock.date_of(now)
    rows = running(day).filter(base=Base.HEADCOUNT, targets__kind=Kind.SECTOR).distinct()
    return sum(complete(directive, day) for directive in rows) or None


def _holders(organisations: Sequence[Organisation]) -> dict[str, Organisation]:
    """Return the open and counted units that hold some others, by code."""
    codes = {code for each in organisations for code in each.above}
    rows = Organisation.objects.filter(code__in=codes, closed_on=None).exclude(headcount=None) if codes else ()
    return {row.code: row for row in rows}


def _orders(day: dt.date, sectors: Collection[str]) -> list[Target]:
    """Return the targets of some sectors under the orders that run on a day."""
    rows = Target.objects.filter(
        kind=Kind.SECTOR, key__in=sectors, directive__in=running(day), directive__base=Base.HEADCOUNT
    )
    return list(rows.select_related("directive", "parent"))


def _spoken_to(sector: Target, organisation: Organisation) -> bool:
    return sector.key == organisation.sector and organisation.place.startswith(sector.directive.place)


def _held(organisations: Sequence[Organisation], day: dt.date) -> dict[int, dict[int, Target]]:
    """Return the targets that units have under the orders that run on a day: by unit, then by order."""
    found: dict[int, dict[int, Target]] = defaultdict(dict)
    keys = [each.pk for each in organisations]
    for at in range(0, len(keys), _CHUNK):
        rows = Target.objects.filter(organisation__in=keys[at : at + _CHUNK], directive__in=running(day))
        for row in rows.select_related("directive", "parent"):
            found[row.organisation_id or 0][row.directive_id] = row
    return found


@dataclass
class _Sums:
    """Collect what is added to the people and installs of sectors and of the orders' own targets."""

    added: dict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def add(self, sector: Target | None, people: int, installs: int) -> None:
        for key in (sector.pk, sector.parent_id) if sector is not None else ():
            if key is not None:
                self.added[key][0] += people
                self.added[key][1] += installs

    def store(self) -> None:
        """Add it in the database, whatever another request adds at the same time; in order of keys, so that two never
        wait for each other."""
        for key, (people, installs) in sorted(self.added.items()):
            if people or installs:
                Target.objects.filter(pk=key).update(people=F("people") + people, installs=F("installs") + installs)
        if self.added:
            transaction.on_commit(figures_changed)


def _join(
    joining: Sequence[tuple[Organisation, Target]],
    held: Mapping[int, Mapping[int, Target]],
    day: dt.date,
    sums: _Sums,
) -> None:
    if not joining:
        return
    installs = tree.disclosed_installs([organisation for organisation, _sector in joining], day)
    answers = who_answers(organisation for organisation, _sector in joining)
    new: list[Target] = []
    again: list[Target] = []
    for organisation, sector in joining:
        directive, people = sector.directive, organisation.people or 0
        target = held.get(organisation.pk, {}).get(directive.pk)
        if target is None:
            target = Target(directive=directive)
            new.append(target)
        else:
            again.append(target)
        target.parent, target.kind, target.key = sector, Kind.ORGANISATION, organisation.code
        target.organisation, target.place = organisation, organisation.place
        target.people, target.people_source = people, tree.HEADCOUNT
        target.installs, target.installs_then = installs_for(directive.share, people), installs.get(organisation.code)
        target.responsible = answers[organisation.code]
        target.joined_on, target.left_on = day, None
        sums.add(sector, target.people, target.installs)
    Target.objects.bulk_create(new, batch_size=1_000)
    for target in again:
        target.save()


def _leave(target: Target, day: dt.date, sums: _Sums) -> None:
    target.left_on = day
    target.save(update_fields=["left_on"])
    sums.add(target.parent, -target.people, -target.installs)


def _move(target: Target, sector: Target, sums: _Sums) -> None:
    sums.add(target.parent, -target.people, -target.installs)
    target.parent = sector
    target.save(update_fields=["parent"])
    sums.add(sector, target.people, target.installs)


def take_along(organisation: Organisation, **_: object) -> None:
    """Move the targets of an organisation with it, under orders of places in which it lies still: targets are seen by
    place (a signal's receiver)."""
    rows = Target.objects.filter(organisation=organisation, directive__place__in=places_above(organisation.place))
    rows.update(place=organisation.place)


def answer(territory: str, sector: str, **_: object) -> None:
    """Say in the running orders to a sector of a place who answers for it now (a signal's receiver)."""
    rows = Target.objects.filter(
        kind=Kind.SECTOR, key=sector, place=territory, directive__in=running(clock.today()), parent__isnull=False
    )
    rows.update(responsible=in_charge([territory]).of_sector(territory, sector))
