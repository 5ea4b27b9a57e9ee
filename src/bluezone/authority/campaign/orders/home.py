"""Add orders to the officer's home page: what they ask of the reader today, and who below is behind."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.campaign.figures.home import shown_to_head
from bluezone.authority.campaign.orders import missing, presenters, queries, target_uploads, tree
from bluezone.authority.campaign.orders import parts as order_parts
from bluezone.authority.campaign.orders.models import Kind, Target
from bluezone.authority.campaign.orders.progress import lines
from bluezone.authority.officers import scope
from bluezone.authority.site.language import number_text, page_language
from bluezone.authority.site.registries import HomePart, HomeSection, Link, Task, TaskPart, Tone, Visitor
from bluezone.authority.units import offices, sectors
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import Level
from bluezone.i18n import format_date, format_share

#: units named on the home page; a click away are all
_SHOWN = 10


def tasks(visitor: Visitor) -> Iterable[Task]:
    """Return what orders ask of an officer today: tables to decide on, an order from above to hand down, sectors
    without a unit; of a head the next target of the organisation, and how many installations are missing."""
    if not visitor.is_head:
        yield from target_uploads.PAGES.tasks(visitor.user)
        yield from _not_handed_down(visitor)
        yield from _sectors_without_units(visitor)
        return
    on_time = F("directive__deadline")
    targets = Target.objects.filter(
        kind=Kind.ORGANISATION, organisation__place=visitor.place, left_on=None, directive__ended_on=None
    ).annotate(until=Case(When(joined_on=None, then=on_time), default=Coalesce("directive__late_until", on_time)))
    target = (
        targets.filter(until__gte=visitor.day).select_related("directive", "organisation").order_by("until").first()
    )
    if target is None or target.organisation is None:
        return
    facts = {
        "number": target.directive.number,
        "target": number_text(target.installs),
        "deadline": format_date(target.deadline, page_language()),
        "missing": number_text(max(0, target.installs - shown_to_head(target.organisation, visitor.day))),
    }
    sentence = _("Order %(number)s: %(target)s people with the app by %(deadline)s; %(missing)s are missing.") % facts
    see = TaskPart(_("See it"), address=reverse("orders:directive", args=[target.directive_id]))
    yield Task(Tone.PLAIN, (TaskPart(sentence), see))


def _not_handed_down(visitor: Visitor) -> Iterable[Task]:
    """Return the order from above that was not handed down to those below the own unit."""
    target = queries.target_of(visitor.unit.code, visitor.day)
    if target is None or target.parent_id is None or visitor.unit.level is Level.COMMUNE:
        return
    if queries.cut_target_of(visitor.unit.code, visitor.day) is not None:
        return
    order = target.directive
    sentence = _("Order %(number)s is not handed down to those below yet.") % {"number": order.number}
    see = TaskPart(_("See it"), address=reverse("orders:directive", args=[order.pk]))
    hand_down = TaskPart(_("Hand it down"), address=missing.carry_out(order))
    yield Task(Tone.WATCH, (TaskPart(sentence, urgent=True), hand_down, see))


def _sectors_without_units(visitor: Visitor) -> Iterable[Task]:
    """Return, order by order, the sectors without people: to add units, or to enter the headcount of those there are.
    Those of an office are its task (`office_tasks`), as long as somebody there can log in."""
    staffed = offices.with_officers(visitor.place)
    empty = [each for each in queries.empty_sectors(visitor.place, visitor.day) if each.key not in staffed]
    units = tree.uncounted(visitor.place, [each.key for each in empty]) if empty else []
    for directive, targets in itertools.groupby(empty, key=lambda each: each.directive):
        keys = [each.key for each in targets]
        uncounted = [each for each in units if each.sector in keys]
        without = [key for key in keys if key not in {each.sector for each in uncounted}]
        see = TaskPart(_("See it"), address=reverse("orders:directive", args=[directive.pk]))
        facts = {"number": directive.number, "sectors": "; ".join(sectors.name_of(key) for key in without)}
        facts["units"] = missing.listed([each.name for each in uncounted], "; ")
        if without:
            sentence = _("Order %(number)s speaks to sectors without a unit so far: %(sectors)s.") % facts
            yield Task(Tone.WATCH, (TaskPart(sentence, urgent=True), _add_unit(without), see))
        if uncounted:
            sentence = _("Order %(number)s asks nothing of units without a headcount: %(units)s.") % facts
            yield Task(Tone.WATCH, (TaskPart(sentence, urgent=True), _enter_headcount(uncounted), see))


def _add_unit(keys: Sequence[str]) -> TaskPart:
    query = f"?sector={keys[0]}" if len(keys) == 1 else ""
    return TaskPart(_("Add a unit"), address=reverse("units:new") + query)


def _enter_headcount(units: Sequence[Organisation]) -> TaskPart:
    return TaskPart(_("Enter the headcount"), address=missing.address_of(units))


def sections(visitor: Visitor) -> Iterable[HomeSection]:
    """Return those below the own place under the order with the nearest deadline that is cut to them, who is behind
    first."""
    if visitor.is_head:
        return
    target = queries.cut_target_of(visitor.unit.code, visitor.day)
    if target is None:
        return
    directive, language = target.directive, page_language()
    targets = Target.objects.filter(Q(pk=target.pk) | Q(parent=target)).select_related("organisation", "directive")
    below = lines(directive, list(targets), visitor.day)[0].children
    shown = below[:_SHOWN]
    rows = [presenters.line_row(each, language, visitor.day) for each in shown]
    address = reverse("orders:directive", args=[directive.pk])
    context = {
        "rows": presenters.table_of(shown, rows, language, visitor.day).rows,
        "address": address,
        "title": presenters.title_of(directive, language),
        "more": len(below) - len(shown),
    }
    yield HomeSection("orders/home_below.html", context)


def links(_visitor: Visitor) -> Iterable[Link]:
    """Return the link to orders."""
    yield Link(reverse("orders:list"), _("Orders"), _("who is to bring what by when, and where they stand"))


def office_tasks(visitor: Visitor) -> Iterable[Task]:
    """Return what each running order asks of an office's sectors, and how many of its units lag; of a sector without
    a unit, to add one."""
    over, language = scope.required(visitor.user), page_language()
    closed = sectors.closed_keys()
    for part in order_parts.parts_of(over, visitor.day):
        if part.directive.deadline < visitor.day:
            continue
        address = reverse("orders:directive", args=[part.directive.pk])
        for line in part.sectors:
            row = presenters.line_row(line, language, visitor.day)
            facts = {
                "number": part.directive.number,
                "sector": row["name"],
                "asked": format_share(part.directive.share, language, trim=True),
            }
            facts |= {"deadline": format_date(part.directive.deadline, language), "state": row["status"]}
            sentence = _("Order %(number)s, %(sector)s: %(asked)s by %(deadline)s; %(state)s.") % facts
            parts = [TaskPart(sentence)]
            lagging = sum(each.target.parent_id == line.target.pk for each in part.lagging)
            if lagging:
                text = ngettext("%(counter)s unit lags.", "%(counter)s units lag.", lagging)
                parts.append(TaskPart(text % {"counter": number_text(lagging)}, urgent=True))
            empty = not line.target.people and line.target.key not in closed
            if empty and line.uncounted:
                parts.append(_enter_headcount(tree.uncounted(line.target.place, [line.target.key])))
            elif empty:
                parts.append(_add_unit([line.target.key]))
            parts.append(TaskPart(_("See it"), address=f"{address}?at={line.target.pk}"))
            yield Task(Tone.WATCH if lagging or empty else Tone.PLAIN, tuple(parts))


PART = HomePart(20, tasks, links, sections=sections)
OFFICE_PART = HomePart(20, office_tasks, links, for_offices=True)
