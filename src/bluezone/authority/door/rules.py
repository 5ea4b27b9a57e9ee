"""Decide, without a database, what the taps at a door mean: their day, what counts, what is kept apart, what stands.

A tap is one answer of one guest about one app, sent by a telephone that nobody has checked. Nothing here trusts its
clock or its number of taps.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from bluezone.errors import TranslatableError


class DoorError(TranslatableError):
    """Report what cannot be stored about a door."""


class App(enum.StrEnum):
    """Name the apps that guests are asked about. NCOVI needs no service of ours to be recommended."""

    BLUEZONE = "bluezone"
    NCOVI = "ncovi"


class Kind(enum.StrEnum):
    """Name what one tap says."""

    HAD = "had"
    HELPED = "helped"
    REFUSED = "refused"
    #: takes another tap back
    UNDO = "undo"
    #: the poster hangs, or hangs no more
    HUNG = "hung"
    GONE = "gone"


#: what a guest answered; every other kind is about the door
ANSWERS = (Kind.HAD, Kind.HELPED, Kind.REFUSED)


class Post(enum.StrEnum):
    """Name where at a unit guests are asked: a function, never a person. Nothing else can be sent: no free text."""

    RECEPTION = "reception"
    GATE = "gate"
    TILL = "till"
    TICKETS = "tickets"
    WAITING = "waiting"
    DINING = "dining"
    STALLS = "stalls"
    OFFICE = "office"
    OTHER = "other"


class Shift(enum.StrEnum):
    """Name the parts of a working day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NIGHT = "night"


#: a tap that waited longer on its telephone is asked about, for nobody remembers the day
LONGEST_WAIT = dt.timedelta(days=14)
#: so far a telephone's clock may run back between a tap and its sending (it was set right) and still be believed
CLOCK_SLACK = dt.timedelta(minutes=5)
#: what waits on telephones under a link that was renewed may still come in for so long
RENEWED_GRACE = dt.timedelta(hours=24)
#: a paper at a door lasts no longer
LINK_LIFE = dt.timedelta(days=60)
#: taps, and days nobody has confirmed
UNCONFIRMED_LIFE = dt.timedelta(days=30)
#: days that were confirmed, and visits
CONFIRMED_LIFE = dt.timedelta(days=400)
#: taps under a link that no unit has (any more)
STRAY_LIFE = dt.timedelta(hours=1)

#: guests a day who can be asked at one unit, where nobody has stated it; by key of the sector
USUAL_GUESTS = {"hospitality": 200, "stations": 2_000, "markets": 1_000, "zones": 1_000}
_USUAL_GUESTS_ELSEWHERE = 200
#: a head may state up to so many times the usual; more is stated by whoever directs the unit
HEADS_FACTOR = 5
MOST_GUESTS = 100_000


def usual_guests(sector: str) -> int:
    """Return the guests a day of a unit that has stated none."""
    return USUAL_GUESTS.get(sector, _USUAL_GUESTS_ELSEWHERE)


def check_guests(guests: int, sector: str, *, by_head: bool) -> None:
    """Raise DoorError unless an officer may state so many guests a day."""
    most = min(MOST_GUESTS, HEADS_FACTOR * usual_guests(sector)) if by_head else MOST_GUESTS
    if not 1 <= guests <= most:
        raise DoorError(
            gettext_noop("{guests} guests a day cannot be stated here: it is a whole number from 1 to {most}"),
            guests=guests,
            most=most,
        )


def moment_of(at_s: float, sent_at_s: float, now: dt.datetime) -> tuple[dt.datetime, bool]:
    """Return when a tap was made, and whether that is doubtful.

    `at_s` and `sent_at_s` are Unix seconds by the telephone's clock. Only their difference is believed: how long the
    tap waited. So a clock that is wrong by hours or years changes nothing. One that was set in between makes the tap
    doubtful, and so does a wait of more than LONGEST_WAIT; a doubtful tap has the moment of its arrival.
    """
    waited_s = sent_at_s - at_s
    if not -CLOCK_SLACK.total_seconds() <= waited_s <= LONGEST_WAIT.total_seconds():
        return now, True
    return now - dt.timedelta(seconds=max(0.0, waited_s)), False


@dataclass(frozen=True, slots=True)
class Tap:
    """Hold a stored tap: its id, what it says, of which app, and whether its day is doubtful."""

    key: str
    kind: Kind
    app: App
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Answers:
    """Hold how many guests gave which answer. All that are asked give one of the three."""

    had: int = 0
    helped: int = 0
    refused: int = 0

    @property
    def asked(self) -> int:
        return self.had + self.helped + self.refused

    @property
    def each(self) -> tuple[int, int, int]:
        """Return the three numbers, in the order of ANSWERS."""
        return self.had, self.helped, self.refused

    def __add__(self, other: Answers) -> Answers:
        return Answers(self.had + other.had, self.helped + other.helped, self.refused + other.refused)

    def beyond(self, other: Answers) -> Answers:
        """Return what is here in excess of `other`, answer by answer, never below 0."""
        return Answers(
            max(0, self.had - other.had), max(0, self.helped - other.helped), max(0, self.refused - other.refused)
        )


@dataclass(frozen=True, slots=True)
class Reckoned:
    """Hold a day of one app at one unit: what counts, and how many answers are kept apart until somebody is asked."""

    counted: Answers = Answers()
    apart: int = 0


def reckon(
    taps: Iterable[Tap], undone: Collection[str], guests: int, *, takes_doubtful: bool = False
) -> dict[App, Reckoned]:
    """Count a day's taps of one unit, in the order in which they came.

    A tap counts once, whatever came twice, and not at all where it is undone. Of each app the first `guests` answers
    count: nobody asks more guests than come. What lies above, and what is doubtful (unless somebody looked at it:
    `takes_doubtful`), is kept apart.
    """
    found = {app: [0, 0, 0, 0] for app in App}
    seen: set[str] = set()
    for tap in taps:
        if tap.kind not in ANSWERS or tap.key in seen or tap.key in undone:
            continue
        seen.add(tap.key)
        row = found[tap.app]
        counts = (takes_doubtful or not tap.doubtful) and sum(row[:3]) < guests
        row[ANSWERS.index(tap.kind) if counts else 3] += 1
    return {app: Reckoned(Answers(*row[:3]), row[3]) for app, row in found.items()}


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold what is said of a day: answers that somebody of the commune looked over, and those nobody has yet."""

    confirmed: Answers
    unconfirmed: Answers

    @property
    def all(self) -> Answers:
        return self.confirmed + self.unconfirmed


def standing(counted: Answers, looked_at: Answers | None, confirmed: Answers | None) -> Standing:
    """Return what stands of a day, given what the taps count up to, and the last look: what it saw and what it
    confirmed (the same, or corrected from paper). What came after the look is not confirmed."""
    if looked_at is None or confirmed is None:
        return Standing(Answers(), counted)
    return Standing(confirmed, counted.beyond(looked_at))


@dataclass(frozen=True, slots=True)
class PosterState:
    """Hold whether the poster hangs, since when it is so, and whether a visitor has seen it."""

    hangs: bool
    since: dt.date
    is_seen: bool = False


def poster_after(state: PosterState | None, told: Iterable[tuple[Kind, dt.date]]) -> PosterState | None:
    """Return the state of a poster after what the door tells, in the order in which it came.

    Telling what is known changes nothing, and what waited on a telephone since before the state began is older than
    it."""
    for kind, day in told:
        hangs = kind is Kind.HUNG
        if state is None or (state.hangs is not hangs and day >= state.since):
            state = PosterState(hangs, day)
    return state
