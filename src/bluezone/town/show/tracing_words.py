"""Write what tracing found, levels by the system against the truth as a table, and whom a place warned."""

from __future__ import annotations

from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.i18n import Translator
from bluezone.town.levels import TRUE_LEVELS, Level, Verdict, table
from bluezone.town.run import Outcome

_NAMES = {
    Level.F0: N_("F0"),
    Level.F1: N_("F1"),
    Level.WARNED: N_("warned, not F1"),
    Level.F2: N_("F2"),
    Level.NONE: N_("none"),
}
PLACE_NAMES = {"market": N_("market"), "company": N_("company")}


@dataclass(frozen=True, slots=True)
class LevelTable:
    """Hold how many have which level: columns by the system, rows in truth."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def level_table(outcome: Outcome, language: Translator) -> LevelTable:
    """Count people by true level and level by the system."""
    counts, _ = table(outcome.true_levels, outcome.known_levels), language.gettext
    return LevelTable(
        tuple(_(_NAMES[known]) for known in Level),
        tuple(
            (_(_NAMES[true]), tuple(language.number(counts[true, known]) for known in Level)) for true in TRUE_LEVELS
        ),
    )


def sentences(outcome: Outcome, language: Translator) -> tuple[str, ...]:
    """Say what became of reports, F1, F2, isolation, and of the place with a QR code."""
    return (
        _reports(outcome, language),
        _f1(outcome, language),
        _f2(outcome, language),
        _isolation(outcome, language),
        _place(outcome, language),
    )


def _place(outcome: Outcome, language: Translator) -> str:
    """Say whom the QR code of a place warned."""
    story, _ = outcome.place, language.gettext
    if story is None:
        return _("Places: the case was at no place with a QR code for 10 minutes, so none warned anybody.")
    text = _(
        "Places: the case checked in at the {place} and shared it, and an officer confirmed it. Of {visits} visits of "
        "a traveller, {warned} was warned of by the QR code alone."
    )
    warned = sum(each.is_warned for each in story.visits)
    visits, warned_text = language.number(len(story.visits)), language.number(warned)
    return text.format(place=_(PLACE_NAMES[story.was.place]), visits=visits, warned=warned_text)


def _reports(outcome: Outcome, language: Translator) -> str:
    traced = outcome.traced
    text = language.ngettext(
        "{n} of {of} warned reported it: {corroborated} corroborated, {consistent} consistent, {refused} refused.",
        "{n} of {of} warned reported it: {corroborated} corroborated, {consistent} consistent, {refused} refused.",
        len(traced.reports),
    )
    counts = {verdict.value: language.number(traced.count(verdict)) for verdict in Verdict}
    return text.format(n=language.number(len(traced.reports)), of=language.number(len(outcome.warned_ever)), **counts)


def _f1(outcome: Outcome, language: Translator) -> str:
    counts = table(outcome.true_levels, outcome.known_levels)
    truly = sum(counts[Level.F1, known] for known in Level)
    decided = sum(counts[true, Level.F1] for true in TRUE_LEVELS)
    return language.gettext(
        "F1: of {truly} truly near for long, {known} known to the office, {warned} warned and not known to it, "
        "{unknown} known to nobody; of {decided} F1 of the office, {right} truly near."
    ).format(
        truly=language.number(truly),
        known=language.number(counts[Level.F1, Level.F1]),
        warned=language.number(counts[Level.F1, Level.WARNED]),
        unknown=language.number(counts[Level.F1, Level.NONE] + counts[Level.F1, Level.F2]),
        decided=language.number(decided),
        right=language.number(counts[Level.F1, Level.F1]),
    )


def _f2(outcome: Outcome, language: Translator) -> str:
    counts, _ = table(outcome.true_levels, outcome.known_levels), language.gettext
    truly = language.number(sum(counts[Level.F2, known] for known in Level))
    if not outcome.traced.second_order:
        return _(
            "F2: second order is off, so nobody is told; truly near one who was near a case (F1): {truly}."
        ).format(truly=truly)
    told = sum(counts[true, Level.F2] for true in TRUE_LEVELS)
    return _(
        "F2: of {truly} truly near one who was near a case (F1), {right} told to watch their health; "
        "{told} told in all."
    ).format(truly=truly, right=language.number(counts[Level.F2, Level.F2]), told=language.number(told))


def _isolation(outcome: Outcome, language: Translator) -> str:
    traced = outcome.traced
    if not traced.isolated:
        return language.gettext("Isolation: F1 stay at home from the next day on, after what is rehearsed here.")
    text = language.ngettext(
        "Isolation: {n} F1 stayed at home in these days, and was within 2 m of others for {minutes} minutes since.",
        "Isolation: {n} F1 stayed at home in these days, and were within 2 m of others for {minutes} minutes since.",
        traced.isolated,
    )
    return text.format(n=language.number(traced.isolated), minutes=language.number(round(traced.apart_min)))
