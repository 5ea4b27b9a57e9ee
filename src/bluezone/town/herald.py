"""Measure how well phones hear each other by Herald's method, for several ways of listening in one run.

The method (A. Fowler, "A fair efficacy formula for assessing the effectiveness of contact tracing applications",
medRxiv 2020.11.07.20227447): phones lie still side by side for eight hours, and the time is cut into windows of 30 s.
Here they lie a metre apart on a table, each the real engine on its own virtual controller. Another phone comes by for
a while and goes again, many times: meetings as short as those in a shop.

- detection: share of the pairs on the table (a hears b, and b hears a, counted apart) with any reading at all;
- continuity: share of all their 30-s windows that hold a reading, from the moment the last of them was switched on;
- completeness: share of the visits (again by pair and direction) in which there was a reading.

A reading is an advertisement that the phone's radio handed over, at the second in which it did. The cost is the time
each radio really listened and sent (`MeteredRadio`), times published currents (`phone.energy`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from bumble.transport.common import AsyncPipeSink
from numpy.typing import NDArray

from bluezone.phone.air.duty_cycle import DeviceState, DutyCycle
from bluezone.phone.air.energy import DEVICES, MeteredRadio
from bluezone.phone.air.radio.bumble_radio import BumbleRadio
from bluezone.phone.air.radio.port import ScanHandler, ScanResult
from bluezone.phone.app.engine import Phone, PhoneSettings
from bluezone.phone.clock import Clock
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import scheme_named
from bluezone.town.air import Air
from bluezone.town.clock import JumpingLoop, clock_of
from bluezone.town.controllers import TownController
from bluezone.town.country import ZONE
from bluezone.town.day import REPORT_EVERY_S, allow_files, run_all
from bluezone.town.fleet import TX_POWER_DBM, of_phone
from bluezone.town.radio_model import RadioModel

Floats = NDArray[np.float64]

WINDOW_S = 30.0
SPACING_M = 1.0
NEAR_M, AWAY_M = 1.5, 1_000.0
VISIT_S = (60.0, 300.0)
EPOCH_S = 1_597_276_800.0  # 13 August 2020, midnight UTC
MIN_PHONES, MAX_PHONES = 2, 30

_SWITCH_ON_S = 60.0
_PHONES = 21  # tells the chance of phones on a table from that of others

#: (name of the way of listening, seconds lived through, all of them)
HeraldProgress = Callable[[str, float, float], None]


@dataclass(frozen=True, slots=True)
class Way:
    """Describe a way of listening. `duty` None: by the plan, for a phone in this `state`."""

    name: str
    duty: DutyCycle | None = None
    state: DeviceState = field(default_factory=DeviceState)


#: what is compared
WAYS = (
    Way("plan"),
    Way("plan, battery low", state=DeviceState(battery=0.15)),
    Way("plan, charging", state=DeviceState(charging=True)),
    Way("4 s in 60 s", DutyCycle(4, 60, 5)),
    Way("original: 40 s in 300 s", DutyCycle(40, 300, 0)),
)


@dataclass(frozen=True, slots=True)
class Result:
    """Hold the figures of one way of listening. Shares are 0..1; `charge_mah` by device, of one phone on the table
    over the whole time.
    """

    way: Way
    detection: float
    continuity: float
    completeness: float
    windows: int
    visits: int
    longest_gap_s: float
    listening_share: float
    scans_a_day: float
    charge_mah: dict[str, float]


class TappedRadio(MeteredRadio):
    """Meter a radio and keep, for each advertisement, the seconds in which it was heard."""

    def __init__(self, radio: BumbleRadio, monotonic: Clock) -> None:
        super().__init__(radio, monotonic)
        self.heard: dict[bytes, set[int]] = {}

    async def start_scanning(self, handler: ScanHandler) -> None:
        def tap(heard: ScanResult) -> None:
            self.heard.setdefault(heard.data, set()).add(int(heard.at_s - EPOCH_S))
            handler(heard)

        await super().start_scanning(tap)


class Table:
    """Place phones on a grid of `SPACING_M`, and one more, the last, that visits the table (a `town.air.Scene`)."""

    def __init__(self, phones: int, visits: Sequence[tuple[float, float]]) -> None:
        columns = int(np.ceil(np.sqrt(phones)))
        numbers = np.arange(phones)
        self._places = SPACING_M * np.stack([numbers % columns, numbers // columns], axis=1)
        self._others = [[other for other in range(phones + 1) if other != one] for one in range(phones + 1)]
        self._visits = np.array(visits, dtype=np.float64).reshape(-1, 2)
        self._visitor = phones

    def in_earshot(self, station: int, at_s: float) -> Sequence[int]:  # noqa: ARG002 (the same all day)
        return self._others[station]

    def geometry(self, one: int, others: NDArray[np.int64], times_s: Floats) -> tuple[Floats, Floats]:
        no_walls_db = np.zeros(len(times_s))
        begun = np.searchsorted(self._visits[:, 0], times_s, side="right") - 1
        here = (begun >= 0) & (times_s < self._visits[begun, 1]) if len(self._visits) else np.zeros(len(times_s))
        visit_m = np.where(here, NEAR_M, AWAY_M)
        if one == self._visitor:
            return visit_m, no_walls_db
        apart = self._places[np.minimum(others, self._visitor - 1)] - self._places[one]
        return np.where(others == self._visitor, visit_m, np.hypot(apart[:, 0], apart[:, 1])), no_walls_db


def measure(
    directory: Path, ways: Sequence[Way], phones: int, hours: float, seed: int, progress: HeraldProgress
) -> list[Result]:
    """Measure each way with equal table, phones, visits and seed; the phones' files go into folders of `directory`."""
    allow_files(phones + 1)
    visits = visits_of(hours * 3600.0, seed)
    results = []
    for number, way in enumerate(ways):
        with asyncio.Runner(loop_factory=JumpingLoop) as runner:
            run = _live(directory / str(number), way, Table(phones, visits), phones, hours * 3600.0, seed, progress)
            keys, radios = runner.run(run)
        results.append(judge(way, keys, radios, visits, hours * 3600.0))
    return results


def visits_of(duration_s: float, seed: int) -> list[tuple[float, float]]:
    """Return the times of the visitor: for 1 to 5 minutes, 5 to 15 minutes apart."""
    rng = np.random.default_rng([seed, 20])
    visits, at_s = [], _SWITCH_ON_S + rng.uniform(0, 600)
    while (end_s := at_s + rng.uniform(*VISIT_S)) < duration_s:
        visits.append((at_s, end_s))
        at_s = end_s + rng.uniform(300, 900)
    return visits


async def _live(
    directory: Path, way: Way, table: Table, phones: int, duration_s: float, seed: int, progress: HeraldProgress
) -> tuple[list[list[DailyKey]], list[TappedRadio]]:
    loop = asyncio.get_running_loop()
    clock = clock_of(loop, EPOCH_S)
    air = Air(table, RadioModel(), seed)
    opened: list[Phone] = []
    radios: list[TappedRadio] = []
    try:
        for number in range(phones + 1):
            controller = TownController(air, number, TX_POWER_DBM)
            radio = BumbleRadio(controller, AsyncPipeSink(controller), clock, TX_POWER_DBM)
            radios.append(TappedRadio(radio, loop.time))
            settings = PhoneSettings(directory / str(number), duty=way.duty, sense=lambda: way.state, zone=ZONE)
            opened.append(Phone(settings, radios[-1], clock, *of_phone(seed, _PHONES, number)))
        delays_s = np.random.default_rng([seed, 23]).uniform(0.0, _SWITCH_ON_S, len(opened)).tolist()

        def tell(now_s: float) -> float:
            progress(way.name, now_s, duration_s)
            return now_s + REPORT_EVERY_S

        await run_all(opened, delays_s, duration_s, tell)
        return [one.stores.keys.recent(clock()) for one in opened], radios
    finally:
        for one in opened:
            one.close()


# --- what it means ------------------------------------------------------------------------------------


def judge(
    way: Way,
    keys: Sequence[Sequence[DailyKey]],
    radios: Sequence[TappedRadio],
    visits: Sequence[tuple[float, float]],
    duration_s: float,
) -> Result:
    """Return the figures of one way; the last phone is the visitor."""
    heard = readings([radio.heard for radio in radios], keys)  # heard[a][b]: seconds in which a heard b
    visitor = len(radios) - 1
    table = range(visitor)
    pairs = [heard[a][b] for a in table for b in table if a != b]
    first, last = int(np.ceil(_SWITCH_ON_S / WINDOW_S)) + 1, int(duration_s // WINDOW_S)
    windows = max(last - first, 0) * len(pairs)
    filled = sum(len(np.unique(numbers[(numbers >= first) & (numbers < last)])) for numbers in map(_window, pairs))
    met = [
        bool(((seconds >= int(begin)) & (seconds < end)).any())
        for begin, end in visits
        for a in table
        for seconds in (heard[a][visitor], heard[visitor][a])
    ]
    own = radios[:visitor]
    return Result(
        way=way,
        detection=float(np.mean([len(seconds) > 0 for seconds in pairs])),
        continuity=filled / windows if windows else float("nan"),
        completeness=float(np.mean(met)) if met else float("nan"),
        windows=windows,
        visits=len(met),
        longest_gap_s=float(max((np.diff(seconds).max() for seconds in pairs if len(seconds) > 1), default=duration_s)),
        listening_share=float(np.mean([one.listening_s for one in own])) / duration_s,
        scans_a_day=float(np.mean([one.scans for one in own])) / duration_s * 86_400.0,
        charge_mah={device.name: float(np.mean([one.charge_mah(device) for one in own])) for device in DEVICES},
    )


def _window(seconds: NDArray[np.int64]) -> NDArray[np.int64]:
    return seconds // int(WINDOW_S)


def readings(
    heard: Sequence[Mapping[bytes, set[int]]], keys: Sequence[Sequence[DailyKey]]
) -> list[list[NDArray[np.int64]]]:
    """Return the seconds in which each phone heard each other, ascending. The town holds everybody's keys, so it can
    tell whose an identifier is; no phone can.
    """
    scheme = scheme_named("en")
    width = scheme.identifier_bytes
    owner_of: dict[bytes, int] = {}
    for owner, key in ((owner, key) for owner, own in enumerate(keys) for key in own):
        identifiers = scheme.identifiers(key)
        owner_of |= dict.fromkeys((identifiers[at : at + width] for at in range(0, len(identifiers), width)), owner)
    result = []
    for advertisements in heard:
        by_owner: list[set[int]] = [set() for _ in keys]
        for data, seconds in advertisements.items():
            with suppress(ProtocolError, KeyError):
                by_owner[owner_of[scheme.parse(data).identifier]] |= seconds
        result.append([np.array(sorted(seconds), dtype=np.int64) for seconds in by_owner])
    return result
