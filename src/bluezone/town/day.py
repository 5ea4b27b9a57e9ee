"""Run the town's phones for a day: each with the real engine on a controller of its own, all on one air and clock."""

from __future__ import annotations

import asyncio
import gc
import resource
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from bumble.transport.common import AsyncPipeSink

from bluezone.phone.air.radio.bumble_radio import BumbleRadio
from bluezone.phone.air.radio.port import Radio
from bluezone.phone.app.engine import Phone
from bluezone.phone.app.loop import Runner
from bluezone.phone.clock import Clock
from bluezone.town.air import Air, AirStatistics
from bluezone.town.clock import JumpingLoop, clock_of
from bluezone.town.controllers import TownController
from bluezone.town.fleet import TX_POWER_DBM, Fleet, Net
from bluezone.town.radio_model import RadioModel
from bluezone.town.radios import AirRadio
from bluezone.town.scene import TownScene
from bluezone.town.watching import REPORT_EVERY_S, OverheardController, Watcher

_SWITCH_ON_S = 60.0  # phones are switched on one after the other within this time
_FILES_A_PHONE = 40
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
    allow_files(len(phones.world.people) * _FILES_A_PHONE + 256)
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
    phones: list[Runner] = []
    try:
        for number in range(len(fleet.world.people)):
            radio = _radio_on_hci(air, number, clock, watcher) if hci else _radio_on_air(air, number, clock, watcher)
            phones.append(fleet.open_runner(number, clock, radio, net))
        watcher = watcher or Watcher()
        watcher.day_begins(phones)
        delays_s = np.random.default_rng([fleet.seed, 8]).uniform(0.0, _SWITCH_ON_S, len(phones))
        running = [
            asyncio.ensure_future(switch_on(phone, delay_s))
            for phone, delay_s in zip(phones, delays_s.tolist(), strict=True)
        ]
        try:
            await _until(duration_s, running, progress, watcher)
        finally:
            await stop_all(running)
        watcher.day_is_over(duration_s)
    finally:
        for phone in phones:
            phone.close()
    return air.statistics


def _radio_on_air(air: Air, number: int, clock: Clock, watcher: Watcher | None) -> Radio:
    return AirRadio(air, number, clock, TX_POWER_DBM, None if watcher is None else watcher.heard)


def _radio_on_hci(air: Air, number: int, clock: Clock, watcher: Watcher | None) -> Radio:
    controller = (
        TownController(air, number, TX_POWER_DBM)
        if watcher is None
        else OverheardController(air, number, TX_POWER_DBM, watcher)
    )
    return BumbleRadio(controller, AsyncPipeSink(controller), clock, TX_POWER_DBM)


async def _until(
    duration_s: float, running: Sequence[asyncio.Task[None]], progress: DayProgress, watcher: Watcher
) -> None:
    loop = asyncio.get_running_loop()
    report_s, told_s = 0.0, 0.0
    while loop.time() < duration_s:
        until_s = min(told_s + REPORT_EVERY_S, report_s + watcher.time_is(loop.time()), duration_s)
        ended, _ = await asyncio.wait(running, timeout=until_s - loop.time(), return_when=asyncio.FIRST_COMPLETED)
        for task in ended:
            task.result()  # a phone runs until it is stopped: one that ended has failed
        report_s = loop.time()
        if report_s >= min(told_s + REPORT_EVERY_S, duration_s):
            told_s = report_s
            progress(told_s, duration_s)


async def switch_on(phone: Phone | Runner, delay_s: float) -> None:
    """Run a phone after a delay."""
    await asyncio.sleep(delay_s)
    await phone.run()


async def stop_all(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel until all have ended: asyncio.wait_for of Python 3.11 loses a cancellation that comes with the answer."""
    pending = set(tasks)
    while pending:
        for task in tasks:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=60.0)


def allow_files(count: int) -> None:
    """Let this process open `count` files where the system allows as many; a phone has two databases, with two files
    beside each."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
