"""A day of the town's phones: each with the real engine on a controller of its own, all on one air and one clock."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import numpy as np
from bumble.transport.common import AsyncPipeSink

from bluezone.phone.air.radio.bumble_radio import BumbleRadio
from bluezone.phone.air.radio.port import Listener, Radio
from bluezone.phone.app.engine import Phone, PhoneSettings
from bluezone.phone.app.loop import Runner
from bluezone.protocol.exports import TrustedKey
from bluezone.town.air import Air, AirStatistics
from bluezone.town.clock import JumpingLoop, clock_of
from bluezone.town.controllers import TownController
from bluezone.town.radio_model import RadioModel
from bluezone.town.scene import TownScene
from bluezone.town.watching import REPORT_EVERY_S, OverheardController, Watcher
from bluezone.town.world import World

#: radiated power of every phone, so that a metre away it is heard at -59 dBm, as is usual for phones and beacons
TX_POWER_DBM = -5

_SWITCH_ON_S = 60.0  # phones are switched on one after the other within this time
_FILES_A_PHONE = 40
_LOOK_AT_CLOCK_S = 3_600.0  # the town's clock does not jump
_ON_THE_STREET, _AT_HOME, _IN_THE_HAND = 6, 7, 10  # what chance is for: never the same numbers twice

#: (seconds of the day lived through, all of them)
DayProgress = Callable[[float, float], None]


@dataclass(frozen=True, slots=True)
class Net:
    """What a phone needs to reach the authority: a client, its address, and the keys to believe it by."""

    client: httpx.Client
    url: str
    trusted_keys: tuple[TrustedKey, ...]


class RestingRadio:
    """`bluezone.phone.air.radio.port.Radio` of a phone that lies on the table: it is well, and does nothing."""

    tx_power_dbm = TX_POWER_DBM

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def advertise(self, address: bytes, data: bytes) -> None: ...

    async def silence(self) -> None: ...

    async def listen(self, listener: Listener) -> None: ...

    async def deafen(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Fleet:
    """Where the phones' folders are, and how to open one. `policy`: what they decide by; None is a phone's default."""

    directory: Path
    world: World
    seed: int
    policy: str | None = None

    def folder(self, number: int) -> Path:
        """The folder of phone `number`."""
        return self.directory / self.world.people[number].id

    def open_phone(
        self,
        number: int,
        clock: Callable[[], float],
        authority_url: str = "",
        trusted_keys: tuple[TrustedKey, ...] = (),
    ) -> Phone:
        """The engine on the stores of phone `number`; chance and key material belong to the seed."""
        entropy, rng = self._chance(number, _AT_HOME)
        return Phone(self._settings(number, authority_url, trusted_keys), None, clock, entropy, rng)

    def open_runner(
        self, number: int, clock: Callable[[], float], radio: BumbleRadio, net: Net | None = None
    ) -> Runner:
        """Phone `number` on the street: the loop of every phone, its owner's yes given."""
        runner = self._runner(number, clock, radio, net, _ON_THE_STREET)
        runner.choose(agreed_at_s=clock())
        return runner

    def open_in_hand(self, number: int, clock: Callable[[], float], net: Net) -> Runner:
        """Phone `number` after its day, for somebody to look at: its radio rests, and nothing runs by itself."""
        return self._runner(number, clock, RestingRadio(), net, _IN_THE_HAND)

    def _runner(self, number: int, clock: Callable[[], float], radio: Radio, net: Net | None, purpose: int) -> Runner:
        entropy, rng = self._chance(number, purpose)
        settings = self._settings(number) if net is None else self._settings(number, net.url, net.trusted_keys)
        client = None if net is None else net.client
        return Runner(
            settings, radio, client, clock, entropy, rng, look_at_clock_s=_LOOK_AT_CLOCK_S, minds_screens=False
        )

    def _settings(
        self, number: int, authority_url: str = "", trusted_keys: tuple[TrustedKey, ...] = ()
    ) -> PhoneSettings:
        settings = PhoneSettings(self.folder(number), authority_url=authority_url, trusted_keys=trusted_keys)
        return settings if self.policy is None else replace(settings, policy=self.policy)

    def _chance(self, number: int, purpose: int) -> tuple[Callable[[int], bytes], np.random.Generator]:
        return (
            np.random.default_rng([self.seed, purpose, number, 0]).bytes,
            np.random.default_rng([self.seed, purpose, number, 1]),
        )


def live_through(
    phones: Fleet,
    model: RadioModel,
    epoch_s: float,
    hours: float,
    progress: DayProgress,
    watcher: Watcher | None = None,
    net: Net | None = None,
) -> AirStatistics:
    """All phones send and listen for `hours`, as their owners walk about. Raises the phone's error if one fails."""
    allow_files(len(phones.world.people) * _FILES_A_PHONE + 256)
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(_live(phones, model, epoch_s, hours * 3600.0, progress, watcher, net))


async def _live(
    fleet: Fleet,
    model: RadioModel,
    epoch_s: float,
    duration_s: float,
    progress: DayProgress,
    watcher: Watcher | None,
    net: Net | None,
) -> AirStatistics:
    loop = asyncio.get_running_loop()
    clock = clock_of(loop, epoch_s)
    air = Air(TownScene(fleet.world.paths, model, TX_POWER_DBM), model, fleet.seed)
    phones: list[Runner] = []
    try:
        for number in range(len(fleet.world.people)):
            controller = _controller(air, number, fleet.seed, watcher)
            radio = BumbleRadio(controller, AsyncPipeSink(controller), clock, TX_POWER_DBM)
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


def _controller(air: Air, number: int, seed: int, watcher: Watcher | None) -> TownController:
    if watcher is None:
        return TownController(air, number, TX_POWER_DBM, seed)
    return OverheardController(air, number, TX_POWER_DBM, seed, watcher)


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
    """Run a phone from then on."""
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
    """Let this process open `count` files where the system allows as many; a phone's stores are nine databases."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
