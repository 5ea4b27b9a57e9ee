"""Write the public pages' sentences, rows of figures and tables, in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.campaign.figures.presenters import source_text
from bluezone.authority.campaign.orders.models import Target
from bluezone.authority.campaign.orders.queries import share_asked
from bluezone.authority.campaign.public import maps
from bluezone.authority.campaign.public.listing import Listing
from bluezone.authority.site.language import page_language
from bluezone.geography.figures import Figure, Figures
from bluezone.geography.names import without_marks
from bluezone.geography.units import Unit
from bluezone.i18n import format_date, format_day, format_number, format_points, format_share
from bluezone.rollout import sources, suppression
from bluezone.rollout.chance import chance_text
from bluezone.rollout.counts import Count
from bluezone.rollout.directives import Progress
from bluezone.rollout.in_use import in_use
from bluezone.rollout.rank_words import movement_sentence, old_names, parts_sentence, rank_sentence
from bluezone.rollout.ranking import Ranking, RankingRow, standing, whole_and_parts
from bluezone.rollout.series import Series
from bluezone.rollout.sources import source_of_people
from bluezone.rollout.texts import as_printed, people_a_day, short_unit_name, translator, unit_name
from bluezone.rollout.wording import status_text

#: one row of a table, by the names its template uses
Row = dict[str, Any]


def vintages(ranking: Ranking, figures: Figures) -> str:
    """Write which counts of people the shares of a ranking are formed on."""
    return "; ".join(source_of_people(figures.vintages[each], page_language()) for each in ranking.vintages)


def people_text(base: Figure | None) -> str:
    """Write of how many people the shares of a unit are, and by which count; empty where nobody knows."""
    if base is None:
        return ""
    language = page_language()
    words = {"people": format_number(base.value, language), "title": source_of_people(base.vintage, language)}
    return _("%(people)s people: %(title)s") % words


def lead(figure: Count | None, people: int | None, hidden: Collection[dt.date] = (), *, nation: bool = False) -> str:
    """Write the one sentence of a page: how many, when, of how many people."""
    if figure is None or figure.installs is None:
        if nation:
            return _("There is no figure for the whole country on or before this day.")
        return _("There is no figure yet.")
    installs = suppression.disclosed(figure.installs, people)
    if figure.date in hidden or installs is None:
        return _("The figure is too small to show: it could tell who has the app.")
    language = page_language()
    number = as_printed(format_number(installs, language), language, bound=figure.bound)
    words = {"installs": number, "date": format_date(figure.date, language)}
    if people:
        share = format_share(installs / people, language, 1 if nation else 2)
        words["share"] = as_printed(share, language, bound=figure.bound)
        said = _("%(installs)s installations on %(date)s: %(share)s of the population.") % words
    elif nation:
        said = _("%(installs)s installations in the whole country on %(date)s.") % words
    else:
        said = _("%(installs)s installations on %(date)s.") % words
    return f"{said[:1].upper()}{said[1:]}"  # a bound begins with a word


def used(series: Series, people: int | None, hidden: Collection[dt.date] = ()) -> str:
    """Say how many of the installed apps are in use and on which day that was counted, or that nobody knows yet; empty
    without a figure."""
    if series.figure is None or series.figure.date in hidden:
        return ""
    found = in_use(series)
    shown = suppression.disclosed(found.count, people) if found is not None and found.date not in hidden else None
    if found is None or shown is None:
        return _("How many are in use is not known yet.")
    words = {"used": format_number(shown, page_language()), "date": format_date(found.date, page_language())}
    return _("In use: %(used)s on %(date)s.") % words


def source_of(series: Series) -> dict[str, str]:
    """Name the source of a series' figure; nothing without one. An address is a link that shows its host alone."""
    figure = series.figure
    if figure is None:
        return {}
    if not figure.source.startswith(("https://", "http://")):
        return {"source": source_text(figure.origin, figure.source)}
    host = urlsplit(figure.source).netloc.removeprefix("www.")
    return {"source": source_text(figure.origin, host), "source_address": figure.source}


def of_the_map(ranking: Ranking) -> str:
    """Return what the map of provinces shows."""
    if not ranking.ranked:
        return _("No province has a figure within a week of this day.")
    first = ranking.ranked[0]
    return _("Highest: %(unit)s with %(share)s. %(known)s of %(all)s provinces have a figure.") % {
        "unit": first.unit.name,
        "share": format_share(first.share or 0, page_language()),
        "known": len(ranking.ranked),
        "all": len(ranking.rows),
    }


def rank_among(ranking: Ranking, unit: Unit) -> str:
    """Write a unit's ranks, the printed one and ours, each named; empty where neither is known."""
    said = rank_sentence(standing(ranking, unit.code), page_language())
    return f"{said[0].upper()}{said[1:]}." if said else ""


def of_the_table(ranking: Ranking) -> str:
    """Say what a table of ranks needs said: whose figures are old, and among whom movement is told."""
    old = old_names(ranking.old, page_language())
    said = [_("Figures of an earlier day: %(names)s.") % {"names": old}] if old else []
    if ranking.ranked and (movement := movement_sentence(ranking, page_language())):
        said.append(movement)
    return " ".join(said)


def parts_and_whole(ranking: Ranking | None, own: Count | None) -> str:
    """Say how the sum of the units below compares with the unit's own figure; empty where there is nothing to say."""
    if ranking is None or own is None or own.installs is None:
        return ""
    return parts_sentence(whole_and_parts(own.installs, own.date, ranking), page_language())


def map_shapes(rows: Collection[Row], system: str, own: Collection[str] = ()) -> list[Row]:
    """Return the provinces as shapes of the map, as their rows of the table are shown; `own` are the digits of those
    the page is about."""
    by_digits = {str(line["code"]).partition(":")[2]: line for line in rows}
    return [
        {
            "path": shape.path,
            "code": line["code"],
            "shade": line["shade"],
            "own": shape.digits in own,
            "title": f"{line['name']}: {_said(line)}",
        }
        for shape in maps.shapes(system)
        if (line := by_digits.get(shape.digits)) is not None
    ]


def _said(line: Row) -> str:
    """Return what a map says of a place: what its row of the table does."""
    return str(_("hidden") if line["hidden"] else line["share"] or line["missing"] or line["count"])


def district_shapes(drawn: maps.DistrictMap, rows: Collection[Row]) -> list[Row]:
    """Return the districts as shapes of a province's map, as their rows of the table are shown; nothing unless each
    district has a shape, or is an archipelago that the map shows apart."""
    by_digits = {str(line["code"]).partition(":")[2]: line for line in rows}
    known = {shape.digits for shape in drawn.shapes}
    if not known <= by_digits.keys() or len(by_digits.keys() - known) > bool(drawn.archipelago):
        return []
    made = []
    for shape in drawn.shapes:
        line = by_digits[shape.digits]
        x, y = drawn.centres.get(shape.digits, (None, None))
        made.append(
            {
                "path": shape.path,
                "code": line["code"],
                "shade": line["shade"],
                "own": False,
                "title": f"{line['name']}: {_said(line)}",
                "name": line["short"] if x is not None else "",
                "x": f"{x:.1f}" if x is not None else "",
                "y": f"{y:.1f}" if y is not None else "",
                "share": line["share"],
            }
        )
    return made


def disclosed_lines(ranking: Ranking) -> list[tuple[RankingRow, bool]]:
    """Return the lines of a ranking as the public may see them, in tables, maps and files alike, and whether each is
    hidden: a count from which a person could be identified is left out, with all that is formed from it; where people
    are few it is cut to fives."""
    counts = {
        str(each.unit.code): (each.count, each.base.value if each.base else None)
        for each in ranking.rows
        if each.count is not None
    }
    shown = suppression.disclosed_parts(counts)
    found = []
    for each in ranking.rows:
        number = shown.get(str(each.unit.code), each.count)
        if number is None and each.count is not None:
            found.append((RankingRow(each.unit, base=each.base, printed_rank=each.printed_rank), True))
        elif number != each.count:  # what is formed from the whole count would give it away
            found.append((replace(each, count=number, gain=None, points=None), False))
        else:
            found.append((each, False))
    return found


def rows_of(ranking: Ranking) -> list[Row]:
    """Present the lines of a ranking; `old` is the day of a figure that is of an earlier one."""
    names = Counter(each.unit.name for each in ranking.rows)
    return [
        _row(each, ranking.date, hidden=hidden, alone=names[each.unit.name] == 1)
        for each, hidden in disclosed_lines(ranking)
    ]


def _row(each: RankingRow, day: dt.date, *, hidden: bool, alone: bool) -> Row:
    ranked, language = each.rank is not None, page_language()
    printed = each.printed_rank
    share = as_printed(format_share(each.share or 0, language), language, bound=each.bound) if ranked else ""
    count = as_printed(format_number(each.count or 0, language), language, bound=each.bound)
    return {
        "rank": each.rank if ranked else "",
        "printed": printed.rank if printed else "",
        "printed_on": format_day(printed.date, language) if printed else "",
        "old": format_day(each.figure_date, language) if each.figure_date and each.figure_date < day else "",
        "tied": each.tied,
        "code": str(each.unit.code),
        "name": unit_name(each.unit, language),
        # the town of Long Mỹ lies beside the district of Long Mỹ
        "short": each.unit.name if alone else short_unit_name(each.unit, language),
        # as shown, for sorting: of what is hidden nothing follows from its place
        "values": {
            "name": without_marks(each.unit.name),
            "count": each.count,
            "share": each.share if ranked else None,
            "points": each.points,
        },
        "count": _("hidden") if hidden else count if each.count is not None else "",
        "source": source_text(each.origin, each.source) if each.origin else "",
        "class": sources.class_name(each.origin, language),
        "share": share,
        "shade": maps.shade(each.share if ranked else None),
        "bar": f"{min(100.0, float(each.share or 0) * 100):.1f}" if ranked else "",
        "points": as_printed(format_points(each.points, language), language, bound=each.bound)
        if each.points is not None
        else "",
        "places": each.places,
        "missing": translator(language).gettext(each.missing) if each.missing else "",
        "hidden": hidden,
    }


def shown_count(count: Count, people: int | None, hidden: Collection[dt.date]) -> str:
    """Present a figure of a unit's own list."""
    if count.installs is None:
        return ""
    shown = suppression.disclosed(count.installs, people)
    if count.date in hidden or shown is None:
        return _("hidden")
    return as_printed(format_number(shown, page_language()), page_language(), bound=count.bound)


def chance(value: float | None) -> str:
    """Write what the chance of a target is; nothing where it is not known."""
    if value is None:
        return ""
    words = {"chance": chance_text(value, page_language())}
    return _("If things go on as such campaigns do, the chance to reach it in time is %(chance)s.") % words


def goal(target: Target, progress: Progress, value: float | None = None) -> str:
    """Write what an order asks of a unit, what that takes, and what its chance is."""
    language = page_language()
    words: dict[str, object] = {
        "order": target.directive.number,
        "share": format_share(share_asked(target), language, trim=True),
        "target": format_number(target.installs, language),
        "deadline": format_date(target.directive.deadline, language),
    }
    asked = _("Order %(order)s: %(target)s installations (%(share)s) by %(deadline)s.") % words
    pace = progress.pace
    if progress.last_figure is None or not pace.needed:
        return asked
    words["needed"] = format_number(pace.needed, language)
    if pace.per_day is None:
        missing = _("%(needed)s are missing.") % words
        return f"{asked} {missing}"
    words["per_day"] = format_number(pace.per_day, language)
    takes = _("%(needed)s are missing: %(per_day)s a day.") % words
    if pace.recent_per_day is None:
        return f"{asked} {takes} {chance(value)}".strip()
    recent = people_a_day(pace.recent_per_day, language)
    came = _("In the last week %(recent)s came a day.") % {"recent": recent}
    return f"{asked} {takes} {came} {chance(value)}".strip()


def behind_row(unit: Unit, progress: Progress) -> Row:
    """Present a unit that will not make it at its pace."""
    pace, language = progress.pace, page_language()
    silent = progress.last_figure is None
    return {
        "code": str(unit.code),
        "name": unit_name(unit, language),
        "share": _("no figure") if silent else format_share(pace.share, language),
        "needed": format_number(pace.needed, language),
        "per_day": "" if pace.per_day is None else format_number(pace.per_day, language),
        "recent": "" if pace.recent_per_day is None else people_a_day(pace.recent_per_day, language),
        "status": status_text(pace.status, language),
        "silent": ""
        if silent or not progress.silent_days or not progress.reminder_due
        else ngettext("silent for %(days)s day", "silent for %(days)s days", progress.silent_days)
        % {"days": progress.silent_days},
    }


#: what the order of August 2020 asked for, and every table marks
MARK_PERCENT = 30.0
#: how much of a bar lies beyond the largest of what it shows
_BEYOND = 1.06


def class_of_most(rows: Collection[Row]) -> str:
    """Name the class of source that most rows have; nothing without any."""
    classes = Counter(row["class"] for row in rows if row["class"])
    return str(classes.most_common(1)[0][0]) if classes else ""


def table(rows: Sequence[Row], day: dt.date, view: Listing) -> dict[str, Any]:
    """Return what `public/table.html` shows of the rows of a day: a page of those with a figure, and those without,
    folded."""
    shown = [row for row in rows if row["count"] or row["share"] or row["hidden"] or row["printed"]]
    silent = view.fitting(sorted((row for row in rows if row not in shown), key=lambda row: row["code"]))
    classes, most = {row["class"] for row in shown if row["class"]}, class_of_most(shown)
    end = min(100.0, max([MARK_PERCENT, *(float(row["bar"]) for row in shown if row["bar"])]) * _BEYOND)
    fitted = [_fitted(row, end, most) for row in shown]
    return {
        "rows": fitted,
        "view": view,
        "is_long": view.is_long(rows),
        "page": view.page(fitted),
        "bar_mark": f"{MARK_PERCENT / end * 100:.1f}",
        "silent": silent,
        "silent_text": ngettext("%(n)s has no figure yet", "%(n)s have no figure yet", len(silent))
        % {"n": len(silent)},
        "most_class": most,
        "mixed": len(classes) > 1,
        "has_old": any(row["old"] for row in shown),
        "short_day": format_day(day, page_language()),
    }


def _fitted(row: Row, end: float, most: str) -> Row:
    """Return a row with its bar on the table's scale, and its class of source only where it is not that of most."""
    bar = f"{float(row['bar']) / end * 100:.1f}" if row["bar"] else ""
    return row | {"bar": bar, "other_class": row["class"] if row["class"] != most else ""}
