"""Reconcile what several sources say of one place: the share a ministry printed turned into people, the sum over the
parts that reported, and in words which source speaks and why.

Which one speaks is `series.weigh`; here stands what is weighed. A printed share is a figure where it is printed finely
enough. A sum of parts is one on each day on which all of them reported: on other days it is said how many did.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bluezone.errors import N_
from bluezone.geography.units import UnitCode
from bluezone.i18n import Language, format_date, format_number, format_share
from bluezone.rollout.counts import Count, Kind, OrganisationCode, Origin
from bluezone.rollout.series import LEAD_DAYS, MAX_AGE_DAYS, REPORTS, SUM, Completeness, Series, Statement, Why
from bluezone.rollout.sources import class_name
from bluezone.rollout.texts import as_printed, translator


def is_share(count: Count) -> bool:
    """Return whether only a share of the population is printed, and finely enough to say how many people it makes: in
    whole percents each is 7,330 of 733,017 people."""
    percent = count.percent_population
    if count.installs is not None or percent is None or count.share_of != Kind.INSTALLS:
        return False
    return int(percent.as_tuple().exponent) < 0


def from_share(count: Count, people: int | None) -> Count:
    """Return a printed share (`is_share`) with the installs that it makes of so many people, marked as derived."""
    assert count.percent_population is not None
    return replace(count, installs=round(count.percent_population * people / 100), derived=True) if people else count


def sums_of_days(
    whole: UnitCode,
    parts: Sequence[UnitCode],
    figures: Iterable[tuple[UnitCode | OrganisationCode, dt.date, Origin, int | None]],
    kind: Kind = Kind.INSTALLS,
) -> list[Count]:
    """Return the sums over the parts of a place, one for each day on which every part reported, in order of date.

    `figures` are unit, day, class of source and number of reports, in order of entry. Of a part and day the first class
    of REPORTS counts, of one class what was entered last.
    """
    wanted = set(parts)
    by_day: dict[dt.date, dict[UnitCode | OrganisationCode, tuple[int, int]]] = defaultdict(dict)
    for unit, date, origin, number in figures:
        if unit not in wanted or origin not in REPORTS or number is None:
            continue
        rank = -REPORTS.index(origin)
        held = by_day[date].get(unit)
        if held is None or rank >= held[0]:
            by_day[date][unit] = rank, number
    return [
        sum_of_day(whole, date, sum(number for _, number in own.values()), kind)
        for date, own in sorted(by_day.items())
        if len(own) == len(wanted)
    ]


def sum_of_day(whole: UnitCode, date: dt.date, total: int, kind: Kind = Kind.INSTALLS) -> Count:
    """Return the sum over the parts of a place on a day as a count of the place."""
    return Count(whole, date, source=SUM, origin=Origin.PARTS, **{kind.value: total})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one class of source as pages write it: its figure with the share beside it, and why it speaks or does not.
    Empty texts where it has none."""

    origin: Origin
    name: str
    speaks: bool
    figure: str = ""
    share: str = ""
    date: str = ""
    why: str = ""


_WHY = {
    Why.FIRST: N_("the first of the sources with a recent figure"),
    Why.NEWEST: N_("no source has a figure of the last {days} days; this is the newest"),
    Why.AFTER: N_("{speaker} comes first"),
    Why.OUTDATED: N_("more than {lead} days older than the newest report"),
    Why.OLD: N_("older than {days} days"),
    Why.UNUSED: N_("this campaign does not use it"),
}


def lines(series: Series, people: int | None, language: Language) -> list[Line]:
    """Return what each class of source says of a place, side by side, in the campaign's order; `people` are those that
    shares are of. Empty where nobody said anything."""
    known = series.completeness
    if not series.statements and (known is None or known.day is None):
        return []
    found = [_line(each, series, people, language) for each in series.statements]
    _ = translator(language).gettext
    missing = [origin for origin in (*REPORTS, Origin.COUNTED) if all(line.origin is not origin for line in found)]
    whys = dict.fromkeys(missing, _("nothing so far"))
    if known is not None and all(line.origin is not Origin.PARTS for line in found):
        whys[Origin.PARTS] = _incomplete(known, language)
    found += [Line(origin, class_name(origin, language), speaks=False, why=why) for origin, why in whys.items()]
    places = list(Origin)
    return sorted(found, key=lambda line: places.index(line.origin))


def _line(said: Statement, series: Series, people: int | None, language: Language) -> Line:
    _ = translator(language).gettext
    count, speaker = said.count, class_name(series.origin, language)
    why = _(_WHY[said.why]).format(days=MAX_AGE_DAYS, lead=LEAD_DAYS, speaker=speaker)
    if count.origin is Origin.PARTS and series.completeness is not None:
        full = series.completeness
        if full.day == count.date:
            all_said = _("all {units} parts reported, some by {inside} units in them")
            all_said = all_said if full.units_inside else _("all {units} parts reported")
            units, inside = format_number(full.units, language), format_number(full.inside, language)
            why = f"{all_said.format(units=units, inside=inside)}; {why}"
        else:
            why = f"{why}; {_incomplete(full, language)}"
    number = count.value(series.kind) or 0
    figure = as_printed(format_number(number, language), language, bound=count.bound)
    share = ""
    if count.derived and (percent := count.percent_population) is not None:
        decimals = max(0, -int(percent.as_tuple().exponent))
        share = _("printed: {share}").format(share=format_share(percent / 100, language, decimals))
    elif people:
        share = format_share(number / people, language)
    name, day = class_name(count.origin, language), format_date(count.date, language)
    return Line(count.origin, name, said.why.speaks, figure, share, day, why)


def _incomplete(known: Completeness, language: Language) -> str:
    _ = translator(language).gettext
    if known.day is None:
        return _("none of the {units} parts has reported").format(units=format_number(known.units, language))
    text = _("on {day} {reported} of {units} parts had reported")
    if known.units_inside:
        text += ", " + _("and {inside} of the {units_inside} units in silent ones")
    if known.total:
        text += ", " + _("{total} together")
    numbers = {
        name: format_number(getattr(known, name), language)
        for name in ("reported", "units", "total", "inside", "units_inside")
    }
    return text.format(day=format_date(known.day, language), **numbers)


def sentence(found: Sequence[Line], language: Language) -> str:
    """Write the sources of a place in one sentence, for a bulletin; empty where fewer than two say anything."""
    said = [each for each in found if each.figure]
    if len(said) < 2:
        return ""
    _ = translator(language).gettext
    texts = []
    for each in said:
        text = _("{source} {figure} ({share}; {date})") if each.share else _("{source} {figure} ({date})")
        text = text.format(source=each.name, figure=each.figure, share=each.share, date=each.date)
        texts.append(_("{source}, which counts here").format(source=text) if each.speaks else text)
    return _("Sources beside each other: {sources}.").format(sources="; ".join(texts))
