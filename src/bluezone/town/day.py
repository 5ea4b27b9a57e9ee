"""Run the town's phones for a day: each with the real engine on a controller of its own, all on one air and clock."""

from __future__ import annotations

import asyncio
import gc
import math
import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from bumble.transport.common import AsyncPipeSink

from bluezone.phone.air.radio.bumble_radio import BumbleRadio
from bluezone.phone.air.radio.port import Radio
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.loop import Runner
from bluezone.town.air import Air, AirStatistics
from bluezone.town.clock import JumpingLoop, clock_of
from bluezone.town.controllers import TownController
from bluezone.town.fleet import TX_POWER_DBM, Fleet
from bluezone.town.radio_model import RadioModel
from bluezone.town.radios import AirRadio
from bluezone.town.scene import TownScene
from bluezone.town.server import Net, TownAuthority

REPORT_EVERY_S = 600.0


class Watcher:
    """Receive the events of a rehearsal. Every method is called in its own thread and may wait: the town's time stands
    still meanwhile. An exception ends the rehearsal. Nothing of it changes: a seed gives its results, watched or not.

    These here do nothing. Persons are numbers, in the order of `world.people`; `town_s` counts from the day's start.
    """

    #: whether the phones are to reach the authority during the day (they then look for news as phones do); if not, it
    #: starts while they live through their day
    online = False

    def begins(self, fleet: Fleet, authority: TownAuthority) -> None:
        """Report that everything stands ready. Where `online`, the authority answers."""

    def day_begins(self, phones: Sequence[Runner]) -> None:
        """Report the phones, which are switched on one after the other and closed after `day_is_over`."""

    def heard(self, listener: int, sender: int, rssi_dbm: int) -> None:
        """Report that a packet has reached a phone: in its moment where the phones' radios are on HCI, at the end of
        the scan where they are not. Called by the hundred thousand."""

    def time_is(self, town_s: float) -> float:  # noqa: ARG002 (who does nothing needs nothing)
        """Report the time of the day; return after how many seconds of the town to be called again."""
        return REPORT_EVERY_S

    def day_is_over(self, town_s: float) -> None:
        """Report that the radios are off."""

    def confirmed(self, case: int) -> None:
        """Report that an officer has opened the case of this person."""

    def published(self, case: int, keys: int) -> None:
        """Report that the phone of the case has published under the code."""

    def time_passes(self, until_s: float) -> None:
        """Report that the clock goes on to that time (Unix seconds): the next batch."""

    def exported(self, files: int) -> None:
        """Report that no key is waiting any more, and how many files are out."""

    def checked(self, number: int, warned: bool) -> None:
        """Report that a phone has fetched, compared and decided."""

    def told(self, number: int, watches: bool) -> None:
        """Report that a phone has fetched the keys of contacts, and whether its owner was near one."""

    def traced(self, contacts: int) -> None:
        """Report that an officer has decided of who reported, and how many are F1 by that."""


_SWITCH_ON_S = 60.0  # phones are switched on one after the other within this time
FILES_A_PHONE = 40
#: new objects between two looks for garbage in cycles; Python's own 700 has it go through all phones again and again
_NEW_OBJECTS = 20_000

#: (seconds of the day lived through, all of them)
DayProgress = Callable[[float, float], None]


def live_through(
    phones: Fleet,
    model: RadioModel,
    epoch_s: float,
    hours: float,
    progress: DayProgress,
    watcher: Watcher | None = None,
    net: Net | None = None,
    *,
    hci: bool = False,
) -> AirStatistics:
    """Let all phones send and listen for `hours`, as their owners walk about. `hci`: by Bumble's stack and virtual
    controllers, instead of straight by the air; the results are the same. Raises the phone's error if one fails."""
    allow_files(len(phones.world.people))
    with _seldom_collecting(), asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(_live(phones, model, epoch_s, hours * 3600.0, progress, watcher, net, hci))


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Look for garbage seldom: each look goes through the objects of all phones, so that a person cost more the more
    of them there are."""
    before = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


async def _live(
    fleet: Fleet,
    model: RadioModel,
    epoch_s: float,
    duration_s: float,
    progress: DayProgress,
    watcher: Watcher | None,
    net: Net | None,
    hci: bool,
) -> AirStatistics:
    loop = asyncio.get_running_loop()
    clock = clock_of(loop, epoch_s)
    air = Air(TownScene(fleet.world.paths, model, TX_POWER_DBM), model, fleet.seed)
    heard = None if watcher is None else watcher.heard
    watcher = watcher or Watcher()
    told_s = 0.0

    def tell(now_s: float) -> float:
        nonlocal told_s
        if now_s >= told_s + REPORT_EVERY_S:
            told_s = now_s
            progress(told_s, duration_s)
        return min(told_s + REPORT_EVERY_S, now_s + watcher.time_is(now_s))

    phones: list[Runner] = []
    try:
        for number in range(len(fleet.world.people)):
            radio: Radio
            if hci:
                controller = TownController(air, number, TX_POWER_DBM, tell=heard)
                radio = BumbleRadio(controller, AsyncPipeSink(controller), clock, TX_POWER_DBM)
            else:
                radio = AirRadio(air, number, clock, TX_POWER_DBM, heard)
            phones.append(fleet.open_runner(number, clock, radio, net))
        watcher.day_begins(phones)
        delays_s = np.random.default_rng([fleet.seed, 8]).uniform(0.0, _SWITCH_ON_S, len(phones))
        await run_all(phones, delays_s.tolist(), duration_s, tell)
        progress(duration_s, duration_s)
        watcher.day_is_over(duration_s)
    finally:
        for phone in phones:
            phone.close()
    return air.statistics


async def run_all(
    phones: Sequence[Phone | Runner],
    delays_s: Sequence[float],
    until_s: float,
    tell: Callable[[float], float] = lambda _: math.inf,
) -> None:
    """Run phones until a time of the loop, each switched on after a delay, then stop them. `tell` gets the time and
    returns when it is to be called again. Raises the error of a phone that fails."""
    loop = asyncio.get_running_loop()
    running = [asyncio.ensure_future(_run(*each)) for each in zip(phones, delays_s, strict=True)]
    try:
        while loop.time() < until_s:
            next_s = min(tell(loop.time()), until_s)
            ended, _ = await asyncio.wait(running, timeout=next_s - loop.time(), return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                task.result()  # a phone runs until it is stopped: one that ended has failed
    finally:
        pending = set(running)
        while pending:  # asyncio.wait_for of Python 3.11 loses a cancellation that comes with the answer
            for task in running:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=60.0)


async def _run(phone: Phone | Runner, delay_s: float) -> None:
    await asyncio.sleep(delay_s)
    await phone.run()


def allow_files(phones: int, each: int = FILES_A_PHONE) -> None:
    """Let this process open so many files for each of its phones, where the system allows as many; a phone has two
    databases, with two files beside each."""
    wanted = phones * each + 256
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
