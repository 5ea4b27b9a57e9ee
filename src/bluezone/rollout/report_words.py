"""Write a report in words, Vietnamese or English: the text of its PDF and spreadsheet, and the message for Zalo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bluezone.geography.country import country
from bluezone.i18n import (
    Language,
    format_change,
    format_date,
    format_day,
    format_long_date,
    format_number,
    format_points,
    format_share,
)
from bluezone.rollout import reconcile
from bluezone.rollout.chance import chance_text
from bluezone.rollout.reached import at_doors, sentences
from bluezone.rollout.report import MANY_PARTS, NAMED_OF_MANY, Line, Report
from bluezone.rollout.report_tables import Table, parts_table, says_something, sector_name, sectors_table
from bluezone.rollout.texts import (
    as_printed,
    own_language,
    people_a_day,
    short_unit_name,
    translator,
    unit_name_in_sentence,
)
from bluezone.rollout.wording import Words, doubts_text, words


@dataclass(frozen=True, slots=True)
class Paper:
    """Hold a report's text. `parts` and `sectors` are None where there are none."""

    language: Language
    body: tuple[str, ...]
    above: tuple[str, ...]
    number: str
    motto: Sequence[str]
    place_and_date: str
    kind: str
    subject: str
    paragraphs: tuple[str, ...]
    highlights: tuple[tuple[str, str], ...]
    parts: Table | None
    #: of many parts the highest and the lowest, as the ministry's tables name them
    extremes: str
    #: the parts of which nothing is known and nothing asked: named in a line, not in rows of dashes
    without: str
    figure_title: str
    figure_sentence: str
    sectors: Table | None
    #: what was done beside: families, households, unions, quarantine, doors
    reached_title: str
    reached: tuple[str, ...]
    praise_title: str
    praise: str
    urge_title: str
    urge: str
    notes: tuple[str, ...]
    recipients_title: str
    recipients: tuple[str, ...]
    signs_for: str
    signer: str
    signature: tuple[str, str]
    #: what the bulletin's text says of the whole, for the spreadsheet
    said: Words


def paper(report: Report, language: Language) -> Paper:
    """Write the report in a language. The letterhead stays as its office wrote it, which is Vietnamese."""
    _ = translator(language).gettext
    bulletin, head = report.bulletin, report.letterhead
    said = words(bulletin, language)
    papers = country().papers
    number = _("No.: {number}").format(number=head.number)
    date = format_long_date(bulletin.date, language)
    return Paper(
        language=language,
        body=tuple(head.body.split("\n")),
        above=tuple(head.above.split("\n")) if head.above else (),
        number=number,
        motto=papers.motto.get(language) or papers.motto[own_language()],
        place_and_date=f"{head.place}, {date}",
        kind=_("REPORT"),
        subject=_("Installation and use of the Bluezone app in {unit} by {date}").format(
            unit=unit_name_in_sentence(bulletin.unit, language), date=format_date(bulletin.date, language)
        ),
        paragraphs=tuple(_paragraphs(report, said, language)),
        highlights=tuple(_highlights(report, said, language)),
        parts=parts_table(report, language),
        extremes=_extremes(report, language),
        without=_without(report, language),
        figure_title=said.figure_title,
        figure_sentence=said.figure_sentence,
        sectors=sectors_table(report, language),
        reached_title=_("How people were reached"),
        reached=(
            *sentences(report.reached, language),
            *(
                text
                for line in report.sectors
                if line.door and (text := at_doors(sector_name(line, language), line.door, language))
            ),
        ),
        praise_title=_("Commended"),
        praise=_praise(report, language),
        urge_title=_("To be urged"),
        urge=_urge(report, language),
        notes=tuple(_notes(report, said, language)),
        recipients_title=_("To:"),
        recipients=head.recipients,
        signs_for=head.signs_for,
        signer=head.signer,
        signature=(_("(signature, seal)"), _("Full name")),
        said=said,
    )


def _paragraphs(report: Report, said: Words, language: Language) -> Iterable[str]:
    _ = translator(language).gettext
    if report.order is not None:
        yield _("Under letter {number} of {issued} by {issuer}: {sentence}").format(
            number=report.order.number,
            issued=format_long_date(report.order.issued, language),
            issuer=report.order.issuer,
            sentence=said.sentence[:1].lower() + said.sentence[1:],
        )
    else:
        yield said.sentence
    if report.bulletin.doubts:
        yield _("Does not fit: {doubts}.").format(doubts=doubts_text(report.bulletin, language))
    gain = report.bulletin.base_gain
    if gain is not None:
        points = format_points(gain.points, language) if gain.points is not None else ""
        template = (
            _("That is {count} ({points} points) since {since}.") if points else _("That is {count} since {since}.")
        )
        yield template.format(
            count=as_printed(format_change(gain.count, language), language, bound=gain.bound),
            points=points,
            since=format_date(gain.since, language),
        )
    if report.bulletin.in_use is not None:
        yield _("In use: {count} on {date}.").format(
            count=format_number(report.bulletin.in_use.count, language),
            date=format_date(report.bulletin.in_use.date, language),
        )


def _highlights(report: Report, said: Words, language: Language) -> list[tuple[str, str]]:
    """Return the four numbers to see at once: value and what it is."""
    _ = translator(language).gettext
    bulletin, found = report.bulletin, list[tuple[str, str]]()
    if bulletin.figure is not None and bulletin.figure.installs is not None:
        installs = format_number(bulletin.figure.installs, language)
        found.append((as_printed(installs, language, bound=bulletin.figure.bound), _("installs")))
    if bulletin.goal is None:
        return [*found, *said.highlights][:4]
    goal = bulletin.goal
    share = format_share(goal.share, language, trim=True)
    if goal.pace.needed:
        found.append((format_number(goal.pace.needed, language), _("still missing from {share}").format(share=share)))
    if goal.pace.needed and goal.pace.per_day is not None:
        recent = goal.pace.recent_per_day
        label = (
            _("needed a day; {recent} come").format(recent=people_a_day(recent, language))
            if recent is not None
            else _("needed a day")
        )
        found.append((format_number(goal.pace.per_day, language), label))
    if goal.chance is not None:
        found.append((chance_text(goal.chance, language), _("chance to reach it by {deadline}").format(
            deadline=format_day(goal.deadline, language))))  # fmt: skip
    if not goal.pace.needed:
        found.append((share, _("target met")))
    return found[:4]


def _extremes(report: Report, language: Language) -> str:
    ranked = [line for line in report.lines if line.row.rank is not None and line.share is not None and not line.hidden]
    if len(report.lines) <= MANY_PARTS or len(ranked) < 2 * NAMED_OF_MANY:
        return ""
    _ = translator(language).gettext
    highest, lowest = (
        ", ".join(
            f"{short_unit_name(line.unit, language)} ({format_share(line.share or 0, language)})" for line in lines
        )
        for lines in (ranked[:NAMED_OF_MANY], ranked[-NAMED_OF_MANY:])
    )
    return _("Highest: {highest}. Lowest with a figure: {lowest}.").format(highest=highest, lowest=lowest)


def _without(report: Report, language: Language) -> str:
    _ = translator(language).gettext
    units = [line.unit for line in report.lines if not says_something(line)]
    if not units:
        return ""
    names = ", ".join(short_unit_name(unit, language) for unit in units)
    return _("Without a figure ({count}): {names}.").format(count=len(units), names=names)


def _praise(report: Report, language: Language) -> str:
    _ = translator(language).gettext
    texts = {
        "met": _("{units}: the target is met."),
        "on the way": _("{units}: on the way to the target."),
        "highest": _("{units}: the highest shares."),
    }
    named: dict[str, list[str]] = {kind: [] for kind in texts}
    for line in report.praised:
        if line.share is not None:
            kind = "highest" if line.pace is None else "on the way" if line.pace.needed else "met"
            share = format_share(line.share, language)
            named[kind].append(f"{unit_name_in_sentence(line.unit, language)} ({share})")
    return " ".join(_sentence(texts[kind].format(units=", ".join(units))) for kind, units in named.items() if units)


def _urge(report: Report, language: Language) -> str:
    """Say who has not reported and who will not make it, each with the day or the number that says so."""
    _ = translator(language).gettext
    day = report.bulletin.date
    said = []
    silent = [line for line in report.urged if line.is_late(day)]
    for line in silent:
        unit = unit_name_in_sentence(line.unit, language)
        since = format_date(line.last_report, language) if line.last_report else ""
        template = _("{unit}: no report since {date}") if since else _("{unit}: no report yet")
        said.append(template.format(unit=unit, date=since))
    said += [_missing(line, report, language) for line in report.urged if line not in silent and line.pace is not None]
    if report.idle:
        offices = ", ".join(f"{each.office} ({each.sector.name_in(language)})" for each in report.idle)
        said.append(_("without a unit yet: {offices}").format(offices=offices))
    return _sentence("; ".join(said) + ".") if said else ""


def _missing(line: Line, report: Report, language: Language) -> str:
    _ = translator(language).gettext
    pace, goal = line.pace, report.bulletin.goal
    if pace is None:
        return ""
    unit, needed = unit_name_in_sentence(line.unit, language), format_number(pace.needed, language)
    # a figure of another source may leave the whole less to bring than its parts
    of_all = max(goal.pace.needed, sum(each.pace.needed for each in report.lines if each.pace)) if goal else 0
    if not of_all:
        return _("{unit}: {needed} missing").format(unit=unit, needed=needed)
    share = format_share(Fraction(pace.needed, of_all), language, 0)
    return _("{unit}: {needed} missing, {share} of all that is missing").format(unit=unit, needed=needed, share=share)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _notes(report: Report, said: Words, language: Language) -> Iterable[str]:
    _ = translator(language).gettext
    yield from said.sources
    bulletin = report.bulletin
    if bulletin.own is not None:
        people = bulletin.base.value if bulletin.base is not None else None
        if text := reconcile.sentence(reconcile.lines(bulletin.own, people, language), language):
            yield text
    if any(line.is_old(report.bulletin.date) for line in report.lines):
        yield _("In italics: a figure of an earlier day, given under “last report”.")
    if any(line.hidden for line in report.lines):
        yield _("Hidden: counts from which it could be told who has installed the app.")
    if any(line.row.derived for line in report.lines):
        yield _("≈: reckoned back from a printed share.")


# --- the message for Zalo: short lines, no table, never longer than a screen of a telephone --------------------------

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
