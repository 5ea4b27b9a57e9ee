"""Keep the town's phones: where each has its files, and how it is opened for its day, in a hand or at home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random  # noqa: TID251 (made from a seed, nowhere else)

from bluezone.phone.air.radio.port import Radio, ScanHandler
from bluezone.phone.app.engine import Phone, PhoneSettings
from bluezone.phone.app.loop import Runner
from bluezone.phone.clock import Chance
from bluezone.phone.notices.port import Notifier
from bluezone.phone.stores.exposure_store import Receiver
from bluezone.phone.stores.timekeeper import Uptime
from bluezone.protocol.schemes import Entropy
from bluezone.town import country
from bluezone.town.server import Net
from bluezone.town.world import World


def of_phone(*numbers: int) -> tuple[Entropy, Chance]:
    """Return a phone's key material and its chance; `numbers`: the seed, and what tells this phone from all others."""
    return seeded(*numbers, 0).randbytes, seeded(*numbers, 1)


def seeded(*numbers: int) -> Random:
    """Return a generator of its own for these numbers; the same on every machine."""
    return Random(" ".join(map(str, numbers)))  # noqa: S311 (a rehearsal: nobody's secrets)


#: radiated power of every phone, so that a metre away it is heard at -59 dBm, as is usual for phones and beacons
TX_POWER_DBM = -5

_SCANS_A_COMMIT = 64  # half an hour
_LOOK_AT_CLOCK_S = 3_600.0  # the town's clock does not jump
#: what chance is for: never the same numbers twice
_ON_THE_STREET, _AT_HOME, _IN_THE_HAND, _ON_THE_TABLE, _TAPPED = 6, 7, 10, 11, 13


class RestingRadio:
    """Stand in for the radio (`phone.air.radio.port.Radio`) of a phone that lies on the table: it sends and hears
    nothing.
    """

    tx_power_dbm = TX_POWER_DBM

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def advertise(self, address: bytes, data: bytes) -> None: ...

    async def stop_advertising(self) -> None: ...

    async def start_scanning(self, handler: ScanHandler) -> None: ...

    async def stop_scanning(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Fleet:
    """Open the phones of a world, whose folders lie in `directory`. `policy` None is a phone's default."""

    directory: Path
    world: World
    seed: int
    policy: str | None = None

    def folder(self, number: int) -> Path:
        """Return the folder of phone `number`."""
        return self.directory / self.world.people[number].id

    def open_phone(
        self, number: int, clock: Callable[[], float], net: Net | None = None, *, tapped: bool = False
    ) -> Phone:
        """Open the engine on the stores of phone `number`; chance and key material belong to the seed. `tapped`: for
        what its owner does, with others of both."""
        entropy, chance = of_phone(self.seed, _TAPPED if tapped else _AT_HOME, number)
        return Phone(self._settings(number, net), None, clock, entropy, chance)

    def open_runner(self, number: int, clock: Callable[[], float], radio: Radio, net: Net | None = None) -> Runner:
        """Open phone `number` for its day: with the loop of every phone, its owner's consent given."""
        runner = self._runner(number, clock, radio, net, _ON_THE_STREET)
        runner.choose(agreed_at_s=clock())
        runner.stores.contacts.commit_every(_SCANS_A_COMMIT)
        return runner

    def open_in_hand(self, number: int, clock: Callable[[], float], net: Net) -> Runner:
        """Open phone `number` after its day, for somebody to look at: its radio rests, and nothing runs by itself."""
        return self._runner(number, clock, RestingRadio(), net, _IN_THE_HAND)

    def open_on_table(self, number: int, clock: Callable[[], float], net: Net, notifier: Notifier) -> Runner:
        """Open phone `number` after its day, to live on without its radio: it checks, and tells its owner."""
        runner = self._runner(number, clock, None, net, _ON_THE_TABLE, notifier)
        runner.choose(notifications=True)
        return runner

    def _runner(
        self,
        number: int,
        clock: Callable[[], float],
        radio: Radio | None,
        net: Net | None,
        purpose: int,
        notifier: Notifier | None = None,
    ) -> Runner:
        entropy, chance = of_phone(self.seed, purpose, number)
        started_s = clock()
        return Runner(
            self._settings(number, net),
            radio,
            None if net is None else net.client,
            clock,
            entropy,
            chance,
            look_at_clock_s=_LOOK_AT_CLOCK_S,
            notifier=notifier,
            # as a device counts it: without, and without the net, a phone would forget nothing
            uptime=lambda: Uptime(f"town {purpose}", clock() - started_s),
            minds_screens=False,
        )

    def _settings(self, number: int, net: Net | None) -> PhoneSettings:
        receiver = Receiver(assumed_tx_power_dbm=TX_POWER_DBM)
        settings = PhoneSettings(self.folder(number), receiver=receiver, **country.SETTINGS)
        if net is not None:
            settings = replace(settings, authority_url=net.url, trusted_keys=net.trusted_keys)
        return settings if self.policy is None else replace(settings, policy=self.policy)
