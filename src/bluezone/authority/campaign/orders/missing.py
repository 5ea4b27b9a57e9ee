"""Say what an order lacks today, each with the page that mends it: first what nobody but the reader can do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.campaign.figures import reader as figures
from bluezone.authority.campaign.figures.reports import Below, groups, reminded
from bluezone.authority.campaign.orders import presenters, tree
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.orders.presenters import SumCheck, say_last_report
from bluezone.authority.campaign.orders.progress import Line
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, own_unit
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import Level, UnitCode
from bluezone.i18n import Language, format_day
from bluezone.rollout.directives import REMIND_AFTER_DAYS
from bluezone.rollout.pace import Status

#: so many are named; of more the rest is counted
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Lack:
    """Describe something an order lacks: a sentence, whom it is about, and the way to mend it."""

    text: str
    note: str
    address: str
    label: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Hold who reads the page, and in which language."""

    own: Jurisdiction
    language: Language
    day: dt.date


def lacks(
    directive: Directive,
    line: Line | None,
    below: Sequence[Line],
    opens: Collection[int | None],
    check: SumCheck | None,
    reader: Reader,
) -> list[Lack]:
    """List what an order in force lacks on a day before its deadline; `opens` are the targets handed down further."""
    if reader.own.role is Role.UNIT_HEAD:
        return _own_report(line or (below[0] if len(below) == 1 else None))
    return [
        *_silent(below, reader),
        *_own_figure(line, reader),
        *_short(directive, check, reader),
        *_not_handed_down(directive, line, below, opens, reader),
        *_without_units(below, reader),
        *_uncounted(directive, line, below),
    ]


def _own_report(line: Line | None) -> list[Lack]:
    """Ask a head for the own report of today."""
    if line is None or line.progress.silent_days == 0:
        return []
    return [Lack(_("No report of today yet."), "", reverse("figures:own"), _("Report our figure"))]


def _silent(below: Sequence[Line], reader: Reader) -> list[Lack]:
    """Name those who are due a reminder and got none today, by kind: each kind has its page of reminders."""
    found = []
    counted = [each for each in below if each.target.people and each.target.left_on is None]
    due = [each for each in counted if each.progress.reminder_due and each.pace.status is not Status.MET]
    done = reminded([each.target.key for each in due], reader.day)
    for kind in (Kind.UNIT, Kind.ORGANISATION):
        late = [each for each in due if each.target.kind == kind and each.target.key not in done]
        if not late:
            continue
        if all(each.progress.silent_days is None for each in late):  # as on the day of the order
            text = ngettext("%(n)s has never reported", "%(n)s have never reported", len(late)) % {"n": len(late)}
        else:
            text = ngettext(
                "%(n)s has not reported for %(days)s days or longer",
                "%(n)s have not reported for %(days)s days or longer",
                len(late),
            ) % {"n": len(late), "days": REMIND_AFTER_DAYS}
        names = [_name(each, reader, since=True) for each in late]
        group = _group(late[0], reader)
        label = _("Remind all %(n)s") % {"n": len(late)} if len(late) > 1 else _("Remind")
        found.append(Lack(text, listed(names), reverse("figures:reports") + group, label))
    return found


def _group(line: Line, reader: Reader) -> str:
    """Return the query for the group of reports that a target's unit is in; empty where the reader has none such."""
    if line.target.kind == Kind.ORGANISATION:
        group = Below.ORGANISATIONS
    else:
        level = UnitCode.parse(line.target.key).level
        group = {Level.PROVINCE: Below.PROVINCES, Level.DISTRICT: Below.DISTRICTS}.get(level, Below.COMMUNES)
    return (
        f"?of={group.value}"
        if group in groups(own_unit(reader.own, reader.day), reader.day, is_office=reader.own.is_office)
        else ""
    )


def _own_figure(line: Line | None, reader: Reader) -> list[Lack]:
    """Ask for the figure of the unit the page is about, where nobody has reported one of today and it counts by itself.
    A report of today may not be the figure that counts yet, where the Ministry's is only days older."""
    if line is None or line.target.kind != Kind.UNIT or line.progress.last_figure == reader.day:
        return []
    if not reader.own.may_edit(line.target.place) or line.target.directive.base == "headcount":
        return []
    code = UnitCode.parse(line.target.key)
    if figures.last_reports([code], reader.day).get(code) == reader.day:
        return []
    name = presenters.target_name(line.target, reader.language)
    last = line.progress.last_figure
    words = {"unit": name, "day": format_day(last, reader.language) if last else ""}
    text = _("The figure of %(unit)s is of %(day)s") % words if last else _("%(unit)s has no figure yet") % words
    return [Lack(text, "", f"{reverse('figures:new')}?unit={line.target.key}", _("Enter the figure"))]


def _short(directive: Directive, check: SumCheck | None, reader: Reader) -> list[Lack]:
    if check is None or not check.short or not reader.own.may_direct(directive.place):
        return []
    address = f"{reverse('orders:new')}?replaces={directive.pk}"
    return [Lack(_("The targets of the parts do not reach the whole"), check.text, address, _("Give a new order"))]


def _not_handed_down(
    directive: Directive, line: Line | None, below: Sequence[Line], opens: Collection[int | None], reader: Reader
) -> list[Lack]:
    """Name the own unit, or those below, whose target nobody has handed down."""
    if directive.base == "headcount":
        return []
    mine = [each for each in (line,) if each is not None and not below and each.target.place == reader.own.place]
    for each in mine:
        if not _is_commune(each.target):
            note = presenters.target_name(each.target, reader.language)
            if directive.place == reader.own.place:
                address, way = f"{reverse('orders:upload')}?directive={directive.pk}", _("Cut it by a table")
            else:
                address, way = carry_out(directive), _("Hand it down")
            return [Lack(_("Not handed down yet"), note, address, way)]
    several = [each for each in below if each.target.kind == Kind.UNIT and not _is_commune(each.target)]
    carried_out = directive.carried_out_by.filter(ended_on=None).values_list("scope", flat=True)  # by one of their own
    left = [each for each in several if each.target.pk not in opens and each.target.key not in carried_out]
    if not left or len(left) == len(several):  # where nobody has, it may not be meant to be
        return []
    text = ngettext("%(n)s has not handed it down", "%(n)s have not handed it down", len(left)) % {"n": len(left)}
    names = [_name(each, reader) for each in left]
    first = f"{reverse('orders:directive', args=[directive.pk])}?at={left[0].target.pk}"
    return [Lack(text, listed(names), first, _("See"))]


def carry_out(directive: Directive) -> str:
    """Return the form of an order of one's own that carries out one from above."""
    return f"{reverse('orders:new')}?parent={directive.pk}"


def _is_commune(target: Target) -> bool:
    return UnitCode.parse(target.key).level is Level.COMMUNE


def _without_units(below: Sequence[Line], reader: Reader) -> list[Lack]:
    sectors = [each for each in below if each.target.kind == Kind.SECTOR]
    empty = [each for each in sectors if not each.target.people and not each.uncounted]
    if not empty:
        return []
    text = ngettext("%(n)s sector has no unit yet", "%(n)s sectors have no unit yet", len(empty)) % {"n": len(empty)}
    query = f"?sector={empty[0].target.key}" if len(empty) == 1 else ""
    names = listed([_name(each, reader) for each in empty], "; ")
    return [Lack(text, names, reverse("units:new") + query, _("Add a unit"))]


def _uncounted(directive: Directive, line: Line | None, below: Sequence[Line]) -> list[Lack]:
    """Name the units of an order's sectors of which it asks nothing, because nobody knows how many they are."""
    shown = [each for each in (line, *below) if each is not None and each.target.kind == Kind.SECTOR]
    units = tree.uncounted(directive.place, [each.target.key for each in shown]) if shown else []
    if not units:
        return []
    text = ngettext(
        "%(n)s unit has no headcount, so nothing is asked of it",
        "%(n)s units have no headcount, so nothing is asked of them",
        len(units),
    ) % {"n": len(units)}
    return [Lack(text, listed([each.name for each in units], "; "), address_of(units), _("Enter the headcount"))]


def address_of(units: Sequence[Organisation]) -> str:
    """Return the page on which to enter the headcount of some units: the form of a single one, else their list."""
    if len(units) == 1:
        return reverse("units:edit", args=[units[0].code])
    sectors = {each.sector for each in units}
    return reverse("units:list") + (f"?sector={sectors.pop()}" if len(sectors) == 1 else "")


def _name(line: Line, reader: Reader, *, since: bool = False) -> str:
    name, last = (
        presenters.target_name(line.target, reader.language),
        say_last_report(line, reader.language, reader.day),
    )
    return f"{name} ({last})" if since and last else name


def listed(names: Sequence[str], separator: str = ", ") -> str:
    """Write names in a row; of many the first, and how many more."""
    if len(names) <= _NAMED:
        return separator.join(names)
    more = {"names": separator.join(names[: _NAMED - 1]), "rest": len(names) - _NAMED + 1}
    return _("%(names)s and %(rest)s more") % more
