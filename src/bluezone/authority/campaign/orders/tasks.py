"""Make tasks of orders: to hand one down, to add units to its sectors, to enter headcounts, and units that lag."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.campaign.orders import missing, queries, tree
from bluezone.authority.campaign.orders import parts as order_parts
from bluezone.authority.campaign.orders.models import Directive, Target
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.site.language import number_text
from bluezone.authority.units import offices, sectors
from bluezone.authority.units.models import Organisation
from bluezone.authority.work.kinds import Line, Post, Reader, Source
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Wanted
from bluezone.geography.units import Level

_DUE_HOUR = 17


def wanted(post: Post) -> Iterable[tuple[str, Wanted]]:
    """Yield what orders ask of a post today. (What a head's organisation lacks stands on its first page.)"""
    if post.own.is_office:
        yield from _of_office(post)
    elif post.own.role is not Role.UNIT_HEAD:
        yield from _not_handed_down(post)
        staffed = offices.with_officers(post.place)
        yield from _empty(
            post, [each for each in queries.empty_sectors(post.place, post.day) if each.key not in staffed]
        )


def _task(post: Post, word: str, order: int, subject: str = "") -> tuple[str, Wanted]:
    due_at = post.at(_DUE_HOUR)
    return f"{word} {order}", Wanted(Kind.ROLLOUT, post.place, due_at, subject=subject[:80], detail=word)


def _not_handed_down(post: Post) -> Iterable[tuple[str, Wanted]]:
    """Yield the order from above that was not handed down to those below the own unit."""
    target = queries.target_of(post.unit.code, post.day)
    if target is None or target.parent_id is None or post.unit.level is Level.COMMUNE:
        return
    if queries.cut_target_of(post.unit.code, post.day) is None:
        yield _task(post, "hand-down", target.directive_id)


def _empty(post: Post, empty: Sequence[Target]) -> Iterable[tuple[str, Wanted]]:
    """Yield, order by order, the sectors without people: to add units, or to enter the headcount of those there are."""
    by_place: dict[str, list[str]] = defaultdict(list)
    for each in empty:
        by_place[each.place].append(each.key)
    units = {place: tree.uncounted(place, keys) for place, keys in by_place.items()}
    for directive, targets in itertools.groupby(empty, key=lambda each: each.directive_id):
        keys = {each.key: each.place for each in targets}
        uncounted = [unit for place, found in units.items() for unit in found if keys.get(unit.sector) == place]
        without = [key for key in keys if key not in {each.sector for each in uncounted}]
        if without:
            yield _task(post, "no-unit", directive, " ".join(without))
        if uncounted:
            yield _task(post, "headcount", directive, " ".join(each.code for each in uncounted[:_NAMED]))


#: units whose headcount is asked for at once
_NAMED = 8


def _of_office(post: Post) -> Iterable[tuple[str, Wanted]]:
    """Yield of an office's sectors in each running order: how many of its units lag; those without a unit."""
    closed = sectors.closed_keys()
    for part in order_parts.parts_of(post.own, post.day):
        if part.directive.deadline < post.day:
            continue
        if part.lagging:
            yield _task(post, "lagging", part.directive.pk, str(len(part.lagging)))
        empty = [each.target for each in part.sectors if not each.target.people and each.target.key not in closed]
        yield from _empty(post, empty)


def lines(tasks: Sequence[Task], _reader: Reader) -> Mapping[int, Line]:
    """Return what rows say of orders."""
    keys = {task.pk: int(task.source_key.rsplit(" ", 1)[-1]) for task in tasks}
    orders = Directive.objects.in_bulk(set(keys.values()))
    return {task.pk: _line(task, orders[keys[task.pk]]) for task in tasks if keys[task.pk] in orders}


def _line(task: Task, order: Directive) -> Line:
    about = _("Order %(number)s") % {"number": order.number}
    words = task.subject.split()
    see = reverse("orders:directive", args=[order.pk])
    if task.detail == "hand-down":
        last = _("It is not handed down to those below yet.")
        return Line(_("Hand down an order"), missing.carry_out(order), _("Hand it down"), "letter", about, last=last)
    if task.detail == "no-unit":
        query = f"?sector={words[0]}" if len(words) == 1 else ""
        last = "; ".join(sectors.name_of(key) for key in words)
        return Line(
            _("Sectors without a unit"), reverse("units:new") + query, _("Add a unit"), "plus", about, last=last
        )
    if task.detail == "headcount":
        units = list(Organisation.objects.filter(code__in=words))
        last = missing.listed([each.name for each in units], "; ")
        address = missing.address_of(units) if units else see
        return Line(_("Units without a headcount"), address, _("Enter the headcount"), "form", about, last=last)
    count = int(task.subject)
    last = ngettext("%(counter)s unit lags.", "%(counter)s units lag.", count) % {"counter": number_text(count)}
    return Line(_("Units behind an order"), see, _("See it"), "flag", about, last=last)


SOURCE = Source("order", lines, standing=wanted)
