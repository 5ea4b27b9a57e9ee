"""Write the sentences of the page: the story, where people are, and what came of it."""
# ruff: noqa: ARG001 (every sentence is asked in the same way)

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bluezone.errors import N_
from bluezone.i18n import Translator, format_date
from bluezone.town.plans import Role
from bluezone.town.run import Outcome
from bluezone.town.show.chronicle import Chronicle, Event, Kind, Phase
from bluezone.town.show.plan import Place, places_at
from bluezone.town.show.tracing_words import LevelTable, level_table, sentences

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
    return _SENTENCES[event.kind](event, show, language)


def _name(event: Event, show: Chronicle) -> str:
    return show.world.people[event.person].name


def _day(event: Event, show: Chronicle, language: Translator) -> str:
    people = len(show.world.people)
    return language.gettext(
        "{n} phones begin their day. Nobody knows yet that somebody in this town will test positive."
    ).format(n=language.number(people))


def _day_over(event: Event, show: Chronicle, language: Translator) -> str:
    return language.gettext("The day has been lived through. Each phone knows only what it heard itself.")


def _confirmed(event: Event, show: Chronicle, language: Translator) -> str:
    return language.gettext("{name} has tested positive: F0. An officer opens the case and reads out a code.").format(
        name=_name(event, show)
    )


def _published(event: Event, show: Chronicle, language: Translator) -> str:
    return language.ngettext(
        "{name} says yes and publishes {n} daily key. It names nobody.",
        "{name} says yes and publishes {n} daily keys. They name nobody.",
        event.number,
    ).format(name=_name(event, show), n=language.number(event.number))


def _waiting(event: Event, show: Chronicle, language: Translator) -> str:
    return language.gettext(
        "Keys that could still be used to pose as their owner are held back. The next list comes at {time}."
    ).format(time=language.time(event.until_s))


def _exported(event: Event, show: Chronicle, language: Translator) -> str:
    return language.ngettext(
        "The authority has signed {n} list of keys. Every phone fetches it and compares by itself.",
        "The authority has signed {n} lists of keys. Every phone fetches them and compares by itself.",
        event.number,
    ).format(n=language.number(event.number))


def _warned(event: Event, show: Chronicle, language: Translator) -> str:
    return language.gettext("{name}’s phone has found one of the keys in what it heard: {name} is warned, F1.").format(
        name=_name(event, show)
    )


def _traced(event: Event, show: Chronicle, language: Translator) -> str:
    if not event.number:
        return language.gettext("An officer looks who has reported a warning: nobody new is a contact.")
    return language.ngettext(
        "An officer calls those who reported a warning: {n} person is F1 and stays at home from now on.",
        "An officer calls those who reported a warning: {n} people are F1 and stay at home from now on.",
        event.number,
    ).format(n=language.number(event.number))


def _over(event: Event, show: Chronicle, language: Translator) -> str:
    assert show.outcome is not None
    score = show.outcome.score
    first = language.ngettext("{n} person has been warned.", "{n} people have been warned.", score.warned).format(
        n=language.number(score.warned)
    )
    second = language.gettext("Of {of} who were truly near for long, {n} were among them.").format(
        n=language.number(score.rightly_warned), of=language.number(score.true_contacts)
    )
    return f"{first} {second}"


def _failed(event: Event, show: Chronicle, language: Translator) -> str:
    return language.gettext("The rehearsal stopped: {reason}").format(reason=event.text)


_SENTENCES: dict[Kind, Callable[[Event, Chronicle, Translator], str]] = {
    Kind.DAY: _day,
    Kind.DAY_OVER: _day_over,
    Kind.CONFIRMED: _confirmed,
    Kind.PUBLISHED: _published,
    Kind.WAITING: _waiting,
    Kind.EXPORTED: _exported,
    Kind.WARNED: _warned,
    Kind.TRACED: _traced,
    Kind.OVER: _over,
    Kind.FAILED: _failed,
}


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
            n=language.number(score.rightly_warned), of=language.number(score.true_contacts)
        ),
        warned=_("{n} of {of} warned were close contacts").format(
            n=language.number(score.rightly_warned), of=language.number(score.warned)
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
            recorded=language.number(float(outcome.recorded.near[number, cases].max())),
            verdict=language.gettext(verdict),
            tone=tone,
        )


def _percent(share: float | None, language: Translator) -> str:
    if share is None:
        return language.gettext("cannot be said")
    return language.share(share, digits=0)


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
