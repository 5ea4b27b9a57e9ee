"""Write a bulletin in words, Vietnamese or English: the one text that report, message and home page share."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from bluezone.errors import N_
from bluezone.geography.units import Level
from bluezone.i18n import (
    Language,
    format_change,
    format_date,
    format_number,
    format_points,
    format_share,
    format_time,
    formatter,
)
from bluezone.rollout.bulletin import Bulletin, Change, Goal
from bluezone.rollout.chance import chance_text
from bluezone.rollout.in_use import use_text
from bluezone.rollout.pace import Status
from bluezone.rollout.rank_words import old_names, parts_sum, rank_facts, rank_highlight, rank_sentence
from bluezone.rollout.sources import order_sentence, source_of, source_of_people
from bluezone.rollout.texts import as_printed, people_a_day, translator, unit_name, unit_name_in_sentence

#: so many doubts between levels are written out
_DOUBTS = 3
_PARTS = {
    Level.PROVINCE: N_("provinces and cities"),
    Level.DISTRICT: N_("districts"),
    Level.COMMUNE: N_("communes and wards"),
}
_STATUS = {
    Status.MET: N_("target met"),
    Status.ON_TRACK: N_("on track"),
    Status.BEHIND: N_("behind"),
    Status.IMPOSSIBLE: N_("not reached in time"),
    Status.UNKNOWN: N_("no pace known yet"),
}


def status_text(status: Status, language: Language) -> str:
    """Return what is said of a target: met, on track, behind, not reached in time, or that no pace is known."""
    return translator(language).gettext(_STATUS[status])


@dataclass(frozen=True, slots=True)
class Words:
    """Hold a bulletin's text. `facts` are label and value."""

    language: Language
    title: str
    subtitle: str
    sentence: str
    highlights: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    figure_title: str
    figure_sentence: str
    sources: tuple[str, ...]


def words(bulletin: Bulletin, language: Language) -> Words:
    """Write the bulletin in a language."""
    _ = translator(language).gettext
    unit = unit_name(bulletin.unit, language)
    at = f", {format_time(bulletin.time)}" if bulletin.time else ""
    return Words(
        language=language,
        title=_("Bluezone roll-out bulletin"),
        subtitle=_("{unit}, {date}").format(unit=unit, date=format_date(bulletin.date, language) + at),
        sentence=_sentence(bulletin, language),
        highlights=tuple(_highlights(bulletin, language)),
        facts=tuple(_facts(bulletin, language)),
        figure_title=_("Installs over time") if len(bulletin.curve) > 1 else _("Share of the population"),
        figure_sentence=_figure_sentence(bulletin, language),
        sources=tuple(_sources(bulletin, language)),
    )


def _sentence(bulletin: Bulletin, language: Language) -> str:
    """The sentence that says it all."""
    _ = translator(language).gettext
    unit = unit_name_in_sentence(bulletin.unit, language)
    figure, base, share = bulletin.figure, bulletin.base, bulletin.share
    if figure is None or figure.installs is None:
        last = format_date(bulletin.date, language)
        return _("No figure of {unit} up to {date} is known.").format(unit=unit, date=last)
    date = format_date(figure.date, language)
    installs = as_printed(format_number(figure.installs, language), language, bound=figure.bound)
    if base is None or share is None:
        return _("By {date}, {unit} had {installs} installs of Bluezone.").format(
            date=date, unit=unit, installs=installs
        )
    said = _("By {date}, {unit} had {installs} installs of Bluezone: {share} of its {people} people").format(
        date=date,
        unit=unit,
        installs=installs,
        share=as_printed(format_share(share, language), language, bound=figure.bound),
        people=format_number(base.value, language),
    )
    if ranks := rank_sentence(bulletin.standing, language):
        said += ", " + ranks
    return said + "."


def _highlights(bulletin: Bulletin, language: Language) -> list[tuple[str, str]]:
    """The three or four numbers to see from across the room: value and what it is."""
    _ = translator(language).gettext
    found = []
    if bulletin.share is not None:
        found.append((_share(bulletin, bulletin.share, language), _("of the population")))
    if bulletin.base_gain is not None or bulletin.day_gain is not None:
        gain = bulletin.day_gain or bulletin.base_gain
        if gain is not None:
            since = _("since {date}").format(date=format_date(gain.since, language))
            found.append((as_printed(format_change(gain.count, language), language, bound=gain.bound), since))
    if (place := rank_highlight(bulletin.standing, language)) is not None:
        found.append(place)
    if bulletin.goal is not None and bulletin.goal.pace.needed and bulletin.goal.pace.per_day is not None:
        found.append((format_number(bulletin.goal.pace.per_day, language), _("needed a day")))
    return found


def _share(bulletin: Bulletin, share: Fraction, language: Language) -> str:
    bound = bulletin.figure is not None and bulletin.figure.bound
    return as_printed(format_share(share, language), language, bound=bound)


def _facts(bulletin: Bulletin, language: Language) -> list[tuple[str, str]]:
    _ = translator(language).gettext
    facts = []
    if bulletin.figure is not None and bulletin.figure.installs is not None:
        installs = format_number(bulletin.figure.installs, language)
        facts.append((_("Total installs"), as_printed(installs, language, bound=bulletin.figure.bound)))
    if bulletin.share is not None:
        facts.append((_("Share of the population"), _share(bulletin, bulletin.share, language)))
    if bulletin.figure is not None:
        target = bulletin.goal.pace.target_installs if bulletin.goal else None
        facts.append((_("In use"), use_text(bulletin.in_use, language, target)))
    if bulletin.day_gain is not None:
        facts.append((_("Gain since {date}").format(date=format_date(bulletin.day_gain.since, language)),
                      _gain(bulletin.day_gain, language)))  # fmt: skip
    if bulletin.base_gain is not None:
        facts.append((_("Gain since the base date {date}").format(date=format_date(bulletin.base_gain.since, language)),
                      _gain(bulletin.base_gain, language)))  # fmt: skip
    facts += rank_facts(bulletin.standing, language)
    if bulletin.goal is not None:
        facts += _goal(bulletin.goal, language)
    if bulletin.parts:
        facts.append((_("With a figure"), _parts_with_figure(bulletin, language)))
        if bulletin.parts_sum is not None and bulletin.parts_sum.difference:
            facts.append((_("Sum of the parts"), parts_sum(bulletin.parts_sum, language)))
    if bulletin.doubts:
        facts.append((_("Does not fit"), doubts_text(bulletin, language)))
    return facts


def doubts_text(bulletin: Bulletin, language: Language) -> str:
    """Write what does not fit between the unit's figure and its parts'; of many doubts the first few."""
    translate = translator(language).gettext
    said = (each.sentence(translate, formatter(language)) for each in bulletin.doubts[:_DOUBTS])
    return "; ".join(said) + (" …" if bulletin.doubts[_DOUBTS:] else "")


def _parts_with_figure(bulletin: Bulletin, language: Language) -> str:
    """Say how many parts have a figure, and whose is of an earlier day."""
    _ = translator(language).gettext
    level = _(_PARTS[bulletin.parts[0].level])
    with_figure = len(bulletin.parts) - len(bulletin.silent)
    said = _("{some} of {all} {level}").format(some=with_figure, all=len(bulletin.parts), level=level)
    days = {row.figure_date or bulletin.date for row in bulletin.old}
    if len(bulletin.old) == with_figure > 1 and len(days) == 1:
        return said + "; " + _("all of {date}").format(date=format_date(days.pop(), language))
    if bulletin.old:
        return said + "; " + _("of an earlier day: {names}").format(names=old_names(bulletin.old, language))
    return said


def _gain(change: Change, language: Language) -> str:
    _ = translator(language).gettext
    said = as_printed(format_change(change.count, language), language, bound=change.bound)
    if change.points is None:
        return said
    return _("{count} ({points} points)").format(count=said, points=format_points(change.points, language))


def _goal(goal: Goal, language: Language) -> list[tuple[str, str]]:
    _ = translator(language).gettext
    pace = goal.pace
    target = _("{share} by {deadline}: {installs} installs").format(
        share=format_share(goal.share, language, trim=True),
        deadline=format_date(goal.deadline, language),
        installs=format_number(pace.target_installs, language),
    )
    facts = [(_("Target"), target)]
    if pace.needed and pace.per_day is not None:
        needed = _("{needed} more, {per_day} a day for {days} days").format(
            needed=format_number(pace.needed, language),
            per_day=format_number(pace.per_day, language),
            days=max(pace.days, 1),
        )
        facts.append((_("Pace needed"), needed))
    elif pace.needed:
        facts.append((_("Still missing"), format_number(pace.needed, language)))
    if pace.recent_per_day is not None:
        recent = _("{per_day} a day").format(per_day=people_a_day(pace.recent_per_day, language))
        facts.append((_("Pace of the last 7 days"), recent))
    facts.append((_("Status"), _(_STATUS[pace.status])))
    if goal.chance is not None:
        facts.append((_("Chance to reach it"), chance_text(goal.chance, language)))
    return facts


def _figure_sentence(bulletin: Bulletin, language: Language) -> str:
    _ = translator(language).gettext
    outlook = bulletin.outlook
    if not outlook or len(bulletin.curve) < 2:
        if bulletin.goal is not None:
            return _("The bar is where the unit stands; the line is the target.")
        return _("The bar is where the unit stands.")
    end = outlook[-1]
    return _(
        "The line is what was counted. Going on as such curves do, there will be {total} installs on {date}; "
        "four times in five between {low} and {high}."
    ).format(
        total=format_number(round(end.total), language),
        date=format_date(end.date, language),
        low=format_number(int(end.low), language),
        high=format_number(int(end.high) + 1, language),
    )


def _sources(bulletin: Bulletin, language: Language) -> list[str]:
    _ = translator(language).gettext
    sources = []
    if bulletin.base is not None:
        sources.append(_("Population: {title}").format(title=source_of_people(bulletin.base.vintage, language)))
    if bulletin.parts_people:
        titles = "; ".join(source_of_people(each, language) for each in bulletin.parts_people)
        sources.append(_("Population of the units below: {title}").format(title=titles))
    if bulletin.figure is not None:
        sources.append(
            _("Installs: {source}").format(source=source_of(bulletin.figure.origin, bulletin.figure.source, language))
        )
    return [*sources, order_sentence(bulletin.order, language)]
