"""Present the targets below one as rows that fit a telephone: what all rows share is said once, beside the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bluezone.authority.campaign.orders.models import Kind
from bluezone.authority.campaign.orders.presenters import target_name
from bluezone.authority.campaign.orders.progress import Line
from bluezone.authority.campaign.orders.queries import denominators_of, share_asked
from bluezone.authority.units.offices import chair_of
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import UnitCode
from bluezone.i18n import Language, format_day, format_number, format_share
from bluezone.rollout.chance import chance_of_target, chance_text, most_of
from bluezone.rollout.directives import Base
from bluezone.rollout.suppression import Extent

#: how much of a bar lies beyond the largest of what it shows
_BEYOND = 1.08


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


def today_row(line: Line, row: dict[str, Any], language: Language, day: dt.date) -> dict[str, Any]:
    """Present the target that a page is about: on a bar of its own, with where the pace leads."""
    ahead, last = projected(line), line.progress.last_figure
    return (
        row
        | bar_of(line)
        | {
            "projected": format_number(ahead, language) if ahead is not None else "",
            "slow": line.pace.recent_per_day is not None and line.pace.recent_per_day < (line.pace.per_day or 0),
            "chance": _chance(line, language, day),
            "old": format_day(last, language) if last is not None and last < day else "",
        }
    )
