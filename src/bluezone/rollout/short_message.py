"""Write a report as a message for Zalo: short lines, no table, never longer than a screen of a telephone."""

from __future__ import annotations

from bluezone.i18n import Language, format_day, format_number, format_share
from bluezone.rollout.chance import chance_text
from bluezone.rollout.reached import sentences
from bluezone.rollout.report import Line, Report
from bluezone.rollout.texts import people_a_day, short_unit_name, translator
from bluezone.rollout.wording import words

#: characters that a reader in a group chat sees without tapping “more”
MOST_CHARACTERS = 700


def short_message(report: Report, language: Language) -> str:
    """Write the message. What matters least is left out first until it fits; the answer and its source always stay."""
    lines = _lines(report, language)
    while len(_joined(lines)) > MOST_CHARACTERS and any(rank for rank, _text in lines):
        last = max(rank for rank, _text in lines)
        at = max(index for index, (rank, _text) in enumerate(lines) if rank == last)
        lines = [*lines[:at], *lines[at + 1 :]]
    return _joined(lines)


def _joined(lines: list[tuple[int, str]]) -> str:
    return "\n".join(text for _rank, text in lines).replace("\u00a0", " ") + "\n"


def _lines(report: Report, language: Language) -> list[tuple[int, str]]:
    """Return the lines, each with a number that says how soon it can go: 0 never, the highest first."""
    _ = translator(language).gettext
    bulletin, said = report.bulletin, words(report.bulletin, language)
    lines = [(0, f"{said.title.upper()} · {said.subtitle}"), (0, said.sentence)]
    if bulletin.in_use is not None:
        in_use = _("In use: {count} ({date})").format(
            count=format_number(bulletin.in_use.count, language), date=format_day(bulletin.in_use.date, language)
        )
        lines.append((3, in_use))
    if bulletin.goal is not None and bulletin.goal.pace.needed:
        pace = bulletin.goal.pace
        target = _("Target {share} by {deadline}: {needed} missing").format(
            share=format_share(bulletin.goal.share, language, trim=True),
            deadline=format_day(bulletin.goal.deadline, language),
            needed=format_number(pace.needed, language),
        )
        if pace.per_day is not None:
            target += _(", {per_day} a day").format(per_day=format_number(pace.per_day, language))
        if pace.per_day is not None and pace.recent_per_day is not None:
            target += _(" ({recent} came)").format(recent=people_a_day(pace.recent_per_day, language))
        lines.append((1, target + "."))
        if bulletin.goal.chance is not None:
            chance = _("Chance to reach it: {chance}.").format(chance=chance_text(bulletin.goal.chance, language))
            lines.append((2, chance))
    lines += [(6, each) for each in sentences(report.reached, language)]
    if report.praised:
        lines.append((5, _("Highest: {units}.").format(units=_named(report.praised, language))))
    if report.urged:
        lines.append((4, _("To be urged: {units}.").format(units=_urged(report.urged, report, language))))
    *sources, order = said.sources
    if sources:  # where the figure itself is from stays; what its people are of may go before that
        lines.append((0, sources[-1] + "."))
        lines += [(7, f"{each}.") for each in sources[:-1]]
    lines.append((8, order))
    return lines


def _named(lines: tuple[Line, ...], language: Language) -> str:
    return ", ".join(
        f"{short_unit_name(line.unit, language)} {format_share(line.share, language)}"
        for line in lines
        if line.share is not None
    )


def _urged(lines: tuple[Line, ...], report: Report, language: Language) -> str:
    _ = translator(language).gettext
    said = []
    for line in lines:
        name = short_unit_name(line.unit, language)
        if line.last_report is None:
            said.append(_("{unit} (no report yet)").format(unit=name))
        elif line.is_late(report.bulletin.date):
            day = format_day(line.last_report, language)
            said.append(_("{unit} (no report since {date})").format(unit=name, date=day))
        elif line.pace is not None:
            needed = format_number(line.pace.needed, language)
            said.append(_("{unit} ({needed} missing)").format(unit=name, needed=needed))
    return ", ".join(said)
