"""Write orders, targets and progress for pages, in the reader's language; those below one as rows that fit a telephone,
with what all rows share said once, beside the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bluezone.authority.campaign.figures.presenters import parts_text, source_text
from bluezone.authority.campaign.orders import queries
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.orders.progress import Line, lines
from bluezone.authority.campaign.orders.queries import denominators_of, people_of, share_asked
from bluezone.authority.site.language import disclosure_text, problem_text
from bluezone.authority.units import sectors
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.offices import chair_of
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import UnitCode
from bluezone.i18n import Language, format_date, format_day, format_number, format_share
from bluezone.rollout import levels, reconcile
from bluezone.rollout.chance import chance_of_target, chance_text, most_of
from bluezone.rollout.directives import Base, Letter
from bluezone.rollout.in_use import InUse
from bluezone.rollout.pace import Status
from bluezone.rollout.sources import class_name, source_of_people
from bluezone.rollout.suppression import Disclosure, Extent
from bluezone.rollout.texts import as_printed, people_a_day, unit_name
from bluezone.rollout.wording import status_text

#: children of one shown on a page; the rest are a click away
MOST_CHILDREN = 200
#: sectors of an order that are named in a list of orders
MOST_NAMED = 3
#: how much of a bar lies beyond the largest of what it shows
_BEYOND = 1.08


def base_name(base: str) -> str:
    """Return what a target is a share of, as it is written after a number: `30 % of the population`."""
    return {
        Base.POPULATION: pgettext("after a share", "of the population"),
        Base.SMARTPHONES: pgettext("after a share", "of smartphones"),
        Base.ADULTS: pgettext("after a share", "of adults"),
        Base.HEADCOUNT: pgettext("after a share", "of the people of the units"),
    }[Base(base)]


def base_choices() -> list[tuple[str, str]]:
    """Return what a target may be a share of, as choices of a form."""
    return [(base.value, base_name(base)) for base in Base]


def target_name(target: Target, language: Language) -> str:
    """Return the unit's, sector's or organisation's name."""
    if target.kind == Kind.SECTOR:
        return sectors.name_of(target.key, language=language)
    if target.organisation is not None:
        return target.organisation.name
    return unit_name(catalogue.all_units().unit(UnitCode.parse(target.key)), language)


def scope_name(directive: Directive, language: Language) -> str:
    return unit_name(catalogue.all_units().unit(UnitCode.parse(directive.scope)), language)


def state_of(directive: Directive, day: dt.date) -> str:
    """Return the state of an order: `withdrawn`, `replaced`, `past` its deadline, or `in_force`."""
    if directive.ended_on is not None and directive.ended_on <= day:
        return "replaced" if directive.replaced_by.exists() else "withdrawn"
    return "past" if directive.deadline < day else "in_force"


def without_people(*, uncounted: bool) -> str:
    """Return why a sector has no people: its units are not counted, or there are none."""
    return _("headcount not known yet") if uncounted else _("no unit registered yet")


def status_name(line: Line, language: Language) -> str:
    """Return the status of a target, in a word or two."""
    if line.target.left_on is not None:
        return _("no longer in the order")
    if not line.target.people:
        return without_people(uncounted=line.uncounted)
    if line.extent is Extent.SUPPRESSED:
        return _("hidden")
    if not line.has_figure and line.pace.status in (Status.UNKNOWN, Status.BEHIND):
        return _("no figure yet")
    return status_text(line.pace.status, language)


TONES = {Status.MET: "safe", Status.ON_TRACK: "safe", Status.BEHIND: "watch", Status.IMPOSSIBLE: "act"}
_ICONS = {Status.MET: "done", Status.ON_TRACK: "done", Status.BEHIND: "wait", Status.IMPOSSIBLE: "alert"}


def line_row(line: Line, language: Language, day: dt.date, closed: Collection[str] = ()) -> dict[str, Any]:
    """Present a target and its progress; `closed` are the sectors that are offered no more."""
    target, pace = line.target, line.pace
    gone = target.left_on is not None
    exact = line.extent is Extent.EXACT
    count = disclosure_text(Disclosure(pace.installs, line.extent), language) if line.has_figure else ""
    if line.at_least and count:
        count = _("at least %(count)s") % {"count": count}
    elif count and line.figure is not None and line.figure.bound:
        count = as_printed(count, language, bound=True)
    hidden = line.extent is Extent.SUPPRESSED
    known = line.has_figure and not hidden
    asked = bool(target.people) and not hidden and not gone
    return {
        "key": target.pk,
        "name": target_name(target, language),
        "kind": target.kind,
        "code": target.key,
        "responsible": target.responsible,
        "joined": format_date(target.joined_on, language) if target.joined_on else "",
        "own_deadline": format_date(target.deadline, language) if target.deadline != target.directive.deadline else "",
        "left": format_date(target.left_on, language) if target.left_on else "",
        "sector_closed": target.kind == Kind.SECTOR and target.key in closed,
        "people": format_number(target.people, language) if target.people else "",
        "target": format_number(target.installs, language),
        "target_share": format_share(share_asked(target), language, trim=True),
        "count": count,
        "class": class_name(line.origin, language) if known else "",
        "parts": parts_text(line.series.parts, language) if known and line.series.parts else "",
        "source": source_text(line.origin, line.figure.source) if known and line.origin and line.figure else "",
        "share": format_share(pace.share, language) if line.has_figure and exact else "",
        "bar": f"{min(100.0, pace.share * 100):.1f}" if known else "",
        "mark": f"{min(99.0, target.installs / target.people * 100):.1f}" if target.people else "",
        "needed": format_number(pace.needed, language) if asked else "",
        "per_day": format_number(pace.per_day, language) if asked and pace.per_day is not None else "",
        "recent": people_a_day(pace.recent_per_day, language) if asked and pace.recent_per_day is not None else "",
        "in_use": "" if hidden else in_use_text(line.in_use, language),
        "in_use_needed": ""
        if hidden or line.in_use is None
        else format_number(line.in_use.missing(target.installs), language),
        "silent": line.progress.silent_days,
        "last": format_date(line.progress.last_figure, language) if line.progress.last_figure else "",
        "reminder": line.progress.reminder_due
        and day <= target.deadline
        and bool(target.people)
        and not gone
        and pace.status is not Status.MET,
        "status": status_name(line, language),
        "tone": "" if hidden or gone else TONES.get(pace.status, ""),
        "icon": "off" if hidden or gone else _ICONS.get(pace.status, "off"),
        "children": len(line.children),
    }


def people_note(target: Target, day: dt.date, language: Language) -> str:
    """Say where the people that a target is of are not those that shares are formed on today: an order keeps those it
    was given with. Empty where they are the same."""
    if target.kind == Kind.ORGANISATION:
        return _members_note(target, language)
    if target.kind != Kind.UNIT or target.directive.base == Base.HEADCOUNT or not target.people:
        return ""
    unit = catalogue.all_units().unit(UnitCode.parse(target.key))
    now = people_of(unit, day, Measure(target.directive.base))
    if now is None or now.value == target.people:
        return ""
    return _(
        "The target is of %(then)s people, as known when the order was given. Today %(now)s are known (%(source)s): "
        "shares on other pages are of these, and the target stays as it was given."
    ) % {
        "then": format_number(target.people, language),
        "now": format_number(now.value, language),
        "source": source_of_people(now.vintage, language),
    }


def _members_note(target: Target, language: Language) -> str:
    """Say where the people that a unit's target is of are not those that the unit has today."""
    now = target.organisation.people if target.organisation is not None else None
    if not now or not target.people or now == target.people:
        return ""
    return _(
        "The target is of %(then)s people, as known when the order was given; today the unit means %(now)s. The target "
        "stays as it was given."
    ) % {"then": format_number(target.people, language), "now": format_number(now, language)}


def in_use_text(use: InUse | None, language: Language) -> str:
    """Return how many apps are in use, as it is disclosed, and the day that was counted; else that nobody knows."""
    if use is None:
        return _("not known yet")
    count = disclosure_text(Disclosure(use.count, use.extent), language)
    return f"{count} ({format_day(use.date, language)})"


def rows_of_organisation(organisation: Organisation, day: dt.date, language: Language) -> list[dict[str, Any]]:
    """List the orders in force for an organisation on a day, with its progress."""
    return [
        line_row(line, language, day)
        | {
            "directive": target.directive,
            "title": title_of(target.directive, language),
            "deadline": format_date(target.deadline, language),
            "people_note": people_note(target, day, language),
        }
        for target in queries.targets_of_organisation(organisation, day)
        for line in lines(target.directive, [target], day)
    ]


def title_of(directive: Directive, language: Language) -> str:
    """Return an order in one line: `30 % of the population of Hậu Giang by 30 August 2020`."""
    return _title(directive.share, directive.base, scope_name(directive, language), directive.deadline, language)


def sectors_of(directives: Collection[Directive]) -> dict[int, str]:
    """Name the sectors that each of some orders speaks to, by the order's key; of many the first few."""
    rows = Target.objects.filter(directive__in=directives, kind=Kind.SECTOR).order_by("pk")
    found: dict[int, list[str]] = {}
    for directive, key in rows.values_list("directive", "key"):
        found.setdefault(directive, []).append(sectors.name_of(key))
    return {
        directive: "; ".join(names[:MOST_NAMED])
        + (_(" and %(count)s more") % {"count": len(names) - MOST_NAMED} if len(names) > MOST_NAMED else "")
        for directive, names in found.items()
    }


def title_of_letter(letter: Letter, language: Language) -> str:
    """Present an order that is not given yet."""
    return _title(letter.target, letter.base, unit_name(letter.scope, language), letter.deadline, language)


def _title(share: Fraction, base: str, unit: str, deadline: dt.date, language: Language) -> str:
    return _("%(share)s %(base)s of %(unit)s by %(deadline)s") % {
        "share": format_share(share, language, trim=True),
        "base": base_name(base),
        "unit": unit,
        "deadline": format_date(deadline, language),
    }


@dataclass(frozen=True, slots=True)
class Table:
    """Hold rows, and what is the same in all of them: the class of source, and that heads of places answer."""

    rows: list[dict[str, Any]]
    source_class: str
    heads_answer: bool


def table_of(lines: Sequence[Line], rows: list[dict[str, Any]], language: Language, day: dt.date) -> Table:
    """Fit presented lines (`presenters.line_row`) into a table: bars on one scale, days without their year."""
    scale = _scale(lines)
    classes = {row["class"] for row in rows if row["class"]}
    heads = all(_head_answers(line) for line in lines)
    fitted = [
        row
        | bar_of(line, scale)
        | {
            "class": row["class"] if len(classes) > 1 else "",
            "responsible": "" if heads else row["responsible"],
            "in_use_known": any(each["in_use_needed"] for each in rows),
            "last": format_day(line.progress.last_figure, language) if line.progress.last_figure else "",
            "silent_since": say_last_report(line, language, day) if row["reminder"] else "",
        }
        for line, row in zip(lines, rows, strict=True)
    ]
    return Table(fitted, classes.pop() if len(classes) == 1 else "", bool(lines) and heads)


def say_last_report(line: Line, language: Language, day: dt.date) -> str:
    """Write the day of the last report; of one that never reported nothing."""
    silent = line.progress.silent_days
    return "" if silent is None else format_day(day - dt.timedelta(days=silent), language)


def _head_answers(line: Line) -> bool:
    if line.target.kind != Kind.UNIT:
        return False
    return line.target.responsible == chair_of(catalogue.all_units().unit(UnitCode.parse(line.target.key)))


def _scale(lines: Sequence[Line]) -> float:
    """Return the share (0..1) at the end of the bars: beyond every target and, where it may be seen, every figure."""
    shares = [line.target.installs / line.target.people for line in lines if line.target.people]
    shares += [line.pace.share for line in lines if line.has_figure and line.extent is Extent.EXACT]
    return min(1.0, max(shares, default=1.0) * _BEYOND) or 1.0


def bar_of(line: Line, scale: float | None = None) -> dict[str, str]:
    """Return what a bar shows, in hundredths of its length: what there is, where the pace leads, the target."""
    end = _scale([line]) if scale is None else scale
    target, pace = line.target, line.pace
    known = line.has_figure and line.extent is not Extent.SUPPRESSED
    ahead = projected(line) if scale is None else None
    return {
        "bar": _hundredths(pace.share, end) if known else "",
        "ahead": _hundredths(ahead / target.people, end) if ahead is not None and target.people else "",
        "mark": _hundredths(target.installs / target.people, end, 99.0) if target.people else "",
    }


def _hundredths(share: float, end: float, most: float = 100.0) -> str:
    return f"{min(most, share / end * 100):.1f}"


def projected(line: Line) -> int | None:
    """Return how many there are on the deadline at the pace of the last week; None without a pace or a day left."""
    pace = line.pace
    if not pace.days or not line.has_figure or line.extent is not Extent.EXACT or pace.recent_per_day is None:
        return None
    return min(line.target.people, pace.installs + round(max(0.0, pace.recent_per_day) * pace.days))


def chance_of(line: Line, day: dt.date) -> float | None:
    """Return the chance that a target is met by its deadline, from figures that may be shown exactly."""
    if not line.has_figure or line.extent is not Extent.EXACT or not line.pace.needed or not line.target.people:
        return None
    most = line.target.people
    if line.target.kind == Kind.UNIT and line.target.directive.base == Base.POPULATION:
        unit = catalogue.all_units().unit(UnitCode.parse(line.target.key))
        figures = denominators_of([unit], day)
        people = figures.on(unit, Measure.POPULATION, day)
        most = most_of(unit, figures, day, people.value if people else most, line.pace.installs) or most
    asked, deadline = line.target.installs, line.target.deadline
    orders = (line.target.directive.issued,)
    return chance_of_target(line.series.points(), target=asked, deadline=deadline, as_of=day, most=most, orders=orders)


def _chance(line: Line, language: Language, day: dt.date) -> str:
    value = chance_of(line, day)
    if value is None:
        return ""
    target = line.target
    words = {
        "share": format_share(share_asked(target), language, trim=True),
        "deadline": format_day(target.deadline, language),
        "chance": chance_text(value, language),
    }
    return _("%(share)s by %(deadline)s: %(chance)s, if things go on as such campaigns do.") % words


def answer(line: Line | None, language: Language, *, past: bool) -> str:
    """Write what an order comes to today: how much is missing, and how long there is; empty where nothing is known. Of
    a part of the order it is said of which."""
    said = _answer(line, language, past=past)
    if not said or line is None or line.target.parent_id is None:
        return said
    return f"{target_name(line.target, language)}: {said[:1].lower()}{said[1:]}"


def _answer(line: Line | None, language: Language, *, past: bool) -> str:
    if line is None or not line.has_figure or line.extent is not Extent.EXACT:
        return ""
    if not line.pace.needed:
        return _("It is reached.")
    words = {"needed": format_number(line.pace.needed, language), "days": line.pace.days}
    if past:
        return _("%(needed)s were missing.") % words
    if not line.pace.days:
        return _("%(needed)s missing, today is the last day.") % words
    return _("%(needed)s missing, %(days)s days left.") % words


@dataclass(frozen=True, slots=True)
class SumCheck:
    """Hold whether the targets of the parts add up to the whole's, as a sentence; `short` is what they lack."""

    text: str
    short: int


def sum_check(line: Line | None, language: Language) -> SumCheck | None:
    """Add up the targets of the units below one; None where they are not parts of it (sectors, organisations)."""
    parts = [each.target for each in line.children if each.target.kind == Kind.UNIT] if line is not None else []
    if line is None or not parts or len(parts) < len(line.children):
        return None
    total, asked = sum(part.installs for part in parts), line.target.installs
    words = {
        "parts": len(parts),
        "sum": format_number(total, language),
        "asked": format_number(asked, language),
        "short": format_number(max(0, asked - total), language),
    }
    if total >= asked:
        text = _("The %(parts)s targets add up to %(sum)s, no less than the %(asked)s asked for.") % words
    else:
        text = _("The %(parts)s targets add up to %(sum)s: %(short)s less than the %(asked)s asked for.") % words
    return SumCheck(text, max(0, asked - total))


def today_row(line: Line, language: Language, day: dt.date, closed: Collection[str]) -> dict[str, Any]:
    """Present the target that a page is about: on a bar of its own, with where the pace leads."""
    ahead, last = projected(line), line.progress.last_figure
    return (
        line_row(line, language, day, closed)
        | bar_of(line)
        | {
            "projected": format_number(ahead, language) if ahead is not None else "",
            "slow": line.pace.recent_per_day is not None and line.pace.recent_per_day < (line.pace.per_day or 0),
            "chance": _chance(line, language, day),
            "people_note": people_note(line.target, day, language),
            "old": format_day(last, language) if last is not None and last < day else "",
        }
    )


def sources_of(line: Line | None, language: Language) -> list[reconcile.Line]:
    """Return what each source says of the place that a target is about; of a sum over organisations, and of a place
    whose count is hidden, nothing. Shares are of the people the order is of."""
    if line is None or not _is_place(line):
        return []
    people = line.target.people if line.target.directive.base == Base.POPULATION else None
    return reconcile.lines(line.series, people, language)


def doubts_of(line: Line | None) -> list[str]:
    """Return what does not fit between a place's figure and those of the places below it on the page."""
    if line is None or not _is_place(line):
        return []
    gazetteer = catalogue.all_units()
    unit, *parts = (
        gazetteer.unit(UnitCode.parse(each.target.key)) for each in (line, *line.children) if _is_place(each)
    )
    series = [each.series for each in line.children if _is_place(each)]
    found = levels.of_series(unit, line.series, dict(zip(parts, series, strict=True)))
    return [problem_text(each) for each in found]


def _is_place(line: Line) -> bool:
    counts_heads = line.target.directive.base == Base.HEADCOUNT
    return line.target.kind == Kind.UNIT and line.extent is Extent.EXACT and not counts_heads
