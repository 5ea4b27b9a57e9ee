"""Keep what has happened in the rehearsal so far for the page: its time, who heard whom, the story, the roles.

Written by the rehearsal's thread alone, read by others: what is read is replaced or appended to, never changed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import httpx
import numpy as np
from numpy.typing import NDArray

from bluezone.phone.app.loop import Runner
from bluezone.phone.clock import Clock
from bluezone.town.day import Watcher
from bluezone.town.findings import Level
from bluezone.town.fleet import Fleet
from bluezone.town.run import Outcome, start_of_day_s
from bluezone.town.server import TownAuthority
from bluezone.town.show.pace import Pacer
from bluezone.town.world import World

#: a minute of the town in which two phones heard each other: (n, 3) of person, person, strongest dBm
Pairs = NDArray[np.int16]

_NOBODY: Pairs = np.empty((0, 3), dtype=np.int16)

_MINUTE_S = 60.0
_GLIDE_STEPS = 50
_GLIDE_STEP_S = 0.1
_READ_S = 3.5
_WARNED_READ_S = 1.2
_SHIFT = 10  # bits of a person's number; a town has 1000 people at most


class Phase(StrEnum):
    """Name a phase of the rehearsal. `STORY`: after the day, from the case to the last warning."""

    PREPARING = "preparing"
    DAY = "day"
    STORY = "story"
    OVER = "over"
    FAILED = "failed"


class Kind(StrEnum):
    """Name the subject of a sentence of the story."""

    DAY = "day"
    DAY_OVER = "day-over"
    CONFIRMED = "confirmed"
    PUBLISHED = "published"
    WAITING = "waiting"
    EXPORTED = "exported"
    WARNED = "warned"
    TRACED = "traced"
    OVER = "over"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Event:
    """Record one event: `at_s` Unix seconds; `person`, `number` (of keys or files) and `until_s` where the kind has
    them.
    """

    kind: Kind
    at_s: float
    person: int = -1
    number: int = 0
    until_s: float = 0.0
    text: str = ""


class Chronicle(Watcher):
    """Remember the events of a rehearsal of `hours` in all. `patience`: how long the story waits for readers (1:
    people, 0: nobody)."""

    online = True

    def __init__(self, world: World, hours: float, pacer: Pacer, patience: float = 1.0) -> None:
        self.world, self.hours, self.pacer = world, hours, pacer
        self.epoch_s = start_of_day_s()
        self.now_s = self.epoch_s
        self.phase = Phase.PREPARING
        self.roles: tuple[str, ...] = ("",) * len(world.people)
        self.story: tuple[Event, ...] = ()
        self.phones: tuple[Runner, ...] = ()
        self.outcome: Outcome | None = None
        self.authority: TownAuthority | None = None
        self.rounds = 0  # of tracing: after each the plan may be another
        self.ended = False  # set where the page is served: streams are to end
        self._patience = patience
        self._fleet: Fleet | None = None
        self._client: httpx.Client | None = None
        self._clock: Clock = lambda: self.epoch_s
        self._minutes: list[Pairs] = []
        self._minute, self._heard = 0, dict[int, int]()

    # --- what is read -----------------------------------------------------------------------------

    @property
    def town_s(self) -> float:
        return self.now_s - self.epoch_s

    def pairs(self, minute: int) -> Pairs:
        """Return the pairs that heard each other in that minute of the day; none where it is not over yet, or never
        was.
        """
        return self._minutes[minute] if 0 <= minute < len(self._minutes) else _NOBODY

    @property
    def minutes(self) -> int:
        """Return how many minutes of the day are over."""
        return len(self._minutes)

    def pairs_now(self) -> Pairs:
        """Return the pairs of the minute that was over last: every phone listens once a minute."""
        return self.pairs(self.minutes - 1)

    # --- the rehearsal tells ------------------------------------------------------------------------

    def begins(self, fleet: Fleet, authority: TownAuthority) -> None:
        self._fleet, self.authority = fleet, authority
        self.world = fleet.world  # whose paths change for who stays at home

    def day_begins(self, phones: Sequence[Runner]) -> None:
        self._clock = phones[0].clock
        self._use(tuple(phones))
        self.phase = Phase.DAY
        self._tell(Kind.DAY, number=len(phones))
        self.pacer.start(0.0)

    def heard(self, listener: int, sender: int, rssi_dbm: int) -> None:
        minute = int((self._clock() - self.epoch_s) // _MINUTE_S)
        if minute != self._minute:
            self._close_minutes(minute)
        pair = listener << _SHIFT | sender if listener < sender else sender << _SHIFT | listener
        if rssi_dbm > self._heard.get(pair, -128):
            self._heard[pair] = rssi_dbm

    def time_is(self, town_s: float) -> float:
        wait_s = self.pacer.reach(town_s)
        self._close_minutes(int(town_s // _MINUTE_S))
        self._show(self.epoch_s + town_s)
        return wait_s

    def day_is_over(self, town_s: float) -> None:
        self._close_minutes(math.ceil(town_s / _MINUTE_S))
        self._show(self.epoch_s + town_s)
        assert self._fleet is not None
        assert self.authority is not None
        # phones to look at from now on: the others are closed by the rehearsal
        self._client = httpx.Client(timeout=30.0)
        net = self.authority.net(self._client)
        people = range(len(self.world.people))
        self._use(tuple(self._fleet.open_in_hand(number, lambda: self.now_s, net) for number in people))
        self.phase = Phase.STORY
        self._tell(Kind.DAY_OVER)
        self._read(_READ_S)

    def confirmed(self, case: int) -> None:
        self._give(case, "F0")
        self._tell(Kind.CONFIRMED, person=case)
        self._read(_READ_S)

    def published(self, case: int, keys: int) -> None:
        self.phones[case].choose(published_at_s=self.now_s)
        self._tell(Kind.PUBLISHED, person=case, number=keys)
        self._read(_READ_S)

    def time_passes(self, until_s: float) -> None:
        self._tell(Kind.WAITING, until_s=until_s)
        steps = np.linspace(self.now_s, until_s, _GLIDE_STEPS).tolist()
        for now_s in steps[1:]:
            self._read(_GLIDE_STEP_S)
            self._show(now_s)

    def exported(self, files: int) -> None:
        self._tell(Kind.EXPORTED, number=files)
        self._read(_READ_S)

    def checked(self, number: int, warned: bool) -> None:
        if self.phase is not Phase.DAY:  # by day phones check, and say so, by themselves
            self.phones[number].choose(checked_at_s=self.now_s)
        if warned and not self.roles[number]:
            self._give(number, "F1")
            self._tell(Kind.WARNED, person=number)
            self._read(_WARNED_READ_S)

    def traced(self, contacts: int) -> None:
        self.rounds += 1
        self._tell(Kind.TRACED, number=contacts)
        self._read(_READ_S)

    # --- the end ------------------------------------------------------------------------------------

    def finish(self, outcome: Outcome) -> None:
        """Take the outcome; authority and phones go on."""
        for person, level in enumerate(outcome.true_levels):
            if level is Level.F2 and not self.roles[person]:
                self._give(person, "F2")
        self.outcome = outcome
        self._show(outcome.ended_at_s)
        self.phase = Phase.OVER
        self._tell(Kind.OVER)

    def goes_on(self, now_s: float) -> None:
        """Take the clock after the end, for the phones that somebody looks at."""
        self._show(now_s)

    def fail(self, text: str) -> None:
        self.phase = Phase.FAILED
        self._tell(Kind.FAILED, text=text)

    def close(self) -> None:
        """Close the phones that were opened to be looked at."""
        if self._client is not None:
            self._use(())
            self._client.close()

    # --- inside -------------------------------------------------------------------------------------

    def _use(self, phones: tuple[Runner, ...]) -> None:
        old, self.phones = self.phones, phones
        if self._client is not None and self.phase is not Phase.DAY:
            for phone in old:
                phone.close()

    def _show(self, now_s: float) -> None:
        self.now_s = now_s
        if self.authority is not None:
            self.authority.set_clock(now_s)

    def _close_minutes(self, minute: int) -> None:
        while self._minute < minute:
            pairs = [(pair >> _SHIFT, pair & ((1 << _SHIFT) - 1), dbm) for pair, dbm in self._heard.items()]
            self._minutes.append(np.array(pairs, dtype=np.int16) if pairs else _NOBODY)
            self._minute, self._heard = self._minute + 1, {}

    def _give(self, person: int, role: str) -> None:
        roles = list(self.roles)
        roles[person] = role
        self.roles = tuple(roles)

    def _tell(self, kind: Kind, person: int = -1, number: int = 0, until_s: float = 0.0, text: str = "") -> None:
        self.story = (*self.story, Event(kind, self.now_s, person, number, until_s, text))

    def _read(self, real_s: float) -> None:
        self.pacer.rest(real_s * self._patience)
