"""Write the sentences of the page: the story, where people are, and what came of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bluezone.errors import N_
from bluezone.i18n import Translator, format_date
from bluezone.town.delivery import summary as delays_summary
from bluezone.town.findings import CLOSE_CONTACT_MIN, TRUE_LEVELS, Level, Verdict, table
from bluezone.town.plans import Role
from bluezone.town.run import Outcome
from bluezone.town.show.chronicle import Chronicle, Event, Kind, Phase
from bluezone.town.show.plan import Place, places_at

ROLES = {
    Role.OFFICE: N_("office"),
    Role.TRADER: N_("market stall"),
    Role.HOME: N_("at home"),
    Role.CUSTOMER: N_("customer"),
    Role.PASSENGER: N_("passenger"),
    Role.PUPIL: N_("pupil"),
    Role.TEACHER: N_("teacher"),
}


def sentence(event: Event, show: Chronicle, language: Translator) -> str:
    """Return one sentence of the story."""
    if event.kind is Kind.OVER:
        return _result(show, language)
    return _template(event, language).format(
        name=show.world.people[event.person].name,
        n=language.number(event.number),
        time=language.time(event.until_s),
        reason=event.text,
    )


def _template(event: Event, language: Translator) -> str:
    match event.kind:
        case Kind.PUBLISHED:
            return language.ngettext(
                "{name} says yes and publishes {n} daily key. It names nobody.",
                "{name} says yes and publishes {n} daily keys. They name nobody.",
                event.number,
            )
        case Kind.EXPORTED:
            return language.ngettext(
                "The authority has signed {n} list of keys. Every phone fetches it and compares by itself.",
                "The authority has signed {n} lists of keys. Every phone fetches them and compares by itself.",
                event.number,
            )
        case Kind.TRACED if event.number:
            return language.ngettext(
                "An officer calls those who reported a warning: {n} person is F1 and stays at home from now on.",
                "An officer calls those who reported a warning: {n} people are F1 and stay at home from now on.",
                event.number,
            )
    return language.gettext(_SENTENCES[event.kind])


_SENTENCES = {
    Kind.DAY: N_("{n} phones begin their day. Nobody knows yet that somebody in this town will test positive."),
    Kind.DAY_OVER: N_("The day has been lived through. Each phone knows only what it heard itself."),
    Kind.CONFIRMED: N_("{name} has tested positive: F0. An officer opens the case and reads out a code."),
    Kind.WAITING: N_(
        "Keys that could still be used to pose as their owner are held back. The next list comes at {time}."
    ),
    Kind.WARNED: N_("{name}’s phone has found one of the keys in what it heard: {name} is warned, F1."),
    Kind.TRACED: N_("An officer looks who has reported a warning: nobody new is a contact."),
    Kind.FAILED: N_("The rehearsal stopped: {reason}"),
}


def _result(show: Chronicle, language: Translator) -> str:
    assert show.outcome is not None
    score = show.outcome.score
    first = language.ngettext("{n} person has been warned.", "{n} people have been warned.", score.warned)
    second = language.gettext("Of {of} who were truly near for long, {n} were among them.")
    return " ".join(
        (
            first.format(n=language.number(score.warned)),
            second.format(**_written(language, of=score.true_contacts, n=score.rightly_warned)),
        )
    )


def _written(language: Translator, **numbers: float) -> dict[str, str]:
    """Return numbers as the language writes them."""
    return {name: language.number(number) for name, number in numbers.items()}


def date(at_s: float, language: Translator) -> str:
    """Write the date of a moment: `13 August 2020`."""
    return format_date(language.local(at_s).date(), language.language)


def moment(at_s: float, show: Chronicle, language: Translator) -> str:
    """Write `07:01` for a moment of the first day, `14 Aug 07:01` for one of another."""
    time, day = language.time(at_s), language.day(at_s)
    return time if day == language.day(show.epoch_s) else f"{day} {time}"


def headline(show: Chronicle, language: Translator) -> str:
    """Say where everybody is by day; then the last sentence of the story."""
    if not show.story:
        return language.gettext("The authority starts, then the phones are switched on.")
    if show.phase is Phase.DAY:
        return whereabouts(show, language)
    return sentence(show.story[-1], show, language)


def whereabouts(show: Chronicle, language: Translator) -> str:
    """Say where everybody is, and how many phones hear each other."""
    counts = places_at(show.world, show.town_s)
    words = {
        Place.HOME: N_("{n} at home"),
        Place.OFFICE: N_("{n} at the office"),
        Place.MARKET: N_("{n} at the market"),
        Place.BUS: N_("{n} in the bus"),
        Place.SCHOOL: N_("{n} at school"),
        Place.WORK: N_("{n} at work"),
        Place.ROAD: N_("{n} on the way"),
    }
    parts = [
        language.gettext(text).format(n=language.number(counts[place]))
        for place, text in words.items()
        if counts[place]
    ]
    where = ", ".join(parts)
    if show.phase is not Phase.DAY:
        return f"{where}."
    pairs = len(show.pairs_now())
    hear = language.ngettext("{n} pair of phones hear each other", "{n} pairs of phones hear each other", pairs)
    return f"{where}. {hear.format(n=language.number(pairs))}."


# --- what came of it ------------------------------------------------------------------------------------


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
    return text.format(
        place=_(PLACE_NAMES[story.was.place]), **_written(language, visits=len(story.visits), warned=warned)
    )


def _reports(outcome: Outcome, language: Translator) -> str:
    traced = outcome.traced
    text = language.ngettext(
        "{n} of {of} warned reported it: {corroborated} corroborated, {consistent} consistent, {refused} refused.",
        "{n} of {of} warned reported it: {corroborated} corroborated, {consistent} consistent, {refused} refused.",
        len(traced.reports),
    )
    verdicts = {verdict.value: traced.count(verdict) for verdict in Verdict}
    return text.format(**_written(language, n=len(traced.reports), of=len(outcome.warned_ever), **verdicts))


def _f1(outcome: Outcome, language: Translator) -> str:
    counts = table(outcome.true_levels, outcome.known_levels)
    text = language.gettext(
        "F1: of {truly} truly near for long, {known} known to the office, {warned} warned and not known to it, "
        "{unknown} known to nobody; of {decided} F1 of the office, {right} truly near."
    )
    return text.format(
        **_written(
            language,
            truly=sum(counts[Level.F1, known] for known in Level),
            known=counts[Level.F1, Level.F1],
            warned=counts[Level.F1, Level.WARNED],
            unknown=counts[Level.F1, Level.NONE] + counts[Level.F1, Level.F2],
            decided=sum(counts[true, Level.F1] for true in TRUE_LEVELS),
            right=counts[Level.F1, Level.F1],
        )
    )


def _f2(outcome: Outcome, language: Translator) -> str:
    counts, _ = table(outcome.true_levels, outcome.known_levels), language.gettext
    if outcome.traced.second_order:
        text = _(
            "F2: of {truly} truly near one who was near a case (F1), {right} told to watch their health; "
            "{told} told in all."
        )
    else:
        text = _("F2: second order is off, so nobody is told; truly near one who was near a case (F1): {truly}.")
    return text.format(
        **_written(
            language,
            truly=sum(counts[Level.F2, known] for known in Level),
            right=counts[Level.F2, Level.F2],
            told=sum(counts[true, Level.F2] for true in TRUE_LEVELS),
        )
    )


def _isolation(outcome: Outcome, language: Translator) -> str:
    traced = outcome.traced
    if not traced.isolated:
        return language.gettext("Isolation: F1 stay at home from the next day on, after what is rehearsed here.")
    text = language.ngettext(
        "Isolation: {n} F1 stayed at home in these days, and was within 2 m of others for {minutes} minutes since.",
        "Isolation: {n} F1 stayed at home in these days, and were within 2 m of others for {minutes} minutes since.",
        traced.isolated,
    )
    return text.format(**_written(language, n=traced.isolated, minutes=round(traced.apart_min)))


@dataclass(frozen=True, slots=True)
class Row:
    """Describe one person and the case: minutes, and how the warning (or none) fits. `tone`: safe, watch, act or
    nothing. `lives_with`: the names of the cases of that home.
    """

    number: int
    name: str
    role: str
    lives_with: str
    within: str
    heard: str
    recorded: str
    verdict: str
    tone: str


@dataclass(frozen=True, slots=True)
class Findings:
    sensitivity: str
    precision: str
    rightly: str
    warned: str
    policy: str
    case: str
    rows: tuple[Row, ...]
    levels: LevelTable
    sentences: tuple[str, ...]


#: (truly a close contact, warned) -> what to say, and how it looks
_VERDICTS = {
    (True, True): (N_("warned, rightly"), "safe"),
    (True, False): (N_("not warned: missed"), "act"),
    (False, True): (N_("warned: false alarm"), "watch"),
    (False, False): (N_("not warned, rightly"), ""),
}


def findings(outcome: Outcome, language: Translator) -> Findings:
    """Return the rows that `bluezone town run` prints."""
    score, people = outcome.score, outcome.world.people
    _ = language.gettext
    return Findings(
        sensitivity=_percent(score.sensitivity, language),
        precision=_percent(score.precision, language),
        rightly=_("{n} of {of} close contacts were warned").format(
            **_written(language, n=score.rightly_warned, of=score.true_contacts)
        ),
        warned=_("{n} of {of} warned were close contacts").format(
            **_written(language, n=score.rightly_warned, of=score.warned)
        ),
        policy=f"{outcome.policy} {outcome.policy_version}",
        case=", ".join(people[case.person].name for case in outcome.cases),
        rows=tuple(_rows(outcome, language)),
        levels=level_table(outcome, language),
        sentences=sentences(outcome, language),
    )


def _rows(outcome: Outcome, language: Translator) -> Iterator[Row]:
    people, cases = outcome.world.people, [case.person for case in outcome.cases]
    contacts = outcome.contacts
    order = sorted(
        (number for number in range(len(people)) if number not in cases),
        key=lambda number: (-outcome.near_case_min[number], -outcome.recorded.near[number, cases].max()),
    )
    for number in order:
        person = people[number]
        verdict, tone = _VERDICTS[number in contacts, number in outcome.warned]
        yield Row(
            number=number,
            name=person.name,
            role=language.gettext(ROLES[person.role]),
            lives_with=", ".join(people[case].name for case in cases if people[case].home == person.home),
            within=language.number(float(outcome.near_case_min[number])),
            heard=language.number(float(outcome.recorded.heard[number, cases].max())),
            recorded=language.number(float(outcome.recorded.near[number, cases].max())),
            verdict=language.gettext(verdict),
            tone=tone,
        )


def _percent(share: float | None, language: Translator) -> str:
    if share is None:
        return language.gettext("cannot be said")
    return language.share(share, digits=0)


# --- what `bluezone town run` prints beside ---------------------------------------------------------------


#: of its table; narrow, so that names and minutes stay whole on 80 columns
HEADINGS = (N_("Person"), N_("By day"), N_("Warning"), N_("within\n2 m"), N_("heard"), N_("recorded\nas near"))
QUESTION = N_("{name} tested positive. Who was near?")
IN_MINUTES = N_("In minutes.")
IN_MINUTES_OF_DAYS = N_("In minutes, within 2 m: of the day on which it was most.")
ORDER = N_(
    "{province} on {on}: {installs} of {base} = {share}. {target} by {deadline} means {target_installs} people: "
    "{needed} more in {days} days, {per_day} a day."
)


def summary(outcome: Outcome, found: Findings, language: Translator) -> Iterator[str]:
    """Yield how well the warnings fit, what was on the air, and when owners were told where that was asked for."""
    _, air = language.gettext, outcome.air
    yield _(
        "Sensitivity {sensitivity}: {rightly}. Precision {precision}: {warned}. The phones decided by the policy "
        "{policy}. A close contact was within 2 m for {minutes} minutes or more on one day; recorded minutes count in "
        "full up to 55 dB of attenuation and half up to 63 dB."
    ).format(
        sensitivity=found.sensitivity,
        rightly=found.rightly,
        precision=found.precision,
        warned=found.warned,
        policy=found.policy,
        minutes=language.number(CLOSE_CONTACT_MIN),
    )
    yield _(
        "On the air: {events} advertising events, {received} packets received. {keys} keys in {files} files."
    ).format(
        **_written(
            language,
            events=air.events,
            received=air.received,
            keys=outcome.keys_published,
            files=outcome.files_published,
        )
    )
    delay = delays_summary(list((outcome.notice_delays_s or {}).values()))
    if delay is not None:
        yield _("From the export to the notice: median {median} h, worst {worst} h ({told} told).").format(
            median=language.number(delay.median_h, 1),
            worst=language.number(delay.worst_h, 1),
            told=language.number(delay.notices),
        )


def page_texts(show: Chronicle, language: Translator) -> dict[str, Any]:
    """Return the texts of the page's script."""
    _ = language.gettext
    return {
        "buildings": {
            "home": _("House {n}"),
            "market": _("Market"),
            "office": _("Office"),
            "canteen": _("Canteen"),
            "classroom": _("Class"),
            "yard": _("Yard"),
            "coffee": _("Coffee"),
            "work": _("Work"),
        },
        "pause": _("Pause"),
        "play": _("Go on"),
        "back": _("Looking back at {time}: the colours are what became known later."),
        "around": {
            "none": _("hears nobody"),
            "one": language.ngettext("hears {n} phone", "hears {n} phones", 1),
            "many": language.ngettext("hears {n} phone", "hears {n} phones", 2),
        },
        "phone": _("{name}’s phone"),
        "dates": [date(show.epoch_s + days * 86_400, language) for days in range(math.ceil(show.hours / 24) + 1)],
    }
